"""Masks and GeoJSON become the same plane."""

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile

from h2g_training.data.annotation import annotation_plane, read_annotation
from h2g_training.error import TrainingError

SIZE, MPP = (4096, 3072), 1.0
SQUARE = [[1024, 1024], [2048, 1024], [2048, 2048], [1024, 2048], [1024, 1024]]
HOLE = [[1280, 1280], [1536, 1280], [1536, 1536], [1280, 1536], [1280, 1280]]


def test_the_plane_has_4_um_but_no_side_under_1024() -> None:
    assert annotation_plane((100_000, 80_000), 0.25) == (6250, 5000)
    assert min(annotation_plane(SIZE, MPP)) == 1024
    assert annotation_plane((500, 400), 1.0) == (500, 400)


def test_geojson_with_a_hole_of_the_class_tumor_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        json.dumps(
            {"type": "FeatureCollection", "features": [_feature("Tumor", [SQUARE, HOLE]), _feature("Necrosis", [HOLE])]}
        )
    )
    mask = read_annotation(path, SIZE, MPP)
    expected = (1024**2 - 256**2) / (SIZE[0] * SIZE[1])
    assert mask.mean() == pytest.approx(expected, rel=0.01)
    down, across = mask.shape[0] / SIZE[1], mask.shape[1] / SIZE[0]
    assert mask[int(1100 * down), int(1100 * across)]
    assert not mask[int(1400 * down), int(1400 * across)]


def test_a_mask_tiff_and_the_same_outline_agree(tmp_path: Path) -> None:
    truth = np.zeros((SIZE[1] // 2, SIZE[0] // 2), np.uint8)
    truth[512:1024, 512:1024] = 255
    tifffile.imwrite(tmp_path / "a.tif", truth, resolution=(5000, 5000), resolutionunit=3)
    (tmp_path / "a.geojson").write_text(json.dumps([_feature("Tumor", [SQUARE])]))
    one, two = (read_annotation(tmp_path / name, SIZE, MPP) for name in ("a.tif", "a.geojson"))
    assert one.shape == two.shape
    assert (one != two).mean() < 0.002


@pytest.mark.parametrize("resolution", [{"resolution": (10_000, 10_000), "resolutionunit": 3}, {}])
def test_a_mask_of_another_slide_is_refused(tmp_path: Path, resolution: dict) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((2000, 4096), np.uint8), **resolution)
    with pytest.raises(TrainingError, match=r"a\.tif is \d+ um high, but its slide 3072 um"):
        read_annotation(tmp_path / "a.tif", SIZE, MPP)


def test_outlines_far_outside_the_slide_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(json.dumps([_feature("Tumor", [[[0, 0], [9000, 0], [9000, 10], [0, 0]]])]))
    with pytest.raises(TrainingError, match="reaches to 9000 px"):
        read_annotation(tmp_path / "a.geojson", SIZE, MPP)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [("a.xml", "", "not a kind"), ("a.json", "{", "not GeoJSON"), ("a.tif", "x", "cannot be read")],
)
def test_other_files_are_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(TrainingError, match=message):
        read_annotation(tmp_path / name, SIZE, MPP)


def _feature(kind: str, rings: list) -> dict:
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": rings},
        "properties": {"classification": {"name": kind}},
    }
