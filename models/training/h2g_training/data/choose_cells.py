"""Which cells of a slide are kept as pixels: as many of each class, and within a class of each kind, as there are."""

import numpy as np

from h2g_training.data.labels import AMBIGUOUS


def choose_cells(labels: np.ndarray, kinds: np.ndarray, limit: int, rng: np.random.Generator) -> np.ndarray:
    """Indices of at most `limit` labelled cells, in order."""
    known = np.flatnonzero(labels != AMBIGUOUS)
    by_class = _share_out([known[labels[known] == label] for label in np.unique(labels[known])], limit)
    chosen: list[np.ndarray] = []
    for members, quota in by_class:
        by_kind = _share_out([members[kinds[members] == kind] for kind in np.unique(kinds[members])], quota)
        chosen += [rng.permutation(group)[:count] for group, count in by_kind]
    return np.sort(np.concatenate(chosen)) if chosen else np.empty(0, np.int64)


def _share_out(groups: list[np.ndarray], limit: int) -> list[tuple[np.ndarray, int]]:
    """Equal quotas; what a small group leaves goes to the larger ones."""
    quotas: list[tuple[np.ndarray, int]] = []
    ordered = sorted(groups, key=len)
    for place, group in enumerate(ordered):
        count = min(len(group), limit // (len(ordered) - place))
        quotas.append((group, count))
        limit -= count
    return quotas
