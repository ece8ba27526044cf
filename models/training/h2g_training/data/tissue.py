"""Tissue by the product's rule (domain/tissue.ts): far from white on the plane of 8 um/px, closed with 9x9."""

import numpy as np
from scipy import ndimage

from h2g_training.data.levels import Size
from h2g_training.data.rounding import round_half_up

MASK_PLANE_MPP = 8.0
TISSUE_SHARE = 0.5
DISTANCE_FROM_WHITE = 85
CLOSING_PX = 9


def find_tissue(image: np.ndarray) -> np.ndarray:
    """Tissue of an RGB picture at 8 um/px, as booleans; pure black is what a scanner did not scan."""
    from_white = 255 - image.astype(np.int32)
    far = (from_white**2).sum(axis=-1) > DISTANCE_FROM_WHITE**2
    return close_square(far & image.any(axis=-1))


def close_square(mask: np.ndarray) -> np.ndarray:
    """Dilation, then erosion with a 9x9 square; beyond the border nothing dilates and nothing erodes."""
    values = mask.astype(np.uint8)
    dilated = ndimage.maximum_filter(values, CLOSING_PX, mode="constant", cval=0)
    return ndimage.minimum_filter(dilated, CLOSING_PX, mode="constant", cval=1).astype(bool)


def cell_shares(mask: np.ndarray, grid: Size, cell_px: float) -> np.ndarray:
    """Share of each cell's area that is set, rows x columns; what lies outside the mask is not.

    Args:
        mask: a plane of the slide.
        grid: (columns, rows).
        cell_px: side of a cell on that plane, in its pixels (fractional).
    """
    height, width = mask.shape
    sums = np.zeros((height + 1, width + 1), np.int64)
    sums[1:, 1:] = mask.cumsum(0, dtype=np.int64).cumsum(1)
    rows, columns = _edges(grid[1], cell_px, height), _edges(grid[0], cell_px, width)
    corners = sums[np.ix_(rows, columns)]
    counts = corners[1:, 1:] - corners[:-1, 1:] - corners[1:, :-1] + corners[:-1, :-1]
    return counts / cell_px**2


def _edges(count: int, cell_px: float, limit: int) -> list[int]:
    return [min(limit, round_half_up(index * cell_px)) for index in range(count + 1)]
