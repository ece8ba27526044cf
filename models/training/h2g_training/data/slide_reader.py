"""Pixels of a slide through OpenSlide, in the product's terms: levels, planes and cells."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openslide

from h2g_training.data.area_average import area_average, average_strips
from h2g_training.data.levels import (
    PATCH_PX,
    DetectionLevel,
    Size,
    choose_detection_level,
    coarsest_level_covering,
)
from h2g_training.data.scale import slide_mpp
from h2g_training.error import TrainingError

# Pixels decoded at once: 64 MB of RGBA.
STRIP_PIXELS = 16 * 1024 * 1024


class SlideReader:
    """An open slide.

    Raises:
        TrainingError: OpenSlide cannot read it, or it has no usable scale.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.path = path
        try:
            self._slide = openslide.OpenSlide(path)
        except openslide.OpenSlideError as error:
            raise _unreadable(path, error) from error
        self.mpp = slide_mpp(self._slide.properties, str(path))
        self.sizes: list[Size] = list(self._slide.level_dimensions)
        self.detection: DetectionLevel = choose_detection_level(self.sizes, self.mpp, str(path))

    def __enter__(self) -> "SlideReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._slide.close()

    @property
    def size(self) -> Size:
        return self.sizes[0]

    def plane(self, size: Size) -> np.ndarray:
        """The whole slide area-averaged to `size`, from the coarsest level that is as large; uint8 RGB."""
        level = coarsest_level_covering(self.sizes, size)
        return average_strips(self._strips(level), self.sizes[level], size)

    def cell(self, column: int, row: int) -> np.ndarray:
        """A patch as the classifier sees it: 256 x 256 x 3, uint8; outside the slide is white."""
        found = self.detection
        x, y = column * found.cell_px, row * found.cell_px
        width, height = min(found.cell_px, found.size[0] - x), min(found.cell_px, found.size[1] - y)
        pixels = np.full((found.cell_px, found.cell_px, 3), 255, np.uint8)
        pixels[:height, :width] = self._read(found.level, (x, y), (width, height))
        return area_average(pixels, (PATCH_PX, PATCH_PX))

    def _strips(self, level: int) -> Iterator[np.ndarray]:
        width, height = self.sizes[level]
        rows = max(1, STRIP_PIXELS // width)
        for top in range(0, height, rows):
            yield self._read(level, (0, top), (width, min(rows, height - top)))

    def _read(self, level: int, place: tuple[int, int], size: Size) -> np.ndarray:
        """A region by its place on its own level."""
        # OpenSlide wants the place in pixels of level 0, which it divides by its own ratio.
        ratio = self._slide.level_downsamples[level]
        origin = round(place[0] * ratio), round(place[1] * ratio)
        try:
            region = self._slide.read_region(origin, level, size)
        except openslide.OpenSlideError as error:
            raise _unreadable(self.path, error) from error
        return _on_white(np.asarray(region))


def _on_white(rgba: np.ndarray) -> np.ndarray:
    """What was never scanned is transparent, and glass in every later step."""
    alpha = rgba[..., 3:]
    if alpha.min() == 255:
        return rgba[..., :3]
    return np.where(alpha == 0, np.uint8(255), rgba[..., :3])


def _unreadable(path: Path, error: Exception) -> TrainingError:
    return TrainingError(f"{path} cannot be read: {error}.", "Check that the file is whole and a kind OpenSlide reads.")
