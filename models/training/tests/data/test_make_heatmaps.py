"""Which slides get a heatmap."""

from pathlib import Path

import numpy as np
import pytest

from h2g_training.data import make_heatmaps
from h2g_training.data.heatmaps import heatmap_path, write_heatmap
from h2g_training.data.prepared import PreparedFolder
from h2g_training.data.slide_list import ListedSlide


def test_those_of_the_splits_that_are_asked_for_and_not_there_yet(
    prepared: PreparedFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tell
) -> None:
    monkeypatch.setattr(make_heatmaps, "side_by_side", lambda run, tasks, _workers: (run(*task) for task in tasks))
    monkeypatch.setattr(make_heatmaps, "classify_slide", lambda *_: np.zeros((5, 6)))
    listed = [ListedSlide(s.name, Path(f"{s.name}.svs"), Path("mask.tif"), s.split, "") for s in prepared.slides]
    model, folder = tmp_path / "model.onnx", tmp_path / "made"
    model.write_bytes(b"a network")

    def made(*splits: str) -> list[str]:
        make_heatmaps.classify_slides(listed, prepared, model, folder, splits=splits, workers=1, tell=tell)
        return sorted(path.stem for path in folder.glob("*.npy"))

    assert made("validation") == ["s2"]
    write_heatmap(folder, "s0", np.ones((5, 6)))
    assert made("train", "validation") == ["s0", "s1", "s2"]
    assert np.load(heatmap_path(folder, "s0")).all()
