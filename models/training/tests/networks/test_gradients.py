import numpy as np
import pytest
import tensorflow as tf

from h2g_training.networks import REFINER_NAMES
from tests.settled_networks import an_input, call, settled_classifier, settled_refiner


@pytest.mark.parametrize("name", ["mobilenet_v2", *REFINER_NAMES])
def test_a_gradient_reaches_every_weight(name):
    model = settled_classifier(name) if name == "mobilenet_v2" else settled_refiner(name)
    for weight in model.trainable_weights:
        # By chance no input may wake the one unit of a narrow squeeze and excite; large positive weights saturate a
        # wide one.
        if "dense" in weight.path and name == "double_unet":
            weight.assign(abs(weight) * 0.1)
    # Three: two numbers that are normalised are always -1 and 1, and at this size the bottom is a single pixel.
    rng = np.random.default_rng(2)
    with tf.GradientTape() as tape:
        outputs = call(model, an_input(model, 3), training=True).values()
        score = sum(tf.reduce_mean(output * rng.random(output.shape, dtype=np.float32)) for output in outputs)
    gradients = tape.gradient(score, [weight.value for weight in model.trainable_weights])
    silent = [
        weight.path
        for weight, gradient in zip(model.trainable_weights, gradients, strict=True)
        if gradient is None or not np.abs(gradient).max() > 0
    ]
    assert silent == []
