"""One slide and its annotation to everything that training needs of them."""

from dataclasses import dataclass

import numpy as np

from h2g_training.data.annotation import read_annotation
from h2g_training.data.area_average import area_average
from h2g_training.data.choose_cells import choose_cells
from h2g_training.data.labels import kinds_of_cells, label_cells
from h2g_training.data.levels import Size, plane_size
from h2g_training.data.pictures import PictureFormat, encode_jpeg, encode_png, join_bytes
from h2g_training.data.slide_list import ListedSlide
from h2g_training.data.slide_reader import SlideReader
from h2g_training.data.stain import optical_density, stain_vectors
from h2g_training.data.tissue import MASK_PLANE_MPP, TISSUE_SHARE, cell_shares, find_tissue

PICTURE_PX = 1024


@dataclass(frozen=True)
class PrepareOptions:
    """What may differ from one prepared folder to another."""

    cells_per_slide: int = 400
    quality: int = 90
    picture: PictureFormat = "png"
    seed: int = 1


def prepare_slide(listed: ListedSlide, options: PrepareOptions) -> dict[str, np.ndarray]:
    """The arrays of a prepared slide; data/prepared.py says what each is.

    Raises:
        TrainingError: slide or annotation cannot be used.
    """
    with SlideReader(listed.slide) as slide:
        detection = slide.detection
        mask_plane = slide.plane(plane_size(slide.size, slide.mpp, MASK_PLANE_MPP))
        shares = cell_shares(find_tissue(mask_plane), detection.grid, detection.cell_um / MASK_PLANE_MPP)
        annotation = read_annotation(listed.annotation, slide.size, slide.mpp)
        cells = analysed_cells(shares)
        places = cells[:, 1], cells[:, 0]
        tumour = _tumour_shares(annotation, slide, detection.grid)[places]
        kinds = kinds_of_cells(cells, tumour, _darkness(mask_plane, slide)[places], detection.grid)
        labels = label_cells(tumour)
        rng = np.random.default_rng([options.seed, *listed.name.encode()])
        chosen = choose_cells(labels, kinds, options.cells_per_slide, rng)
        jpegs = [encode_jpeg(slide.cell(*cell), options.quality) for cell in cells[chosen].tolist()]
        picture = slide.plane((PICTURE_PX, PICTURE_PX))
        geometry = [*slide.size, detection.level, detection.cell_px, *detection.size]
        scales = [slide.mpp, detection.mpp]
    cell_bytes, cell_ends = join_bytes(jpegs)
    return {
        "geometry": np.array(geometry, np.int64),
        "scales": np.array(scales),
        "cells": cells.astype(np.int32),
        "tissue_share": shares[places].astype(np.float32),
        "tumour_share": tumour.astype(np.float32),
        "label": labels,
        "kind": kinds,
        "chosen": chosen,
        "cell_bytes": cell_bytes,
        "cell_ends": cell_ends,
        "stains": stain_vectors(mask_plane),
        "picture": np.frombuffer(_encode(picture, options), np.uint8),
        "target": np.packbits(square_target(annotation)),
    }


def analysed_cells(shares: np.ndarray) -> np.ndarray:
    """Cells that are tissue enough, n x 2 (column, row), row by row."""
    rows, columns = np.nonzero(shares >= TISSUE_SHARE)
    return np.stack([columns, rows], axis=1)


def square_target(annotation: np.ndarray) -> np.ndarray:
    """The annotation stretched to the refinement's square, as booleans."""
    percent = area_average(annotation[..., None].astype(np.uint8) * np.uint8(200), (PICTURE_PX, PICTURE_PX))
    return percent[..., 0] > 100


def _tumour_shares(annotation: np.ndarray, slide: SlideReader, grid: Size) -> np.ndarray:
    """Of each cell's part within the slide."""
    height, width = annotation.shape
    pixel_um = (slide.size[0] * slide.mpp / width + slide.size[1] * slide.mpp / height) / 2
    cell_px = slide.detection.cell_um / pixel_um
    inside = cell_shares(np.ones_like(annotation), grid, cell_px)
    return np.minimum(1.0, cell_shares(annotation, grid, cell_px) / np.maximum(inside, 1e-9))


def _darkness(mask_plane: np.ndarray, slide: SlideReader) -> np.ndarray:
    """Mean optical density by cell, rows x columns."""
    columns, rows = slide.detection.grid
    density = optical_density(mask_plane).mean(axis=-1)
    cell_px = slide.detection.cell_um / MASK_PLANE_MPP
    height, width = density.shape
    row, column = (
        np.minimum(np.arange(n) / cell_px, limit - 1).astype(int) for n, limit in ((height, rows), (width, columns))
    )
    index = row[:, None] * columns + column
    sums = np.bincount(index.ravel(), density.ravel(), columns * rows)
    counts = np.bincount(index.ravel(), minlength=columns * rows)
    return (sums / np.maximum(counts, 1)).reshape(rows, columns)


def _encode(picture: np.ndarray, options: PrepareOptions) -> bytes:
    if options.picture == "png":
        return encode_png(picture)
    return encode_jpeg(picture, options.quality)
