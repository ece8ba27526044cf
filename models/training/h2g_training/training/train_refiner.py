"""The refinement stage: low-resolution pictures and heatmaps to masks."""

import math
from pathlib import Path

import keras
from keras import KerasTensor

from h2g_training.data.prepared import PreparedFolder
from h2g_training.networks import COUNTING_OUTPUT, RefinerForm, build_refiner
from h2g_training.training.colour import NUMBERS, Colour
from h2g_training.training.fit import Task, even_batch, fit
from h2g_training.training.losses import soft_dice, tumour_dice
from h2g_training.training.precision import use_precision
from h2g_training.training.run_folder import RunFolder
from h2g_training.training.settings import RefinerSettings, Run, as_json
from h2g_training.training.slide_batches import slide_batches, validation_slides
from h2g_training.training.slide_store import load_slides
from h2g_training.training.symmetry import SWITCHES, Symmetry
from h2g_training.training.weights import load_weights


def train_refiner(
    prepared: PreparedFolder,
    heatmaps: Path | None,
    settings: RefinerSettings,
    run: Run,
    *,
    begin_with: Path | None = None,
) -> keras.Model:
    """Trains, or goes on; gives the network with its best weights.

    Args:
        prepared: the slides.
        heatmaps: their folder; None for the form `image`.
        settings: what decides the outcome.
        run: where to, how long, and who is told.
        begin_with: a run of the same network and form, where settings.begins_with is its digest.
    """
    folder = RunFolder(run.folder, {**as_json(settings), "data": prepared.digest})
    use_precision(settings.precision)
    keras.utils.set_random_seed(settings.seed)
    train, validation = (
        load_slides(prepared.of(split), heatmaps, settings.size, run.limits.threads)
        for split in ("train", "validation")
    )
    run.tell(f"refinement: {len(train)} slides to train with, {len(validation)} to validate")
    network = build_refiner(settings.network, form=settings.form, size=settings.size)
    if begin_with:
        load_weights(network, begin_with / "best.weights.h5")
    outputs = output_names(network)
    at_once = accumulation(settings)
    task = Task(
        network=network,
        trainer=_compile(network, settings),
        make_batch=slide_batches(train, settings, outputs),
        steps=settings.steps or math.ceil(math.ceil(len(train) / settings.batch) / at_once) * at_once,
        batch=settings.batch,
        validation=validation_slides(validation, outputs),
        validation_batch=even_batch(len(validation), settings.batch),
        is_begun=begin_with is not None,
    )
    fit(task, folder, run)
    return network


def output_names(network: keras.Model) -> list[str]:
    """Of a network with one output or several."""
    return list(network.output) if isinstance(network.output, dict) else ["output_1"]


def accumulation(settings: RefinerSettings) -> int:
    """Batches that go into one step of the optimiser."""
    return max(1, round(settings.accumulate / settings.batch))


def wrap_refiner(network: keras.Model, form: RefinerForm, size: int) -> keras.Model:
    """Takes 8 bit pictures, heatmaps, turns and the numbers of colours; what comes out is turned back.

    Outputs are a dict of `output_1`, …, each N x s x s x 2 in the slide's own orientation.
    """
    picture = keras.Input((size, size, 3), dtype="uint8", name="picture")
    turn = keras.Input((SWITCHES,), dtype="uint8", name="turn")
    colour = keras.Input((NUMBERS,), name="colour")
    inputs = {"picture": picture, "turn": turn, "colour": colour}
    image = Colour(name="colours")(Symmetry(name="turn_picture")(picture, turn), colour)
    feeds: dict[str, KerasTensor] = {"image": image}
    if form != "image":
        inputs["heat"] = keras.Input((size, size, 1), name="heat")
        feeds["heatmap"] = Symmetry(name="turn_heatmap")(inputs["heat"], turn)
    if form == "stacked":
        feeds = {"input": keras.layers.Concatenate(dtype="float32")([image, feeds["heatmap"]])}
    fed = [feeds[tensor.name] for tensor in network.inputs]
    predicted = network(fed if len(fed) > 1 else fed[0])
    by_name = predicted if isinstance(predicted, dict) else {"output_1": predicted}
    outputs = {name: Symmetry(undo=True, name=f"back_{name}")(value, turn) for name, value in by_name.items()}
    return keras.Model(inputs, outputs)


def _compile(network: keras.Model, settings: RefinerSettings) -> keras.Model:
    trainer = wrap_refiner(network, settings.form, settings.size)
    names = output_names(network)
    at_once = accumulation(settings)
    dice = keras.metrics.MeanMetricWrapper(tumour_dice, name="dice")
    trainer.compile(
        optimizer=keras.optimizers.Adam(
            settings.learning_rate, gradient_accumulation_steps=at_once if at_once > 1 else None
        ),
        loss=dict.fromkeys(names, soft_dice),
        loss_weights={name: 1 / len(names) for name in names},
        metrics={COUNTING_OUTPUT[settings.network]: dice},
    )
    return trainer
