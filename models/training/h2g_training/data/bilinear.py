"""Bilinear sampling with half-pixel centres and clamped edges, as the product's (domain/bilinear.ts)."""

import numpy as np

from h2g_training.data.levels import DetectionLevel


def sample_bilinear(source: np.ndarray, size_px: int, step: tuple[float, float]) -> np.ndarray:
    """Samples at (i + 0.5) * step - 0.5 to a square of `size_px`; float32.

    Args:
        source: rows x columns.
        size_px: side of the result.
        step: source pixels a step, across and down.
    """
    rows, columns = (_taps(size_px, step[1 - axis], source.shape[axis]) for axis in (0, 1))
    values = source.astype(np.float64)
    across = values[:, columns[0]] * (1 - columns[2]) + values[:, columns[1]] * columns[2]
    return (across[rows[0]] * (1 - rows[2])[:, None] + across[rows[1]] * rows[2][:, None]).astype(np.float32)


def heatmap_over_slide(heatmap: np.ndarray, detection: DetectionLevel, size_px: int) -> np.ndarray:
    """The heatmap at the same physical points as the square picture of the slide (the product's placement `exact`)."""
    width, height = detection.size
    return sample_bilinear(
        heatmap, size_px, (width / detection.cell_px / size_px, height / detection.cell_px / size_px)
    )


def _taps(count: int, step: float, limit: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    position = np.clip((np.arange(count) + 0.5) * step - 0.5, 0, limit - 1)
    low = np.floor(position).astype(np.int64)
    return low, np.minimum(limit - 1, low + 1), position - low
