"""A folder of heatmaps: heatmaps.json and a .npy a slide, one float32 a cell, 0 where a cell is not analysed."""

import hashlib
import json
from pathlib import Path

import numpy as np

from h2g_training.data.prepared import PreparedSlide
from h2g_training.data.whole_files import write_text, write_whole
from h2g_training.error import TrainingError

INDEX = "heatmaps.json"


def write_heatmap(folder: Path, name: str, heatmap: np.ndarray) -> None:
    """Stores one, rows x columns; whole or not at all."""
    write_whole(heatmap_path(folder, name), lambda path: np.save(path, heatmap.astype(np.float32)))


def heatmap_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.npy"


def read_heatmap(folder: Path, slide: PreparedSlide) -> np.ndarray:
    """Rows x columns.

    Raises:
        TrainingError: it is missing, or of another grid than the prepared slide.
    """
    path = heatmap_path(folder, slide.name)
    try:
        heatmap = np.load(path)
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"The heatmap of {slide.name} cannot be read from {path}.",
            "Make the heatmaps with: python -m h2g_training heatmaps",
        ) from error
    columns, rows = slide.detection.grid
    if heatmap.shape != (rows, columns):
        raise TrainingError(
            f"{path} has {heatmap.shape[1]} x {heatmap.shape[0]} cells, its slide {columns} x {rows}.",
            "Make heatmaps and prepared folder from the same slides.",
        )
    return heatmap


def heatmaps_digest(folder: Path, slides: list[PreparedSlide]) -> str:
    """Of all heatmaps of these slides: what a refinement run depends on."""
    digest = hashlib.sha256()
    for slide in slides:
        digest.update(slide.name.encode())
        digest.update(read_heatmap(folder, slide).tobytes())
    return digest.hexdigest()


def read_facts(folder: Path) -> dict[str, str]:
    """Where its heatmaps come from; empty where that was not written down.

    Raises:
        TrainingError: it cannot be read.
    """
    path = folder / INDEX
    if not path.exists():
        return {}
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read.", "Remove the folder and make the heatmaps again.") from error


def claim_folder(folder: Path, facts: dict[str, str]) -> None:
    """Makes the folder and writes down where its heatmaps come from.

    Raises:
        TrainingError: it holds heatmaps of other facts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / INDEX, json.dumps(facts, indent=2) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise TrainingError(
            f"{folder} holds heatmaps of another classifier or other slides ({path.name}).",
            "Give another folder with --out.",
        )
    write_text(path, text)
