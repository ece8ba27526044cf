"""Networks out of run folders."""

from pathlib import Path

import keras

from h2g_training.data.digest import file_digest
from h2g_training.error import TrainingError
from h2g_training.networks import build_classifier, build_refiner
from h2g_training.training.run_folder import read_run
from h2g_training.training.weights import load_weights


def load_classifier(run: Path) -> keras.Model:
    """With its best weights.

    Raises:
        TrainingError: it is no classifier run, or has no weights yet.
    """
    settings = read_run(run, "classifier")
    network = build_classifier(settings["body"], dropout=settings["dropout"])
    load_weights(network, run / "best.weights.h5")
    return network


def load_refiner(run: Path) -> keras.Model:
    """With its best weights.

    Raises:
        TrainingError: it is no refinement run, or has no weights yet.
    """
    settings = read_run(run, "refinement")
    network = build_refiner(settings["network"], form=settings["form"], size=settings["size"])
    load_weights(network, run / "best.weights.h5")
    return network


def load_teacher(clusters: int | None, run: Path | None) -> tuple[keras.Model | None, str]:
    """The classifier whose features are clustered, and the digest of its weights; (None, "") without clusters.

    Raises:
        TrainingError: only one of both was given.
    """
    if not clusters and run is None:
        return None, ""
    if not clusters or run is None:
        raise TrainingError(
            "Clusters need a trained classifier, and the other way round: only one of both was given.",
            "Train a classifier first, then give both --clusters 10 and --clusters-from RUN.",
        )
    return load_classifier(run), _digest(run)


def beginning_classifier(run: Path, body: str) -> str:
    """The digest of the weights of another classifier run, to begin with; its side may be another.

    Raises:
        TrainingError: it is no classifier run, has no weights yet, or is of another body.
    """
    theirs = read_run(run, "classifier")["body"]
    if theirs != body:
        raise TrainingError(
            f"{run} holds {theirs}, but {body} is to be trained.", "Begin with a run of the same --body."
        )
    return _digest(run)


def beginning_refiner(run: Path, network: str, form: str) -> str:
    """The digest of the weights of another refinement run, to begin with; its size may be another.

    Raises:
        TrainingError: it is no refinement run, has no weights yet, or is of another network or form.
    """
    settings = read_run(run, "refinement")
    theirs = (settings["network"], settings["form"])
    if theirs != (network, form):
        raise TrainingError(
            f"{run} holds {' of the form '.join(theirs)}, but {network} of the form {form} is to be trained.",
            "Begin with a run of the same network and form; only the size may differ.",
        )
    return _digest(run)


def _digest(run: Path) -> str:
    return file_digest(run / "best.weights.h5")
