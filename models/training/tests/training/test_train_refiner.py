"""The refinement's training from a prepared folder, with a tiny network."""

import json
from pathlib import Path

import numpy as np
import pytest

from h2g_training.data.prepared import PreparedFolder
from h2g_training.training.load_run import load_refiner
from h2g_training.training.settings import Limits, RefinerSettings, Run
from h2g_training.training.train_refiner import train_refiner

pytestmark = pytest.mark.usefixtures("tiny_networks")


@pytest.mark.parametrize(
    ("network", "form"), [("unet", "two"), ("unet", "stacked"), ("unet", "image"), ("agu_net", "two")]
)
def test_learns_the_mask_in_each_form(  # noqa: PLR0913, PLR0917
    network, form, prepared: PreparedFolder, heatmaps: Path, tmp_path: Path, tell
) -> None:
    settings = RefinerSettings(network=network, form=form, size=256, batch=2, accumulate=4, steps=8, learning_rate=0.03)
    maps = None if form == "image" else heatmaps
    train_refiner(prepared, maps, settings, Run(tmp_path / "run", Limits(epochs=8), tell))
    history = json.loads((tmp_path / "run" / "state.json").read_text())["history"]
    measure = "val_dice" if network == "unet" else "val_output_1_dice"
    assert min(row["val_loss"] for row in history[1:]) < history[0]["val_loss"]
    assert max(row[measure] for row in history) > 0.8
    inputs = [np.zeros((1, *tensor.shape[1:]), np.float32) for tensor in load_refiner(tmp_path / "run").inputs]
    assert inputs


def test_a_resumed_run_goes_on(prepared: PreparedFolder, heatmaps: Path, tmp_path: Path, tell) -> None:
    settings = RefinerSettings(size=256, batch=2, accumulate=4, steps=2)
    for epochs in (1, 3):
        train_refiner(prepared, heatmaps, settings, Run(tmp_path / "run", Limits(epochs=epochs), tell))
    state = json.loads((tmp_path / "run" / "state.json").read_text())
    assert [row["epoch"] for row in state["history"]] == [1, 2, 3]
