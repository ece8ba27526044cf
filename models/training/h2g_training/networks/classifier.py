"""The patch classifier of the detection stage."""

from collections.abc import Callable
from typing import Literal, get_args

import keras
from keras import layers

from h2g_training.networks.batch_norm import BATCH_NORM_MOMENTUM

ClassifierBody = Literal["mobilenet_v2", "inception_v3"]
CLASSIFIER_BODIES: tuple[ClassifierBody, ...] = get_args(ClassifierBody)

PATCH_PX = 256

_BODIES: dict[ClassifierBody, Callable[..., keras.Model]] = {
    "mobilenet_v2": keras.applications.MobileNetV2,
    "inception_v3": keras.applications.InceptionV3,
}


def build_classifier(body: ClassifierBody, *, dropout: float = 0.5, side: int = PATCH_PX) -> keras.Model:
    """One patch of tissue, tumour or not.

    Input `image`: N x 256 x 256 x 3, RGB in [0, 1] as it is; a smaller `side` has the same weights. Output `tumour`: N
    x 2, a softmax whose channel 1 is tumour.

    Source: Pedersen et al. 2022, arXiv 2112.03455 (MobileNet-PW and Inception-PW): an ImageNet body, global average
    pooling, dense 100 with ReLU, dropout, dense 2. Departures: weights start at random, as synthetic slides need no
    ImageNet, and batch normalisation forgets faster (see `batch_norm.py`).
    """
    if body not in _BODIES:
        raise ValueError(f"there is no classifier body {body!r}; choose one of {', '.join(CLASSIFIER_BODIES)}")
    image = keras.Input((side, side, 3), name="image")
    features = _BODIES[body](include_top=False, weights=None, input_tensor=image)
    for layer in features.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = BATCH_NORM_MOMENTUM
    x = layers.GlobalAveragePooling2D(name="pooled")(features.output)
    x = layers.Dense(100, activation="relu", name="dense")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Dense(2, name="logits")(x)
    tumour = layers.Activation("softmax", dtype="float32", name="tumour")(x)
    return keras.Model(image, tumour, name=body)
