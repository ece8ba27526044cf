"""What each analysed cell is to the classifier, and to the sampling of cells."""

import numpy as np
from scipy import ndimage

from h2g_training.data.levels import Size

# Between these shares of tumour a cell teaches neither class.
TUMOUR_FROM = 0.5
NORMAL_UP_TO = 0.1

NORMAL, TUMOUR, AMBIGUOUS = 0, 1, -1

# Tissue classes: the level below the class in balanced sampling. Each gets the same share, so that rare, hard ones are
# seen.
KINDS = ("normal, pale", "normal, dark", "normal beside tumour", "tumour's edge", "tumour")
PALE, DARK, BESIDE, EDGE, INNER = range(len(KINDS))


def label_cells(tumour_share: np.ndarray) -> np.ndarray:
    """NORMAL, TUMOUR or AMBIGUOUS for each share, as int8."""
    labels = np.full(tumour_share.shape, AMBIGUOUS, np.int8)
    labels[tumour_share <= NORMAL_UP_TO] = NORMAL
    labels[tumour_share >= TUMOUR_FROM] = TUMOUR
    return labels


def kinds_of_cells(cells: np.ndarray, tumour_share: np.ndarray, darkness: np.ndarray, grid: Size) -> np.ndarray:
    """The tissue class of each cell, as uint8 (an index into KINDS; of ambiguous cells it means nothing).

    Args:
        cells: n x 2, column and row.
        tumour_share: n, of each cell.
        darkness: n, mean optical density of each cell; over the slide's median is dark, as crowded nuclei are.
        grid: (columns, rows).
    """
    share = np.zeros((grid[1], grid[0]))
    share[cells[:, 1], cells[:, 0]] = tumour_share
    near = ndimage.maximum_filter(share, 3, mode="constant")[cells[:, 1], cells[:, 0]]
    normal = tumour_share <= NORMAL_UP_TO
    dark = darkness > (np.median(darkness[normal]) if normal.any() else 0.0)
    kinds = np.where(dark, DARK, PALE)
    kinds[near > NORMAL_UP_TO] = BESIDE
    kinds[tumour_share >= TUMOUR_FROM] = EDGE
    kinds[tumour_share >= 1 - NORMAL_UP_TO] = INNER
    return kinds.astype(np.uint8)
