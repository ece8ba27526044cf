"""The detection stage: a patch classifier from the cells of a prepared folder."""

import math
from pathlib import Path

import keras
import numpy as np

from h2g_training.data.prepared import PreparedFolder
from h2g_training.networks import build_classifier
from h2g_training.training.cell_batches import cell_batches, cell_targets, validation_cells
from h2g_training.training.cell_store import CellStore, load_cells
from h2g_training.training.clusters import cluster_cells
from h2g_training.training.colour import NUMBERS, Colour
from h2g_training.training.fit import Task, fit
from h2g_training.training.losses import cluster_weighted_cross_entropy, cross_entropy, tumour_accuracy
from h2g_training.training.precision import use_precision
from h2g_training.training.run_folder import RunFolder
from h2g_training.training.settings import ClassifierSettings, Run, as_json
from h2g_training.training.symmetry import SWITCHES, Symmetry
from h2g_training.training.weights import load_weights


def train_classifier(
    prepared: PreparedFolder,
    settings: ClassifierSettings,
    run: Run,
    *,
    teacher: keras.Model | None = None,
    begin_with: Path | None = None,
) -> keras.Model:
    """Trains, or goes on; gives the network with its best weights.

    Args:
        prepared: with cells of both classes in train and validation.
        settings: what decides the outcome.
        run: where to, how long, and who is told.
        teacher: the trained classifier whose features are clustered, where settings.clusters > 0.
        begin_with: a run of the same body, where settings.begins_with is its digest.
    """
    folder = RunFolder(run.folder, {**as_json(settings), "data": prepared.digest})
    use_precision(settings.precision)
    keras.utils.set_random_seed(settings.seed)
    train, validation = (load_cells(prepared.of(split), run.limits.threads) for split in ("train", "validation"))
    run.tell(f"classifier: {len(train)} cells to train with, {len(validation)} to validate")
    clusters = _cluster(train, validation, settings, teacher)
    targets = [cell_targets(c.label, k, settings.clusters) for c, k in zip((train, validation), clusters, strict=True)]
    network = build_classifier(settings.body, dropout=settings.dropout, side=settings.side)
    if begin_with:
        load_weights(network, begin_with / "best.weights.h5")
    task = Task(
        network=network,
        trainer=_compile(network, settings),
        make_batch=cell_batches(train, targets[0], settings),
        steps=settings.steps or math.ceil(len(train) / settings.batch),
        batch=settings.batch,
        validation=validation_cells(validation, targets[1], settings),
        validation_batch=settings.batch,
        is_begun=begin_with is not None,
    )
    fit(task, folder, run)
    return network


def wrap_classifier(network: keras.Model) -> keras.Model:
    """Takes 8 bit cells, their turns and the numbers of their colours: all that is dear happens on the device."""
    cell = keras.Input(network.input.shape[1:], dtype="uint8", name="cell")
    turn = keras.Input((SWITCHES,), dtype="uint8", name="turn")
    colour = keras.Input((NUMBERS,), name="colour")
    # What a classifier says does not depend on the side from which a cell is looked at: nothing is turned back.
    image = Colour(name="colours")(Symmetry(name="symmetry")(cell, turn), colour)
    return keras.Model({"cell": cell, "turn": turn, "colour": colour}, network(image))


def _compile(network: keras.Model, settings: ClassifierSettings) -> keras.Model:
    trainer = wrap_classifier(network)
    loss = cluster_weighted_cross_entropy if settings.clusters else cross_entropy
    accuracy = keras.metrics.MeanMetricWrapper(tumour_accuracy, name="accuracy")
    trainer.compile(optimizer=keras.optimizers.Adam(settings.learning_rate), loss=loss, metrics=[accuracy])
    return trainer


def _cluster(
    train: CellStore, validation: CellStore, settings: ClassifierSettings, teacher: keras.Model | None
) -> tuple[np.ndarray, np.ndarray]:
    if not settings.clusters or teacher is None:
        return np.zeros(len(train), np.int64), np.zeros(len(validation), np.int64)
    return cluster_cells(teacher, train.images, validation.images, clusters=settings.clusters, seed=settings.seed)
