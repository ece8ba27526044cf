"""U-Net, the refinement network of the published pair."""

from keras import KerasTensor, layers

from h2g_training.networks.convolutions import conv_block, probabilities

ENCODER_FILTERS = (8, 16, 32, 64, 128, 128, 256, 256)
BOTTOM_FILTERS = 512
DECODER_FILTERS = (256, 256, 128, 128, 64, 32, 16, 8)
DECODER_DROPOUT = 0.1


def unet(x: KerasTensor) -> dict[str, KerasTensor]:
    """N x S x S x channels to `output_1`, N x S x S x 2. Eight levels: at S = 1024 the bottom is 4 x 4.

    Source: Ronneberger et al. 2015 with the filters of H2G-Net: two 3x3 convolutions a level, max-pooling, nearest
    up-sampling, concatenated skips, spatial dropout in the decoder.
    """
    skips = []
    for filters in ENCODER_FILTERS:
        x = conv_block(x, filters)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = conv_block(x, BOTTOM_FILTERS)
    for filters, skip in zip(DECODER_FILTERS, reversed(skips), strict=True):
        x = layers.Concatenate()([layers.UpSampling2D(interpolation="nearest")(x), skip])
        x = conv_block(x, filters, spatial_dropout=DECODER_DROPOUT)
    return {"output_1": probabilities(x, "output_1")}
