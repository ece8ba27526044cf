"""Balanced hierarchical sampling: class, tissue class, slide, cell, each level drawn evenly."""

from collections.abc import Sequence

import numpy as np


def balanced_shares(levels: Sequence[np.ndarray]) -> np.ndarray:
    """The probability of each item when every level of the hierarchy is drawn evenly among what is there.

    Args:
        levels: arrays of n whole numbers, the topmost level first; the items themselves are the last level.

    Returns:
        n probabilities of sum 1.

    Example: classes [0, 0, 0, 1] give [1/6, 1/6, 1/6, 1/2].
    """
    count = len(levels[0])
    shares = np.ones(count)
    group = np.zeros(count, np.int64)
    for level in [*levels, np.arange(count)]:
        _, finer = np.unique(np.stack([group, level]), axis=1, return_inverse=True)
        finer = finer.reshape(-1)
        children = np.unique(np.stack([group, finer]), axis=1)[0]
        shares /= np.bincount(children)[group]
        group = finer
    return shares
