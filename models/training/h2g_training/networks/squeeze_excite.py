"""Squeeze and excite: which channels matter."""

from keras import KerasTensor, layers

RATIO = 8


def squeeze_excite(x: KerasTensor) -> KerasTensor:
    """N x H x W x channels times one weight a channel in 0 to 1, seen from the channels' means.

    Source: Hu et al. 2018, arXiv 1709.01507, with the ratio of DoubleU-Net.
    """
    channels = x.shape[-1]
    weights = layers.GlobalAveragePooling2D(keepdims=True)(x)
    weights = layers.Dense(channels // RATIO, activation="relu", kernel_initializer="he_normal", use_bias=False)(
        weights
    )
    weights = layers.Dense(channels, activation="sigmoid", kernel_initializer="he_normal", use_bias=False)(weights)
    return layers.Multiply()([x, weights])
