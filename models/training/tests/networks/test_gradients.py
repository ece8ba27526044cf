import numpy as np
import pytest
import tensorflow as tf

from h2g_training.networks import REFINER_NAMES
from tests.settled_networks import an_input, settled_classifier, settled_refiner


@pytest.mark.parametrize("name", ["mobilenet_v2", *REFINER_NAMES])
def test_a_gradient_reaches_every_weight(name):
    model = settled_classifier(name) if name == "mobilenet_v2" else settled_refiner(name)
    for weight in model.trainable_weights:
        # With a single unit or few it may be by chance that no input wakes one of them.
        if "dense" in weight.path and name == "double_unet":
            weight.assign(abs(weight))
    # Three: two numbers that are normalised are always -1 and 1, and at this size the bottom is a single pixel.
    feeds = an_input(model, 3)
    rng = np.random.default_rng(2)
    with tf.GradientTape() as tape:
        outputs = model(feeds if len(feeds) > 1 else feeds["image"], training=True)
        outputs = outputs.values() if isinstance(outputs, dict) else [outputs]
        score = sum(tf.reduce_mean(output * rng.random(output.shape, dtype=np.float32)) for output in outputs)
    gradients = tape.gradient(score, [weight.value for weight in model.trainable_weights])
    silent = [
        weight.path
        for weight, gradient in zip(model.trainable_weights, gradients, strict=True)
        if gradient is None or not np.abs(gradient).max() > 0
    ]
    assert silent == []
