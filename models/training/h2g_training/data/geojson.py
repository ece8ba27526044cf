"""QuPath's GeoJSON: polygons in pixels of level 0, of which those of the class "Tumor" count."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from h2g_training.data.levels import Size
from h2g_training.error import TrainingError

CLASSES = {"tumor", "tumour"}
# Points may lie outside the slide by this share of its sides: people draw over the edge.
OVERHANG = 0.1

Ring = list[tuple[float, float]]


def read_geojson(path: Path, slide_size: Size, _mpp: float, target: Size) -> np.ndarray:
    """Tumour over the slide at `target` size, as booleans.

    Raises:
        TrainingError: not GeoJSON, or outlines far outside the slide.
    """
    try:
        polygons = list(_polygons(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(
            f"The annotation {path} is not GeoJSON: {error}.", "Export it from QuPath again."
        ) from error
    _check_inside(path, polygons, slide_size)
    mask = np.zeros((target[1], target[0]), bool)
    scale = target[0] / slide_size[0], target[1] / slide_size[1]
    for rings in polygons:
        _draw([[(x * scale[0] - 0.5, y * scale[1] - 0.5) for x, y in ring] for ring in rings], mask)
    return mask


def _polygons(document: dict | list) -> Iterator[list[Ring]]:
    """Each polygon as its outline and holes; QuPath writes a collection, a list or one feature."""
    features = document if isinstance(document, list) else document.get("features", [document])
    for feature in features:
        name = ((feature.get("properties") or {}).get("classification") or {}).get("name", "")
        if name.lower() not in CLASSES:
            continue
        geometry = feature["geometry"]
        kinds = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}
        for rings in kinds.get(geometry["type"], []):
            yield [[(float(x), float(y)) for x, y, *_ in ring] for ring in rings]


def _check_inside(path: Path, polygons: list[list[Ring]], size: Size) -> None:
    for axis, side in enumerate(("right", "bottom")):
        reach = max((point[axis] for rings in polygons for ring in rings for point in ring), default=0.0)
        if reach > size[axis] * (1 + OVERHANG):
            raise TrainingError(
                f"The annotation {path} reaches to {reach:.0f} px at the {side}, its slide to {size[axis]} px.",
                "Coordinates must be pixels of the full-size picture of this slide.",
            )


def _draw(rings: list[Ring], mask: np.ndarray) -> None:
    """Adds a polygon with holes; only its own rectangle is touched, since a slide has thousands of polygons."""
    height, width = mask.shape
    xs, ys = zip(*rings[0], strict=True)
    left, top = max(0, int(min(xs))), max(0, int(min(ys)))
    right, bottom = min(width, int(max(xs)) + 2), min(height, int(max(ys)) + 2)
    if left >= right or top >= bottom:
        return
    canvas = Image.new("1", (right - left, bottom - top))
    draw = ImageDraw.Draw(canvas)
    for ring, value in zip(rings, [1] + [0] * len(rings), strict=False):
        draw.polygon([(x - left, y - top) for x, y in ring], fill=value)
    mask[top:bottom, left:right] |= np.asarray(canvas, bool)
