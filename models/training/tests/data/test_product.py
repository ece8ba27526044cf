"""The trainer's inputs are the product's: the same slide read by both, by the product's own code."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from h2g_training.data.bilinear import heatmap_over_slide
from h2g_training.data.levels import plane_size
from h2g_training.data.slide_reader import SlideReader
from h2g_training.data.tissue import MASK_PLANE_MPP, cell_shares, find_tissue

REPOSITORY = Path(__file__).parents[4]
TSX = REPOSITORY / "node_modules" / "tsx" / "dist" / "cli.mjs"
# Two JPEG decoders may differ by this much in a pixel, and averages by less.
DECODER_LEVELS = 2

pytestmark = pytest.mark.skipif(
    not TSX.exists() or shutil.which("node") is None, reason="the product is not installed (npm ci)"
)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("product")
    script = REPOSITORY / "test" / "fixtures" / "product-numbers.ts"
    subprocess.run(["node", TSX, script, folder], check=True, cwd=REPOSITORY)
    return folder


@pytest.fixture(scope="module")
def slide(product: Path) -> SlideReader:
    return SlideReader(product / "slide.tif")


@pytest.fixture(scope="module")
def plan(product: Path) -> dict:
    return json.loads((product / "plan.json").read_text())


def test_scale_level_and_grid(slide: SlideReader, plan: dict) -> None:
    found = slide.detection
    assert slide.mpp == pytest.approx(plan["mpp"], rel=1e-12)
    assert (found.level, found.cell_px) == (plan["detection"]["level"], plan["detection"]["cellPx"])
    assert found.mpp == pytest.approx(plan["detection"]["levelMpp"], rel=1e-12)
    assert found.grid == (plan["grid"]["columns"], plan["grid"]["rows"])


def test_pictures_of_the_whole_slide(slide: SlideReader, product: Path) -> None:
    for name, size in (("mask-plane", plane_size(slide.size, slide.mpp, MASK_PLANE_MPP)), ("picture", (1024, 1024))):
        theirs = _raw(product, name, (size[1], size[0], 3))
        assert _difference(slide.plane(size), theirs) <= DECODER_LEVELS


def test_a_patch(slide: SlideReader, product: Path) -> None:
    assert _difference(slide.cell(1, 2), _raw(product, "patch", (256, 256, 3))) <= DECODER_LEVELS


def test_tissue_and_cell_shares_from_the_same_plane_are_equal(slide: SlideReader, product: Path, plan: dict) -> None:
    width, height = plane_size(slide.size, slide.mpp, MASK_PLANE_MPP)
    tissue = find_tissue(_raw(product, "mask-plane", (height, width, 3)))
    np.testing.assert_array_equal(tissue, _raw(product, "tissue", (height, width)) == 1)
    shares = cell_shares(tissue, slide.detection.grid, slide.detection.cell_um / MASK_PLANE_MPP)
    np.testing.assert_allclose(shares.ravel(), plan["shares"], rtol=1e-12)


def test_analysed_cells_of_the_trainers_own_plane_are_the_products(slide: SlideReader, plan: dict) -> None:
    tissue = find_tissue(slide.plane(plane_size(slide.size, slide.mpp, MASK_PLANE_MPP)))
    shares = cell_shares(tissue, slide.detection.grid, slide.detection.cell_um / MASK_PLANE_MPP)
    np.testing.assert_array_equal(shares.ravel() >= 0.5, np.array(plan["shares"]) >= 0.5)


def test_the_heatmap_over_the_slide_is_equal(slide: SlideReader, product: Path) -> None:
    columns, rows = slide.detection.grid
    heatmap = (np.arange(columns * rows) * 37 % 101 / 100).astype(np.float32).reshape(rows, columns)
    theirs = np.fromfile(product / "over.raw", np.float32).reshape(1024, 1024)
    np.testing.assert_array_equal(heatmap_over_slide(heatmap, slide.detection, 1024), theirs)


def _raw(folder: Path, name: str, shape: tuple[int, ...]) -> np.ndarray:
    return np.fromfile(folder / f"{name}.raw", np.uint8).reshape(shape)


def _difference(ours: np.ndarray, theirs: np.ndarray) -> int:
    return int(np.abs(ours.astype(int) - theirs.astype(int)).max())
