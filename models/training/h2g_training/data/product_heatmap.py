"""Heatmaps that the product wrote: heatmap.tif, one pixel a cell, with the cells' status on a second page."""

from pathlib import Path

import numpy as np
import tifffile

from h2g_training.error import TrainingError

FILE = "heatmap.tif"
FAILED = 2


def read_product_heatmap(results: Path, name: str) -> np.ndarray:
    """Of the slide of this name, rows x columns.

    Args:
        results: the folder that was given to h2g as --out.
        name: the slide's name without its extension.

    Raises:
        TrainingError: missing, unreadable, or with cells that failed: a hole is no probability.
    """
    path = results / name / FILE
    try:
        with tifffile.TiffFile(path) as file:
            heatmap, status = (page.asarray() for page in file.pages[:2])
    except (OSError, tifffile.TiffFileError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read: {error}.", f"Run h2g run {name} with --out {results}.") from error
    failed = int((status == FAILED).sum())
    if failed:
        raise TrainingError(f"{failed} cells of {path} failed.", "Run the slide again, or leave it out.")
    return heatmap.astype(np.float32)
