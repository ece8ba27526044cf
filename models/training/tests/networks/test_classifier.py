import numpy as np
import pytest
from keras.layers import BatchNormalization

from h2g_training.networks import CLASSIFIER_BODIES, build_classifier
from tests.settled_networks import an_input, outputs_of, settled_classifier

# MobileNetV2's body without top has 2,257,984 parameters and InceptionV3's 21,802,784 (keras.applications); the head
# adds features * 100 + 100 + 100 * 2 + 2, of 1,280 and 2,048 features.
PARAMETERS = {"mobilenet_v2": 2_257_984 + 128_302, "inception_v3": 21_802_784 + 205_102}


@pytest.mark.parametrize("body", CLASSIFIER_BODIES)
def test_shapes_names_and_parameter_count(body):
    model = build_classifier(body)
    assert [(port.name, port.shape) for port in model.inputs] == [("image", (None, 256, 256, 3))]
    assert (model.output_names, model.output_shape) == (["tumour"], (None, 2))
    assert model.count_params() == PARAMETERS[body]


def test_output_is_a_softmax_and_follows_the_input():
    model = settled_classifier("mobilenet_v2")
    tumour = outputs_of(model, an_input(model, 2))["tumour"]
    assert tumour.sum(axis=-1) == pytest.approx([1, 1], abs=1e-6)
    assert np.abs(tumour[0] - tumour[1]).max() > 1e-3


def test_batch_normalisation_forgets_within_a_short_training():
    norms = [layer for layer in build_classifier("mobilenet_v2").layers if isinstance(layer, BatchNormalization)]
    assert len(norms) == 52
    assert {layer.momentum for layer in norms} == {0.9}


def test_an_unknown_body_is_refused_with_the_choice():
    with pytest.raises(ValueError, match="mobilenet_v2, inception_v3"):
        build_classifier("vgg")  # type: ignore[arg-type]
