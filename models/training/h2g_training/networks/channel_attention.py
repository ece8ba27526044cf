"""CAM, the channel attention module."""

import keras
from keras import KerasTensor, layers, ops


@keras.saving.register_keras_serializable("h2g_training")
class ChannelAttention(layers.Layer):
    """Each channel takes from all others what is like it: N x H x W x channels to the same shape.

    Source: Fu et al. 2019, arXiv 1809.02983. `scale` starts at 0: at first it changes nothing.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.scale = None

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.scale = self.add_weight(shape=(), initializer="zeros", name="scale")

    def call(self, x: KerasTensor) -> KerasTensor:
        _, height, width, channels = x.shape
        places = ops.reshape(x, (-1, height * width, channels))
        # Sums over all places, and a softmax: both in float32, see position_attention.py.
        exact = ops.cast(places, "float32")
        likeness = ops.matmul(ops.transpose(exact, (0, 2, 1)), exact)
        weights = ops.cast(ops.softmax(likeness), self.compute_dtype)
        gathered = ops.matmul(places, ops.transpose(weights, (0, 2, 1)))
        return self.scale * ops.reshape(gathered, (-1, height, width, channels)) + x
