"""DoubleU-Net: a second U-Net that sees what the first one made of the input."""

from keras import KerasTensor, layers

from h2g_training.networks.aspp import aspp
from h2g_training.networks.convolutions import conv_block, probabilities
from h2g_training.networks.squeeze_excite import squeeze_excite

FILTERS = (8, 16, 32, 64, 128, 128, 256, 256)
ASPP_FILTERS = 32
DROPOUT = 0.1


def double_unet(x: KerasTensor) -> dict[str, KerasTensor]:
    """N x S x S x channels to `output_1` of the first and `output_2` of the second, each N x S x S x 2.

    Source: Jha et al. 2020, arXiv 2006.04868, as H2G-Net has it: in place of the ImageNet VGG19 the first encoder is as
    the second; the second network sees the input beside the first one's output, not multiplied by it; eight levels,
    spatial dropout everywhere, bilinear up-sampling.
    """
    first_skips = []
    y = _decode(aspp(_encode(x, first_skips), ASPP_FILTERS, spatial_dropout=DROPOUT), [first_skips])
    first = probabilities(y, "output_1")
    second_skips = []
    y = _encode(layers.Concatenate()([x, first]), second_skips)
    y = _decode(aspp(y, ASPP_FILTERS, spatial_dropout=DROPOUT), [first_skips, second_skips])
    return {"output_1": first, "output_2": probabilities(y, "output_2")}


def _encode(x: KerasTensor, skips: list[KerasTensor]) -> KerasTensor:
    """Eight levels down; what each level knows is added to `skips`."""
    for filters in FILTERS:
        skips.append(squeeze_excite(conv_block(x, filters, spatial_dropout=DROPOUT)))
        x = layers.MaxPooling2D()(skips[-1])
    return x


def _decode(x: KerasTensor, skips: list[list[KerasTensor]]) -> KerasTensor:
    """Eight levels up, with the skips of one encoder or of both."""
    for level in reversed(range(len(FILTERS))):
        x = layers.UpSampling2D(interpolation="bilinear")(x)
        x = layers.Concatenate()([x, *(of_encoder[level] for of_encoder in skips)])
        x = squeeze_excite(conv_block(x, FILTERS[level], spatial_dropout=DROPOUT))
    return x
