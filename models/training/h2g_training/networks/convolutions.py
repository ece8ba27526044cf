"""Convolutions as all refinement networks use them."""

from keras import KerasTensor, layers

from h2g_training.networks.batch_norm import BATCH_NORM_MOMENTUM


def batch_norm(x: KerasTensor) -> KerasTensor:
    """Batch normalisation over the channels, with this package's momentum."""
    return layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM)(x)


def conv_block(x: KerasTensor, filters: int, *, spatial_dropout: float = 0.0) -> KerasTensor:
    """Twice: 3x3 convolution, batch normalisation, ReLU and, if asked for, spatial dropout. N x S x S x any to N x S x
    S x filters.

    The convolutions have no bias (in H2G-Net they had): batch normalisation takes the mean away again, so it would be a
    weight without a gradient. The exported graph has one all the same, folded from the normalisation.
    """
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(batch_norm(x))
        if spatial_dropout:
            x = layers.SpatialDropout2D(spatial_dropout)(x)
    return x


def probabilities(x: KerasTensor, name: str) -> KerasTensor:
    """N x S x S x 2: a softmax in float32 whatever the precision of training, whose channel 1 is tumour."""
    return layers.Activation("softmax", dtype="float32", name=name)(layers.Conv2D(2, 1, name=f"{name}_logits")(x))
