"""Batches of cells: balanced and changed for training, as they are for validation."""

from collections.abc import Callable

import numpy as np

from h2g_training.data.levels import PATCH_PX
from h2g_training.training.balanced import balanced_shares
from h2g_training.training.cell_store import CellStore
from h2g_training.training.draw_colour import draw_colour, unchanged_colour
from h2g_training.training.fit import Batch
from h2g_training.training.losses import CLASSES
from h2g_training.training.settings import ClassifierSettings
from h2g_training.training.symmetry import SWITCHES, draw_turns


def cell_batches(cells: CellStore, targets: np.ndarray, settings: ClassifierSettings) -> Callable[[int, int], Batch]:
    """Makes the batch of an epoch and a step: evenly by class, tissue class and slide."""
    shares = balanced_shares([cells.label, cells.kind, cells.slide])

    def make(epoch: int, step: int) -> Batch:
        rng = np.random.default_rng([settings.seed, epoch, step])
        drawn = rng.choice(len(cells), settings.batch, p=shares)
        colour = draw_colour(cells.stains[cells.slide[drawn]], settings.colour, rng)
        turns = draw_turns(settings.batch, rng)
        corners = rng.integers(0, PATCH_PX - settings.side + 1, (settings.batch, 2))
        seen = _cut(cells.images[drawn], corners, settings.side)
        return {"cell": seen, "turn": turns, "colour": colour}, targets[drawn]

    return make


def validation_cells(cells: CellStore, targets: np.ndarray, settings: ClassifierSettings) -> Batch:
    """A fixed, balanced draw (with repeats where there are few), of whole batches; of a part of a cell, its middle."""
    count = min(settings.validation_cells, len(cells))
    count = max(1, count // settings.batch) * settings.batch
    shares = balanced_shares([cells.label, cells.kind, cells.slide])
    drawn = np.sort(np.random.default_rng(settings.seed).choice(len(cells), count, p=shares))
    turns = np.zeros((count, SWITCHES), np.uint8)
    middle = np.full((count, 2), (PATCH_PX - settings.side) // 2)
    seen = _cut(cells.images[drawn], middle, settings.side)
    return {"cell": seen, "turn": turns, "colour": unchanged_colour(count)}, targets[drawn]


def _cut(images: np.ndarray, corners: np.ndarray, side: int) -> np.ndarray:
    """A square of each image, from its corner (row, column) on."""
    if side == PATCH_PX:
        return images
    pairs = zip(images, corners.tolist(), strict=True)
    return np.stack([image[row : row + side, column : column + side] for image, (row, column) in pairs])


def cell_targets(label: np.ndarray, cluster: np.ndarray, clusters: int) -> np.ndarray:
    """Class and cluster, both one-hot: n x (2 + clusters), float32."""
    targets = np.zeros((len(label), CLASSES + clusters), np.float32)
    targets[np.arange(len(label)), label] = 1
    if clusters:
        targets[np.arange(len(label)), CLASSES + cluster] = 1
    return targets
