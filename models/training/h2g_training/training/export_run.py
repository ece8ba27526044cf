"""The ONNX file of a run, in its folder; made again when the weights have changed."""

from collections.abc import Callable
from pathlib import Path

import keras

from h2g_training.export import export_onnx
from h2g_training.training.load_run import load_classifier, load_refiner


def exported_classifier(run: Path) -> Path:
    """Raises TrainingError where the run has no weights yet."""
    return _exported(run, "classifier.onnx", load_classifier)


def exported_refiner(run: Path) -> Path:
    """Its weights are stored as FP16, which halves the file; raises TrainingError where there are none yet."""
    return _exported(run, "refinement.onnx", load_refiner, half_weights=True)


def _exported(run: Path, name: str, load: Callable[[Path], keras.Model], *, half_weights: bool = False) -> Path:
    path, weights = run / name, run / "best.weights.h5"
    if not path.is_file() or not weights.is_file() or path.stat().st_mtime_ns < weights.stat().st_mtime_ns:
        keras.mixed_precision.set_global_policy("float32")
        export_onnx(load(run), path, half_weights=half_weights)
    return path
