"""One command from slides to bundle, as a person runs it; with tiny networks, so that it takes a minute."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from h2g_training.__main__ import main
from h2g_training.commands import once, run_all
from h2g_training.commands.parser import build_parser
from h2g_training.training.load_run import load_classifier

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
    assert card.count(": 2 epochs (the weights are of epoch ") == 2
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


@pytest.mark.usefixtures("tiny_networks")
def test_a_classifier_that_was_trained_on_makes_all_the_rest_anew(slide_list: Path, tmp_path: Path, capsys) -> None:
    pytest.importorskip("onnxruntime")
    run = tmp_path / "run"
    arguments = ["all", str(slide_list), "--out", str(run), *FAST, CLASSIFIER, REFINEMENT]
    sources = ["--classifier", str(run / "classifier"), "--heatmaps", str(run / "heatmaps")]

    def bundle(*more: str) -> int:
        return main(["bundle", str(run / "prepared"), *sources, *more, "--out", str(tmp_path / "by-hand")])

    assert main(arguments) == 0
    first = json.loads((run / "bundle" / "bundle.json").read_text())
    _train_on(run / "classifier")
    assert bundle() == 2
    assert "heatmaps of another classifier" in capsys.readouterr().err
    assert main(arguments) == 0
    second = json.loads((run / "bundle" / "bundle.json").read_text())
    for stage in ("detection", "refinement"):
        assert second[stage]["sha256"] != first[stage]["sha256"]
    said = capsys.readouterr().out
    for name in ("heatmaps", "refinement", "bundle"):
        assert f"it is {run / name}-stale-1 from now on" in said
    assert json.loads((run / "bundle-stale-1" / "bundle.json").read_text()) == first
    assert main(arguments) == 0
    assert capsys.readouterr().out.count("done already") == 4
    assert bundle("--refinement", str(run / "refinement-stale-1")) == 2
    assert "was trained with other heatmaps" in capsys.readouterr().err
    part = str(tmp_path / "part")
    made = ["--classifier", str(run / "classifier"), "--split", "validation", "--out", part, "--workers", "1"]
    assert main(["heatmaps", str(slide_list), str(run / "prepared"), *made]) == 0
    assert bundle("--heatmaps", part) == 0


def _train_on(run: Path) -> None:
    """Other weights, as more epochs leave them; a few epochs of a tiny network may be without a gain."""
    network = load_classifier(run)
    network.set_weights([weights + 0.1 for weights in network.get_weights()])
    network.save_weights(run / "best.weights.h5")


@pytest.mark.parametrize("setting", ["clusters_from", "begins_with"])
def test_a_run_that_was_trained_from_weights_which_changed_is_put_aside(setting, prepared, tmp_path: Path) -> None:
    teacher, out, seen = tmp_path / "teacher", tmp_path / "classifier", []
    teacher.mkdir()
    step = argparse.Namespace(prepared=prepared.path, out=out, run=seen.append)
    setattr(step, {"begins_with": "begin_with"}.get(setting, setting), teacher)

    def train(weights: str) -> None:
        (teacher / "best.weights.h5").write_text(weights)
        once.once(tmp_path, ["train", "classifier"], step)
        out.mkdir(exist_ok=True)
        digest = once.file_digest(teacher / "best.weights.h5")
        (out / "settings.json").write_text(json.dumps({"settings": {setting: digest}}))

    for weights in ("a", "a", "b"):
        train(weights)
    assert len(seen) == 2
    assert (tmp_path / "classifier-stale-1" / "settings.json").is_file()
    assert not (tmp_path / "classifier-stale-2").exists()


def test_what_a_killed_process_left_among_the_heatmaps_makes_nothing_anew(prepared, heatmaps, tmp_path: Path) -> None:
    seen = []
    step = argparse.Namespace(prepared=prepared.path, heatmaps=heatmaps, out=tmp_path / "bundle", run=seen.append)
    step.out.mkdir()
    once.once(tmp_path, ["bundle"], step)
    (heatmaps / ".unfinished-1-s0.npy").write_text("half of it")
    once.once(tmp_path, ["bundle"], step)
    assert len(seen) == 1


def _chosen(*more: str) -> argparse.Namespace:
    return build_parser().parse_args(["all", "slides.csv", "--out", "run", *more])


def test_a_seed_of_0_and_an_empty_text_reach_the_steps() -> None:
    steps = [build_parser().parse_args(line) for line in run_all.plan(_chosen("--seed", "0", "--data", ""))]
    assert [step.seed for step in steps if hasattr(step, "seed")] == [0, 0, 0]
    assert {step.minutes for step in steps if hasattr(step, "minutes")} == {0}
    assert steps[-1].data == ""


@pytest.mark.parametrize(
    ("flag", "text"), [("--id", "my bundle"), ("--version", "v" * 65), ("--version", "1.0\n"), ("--licence", "")]
)
def test_what_h2g_would_refuse_in_bundle_json_is_refused_before_the_first_step(flag: str, text: str, capsys) -> None:
    assert _chosen("--id", "My_own-1.x").id == "My_own-1.x"
    with pytest.raises(SystemExit) as refused:
        _chosen(flag, text)
    assert refused.value.code == 2
    assert f"argument {flag}: " in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--classifier-options", "--refinement-options"])
@pytest.mark.parametrize("text", ["--batch '4", "--batch 4 \\"])
def test_options_that_cannot_be_taken_apart_are_refused_by_name(flag: str, text: str, capsys) -> None:
    assert _chosen(f"{flag}=--batch '4'").__dict__[flag[2:].replace("-", "_")] == ["--batch", "4"]
    with pytest.raises(SystemExit) as refused:
        _chosen(f"{flag}={text}")
    assert refused.value.code == 2
    assert f"argument {flag}: “{text}” cannot be taken apart" in capsys.readouterr().err


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
