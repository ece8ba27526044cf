"""The eight flips and quarter turns of a square, on the device, a different one for each image."""

import keras
import numpy as np
from keras import KerasTensor, ops

# A turn is three switches: transpose, then mirror left to right, then mirror top to bottom.
SWITCHES = 3
UNTURNED = (0, 0, 0)


@keras.saving.register_keras_serializable("h2g")
class Symmetry(keras.layers.Layer):
    """Turns N x S x S x C as N x 3 switches say; with `undo` it turns back.

    The network sees turned inputs and its output is turned back, so that targets stay as they are: picture, heatmap and
    mask cannot get out of register.
    """

    def __init__(self, undo: bool = False, **options: object) -> None:
        super().__init__(dtype=options.pop("dtype", "float32"), **options)
        # uint8 pictures stay what they are until colours are changed.
        self.autocast = False
        self.undo = undo

    def call(self, images: KerasTensor, turns: KerasTensor) -> KerasTensor:
        steps = [self._transpose, self._mirror(2), self._mirror(1)]
        order = range(SWITCHES)
        for step in reversed(order) if self.undo else order:
            switch = turns[:, step][:, None, None, None] > 0
            images = ops.where(switch, steps[step](images), images)
        return images

    def compute_output_spec(self, images: KerasTensor, turns: KerasTensor) -> KerasTensor:
        return KerasTensor(images.shape, images.dtype)

    @staticmethod
    def _transpose(images: KerasTensor) -> KerasTensor:
        return ops.transpose(images, (0, 2, 1, 3))

    @staticmethod
    def _mirror(axis: int):
        return lambda images: ops.flip(images, axis)


def draw_turns(count: int, rng: np.random.Generator) -> np.ndarray:
    """Switches of `count` images, each of the eight equally likely."""
    return rng.integers(0, 2, (count, SWITCHES)).astype(np.uint8)
