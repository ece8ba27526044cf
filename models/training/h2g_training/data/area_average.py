"""Exact area averages, rounded half up, as the product's (domain/area-average.ts): all weights are whole numbers."""

import math
from collections.abc import Iterable

import numpy as np
from scipy import sparse

from h2g_training.data.levels import Size


def area_weights(source_px: int, target_px: int) -> sparse.csr_matrix:
    """How many units of each source pixel lie under each target pixel: target x source, rows of equal sums.

    Example: area_weights(3, 2) is [[2, 1, 0], [0, 1, 2]].
    """
    divisor = math.gcd(source_px, target_px)
    full, total = target_px // divisor, source_px // divisor
    edges = np.unique(np.concatenate([np.arange(source_px + 1) * full, np.arange(target_px + 1) * total]))
    starts, widths = edges[:-1], np.diff(edges).astype(np.float64)
    shape = (target_px, source_px)
    return sparse.csr_matrix((widths, (starts // total, starts // full)), shape=shape)


def average_strips(strips: Iterable[np.ndarray], source: Size, target: Size) -> np.ndarray:
    """Shrinks (or stretches) a picture that comes in strips of whole rows, from top to bottom.

    Args:
        strips: height x width x channels, of any dtype with whole numbers.
        source: size of the whole picture, (width, height).
        target: size of the result.

    Returns:
        uint8, height x width x channels.
    """
    across, down = area_weights(source[0], target[0]), area_weights(source[1], target[1]).tocsc()
    total = (source[0] // math.gcd(source[0], target[0])) * (source[1] // math.gcd(source[1], target[1]))
    sums: np.ndarray | None = None
    top = 0
    for strip in strips:
        rows, _, channels = strip.shape
        if sums is None:
            sums = np.zeros((target[1], target[0] * channels))
        by_column = strip.transpose(1, 0, 2).reshape(source[0], rows * channels).astype(np.float64)
        shrunk = (across @ by_column).reshape(target[0], rows, channels).transpose(1, 0, 2)
        part = down[:, top : top + rows]
        first, last = part.indices.min(), part.indices.max() + 1
        sums[first:last] += part[first:last] @ shrunk.reshape(rows, -1)
        top += rows
    if sums is None or top != source[1]:
        raise ValueError(f"{top} of {source[1]} rows came")
    # Sums are whole and halves multiples of 1/2: a further 1/4 keeps quotients clear of the integers.
    return np.floor((sums + total / 2 + 0.25) / total).astype(np.uint8).reshape(target[1], target[0], -1)


def area_average(image: np.ndarray, target: Size) -> np.ndarray:
    """The same for a picture that is held whole."""
    height, width = image.shape[:2]
    if (width, height) == target:
        return image
    if (width, height) == (2 * target[0], 2 * target[1]):
        return _halve(image)
    return average_strips([image], (width, height), target)


def _halve(image: np.ndarray) -> np.ndarray:
    wide = image.astype(np.uint16)
    rows = wide[0::2] + wide[1::2]
    return ((rows[:, 0::2] + rows[:, 1::2] + 2) >> 2).astype(np.uint8)
