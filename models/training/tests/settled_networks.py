"""Networks as after training: fresh ones hardly tell one input from another, so a wrong graph would look right."""

from functools import cache

import keras
import numpy as np

from h2g_training.networks import ClassifierBody, RefinerName, build_classifier, build_refiner

# The smallest size there is, and the form with the most in it.
SIZE = 256


@cache
def settled_classifier(body: ClassifierBody) -> keras.Model:
    model = build_classifier(body)
    _settle(model, kept=0)
    return model


@cache
def settled_refiner(name: RefinerName) -> keras.Model:
    model = build_refiner(name, form="two", size=SIZE)
    # On a map of one pixel the variance of a small batch may be next to nothing: half of the 1 that it starts with
    # stays.
    _settle(model, kept=0.5)
    return model


def an_input(model: keras.Model, batch: int, seed: int = 5) -> dict[str, np.ndarray]:
    """Numbers in [0, 1] for each input: squares of many colours under fine noise, so that something is left of it at
    every level of a network."""
    rng = np.random.default_rng(seed)
    feeds = {}
    for port in model.inputs:
        _, height, width, channels = port.shape
        squares = rng.random((batch, height // 32, width // 32, channels), dtype=np.float32)
        noise = rng.random((batch, height, width, channels), dtype=np.float32)
        feeds[port.name] = 0.7 * squares.repeat(32, axis=1).repeat(32, axis=2) + 0.3 * noise
    return feeds


def call(model: keras.Model, feeds: dict[str, np.ndarray], *, training: bool) -> dict[str, keras.KerasTensor]:
    """What the framework computes, by the outputs' names."""
    result = model(feeds if isinstance(model.input, list) else feeds[model.input.name], training=training)
    return result if isinstance(result, dict) else {model.output_names[0]: result}


def outputs_of(model: keras.Model, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same in inference, as numbers."""
    return {name: keras.ops.convert_to_numpy(value) for name, value in call(model, feeds, training=False).items()}


def _settle(model: keras.Model, kept: float) -> None:
    """Statistics of real maps, and nothing left at the 0 or 1 at which it starts."""
    keras.utils.set_random_seed(11)
    rng = np.random.default_rng(11)
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    momentum = norms[0].momentum
    for layer in norms:
        layer.momentum = kept
        layer.beta.assign(rng.normal(0, 0.3, layer.beta.shape))
        if layer.scale:
            layer.gamma.assign(rng.uniform(0.5, 1.5, layer.gamma.shape))
    for weight in model.trainable_weights:
        if weight.path.endswith("attention/scale"):
            weight.assign(0.5)
        if weight.path.endswith("bias"):
            weight.assign(rng.normal(0, 0.1, weight.shape))
    call(model, an_input(model, 2), training=True)
    for layer in norms:
        layer.momentum = momentum
