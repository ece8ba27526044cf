"""The paper's losses: soft Dice for refinement, cross-entropy and its cluster-weighted form for the classifier."""

import keras
from keras import KerasTensor, ops

SMOOTH = 1.0
CLASSES = 2


def soft_dice(target: KerasTensor, predicted: KerasTensor) -> KerasTensor:
    """1 - (2 sum(pg) + 1) / (sum(p^2) + sum(g^2) + 1) on the tumour channel, for each image.

    Args:
        target: N x S x S x 1, 1 is tumour.
        predicted: N x s x s x 2, softmax; s divides S (coarser outputs of deep supervision).
    """
    truth, tumour = match_target(target, predicted)
    overlap = ops.sum(truth * tumour, axis=(1, 2))
    squares = ops.sum(ops.square(tumour), axis=(1, 2)) + ops.sum(ops.square(truth), axis=(1, 2))
    return 1.0 - (2.0 * overlap + SMOOTH) / (squares + SMOOTH)


def tumour_dice(target: KerasTensor, predicted: KerasTensor) -> KerasTensor:
    """Dice of the mask (probability over 0.5) for each image; 1 where neither has tumour. A metric, not a loss."""
    truth, tumour = match_target(target, predicted)
    mask = ops.cast(tumour > 0.5, "float32")
    overlap = ops.sum(truth * mask, axis=(1, 2))
    total = ops.sum(mask, axis=(1, 2)) + ops.sum(truth, axis=(1, 2))
    return ops.where(total == 0, 1.0, 2.0 * overlap / ops.maximum(total, 1.0))


def match_target(target: KerasTensor, predicted: KerasTensor) -> tuple[KerasTensor, KerasTensor]:
    """Truth and tumour probability, N x s x s in float32; for a coarser output the truth is taken at pixel centres."""
    step = target.shape[1] // predicted.shape[1]
    truth = target[:, step // 2 :: step, step // 2 :: step, 0]
    return ops.cast(truth, "float32"), ops.cast(predicted[..., 1], "float32")


def cross_entropy(target: KerasTensor, predicted: KerasTensor) -> KerasTensor:
    """Of each cell.

    Args:
        target: N x (2 + clusters), the class and the cluster, both one-hot; the cluster is not looked at.
        predicted: N x 2, softmax.
    """
    likely = ops.clip(ops.cast(predicted, "float32"), keras.config.epsilon(), 1.0)
    return -ops.sum(target[:, :CLASSES] * ops.log(likely), axis=-1)


def cluster_weighted_cross_entropy(target: KerasTensor, predicted: KerasTensor) -> KerasTensor:
    """Cross-entropy averaged within each cluster of each class, then over clusters, then over classes, of this batch.

    So a rare kind of tissue in a batch counts as much as a frequent one. Given for each cell times N, so that the mean
    over the batch is the loss.

    Args:
        target: N x (2 + clusters), as above.
        predicted: N x 2, softmax.
    """
    classes, clusters = target[:, :CLASSES], target[:, CLASSES:]
    counts = ops.matmul(ops.transpose(classes), clusters)
    present = ops.cast(counts > 0, "float32")
    clusters_of_class = ops.sum(present, axis=1, keepdims=True)
    classes_present = ops.sum(ops.cast(clusters_of_class > 0, "float32"))
    weights = present / (ops.maximum(counts, 1.0) * ops.maximum(clusters_of_class, 1.0) * classes_present)
    own = ops.sum(ops.matmul(classes, weights) * clusters, axis=1)
    return own * ops.cast(ops.shape(target)[0], "float32") * cross_entropy(target, predicted)


def tumour_accuracy(target: KerasTensor, predicted: KerasTensor) -> KerasTensor:
    """Whether each cell's class is right. A metric."""
    return ops.cast((predicted[:, 1] > 0.5) == (target[:, 1] > 0.5), "float32")
