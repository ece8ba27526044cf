"""Trains a network until its limits; the same for both stages."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import keras
import numpy as np

from h2g_training.training.callbacks import Clock, Recorder
from h2g_training.training.prefetch import prefetch
from h2g_training.training.run_folder import RunFolder
from h2g_training.training.settings import Run
from h2g_training.training.weights import load_weights

Batch = tuple[dict[str, np.ndarray], object]


@dataclass(frozen=True)
class Task:
    """What is trained on what.

    Attributes:
        network: whose weights are kept.
        trainer: the compiled model around it, which changes colours and turns images.
        make_batch: the batch of an epoch and a step of it, the same whenever it is made.
        steps: an epoch.
        batch: images a step.
        validation: all of it, and how many images at once; they divide without rest, so that one shape is compiled.
        is_begun: whether the network comes with weights of another run.
    """

    network: keras.Model
    trainer: keras.Model
    make_batch: Callable[[int, int], Batch]
    steps: int
    batch: int
    validation: Batch
    validation_batch: int
    is_begun: bool = False


def fit(task: Task, folder: RunFolder, run: Run) -> None:
    """Goes on where the folder's last whole epoch ended; leaves the best weights in the folder and in the network."""
    folder.restore(task.network, task.trainer)
    begun = folder.progress.epoch
    if begun:
        run.tell(f"going on after epoch {begun} (best: {folder.progress.best_epoch})")
    if begun < run.limits.epochs and begun - folder.progress.best_epoch < run.limits.patience:
        _fit(task, folder, run)
    folder.draw()
    if folder.best_weights.is_file():
        load_weights(task.network, folder.best_weights)
    progress = folder.progress
    run.tell(f"best epoch {progress.best_epoch} of {progress.epoch}: val_loss {progress.best:.4f}; {folder.path}")


def _fit(task: Task, folder: RunFolder, run: Run) -> None:
    limits = run.limits
    begun = folder.progress.epoch
    if begun == 0 and task.is_begun:
        _judge_beginning(task, folder, run)
    batches = prefetch(lambda key: task.make_batch(*key), _keys(begun, limits.epochs, task.steps), limits.threads)
    try:
        task.trainer.fit(
            batches,
            steps_per_epoch=task.steps,
            initial_epoch=begun,
            epochs=limits.epochs,
            validation_data=task.validation,
            validation_batch_size=task.validation_batch,
            callbacks=[
                Clock(limits.minutes, time.monotonic()),
                Recorder(folder, task.network, limits, task.batch, run.tell),
            ],
            verbose=0,
            shuffle=False,
        )
    finally:
        batches.close()


def _judge_beginning(task: Task, folder: RunFolder, run: Run) -> None:
    """Weights that were learnt before are the best until an epoch is better."""
    inputs, targets = task.validation
    measures = task.trainer.evaluate(inputs, targets, batch_size=task.validation_batch, verbose=0, return_dict=True)
    folder.keep_beginning(task.network, float(measures["loss"]))
    run.tell(f"begun with val_loss {folder.progress.best:.4f}")


def _keys(first: int, epochs: int, steps: int) -> Iterator[tuple[int, int]]:
    return ((epoch, step) for epoch in range(first, epochs) for step in range(steps))


def even_batch(count: int, most: int) -> int:
    """The largest batch up to `most` that divides `count`. Example: even_batch(12, 8) is 6."""
    return max(size for size in range(1, min(count, most) + 1) if count % size == 0)
