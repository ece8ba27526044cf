"""What is broken is told in one sentence, and a start that failed costs nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from h2g_training.__main__ import main
from h2g_training.data.prepared import PreparedFolder, open_prepared
from h2g_training.error import TrainingError
from h2g_training.training.load_run import load_classifier
from h2g_training.training.settings import ClassifierSettings, Limits, Run
from h2g_training.training.train_classifier import train_classifier

pytestmark = pytest.mark.usefixtures("tiny_networks")
SETTINGS = ClassifierSettings(batch=8, steps=2, validation_cells=16, learning_rate=0.02)
Tell = Callable[[str], None]


def _train(prepared: PreparedFolder, run: Path, tell: Tell, *, epochs: int = 1, **more: object) -> None:
    begin_with = more.pop("begin_with", None)
    train_classifier(prepared, replace(SETTINGS, **more), Run(run, Limits(epochs=epochs), tell), begin_with=begin_with)


@pytest.mark.parametrize("name", ["last.weights.h5", "last.optimiser.npz", "state.json", "settings.json"])
def test_a_damaged_file_of_a_run_is_named_when_it_goes_on(
    prepared: PreparedFolder, tmp_path: Path, tell: Tell, name: str
) -> None:
    _train(prepared, tmp_path / "run", tell)
    path = tmp_path / "run" / name
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(TrainingError, match=name):
        _train(prepared, tmp_path / "run", tell, epochs=2)


def test_damaged_weights_are_named_by_who_reads_them(prepared: PreparedFolder, tmp_path: Path, tell: Tell) -> None:
    _train(prepared, tmp_path / "run", tell)
    (tmp_path / "run" / "best.weights.h5").write_bytes(b"cut off")
    with pytest.raises(TrainingError, match=r"best\.weights\.h5 holds no weights of this network"):
        load_classifier(tmp_path / "run")


def test_a_start_that_failed_does_not_claim_its_folder(prepared: PreparedFolder, tmp_path: Path, tell: Tell) -> None:
    broken, good = tmp_path / "broken", tmp_path / "good"
    _train(prepared, broken, tell)
    _train(prepared, good, tell)
    (broken / "best.weights.h5").write_bytes(b"cut off")
    with pytest.raises(TrainingError):
        _train(prepared, tmp_path / "run", tell, begin_with=broken, begins_with="broken")
    _train(prepared, tmp_path / "run", tell, begin_with=good, begins_with="good")


def test_a_run_is_never_worse_than_what_it_began_with(
    prepared: PreparedFolder, tmp_path: Path, lines: list[str], tell: Tell
) -> None:
    _train(prepared, tmp_path / "good", tell, epochs=12)
    before = (tmp_path / "good" / "best.weights.h5").read_bytes()
    # Steps that throw away whatever was learnt.
    wild = {"begin_with": tmp_path / "good", "begins_with": "good", "learning_rate": 1000.0}
    _train(prepared, tmp_path / "run", tell, **wild)
    assert "best epoch 0 of 1" in lines[-1]
    assert len((tmp_path / "run" / "best.weights.h5").read_bytes()) == len(before)
    one, other = load_classifier(tmp_path / "good"), load_classifier(tmp_path / "run")
    for ours, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        assert (ours == theirs).all()


def test_a_damaged_prepared_slide_is_named(prepared: PreparedFolder) -> None:
    path = prepared.slides[0].path
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(TrainingError, match=path.name):
        _ = open_prepared(prepared.path).slides[0].arrays


def test_more_clusters_than_cells_are_refused(prepared: PreparedFolder, tmp_path: Path, tell: Tell) -> None:
    _train(prepared, tmp_path / "teacher", tell)
    with pytest.raises(TrainingError, match="1000 clusters cannot be found among"):
        train_classifier(
            prepared,
            replace(SETTINGS, clusters=1000),
            Run(tmp_path / "km", Limits(epochs=1), tell),
            teacher=load_classifier(tmp_path / "teacher"),
        )


def test_a_path_that_cannot_be_written_is_one_sentence(
    prepared: PreparedFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "run"
    assert main(["train", "classifier", str(prepared.path), "--out", str(place)]) == 2
    assert capsys.readouterr().err.startswith(f"error: {place}: Not a directory.\n")
