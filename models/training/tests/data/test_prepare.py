"""Slides to a prepared folder."""

from pathlib import Path

import numpy as np
import pytest

from h2g_training.data.pictures import decode_picture
from h2g_training.data.prepare import prepare_folder
from h2g_training.data.prepare_slide import PrepareOptions, prepare_slide
from h2g_training.data.prepared import open_prepared
from h2g_training.data.product_heatmap import read_product_heatmap
from h2g_training.data.slide_list import read_slide_list
from h2g_training.error import TrainingError


def test_a_prepared_slide_has_all_that_training_needs(slide_list: Path, tmp_path: Path, lines, tell) -> None:
    prepared = prepare_folder(read_slide_list(slide_list), tmp_path / "out", PrepareOptions(), 1, tell)
    slide = open_prepared(tmp_path / "out").of("train")[0]
    assert slide.detection.grid == (5, 4)
    arrays = slide.arrays
    # The tumour covers the cells of columns 2 and 3, rows 1 and 2.
    tumour = {tuple(cell) for cell in arrays["cells"][arrays["label"] == 1].tolist()}
    assert tumour == {(2, 1), (3, 1), (2, 2), (3, 2)}
    assert (arrays["label"] == 0).sum() == len(arrays["cells"]) - 4
    place = slide.chosen.tolist().index(arrays["cells"].tolist().index([2, 1]))
    np.testing.assert_allclose(decode_picture(slide.cell_jpegs[place]).mean(axis=(0, 1)), (120, 70, 150), atol=3)
    assert slide.picture.shape == (1024, 1024, 3)
    assert slide.target.mean() == pytest.approx(512 * 512 / (1280 * 1024), rel=0.01)
    assert slide.target[512, 614] == 1
    assert len(lines) == 2
    assert len(prepared.digest) == 64


def test_a_second_call_makes_only_what_is_missing(slide_list: Path, tmp_path: Path, lines, tell) -> None:
    slides = read_slide_list(slide_list)
    first = prepare_folder(slides, tmp_path / "out", PrepareOptions(), 1, tell)
    first.slides[1].path.unlink()
    lines.clear()
    second = prepare_folder(slides, tmp_path / "out", PrepareOptions(), 1, tell)
    assert len(lines) == 1
    assert lines[0].startswith("prepare 1/1 s1")
    assert second.digest == first.digest
    assert not list((tmp_path / "out").glob(".unfinished*"))


def test_other_options_are_refused(slide_list: Path, tmp_path: Path, tell) -> None:
    slides = read_slide_list(slide_list)
    prepare_folder(slides, tmp_path / "out", PrepareOptions(), 1, tell)
    with pytest.raises(TrainingError, match="prepared with other options"):
        prepare_folder(slides, tmp_path / "out", PrepareOptions(quality=50), 1, tell)


def test_no_tumour_in_the_training_split_is_an_error(slide_list: Path, tmp_path: Path, tell) -> None:
    (tmp_path / "s0-mask.tif").unlink()
    (tmp_path / "s0.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    slide_list.write_text(slide_list.read_text().replace("s0-mask.tif", "s0.geojson"))
    with pytest.raises(TrainingError, match=r"The train split of .* has no cell of tumour"):
        prepare_folder(read_slide_list(slide_list), tmp_path / "out", PrepareOptions(), 1, tell)


def test_a_slide_that_is_none_is_an_error(slide_list: Path, tmp_path: Path) -> None:
    (tmp_path / "s0.tif").write_bytes(b"not a slide")
    with pytest.raises(TrainingError, match=r"s0\.tif cannot be read"):
        prepare_slide(read_slide_list(slide_list)[0], PrepareOptions())


def test_an_unfinished_folder_is_no_prepared_one(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"not a .finished. prepared folder"):
        open_prepared(tmp_path)


def test_a_missing_product_heatmap_says_which_command_makes_it(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="cannot be read") as caught:
        read_product_heatmap(tmp_path, "s1")
    assert "h2g run s1" in caught.value.hint
