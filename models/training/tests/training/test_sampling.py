"""Balanced sampling, clusters, and batches made ahead."""

import time

import numpy as np
import pytest

from h2g_training.training.balanced import balanced_shares
from h2g_training.training.cell_batches import cell_batches, cell_targets
from h2g_training.training.cell_store import CellStore
from h2g_training.training.fit import even_batch
from h2g_training.training.prefetch import prefetch
from h2g_training.training.settings import ClassifierSettings


def test_shares_by_hand() -> None:
    np.testing.assert_allclose(balanced_shares([np.array([0, 0, 0, 1])]), [1 / 6, 1 / 6, 1 / 6, 1 / 2])
    classes, slides = np.array([0, 0, 0, 1, 1]), np.array([7, 7, 8, 7, 9])
    np.testing.assert_allclose(balanced_shares([classes, slides]), [1 / 8, 1 / 8, 1 / 4, 1 / 4, 1 / 4])


def test_each_class_tissue_class_and_slide_is_drawn_as_often() -> None:
    rng = np.random.default_rng(1)
    label = (rng.random(3000) < 0.05).astype(np.int64)
    kind = np.where(label == 1, 3 + (rng.random(3000) < 0.1), (rng.random(3000) < 0.9).astype(int))
    slide = np.minimum(4, rng.geometric(0.5, 3000) - 1)
    shares = balanced_shares([label, kind, slide])
    assert shares.sum() == pytest.approx(1)
    assert shares[label == 1].sum() == pytest.approx(0.5)
    assert shares[kind == 4].sum() == pytest.approx(0.25)
    pale = kind == 0
    by_slide = [shares[pale & (slide == one)].sum() for one in np.unique(slide[pale])]
    np.testing.assert_allclose(by_slide, 0.25 / len(by_slide))


def test_a_batch_depends_on_epoch_and_step_alone() -> None:
    label = np.array([0] * 20 + [1] * 2)
    images = np.arange(22, dtype=np.uint8).reshape(22, 1, 1, 1).repeat(3, axis=3)
    cells = CellStore(images, label, label, np.zeros(22, int), np.ones((1, 2, 3)) * [[[1, 0, 0], [0, 1, 0]]][0])
    settings = ClassifierSettings(batch=512)
    make = cell_batches(cells, cell_targets(label, label, 0), settings)
    one, again, other = make(3, 4), make(3, 4), make(3, 5)
    np.testing.assert_array_equal(one[0]["cell"], again[0]["cell"])
    np.testing.assert_array_equal(one[0]["colour"], again[0]["colour"])
    assert (one[0]["cell"] != other[0]["cell"]).any()
    assert 0.4 < one[1][:, 1].mean() < 0.6


def test_targets_carry_class_and_cluster() -> None:
    np.testing.assert_array_equal(
        cell_targets(np.array([1, 0]), np.array([2, 0]), 3), [[0, 1, 0, 0, 1], [1, 0, 1, 0, 0]]
    )


def test_batches_come_in_order_and_errors_come_through() -> None:
    def make(key: int) -> int:
        time.sleep(0.002 * (key % 3))
        if key == 17:
            raise ValueError("seventeen")
        return key

    assert list(prefetch(make, range(17), threads=4)) == list(range(17))
    with pytest.raises(ValueError, match="seventeen"):
        list(prefetch(make, range(20), threads=4))


def test_not_all_batches_are_made_ahead() -> None:
    made: list[int] = []
    batches = prefetch(lambda key: made.append(key) or key, range(1000), threads=2)
    assert next(batches) == 0
    batches.close()
    assert len(made) < 10


def test_even_batches() -> None:
    assert [even_batch(count, 4) for count in (12, 9, 7, 2, 1)] == [4, 3, 1, 2, 1]
