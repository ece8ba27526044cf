"""What a bundle's two networks are, as the caller says it and as bundle.json says it."""

from dataclasses import dataclass
from typing import Any, Literal

import keras

from h2g_training.networks import COUNTING_OUTPUT, RefinerForm, RefinerName

Scaling = Literal["unit", "minmax"]


@dataclass(frozen=True)
class DetectionStage:
    """A trained patch classifier. `mpp` in um/px; `threshold` is the probability from which a cell is tumour."""

    model: keras.Model
    mpp: float = 1.0
    mpp_tolerance: float = 0.1
    threshold: float = 0.5
    batch: int = 64
    half_weights: bool = False

    file = "detection.onnx"

    def describe(self, sha256: str) -> dict[str, Any]:
        """Its part of bundle.json."""
        (image,) = self.model.inputs
        return {
            "file": self.file,
            "sha256": sha256,
            "input": {"name": image.name, "layout": "NHWC", "scaling": "unit"},
            "output": {"name": self.model.output_names[0], "tumourChannel": 1},
            "patchPx": image.shape[1],
            "mpp": self.mpp,
            "mppTolerance": self.mpp_tolerance,
            "threshold": self.threshold,
            "batch": self.batch,
        }


@dataclass(frozen=True)
class RefinementStage:
    """A trained refinement network. `scaling` is how training scaled the picture of the slide: `unit` is value / 255,
    `minmax` stretches each picture to [0, 1]."""

    model: keras.Model
    name: RefinerName
    form: RefinerForm
    scaling: Scaling = "unit"
    threshold: float = 0.5
    half_weights: bool = False

    file = "refinement.onnx"

    def describe(self, sha256: str) -> dict[str, Any]:
        """Its part of bundle.json."""
        picture = {"layout": "NHWC", "scaling": self.scaling}
        inputs: dict[RefinerForm, dict[str, Any]] = {
            "two": {"image": {"name": "image", **picture}, "heatmap": {"name": "heatmap", "layout": "NHWC"}},
            "stacked": {"stacked": {"name": "input", **picture, "order": ["image", "heatmap"]}},
            "image": {"image": {"name": "image", **picture}},
        }
        return {
            "file": self.file,
            "sha256": sha256,
            "inputs": inputs[self.form],
            "output": {"name": COUNTING_OUTPUT[self.name], "tumourChannel": 1},
            "sizePx": self.model.inputs[0].shape[1],
            "threshold": self.threshold,
        }
