"""Labels, tissue classes, which cells are kept, and exact averages."""

import numpy as np
import pytest

from h2g_training.data.area_average import area_average, average_strips
from h2g_training.data.choose_cells import choose_cells
from h2g_training.data.labels import BESIDE, DARK, EDGE, INNER, PALE, kinds_of_cells, label_cells
from h2g_training.data.levels import choose_detection_level
from h2g_training.data.scale import slide_mpp
from h2g_training.data.stain import DEFAULT_STAINS, stain_vectors
from h2g_training.data.tissue import cell_shares, find_tissue
from h2g_training.error import TrainingError


def test_labels_leave_out_what_is_neither() -> None:
    assert label_cells(np.array([0, 0.1, 0.3, 0.5, 1])).tolist() == [0, 0, -1, 1, 1]


def test_kinds() -> None:
    cells = np.array([[0, 0], [1, 0], [2, 0], [4, 0], [5, 0], [4, 2]])
    share = np.array([1.0, 0.6, 0.0, 0.0, 0.0, 0.0])
    darkness = np.array([1, 1, 0.2, 0.5, 0.1, 0.3])
    assert kinds_of_cells(cells, share, darkness, (6, 3)).tolist() == [INNER, EDGE, BESIDE, DARK, PALE, DARK]


def test_few_cells_of_a_rare_kind_are_all_kept() -> None:
    labels = np.array([0] * 100 + [1] * 100 + [-1] * 50)
    kinds = np.array([PALE] * 97 + [BESIDE] * 3 + [INNER] * 100 + [PALE] * 50)
    chosen = choose_cells(labels, kinds, 40, np.random.default_rng(1))
    assert len(chosen) == 40
    assert (labels[chosen] == 1).sum() == 20
    assert (kinds[chosen] == BESIDE).sum() == 3
    assert (labels[chosen] >= 0).all()


def test_what_one_class_leaves_goes_to_the_other() -> None:
    labels = np.array([0] * 100 + [1] * 5)
    assert len(choose_cells(labels, labels, 40, np.random.default_rng(1))) == 40


def test_two_to_one_is_the_mean_rounded_half_up() -> None:
    image = np.array([[0, 1], [1, 0]], np.uint8)[..., None].repeat(3, axis=2)
    assert area_average(image, (1, 1))[0, 0, 0] == 1
    assert average_strips([image[:1], image[1:]], (2, 2), (1, 1))[0, 0, 0] == 1


def test_parts_of_pixels_count_as_parts() -> None:
    row = np.array([[0, 90, 210]], np.uint8)[..., None]
    assert area_average(row, (2, 1))[..., 0].tolist() == [[30, 170]]


def test_strips_give_what_the_whole_gives() -> None:
    image = np.random.default_rng(1).integers(0, 256, (101, 77, 3), dtype=np.uint8)
    strips = average_strips((image[top : top + 7] for top in range(0, 101, 7)), (77, 101), (13, 40))
    np.testing.assert_array_equal(strips, area_average(image, (13, 40)))


def test_a_hole_in_tissue_is_closed_and_black_is_none() -> None:
    image = np.full((40, 40, 3), 255, np.uint8)
    image[:, 10:30] = (150, 80, 150)
    image[18:22, 18:22] = 255
    image[:, 36:] = 0
    tissue = find_tissue(image)
    assert tissue[:, 10:30].all()
    assert not tissue[:, :10].any()
    assert not tissue[:, 36:].any()


def test_shares_count_what_lies_outside_as_glass() -> None:
    shares = cell_shares(np.ones((48, 40), bool), (2, 2), 32.0)
    np.testing.assert_allclose(shares, [[1, 0.25], [0.5, 0.125]])


def test_level_choice_of_the_design() -> None:
    assert choose_detection_level([(2220, 2967)], 0.499, "x").cell_px == 513
    averaged = choose_detection_level([(8000, 8000), (4000, 4000)], 0.26, "x")
    assert (averaged.level, averaged.cell_px) == (1, 492)
    near = choose_detection_level([(8000, 8000), (4000, 4000), (2000, 2000)], 0.26, "x")
    assert (near.level, near.cell_px) == (2, 256)
    with pytest.raises(TrainingError, match="finest level has 2 um/px"):
        choose_detection_level([(100, 100)], 2.0, "x")


def test_scale_is_stated_or_assumed_or_refused() -> None:
    assert slide_mpp({"openslide.mpp-x": "0.25", "openslide.mpp-y": "0.2501"}, "x") == pytest.approx(0.25005)
    assert slide_mpp({"openslide.objective-power": "20"}, "x") == 0.5
    with pytest.raises(TrainingError, match="does not say how large"):
        slide_mpp({}, "x")
    with pytest.raises(TrainingError, match=r"0\.25 um wide and 0\.3 um high"):
        slide_mpp({"openslide.mpp-x": "0.25", "openslide.mpp-y": "0.3"}, "x")


def test_stains_are_found_again() -> None:
    rng = np.random.default_rng(1)
    amounts = rng.uniform(0.0, 1.5, (20_000, 2)) * rng.permuted(np.tile([1, 0.05], (20_000, 1)), axis=1)
    image = (256 * np.exp(-(amounts + 0.15) @ DEFAULT_STAINS) - 1).clip(0, 255).astype(np.uint8).reshape(100, 200, 3)
    found = stain_vectors(image)
    cosines = (found * DEFAULT_STAINS / np.linalg.norm(DEFAULT_STAINS, axis=1, keepdims=True)).sum(axis=1)
    assert cosines.min() > 0.97
    np.testing.assert_array_equal(stain_vectors(np.full((50, 50, 3), 255, np.uint8)), DEFAULT_STAINS)
