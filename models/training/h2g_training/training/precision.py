"""Mixed precision: computing in bfloat16, weights and losses in float32."""

import keras

from h2g_training.training.settings import Precision

POLICIES: dict[Precision, str] = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def use_precision(precision: Precision) -> None:
    """For all layers that are built from now on."""
    keras.mixed_precision.set_global_policy(POLICIES[precision])
