"""The classifier's training from a prepared folder, with a tiny network."""

import csv
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from h2g_training.data.prepared import PreparedFolder
from h2g_training.error import TrainingError
from h2g_training.training.load_run import beginning_classifier, load_classifier
from h2g_training.training.settings import ClassifierSettings, Limits, Run
from h2g_training.training.train_classifier import train_classifier

pytestmark = pytest.mark.usefixtures("tiny_networks")
SETTINGS = ClassifierSettings(batch=8, steps=6, validation_cells=16, learning_rate=0.02)


def test_learns_to_tell_purple_from_pink(prepared: PreparedFolder, tmp_path: Path, lines, tell) -> None:
    network = train_classifier(prepared, SETTINGS, Run(tmp_path / "run", Limits(epochs=12), tell))
    rows = _history(tmp_path / "run")
    assert float(rows[-1]["val_accuracy"]) == 1.0
    assert float(rows[-1]["val_loss"]) < float(rows[0]["val_loss"])
    assert {path.name for path in (tmp_path / "run").iterdir()} >= {"settings.json", "curves.png", "best.weights.h5"}
    assert sum(line.startswith("epoch ") for line in lines) == len(rows)
    purple = np.full((1, 256, 256, 3), (120, 70, 150), np.float32) / 255
    assert np.asarray(network(purple))[0, 1] > 0.5
    np.testing.assert_allclose(
        np.asarray(load_classifier(tmp_path / "run")(purple)), np.asarray(network(purple)), atol=1e-6
    )


def test_a_resumed_run_goes_on_as_if_it_had_not_stopped(prepared: PreparedFolder, tmp_path: Path, lines, tell) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    settings = ClassifierSettings(batch=8, steps=3, validation_cells=16, dropout=0.0)
    train_classifier(prepared, settings, Run(whole, Limits(epochs=4), tell))
    train_classifier(prepared, settings, Run(parts, Limits(epochs=2), tell))
    train_classifier(prepared, settings, Run(parts, Limits(epochs=4), tell))
    assert "going on after epoch 2" in "\n".join(lines)
    one, two = _history(whole), _history(parts)
    assert [row["epoch"] for row in two] == ["1", "2", "3", "4"]
    for a, b in zip(one, two, strict=True):
        assert float(a["loss"]) == pytest.approx(float(b["loss"]), rel=1e-4)
        assert float(a["val_loss"]) == pytest.approx(float(b["val_loss"]), rel=1e-4)


def test_clusters_come_from_a_trained_classifier(prepared: PreparedFolder, tmp_path: Path, tell) -> None:
    train_classifier(prepared, SETTINGS, Run(tmp_path / "teacher", Limits(epochs=2), tell))
    teacher = load_classifier(tmp_path / "teacher")
    settings = ClassifierSettings(batch=8, steps=6, validation_cells=16, learning_rate=0.02, clusters=3)
    train_classifier(prepared, settings, Run(tmp_path / "km", Limits(epochs=8), tell), teacher=teacher)
    assert float(_history(tmp_path / "km")[-1]["val_accuracy"]) == 1.0


def test_begins_with_what_was_learnt_from_parts_of_cells(prepared: PreparedFolder, tmp_path: Path, tell) -> None:
    parts = replace(SETTINGS, side=128)
    first = train_classifier(prepared, parts, Run(tmp_path / "parts", Limits(epochs=12), tell))
    assert first.input.shape == (None, 128, 128, 3)
    assert float(_history(tmp_path / "parts")[-1]["val_accuracy"]) == 1.0
    digest = beginning_classifier(tmp_path / "parts", "mobilenet_v2")
    # A step so small that it changes next to nothing.
    whole = replace(SETTINGS, begins_with=digest, learning_rate=1e-9, steps=1)
    run = Run(tmp_path / "whole", Limits(epochs=1), tell)
    second = train_classifier(prepared, whole, run, begin_with=tmp_path / "parts")
    assert second.input.shape == (None, 256, 256, 3)
    for one, other in zip(first.trainable_weights, second.trainable_weights, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), atol=1e-6)
    assert json.loads((tmp_path / "whole" / "settings.json").read_text())["settings"]["begins_with"] == digest
    with pytest.raises(TrainingError, match="holds mobilenet_v2, but inception_v3 is to be trained"):
        beginning_classifier(tmp_path / "parts", "inception_v3")


def test_stops_at_its_minutes_with_the_best_weights(prepared: PreparedFolder, tmp_path: Path, tell) -> None:
    settings = ClassifierSettings(batch=8, steps=100_000, validation_cells=16)
    began = time.monotonic()
    train_classifier(prepared, settings, Run(tmp_path / "run", Limits(epochs=3, minutes=0.1), tell))
    assert time.monotonic() - began < 60
    assert len(_history(tmp_path / "run")) == 1
    assert (tmp_path / "run" / "best.weights.h5").is_file()


def test_refuses_a_folder_of_other_settings(prepared: PreparedFolder, tmp_path: Path, tell) -> None:
    train_classifier(prepared, SETTINGS, Run(tmp_path / "run", Limits(epochs=1), tell))
    other = ClassifierSettings(batch=8, steps=6, validation_cells=16, learning_rate=0.5)
    with pytest.raises(TrainingError, match=r"other settings \(learning_rate 0.02 there, 0.5 now\)"):
        train_classifier(prepared, other, Run(tmp_path / "run", Limits(epochs=1), tell))


def test_stops_when_the_validation_loss_no_longer_falls(prepared: PreparedFolder, tmp_path: Path, tell) -> None:
    settings = ClassifierSettings(batch=8, steps=2, validation_cells=16, learning_rate=1e-12, dropout=0.0)
    train_classifier(prepared, settings, Run(tmp_path / "run", Limits(epochs=40, patience=2), tell))
    assert len(_history(tmp_path / "run")) < 40


def _history(run: Path) -> list[dict[str, str]]:
    with (run / "history.csv").open() as file:
        return list(csv.DictReader(file))
