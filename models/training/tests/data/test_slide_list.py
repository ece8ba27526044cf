"""Errors of the list: what, where, what to do."""

from pathlib import Path

import pytest

from h2g_training.data.slide_list import read_slide_list, require_splits
from h2g_training.error import TrainingError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.svs", "a-mask.tif", "b.svs"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.svs").write_bytes(b"x")
    return tmp_path


def _listed(folder: Path, text: str) -> Path:
    path = folder / "slides.csv"
    path.write_text(text)
    return path


def test_reads_paths_from_the_lists_own_folder(folder: Path) -> None:
    slides = read_slide_list(
        _listed(folder, "split,slide,annotation,grade\ntrain,a.svs,a-mask.tif,3\ntest,b.svs,a-mask.tif,\n")
    )
    assert [(slide.name, slide.split, slide.grade) for slide in slides] == [("a", "train", "3"), ("b", "test", "")]
    assert slides[0].slide == folder / "a.svs"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("slide,split\na.svs,train\n", "no column “annotation”; its first line is “slide,split”"),
        ("slide,annotation,split\n", "names no slide"),
        ("slide,annotation,split\na.svs,a-mask.tif,dev\n", "line 2: the split is “dev”"),
        ("slide,annotation,split\nc.svs,a-mask.tif,train\n", "line 2: the slide “c.svs” is not there"),
        ("slide,annotation,split\na.svs,,train\n", "line 2: the annotation “” is not there"),
        ("slide,annotation,split\na.svs,a-mask.tif,train\nmore/a.svs,a-mask.tif,test\n", "two slides of the name “a”"),
    ],
)
def test_says_what_is_wrong_and_where(folder: Path, text: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message) as caught:
        read_slide_list(_listed(folder, text))
    assert str(folder / "slides.csv") in caught.value.message
    assert caught.value.hint


def test_training_needs_a_validation_split(folder: Path) -> None:
    path = _listed(folder, "slide,annotation,split\na.svs,a-mask.tif,train\n")
    with pytest.raises(TrainingError, match="no slide of the split “validation”"):
        require_splits(read_slide_list(path), path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"nothing\.csv cannot be read"):
        read_slide_list(tmp_path / "nothing.csv")
