"""Masks as TIFF: 8 bit, 0 is not tumour, possibly a pyramid, in register with the slide."""

from pathlib import Path

import numpy as np
import tifffile

from h2g_training.data.area_average import area_average
from h2g_training.data.levels import Size, coarsest_level_covering
from h2g_training.error import TrainingError

# Sides of mask and slide may differ by this share, or by two of the mask's pixels, whichever is more.
SIDE_TOLERANCE = 0.01
UM_PER_UNIT = {2: 25_400.0, 3: 10_000.0}


def read_mask_tiff(path: Path, slide_size: Size, mpp: float, target: Size) -> np.ndarray:
    """Tumour over the slide at `target` size, as booleans.

    Raises:
        TrainingError: unreadable, several channels, or another physical size than the slide.
    """
    try:
        with tifffile.TiffFile(path) as file:
            levels = file.series[0].levels
            _check_size(path, file.pages[0], slide_size, mpp)
            sizes = [(level.shape[1], level.shape[0]) for level in levels]
            mask = levels[coarsest_level_covering(sizes, target)].asarray()
    except (tifffile.TiffFileError, OSError, ValueError, IndexError) as error:
        raise TrainingError(f"The mask {path} cannot be read: {error}.", "Give an 8 bit TIFF, 0 and 1.") from error
    if mask.ndim != 2:
        raise TrainingError(f"The mask {path} has the shape {mask.shape}.", "Give one channel of 8 bit, 0 and 1.")
    percent = area_average((mask > 0).astype(np.uint8)[..., None] * np.uint8(200), target)
    return percent[..., 0] > 100


def _check_size(path: Path, page: tifffile.TiffPage, slide_size: Size, mpp: float) -> None:
    """By the resolution tags; without them (ImageJ and others write none) only the shape can be compared."""
    size = page.shape[1], page.shape[0]
    pixel_um = _pixel_um(page) or (slide_size[0] * mpp / size[0],) * 2
    for axis, side in enumerate(("wide", "high")):
        mask_um, slide_um = size[axis] * pixel_um[axis], slide_size[axis] * mpp
        if abs(mask_um - slide_um) > max(SIDE_TOLERANCE * slide_um, 2 * pixel_um[axis]):
            raise TrainingError(
                f"The mask {path} is {mask_um:.0f} um {side}, but its slide {slide_um:.0f} um.",
                "Check that it belongs to this slide, and its resolution tags.",
            )


def _pixel_um(page: tifffile.TiffPage) -> tuple[float, float] | None:
    unit = UM_PER_UNIT.get(int(page.tags.valueof("ResolutionUnit", default=0)))
    if unit is None or "XResolution" not in page.tags or "YResolution" not in page.tags:
        return None
    (x, x_of), (y, y_of) = page.tags["XResolution"].value, page.tags["YResolution"].value
    # 1/1 is what writers put that know no resolution.
    return None if x * y == 0 or x == x_of else (unit * x_of / x, unit * y_of / y)
