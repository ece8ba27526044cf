"""How good both stages are on slides of a split, on the refinement's square; `h2g evaluate` measures at 1 um/px."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from h2g_training.data.bilinear import heatmap_over_slide
from h2g_training.data.heatmaps import read_heatmap
from h2g_training.data.labels import AMBIGUOUS, TUMOUR
from h2g_training.data.prepared import PreparedSlide
from h2g_training.data.shrink import shrink

THRESHOLD = 0.5


@dataclass(frozen=True)
class Agreement:
    """Of a prediction with the truth; 1 where there was nothing to find and nothing was found."""

    recall: float
    precision: float
    dice: float


@dataclass(frozen=True)
class Judged:
    """One slide: its cells by the classifier, its pixels by the heatmap alone and by the refinement."""

    name: str
    split: str
    cells: Agreement
    heatmap: Agreement
    refined: Agreement


def judge(slides: list[PreparedSlide], heatmaps: Path, refiner: Path, output: str) -> Iterator[Judged]:
    """Runs the exported refinement as the product does.

    Args:
        slides: to judge.
        heatmaps: their folder.
        refiner: the ONNX file.
        output: which of its outputs counts.
    """
    session = onnxruntime.InferenceSession(refiner, providers=["CPUExecutionProvider"])
    size = session.get_inputs()[0].shape[1]
    for slide in slides:
        grid = read_heatmap(heatmaps, slide)
        over = heatmap_over_slide(grid, slide.detection, size)
        picture = shrink(slide.picture, size).astype(np.float32) / np.float32(255)
        truth = shrink(slide.target[..., None], size)[..., 0] > THRESHOLD
        probability = session.run([output], _feeds(session, picture, over))[0][0, ..., 1]
        yield Judged(
            slide.name,
            slide.split,
            _cells(slide, grid),
            agreement(over > THRESHOLD, truth),
            agreement(probability > THRESHOLD, truth),
        )


def agreement(predicted: np.ndarray, truth: np.ndarray) -> Agreement:
    """Of two masks."""
    both, found, there = (int(np.count_nonzero(mask)) for mask in (predicted & truth, predicted, truth))
    dice = 2 * both / (found + there) if found + there else 1.0
    return Agreement(both / there if there else 1.0, both / found if found else float(not there), dice)


def _cells(slide: PreparedSlide, grid: np.ndarray) -> Agreement:
    columns, rows = slide.arrays["cells"].T
    label = slide.arrays["label"]
    known = label != AMBIGUOUS
    return agreement(grid[rows, columns][known] >= THRESHOLD, label[known] == TUMOUR)


def _feeds(session: onnxruntime.InferenceSession, picture: np.ndarray, heatmap: np.ndarray) -> dict[str, np.ndarray]:
    parts = {"image": picture, "heatmap": heatmap[..., None], "input": np.dstack([picture, heatmap])}
    return {node.name: parts[node.name][None] for node in session.get_inputs()}
