"""The refinement's training from a prepared folder, with a tiny network."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from h2g_training.data.prepared import PreparedFolder
from h2g_training.error import TrainingError
from h2g_training.training.load_run import beginning_refiner, load_refiner
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


def test_begins_with_the_weights_of_a_run_of_another_size(
    prepared: PreparedFolder, heatmaps: Path, tmp_path: Path, tell
) -> None:
    small = RefinerSettings(size=256, batch=2, accumulate=2, steps=2, learning_rate=0.01)
    first = train_refiner(prepared, heatmaps, small, Run(tmp_path / "small", Limits(epochs=1), tell))
    digest = beginning_refiner(tmp_path / "small", "unet", "two")
    # A step so small that it changes next to nothing.
    large = replace(small, size=512, begins_with=digest, learning_rate=1e-9, steps=1)
    run = Run(tmp_path / "large", Limits(epochs=1), tell)
    second = train_refiner(prepared, heatmaps, large, run, begin_with=tmp_path / "small")
    for one, other in zip(first.trainable_weights, second.trainable_weights, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), atol=1e-6)
    assert json.loads((tmp_path / "large" / "settings.json").read_text())["settings"]["begins_with"] == digest
    with pytest.raises(TrainingError, match="unet of the form two, but unet of the form image"):
        beginning_refiner(tmp_path / "small", "unet", "image")
