"""The frame of AGU-Net and DAGU-Net; they differ in what happens at the bottom."""

from collections.abc import Callable

from keras import KerasTensor, layers

from h2g_training.networks.attention_gate import attention_gate
from h2g_training.networks.convolutions import batch_norm, conv_block, probabilities

FILTERS = (8, 16, 32, 64, 128, 128, 256, 256)
DECODER_DROPOUT = 0.1


def attention_guided(x: KerasTensor, at_the_bottom: Callable[[KerasTensor], KerasTensor]) -> dict[str, KerasTensor]:
    """N x S x S x channels to `output_1` … `output_7`: N x S x S x 2, then half the size each. At S = 1024 the bottom
    is 8 x 8.

    Source: Bouget et al. 2021, arXiv 2101.07715. A U-Net with attention gates on its skips; an input pyramid (each
    level sees the input, heatmap and all, averaged to its size, through one convolution); deep supervision (a softmax
    at each level of the decoder). The spatial dropout in the decoder is what H2G-Net asked for, though under a name
    that its class did not read.
    """
    seen, skips = x, []
    for level, filters in enumerate(FILTERS[:-1]):
        if level > 0:
            seen = layers.AveragePooling2D(2)(seen)
            x = layers.Concatenate()([layers.Conv2D(filters, 3, padding="same", activation="relu")(seen), x])
        skips.append(conv_block(x, filters))
        x = layers.MaxPooling2D()(skips[-1])
    x = at_the_bottom(conv_block(x, FILTERS[-1]))
    outputs = {}
    for level in reversed(range(len(skips))):
        filters = FILTERS[level]
        up = layers.Conv2DTranspose(filters, 3, strides=2, padding="same", use_bias=False)(x)
        up = layers.ReLU()(batch_norm(up))
        x = layers.Concatenate()([up, attention_gate(up, skips[level], filters // 2)])
        x = conv_block(x, filters, spatial_dropout=DECODER_DROPOUT)
        name = f"output_{level + 1}"
        outputs[name] = probabilities(x, name)
    return dict(sorted(outputs.items()))
