"""Parts of cells: drawn anew for training, the middle for validation."""

import numpy as np

from h2g_training.training.cell_batches import cell_batches, cell_targets, validation_cells
from h2g_training.training.cell_store import CellStore
from h2g_training.training.settings import ClassifierSettings

COUNT, SIDE = 8, 128
SETTINGS = ClassifierSettings(batch=4, validation_cells=8, side=SIDE)


def _cells() -> CellStore:
    """Red is the row of a pixel and green its column: a part says where it is from."""
    row, column = np.mgrid[:256, :256].astype(np.uint8)
    image = np.stack([row, column, np.zeros_like(row)], axis=-1)
    label = np.arange(COUNT) % 2
    nothing = np.zeros(COUNT, np.int64)
    return CellStore(np.repeat(image[None], COUNT, 0), label, nothing, nothing, np.ones((1, 2, 3)))


def test_a_part_is_a_square_of_the_cell_and_another_each_time() -> None:
    cells = _cells()
    make = cell_batches(cells, cell_targets(cells.label, cells.kind, 0), SETTINGS)
    first, second = make(0, 0)[0]["cell"], make(0, 1)[0]["cell"]
    assert first.shape == (4, SIDE, SIDE, 3)
    corners = {tuple(image[0, 0, :2].tolist()) for image in (*first, *second)}
    assert len(corners) > 4
    for image in first:
        np.testing.assert_array_equal(np.diff(image[:, 0, 0].astype(int)), 1)
        np.testing.assert_array_equal(np.diff(image[0, :, 1].astype(int)), 1)
    np.testing.assert_array_equal(first, make(0, 0)[0]["cell"])


def test_validation_sees_the_middle() -> None:
    cells = _cells()
    seen = validation_cells(cells, cell_targets(cells.label, cells.kind, 0), SETTINGS)[0]["cell"]
    assert seen.shape == (COUNT, SIDE, SIDE, 3)
    assert {tuple(image[0, 0, :2].tolist()) for image in seen} == {(64, 64)}
    assert {tuple(image[-1, -1, :2].tolist()) for image in seen} == {(191, 191)}
