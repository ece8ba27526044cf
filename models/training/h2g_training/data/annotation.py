"""Where a pathologist marked tumour, as a plane over the whole slide."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from h2g_training.data.geojson import read_geojson
from h2g_training.data.levels import Size, plane_size
from h2g_training.data.mask_tiff import read_mask_tiff
from h2g_training.error import TrainingError

# um/px: 64 x 64 pixels a cell of 256 um, and the plane on which the product gives its mask.
ANNOTATION_MPP = 4.0
# Small slides get a finer plane, so that the refinement's target is never enlarged.
LEAST_SIDE_PX = 1024

Reader = Callable[[Path, Size, float, Size], np.ndarray]
READERS: dict[str, Reader] = {
    ".tif": read_mask_tiff,
    ".tiff": read_mask_tiff,
    ".geojson": read_geojson,
    ".json": read_geojson,
}


def read_annotation(path: Path, slide_size: Size, mpp: float) -> np.ndarray:
    """Tumour as booleans, height x width, stretched over the slide.

    Args:
        path: a mask TIFF (0 is not tumour) or QuPath's GeoJSON with the class "Tumor".
        slide_size: of level 0, in pixels.
        mpp: um/px of level 0.

    Raises:
        TrainingError: another kind of file, an unreadable one, or one of another size than the slide.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise TrainingError(f"{path} is not a kind of annotation that is known.", f"Known are {', '.join(READERS)}.")
    return reader(path, slide_size, mpp, annotation_plane(slide_size, mpp))


def annotation_plane(slide_size: Size, mpp: float) -> Size:
    """Size of the plane on which annotations are held."""
    finest = min(ANNOTATION_MPP, *(side * mpp / LEAST_SIDE_PX for side in slide_size))
    return plane_size(slide_size, mpp, max(finest, mpp))
