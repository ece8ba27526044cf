"""One command from slides to bundle, as a person runs it; with tiny networks, so that it takes a minute."""

import json
from pathlib import Path

import numpy as np
import pytest

from h2g_training.__main__ import main

FAST = ("--epochs", "2", "--threads", "1", "--workers", "1", "--cells-per-slide", "12")
CLASSIFIER = "--classifier-options=--batch 4 --steps 2 --validation-cells 4"
REFINEMENT = "--refinement-options=--size 256 --batch 1 --accumulate 2 --steps 2"


@pytest.mark.usefixtures("tiny_networks")
def test_all_makes_a_bundle_and_a_second_call_nothing_new(slide_list: Path, tmp_path: Path, capsys) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    run = tmp_path / "run"
    arguments = ["all", str(slide_list), "--out", str(run), *FAST, CLASSIFIER, REFINEMENT, "--id", "h2g-test"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert f"h2g bundle check {run / 'bundle'}" in said
    bundle = json.loads((run / "bundle" / "bundle.json").read_text())
    assert bundle["id"] == "h2g-test"
    session = onnxruntime.InferenceSession(run / "bundle" / bundle["refinement"]["file"])
    feeds = {node.name: np.zeros((1, *node.shape[1:]), np.float32) for node in session.get_inputs()}
    (mask,) = session.run([bundle["refinement"]["output"]["name"]], feeds)
    assert mask.shape == (1, 256, 256, 2)
    card = (run / "bundle" / "MODEL_CARD.md").read_text()
    assert "validation (1 slides): mask, refined" in card
    assert "Not for diagnosis" in card
    history = (run / "refinement" / "history.csv").read_text().splitlines()
    assert len(history) == 3
    assert main(arguments) == 0
    assert capsys.readouterr().out.count("done already") == 4
    assert (run / "refinement" / "history.csv").read_text().splitlines() == history
    alone = tmp_path / "detection-alone"
    made = ["--classifier", str(run / "classifier"), "--heatmaps", str(run / "heatmaps"), "--out", str(alone)]
    assert main(["bundle", str(run / "prepared"), *made]) == 0
    assert "refinement" not in json.loads((alone / "bundle.json").read_text())
    assert not (alone / "refinement.onnx").exists()
    card = (alone / "MODEL_CARD.md").read_text()
    assert "validation (1 slides): mask, heatmap alone" in card
    assert "refined" not in card


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prepare", "nothing.csv", "--out", "x"], "nothing.csv cannot be read"),
        (["train", "classifier", "nowhere", "--out", "x"], "nowhere is not a (finished) prepared folder"),
        (["bundle", "nowhere", "--classifier", "a", "--refinement", "b", "--heatmaps", "c", "--out", "d"], "nowhere"),
    ],
)
def test_bad_input_is_one_sentence_a_hint_and_exit_code_2(arguments, message, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 2
    assert "Traceback" not in said


def test_clusters_without_a_teacher_are_refused(prepared, tmp_path: Path, capsys) -> None:
    assert main(["train", "classifier", str(prepared.path), "--clusters", "10", "--out", str(tmp_path / "x")]) == 2
    assert "--clusters-from RUN" in capsys.readouterr().err


def test_a_form_with_heatmaps_needs_them(prepared, tmp_path: Path, capsys) -> None:
    assert main(["train", "refinement", str(prepared.path), "--out", str(tmp_path / "x")]) == 2
    assert "Give --heatmaps FOLDER" in capsys.readouterr().err
