"""The classifier over all analysed cells of a slide, as the product runs it: ONNX Runtime, one patch a call."""

from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime

from h2g_training.data.prepared import PreparedSlide
from h2g_training.data.slide_reader import SlideReader
from h2g_training.error import TrainingError


def classify_slide(slide_path: Path, prepared: PreparedSlide, model: Path) -> np.ndarray:
    """The heatmap, rows x columns, float32; cells that are not analysed are 0.

    Args:
        slide_path: of the slide.
        prepared: the same slide, whose cells are taken.
        model: the exported classifier.

    Raises:
        TrainingError: the slide is not the one that was prepared.
    """
    session = _session(str(model))
    name = session.get_inputs()[0].name
    with SlideReader(slide_path) as slide:
        if slide.detection != prepared.detection:
            raise TrainingError(f"{slide_path} is not the slide that was prepared.", "Prepare the slides again.")
        columns, rows = slide.detection.grid
        heatmap = np.zeros((rows, columns), np.float32)
        for column, row in prepared.arrays["cells"].tolist():
            patch = slide.cell(column, row)[None].astype(np.float32) / np.float32(255)
            heatmap[row, column] = session.run(None, {name: patch})[0][0, 1]
    return heatmap


@cache
def _session(model: str) -> onnxruntime.InferenceSession:
    """One thread: several slides at once are faster than one slide on several threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
