"""KM: k-means over what a trained classifier sees in each cell, for the cluster-weighted loss."""

import keras
import numpy as np

from h2g_training.error import TrainingError

FEATURES_LAYER = "pooled"
FEATURE_BATCH = 64
# PCA keeps as many axes as explain this share of the variance.
VARIANCE = 0.95
K_MEANS_STARTS = 4


def cluster_cells(
    teacher: keras.Model, train: np.ndarray, validation: np.ndarray, *, clusters: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The cluster of each training and validation cell; found on the training cells alone.

    Args:
        teacher: a trained classifier.
        train: n x 256 x 256 x 3, uint8.
        validation: likewise.
        clusters: how many.
        seed: of k-means.

    Raises:
        TrainingError: there are fewer cells than clusters.
    """
    if len(train) < clusters:
        raise TrainingError(
            f"{clusters} clusters cannot be found among {len(train)} cells.", "Give fewer --clusters, or more slides."
        )
    # Here, since it is wanted by this loss alone.
    from sklearn.cluster import KMeans  # noqa: PLC0415
    from sklearn.decomposition import PCA  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    pipeline = make_pipeline(
        StandardScaler(),
        PCA(VARIANCE, svd_solver="full", random_state=seed),
        KMeans(clusters, n_init=K_MEANS_STARTS, random_state=seed),
    )
    found = pipeline.fit_predict(features(teacher, train))
    return found.astype(np.int64), pipeline.predict(features(teacher, validation)).astype(np.int64)


def features(teacher: keras.Model, cells: np.ndarray) -> np.ndarray:
    """Pooled features, n x channels, float64; the last batch is padded so that one shape is compiled."""
    network = keras.Model(teacher.input, teacher.get_layer(FEATURES_LAYER).output)
    parts = []
    for first in range(0, len(cells), FEATURE_BATCH):
        batch = cells[first : first + FEATURE_BATCH].astype(np.float32) / 255
        padded = np.pad(batch, ((0, FEATURE_BATCH - len(batch)), (0, 0), (0, 0), (0, 0)))
        parts.append(np.asarray(network.predict_on_batch(padded))[: len(batch)])
    return np.concatenate(parts).astype(np.float64)
