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
# Side of the square where there is no refinement to choose it: that of the paper's.
SQUARE_PX = 1024


@dataclass(frozen=True)
class Agreement:
    """Of a prediction with the truth; 1 where there was nothing to find and nothing was found."""

    recall: float
    precision: float
    dice: float


@dataclass(frozen=True)
class Judged:
    """One slide: its cells by the classifier, its pixels by the heatmap alone and by a refinement if there is one."""

    name: str
    split: str
    cells: Agreement
    heatmap: Agreement
    refined: Agreement | None


class ExportedRefiner:
    """An exported refinement, run as the product runs it.

    Args:
        file: the ONNX file.
        output: which of its outputs counts.
    """

    def __init__(self, file: Path, output: str) -> None:
        self._session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        self._output = output
        self.size = self._session.get_inputs()[0].shape[1]

    def __call__(self, picture: np.ndarray, heatmap: np.ndarray) -> np.ndarray:
        """S x S x 3 in [0, 1] and S x S to the probability of tumour, S x S."""
        parts = {"image": picture, "heatmap": heatmap[..., None], "input": np.dstack([picture, heatmap])}
        feeds = {node.name: parts[node.name][None] for node in self._session.get_inputs()}
        return self._session.run([self._output], feeds)[0][0, ..., 1]


def judge(slides: list[PreparedSlide], heatmaps: Path, refiner: ExportedRefiner | None) -> Iterator[Judged]:
    """Compares what both stages say with the annotations.

    Args:
        slides: to judge.
        heatmaps: their folder.
        refiner: None for detection alone.
    """
    size = refiner.size if refiner else SQUARE_PX
    for slide in slides:
        grid = read_heatmap(heatmaps, slide)
        over = heatmap_over_slide(grid, slide.detection, size)
        truth = shrink(slide.target[..., None], size)[..., 0] > THRESHOLD
        refined = None
        if refiner:
            picture = shrink(slide.picture, size).astype(np.float32) / np.float32(255)
            refined = agreement(refiner(picture, over) > THRESHOLD, truth)
        yield Judged(slide.name, slide.split, _cells(slide, grid), agreement(over > THRESHOLD, truth), refined)


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
