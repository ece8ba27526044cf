"""A run's folder: settings.json, history.csv, curves.png, the best weights, and what it takes to go on."""

import csv
import io
import json
import platform
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zipfile import BadZipFile

import keras
import numpy as np

from h2g_training.data.whole_files import write_text, write_whole
from h2g_training.error import TrainingError
from h2g_training.training.curves import draw_curves
from h2g_training.training.weights import load_weights

PACKAGES = ("keras", "tensorflow-cpu", "tensorflow", "jax", "numpy", "scikit-learn", "pillow")


@dataclass
class Progress:
    """How far a run has come."""

    epoch: int = 0
    best: float = float("inf")
    best_epoch: int = 0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)


class RunFolder:
    """Opens or makes the folder of a run.

    Args:
        path: the folder.
        settings: what decides the outcome; also the digest of the data.

    Raises:
        TrainingError: it holds a run of other settings.
    """

    def __init__(self, path: Path, settings: dict[str, object]) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._claim(settings)
        self.progress = read_progress(path)

    @property
    def best_weights(self) -> Path:
        return self.path / "best.weights.h5"

    @property
    def last_weights(self) -> Path:
        return self.path / "last.weights.h5"

    @property
    def last_optimiser(self) -> Path:
        return self.path / "last.optimiser.npz"

    def restore(self, network: keras.Model, trainer: keras.Model) -> None:
        """Weights and the optimiser's state of the last whole epoch, if there is one."""
        if self.progress.epoch == 0:
            return
        load_weights(network, self.last_weights)
        trainer.optimizer.build(trainer.trainable_variables)
        try:
            with np.load(self.last_optimiser) as file:
                for place, variable in enumerate(trainer.optimizer.variables):
                    variable.assign(file[f"arr_{place}"])
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise _damaged(self.last_optimiser) from error

    def keep_beginning(self, network: keras.Model, loss: float) -> None:
        """Stores weights that come from another run as the best so far."""
        self.progress.best, self.progress.best_epoch = loss, 0
        write_whole(self.best_weights, network.save_weights)

    def record(self, network: keras.Model, trainer: keras.Model, row: dict[str, float]) -> bool:
        """Stores a whole epoch; gives whether its validation loss is the best so far."""
        progress = self.progress
        improved = row["val_loss"] < progress.best
        progress.epoch = int(row["epoch"])
        progress.history.append(row)
        if improved:
            progress.best, progress.best_epoch = row["val_loss"], progress.epoch
            write_whole(self.best_weights, network.save_weights)
        optimiser = [np.asarray(keras.ops.convert_to_numpy(v)) for v in trainer.optimizer.variables]
        write_whole(self.last_weights, network.save_weights)
        write_whole(self.last_optimiser, lambda path: np.savez(path, *optimiser))
        write_text(self.path / "history.csv", _as_csv(progress.history))
        write_text(_state_of(self.path), json.dumps(vars(progress), indent=1) + "\n")
        return improved

    def draw(self) -> None:
        """curves.png; at the end, since drawing takes longer than a short epoch."""
        if self.progress.history:
            write_whole(self.path / "curves.png", lambda path: draw_curves(self.progress.history, path))

    def _claim(self, settings: dict[str, object]) -> None:
        path = self.path / "settings.json"
        # Where no epoch was finished nothing is lost by other settings.
        if not path.exists() or not _state_of(self.path).exists():
            write_text(path, json.dumps({"settings": settings, "versions": _versions()}, indent=2) + "\n")
            return
        try:
            there = json.loads(path.read_text(encoding="utf-8"))["settings"]
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(path) from error
        ours = json.loads(json.dumps(settings))
        different = sorted(key for key in there.keys() | ours.keys() if there.get(key) != ours.get(key))
        if different:
            facts = "; ".join(f"{key} {there.get(key)} there, {ours.get(key)} now" for key in different)
            raise TrainingError(
                f"{self.path} holds a run of other settings ({facts}).",
                "Give the same settings to go on with it, or another folder with --out.",
            )


def _damaged(path: Path) -> TrainingError:
    return TrainingError(f"{path} is damaged.", "Train in another folder (--out), or delete this one to begin anew.")


def _state_of(run: Path) -> Path:
    return run / "state.json"


def read_progress(run: Path) -> Progress:
    """How far a run has come; no epoch where that was not written down.

    Raises:
        TrainingError: it cannot be read.
    """
    path = _state_of(run)
    if not path.exists():
        return Progress()
    try:
        return Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise _damaged(path) from error


def read_run(path: Path, stage: str) -> dict[str, object]:
    """The settings of a finished (or at least begun) run.

    Raises:
        TrainingError: it is no run folder, one of another stage, or has no weights yet.
    """
    try:
        settings = json.loads((path / "settings.json").read_text(encoding="utf-8"))["settings"]
    except (OSError, ValueError, KeyError) as error:
        raise TrainingError(f"{path} is not a run folder: it has no readable settings.json.", "Train first.") from error
    if settings["stage"] != stage:
        raise TrainingError(f"{path} holds a {settings['stage']} run, not a {stage} run.", "Give the other folder.")
    if not (path / "best.weights.h5").is_file():
        raise TrainingError(f"{path} has no weights: no epoch was finished.", "Run the training again; it goes on.")
    return settings


def _as_csv(history: list[dict[str, float]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(history[0]), lineterminator="\n", restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(history)
    return text.getvalue()


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "backend": keras.backend.backend()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
