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
    _settle(model)
    return model


@cache
def settled_refiner(name: RefinerName) -> keras.Model:
    model = build_refiner(name, form="two", size=SIZE)
    _settle(model)
    return model


def an_input(model: keras.Model, batch: int, seed: int = 5) -> dict[str, np.ndarray]:
    """Numbers in [0, 1] for each input."""
    rng = np.random.default_rng(seed)
    return {port.name: rng.random((batch, *port.shape[1:]), dtype=np.float32) for port in model.inputs}


def outputs_of(model: keras.Model, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What the framework computes, by the outputs' names."""
    result = model(feeds if len(feeds) > 1 else next(iter(feeds.values())), training=False)
    by_name = result if isinstance(result, dict) else {model.output_names[0]: result}
    return {name: keras.ops.convert_to_numpy(value) for name, value in by_name.items()}


def _settle(model: keras.Model) -> None:
    """Statistics of real maps, and nothing left at the 0 or 1 at which it starts."""
    keras.utils.set_random_seed(11)
    rng = np.random.default_rng(11)
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    momentum = norms[0].momentum
    for layer in norms:
        # Half of what it starts with is kept: on a map of one pixel the variance of a small batch may be next to
        # nothing.
        layer.momentum = 0.5
        layer.beta.assign(rng.normal(0, 0.3, layer.beta.shape))
        if layer.scale:
            layer.gamma.assign(rng.uniform(0.5, 1.5, layer.gamma.shape))
    for weight in model.trainable_weights:
        if weight.path.endswith("attention/scale"):
            weight.assign(0.5)
        if weight.path.endswith("bias"):
            weight.assign(rng.normal(0, 0.1, weight.shape))
    feeds = an_input(model, 2)
    model(feeds if len(feeds) > 1 else next(iter(feeds.values())), training=True)
    for layer in norms:
        layer.momentum = momentum
