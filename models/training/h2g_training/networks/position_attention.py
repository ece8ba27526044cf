"""PAM, the position attention module."""

import keras
from keras import KerasTensor, layers, ops


@keras.saving.register_keras_serializable("h2g_training")
class PositionAttention(layers.Layer):
    """Each place takes from all others what is like it: N x H x W x channels to the same shape.

    Source: Fu et al. 2019, arXiv 1809.02983. Its matrix has (H * W)^2 numbers a picture, so it is for the coarsest map
    alone: 64 x 64 at a bottom of 8 x 8, but a trillion at 1024 x 1024. `scale` starts at 0: at first it changes
    nothing.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.scale = self.query = self.key = self.value = None

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        channels = input_shape[-1]
        self.query = layers.Dense(channels // 8, use_bias=False, name="query", dtype=self.dtype_policy)
        self.key = layers.Dense(channels // 8, use_bias=False, name="key", dtype=self.dtype_policy)
        self.value = layers.Dense(channels, use_bias=False, name="value", dtype=self.dtype_policy)
        places = (input_shape[0], input_shape[1] * input_shape[2], channels)
        for dense in (self.query, self.key, self.value):
            dense.build(places)
        self.scale = self.add_weight(shape=(), initializer="zeros", name="scale")

    def call(self, x: KerasTensor) -> KerasTensor:
        _, height, width, channels = x.shape
        places = ops.reshape(x, (-1, height * width, channels))
        likeness = ops.matmul(self.query(places), ops.transpose(self.key(places), (0, 2, 1)))
        # In float32: the exponents of a softmax leave the eight bits of bfloat16's mantissa too coarse.
        weights = ops.cast(ops.softmax(ops.cast(likeness, "float32")), self.compute_dtype)
        gathered = ops.reshape(ops.matmul(weights, self.value(places)), (-1, height, width, channels))
        return self.scale * gathered + x
