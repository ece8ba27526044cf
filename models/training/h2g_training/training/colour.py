"""Changes of colour on the device: stain, hue, saturation and brightness, a few numbers for each image."""

import keras
from keras import KerasTensor, ops

from h2g_training.data.stain import GLASS_OD

# Optical density 3x3 (row vectors times it), what is added to it on tissue, and the same for RGB.
NUMBERS = 9 + 3 + 9


@keras.saving.register_keras_serializable("h2g")
class Colour(keras.layers.Layer):
    """uint8 RGB, N x H x W x 3, and N x 21 numbers to RGB in [0, 1], float32.

    One layer for training and validation: unchanged colours are numbers, too (training/draw_colour.py).
    """

    def __init__(self, **options: object) -> None:
        super().__init__(dtype="float32", **{key: value for key, value in options.items() if key != "dtype"})
        self.autocast = False

    def call(self, images: KerasTensor, numbers: KerasTensor) -> KerasTensor:
        added = numbers[:, None, None, 9:12]
        density = -ops.log((ops.cast(images, "float32") + 1.0) / 256.0)
        tissue = ops.cast(ops.mean(density, axis=-1, keepdims=True) > GLASS_OD, "float32")
        stained = _mix(density, numbers[:, :9]) + added * tissue
        lit = _mix((ops.exp(-stained) * 256.0 - 1.0) / 255.0, numbers[:, 12:])
        return ops.clip(lit, 0.0, 1.0)

    def compute_output_spec(self, images: KerasTensor, numbers: KerasTensor) -> KerasTensor:
        return KerasTensor(images.shape, "float32")


def _mix(channels: KerasTensor, matrices: KerasTensor) -> KerasTensor:
    """Each pixel times its image's matrix, N x 9. Not ops.matmul: that would round to TF32 on a GPU."""
    entry = [matrices[:, place][:, None, None] for place in range(9)]
    mixed = [sum(channels[..., row] * entry[3 * row + column] for row in range(3)) for column in range(3)]
    return ops.stack(mixed, axis=-1)
