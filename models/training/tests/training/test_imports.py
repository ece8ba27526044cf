"""A GPU machine has neither TensorFlow nor OpenSlide nor the ONNX tools: training must do without."""

import subprocess
import sys

ABSENT = ("tensorflow", "tf2onnx", "openslide", "onnx", "onnxruntime", "tifffile")

# Keras may import its own backend; what this package imports itself is refused.
CODE = """
import importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {absent!r}:
            return None
        frame = sys._getframe(1)
        while frame.f_globals["__name__"].startswith(("importlib", "_frozen_importlib")):
            frame = frame.f_back
        if frame.f_globals["__name__"].startswith("h2g_training"):
            raise ModuleNotFoundError(f"{{frame.f_globals['__name__']}} imports {{name}}")

sys.meta_path.insert(0, Absent())
import h2g_training.__main__, h2g_training.training.train_classifier, h2g_training.training.train_refiner
import h2g_training.training.load_run, h2g_training.commands.train, h2g_training.data.heatmaps
h2g_training.__main__.build_parser()
{more}
"""


def _run(more: str = "") -> subprocess.CompletedProcess[str]:
    code = CODE.format(absent=set(ABSENT), more=more)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_training_imports_neither_tensorflow_nor_openslide() -> None:
    done = _run()
    assert done.returncode == 0, done.stderr


def test_this_test_would_notice() -> None:
    done = _run("import h2g_training.data.slide_reader")
    assert "h2g_training.data.slide_reader imports openslide" in done.stderr
