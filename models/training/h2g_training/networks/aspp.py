"""Atrous spatial pyramid pooling: the same map seen at several distances."""

from keras import KerasTensor, layers

from h2g_training.networks.convolutions import batch_norm

DILATIONS = (6, 12, 18)


def aspp(x: KerasTensor, filters: int, *, spatial_dropout: float) -> KerasTensor:
    """N x H x W x channels to N x H x W x filters: the mean of all, a 1x1 convolution (dilation 1) and three dilated
    3x3 ones side by side, through a 1x1 convolution.

    Source: Chen et al. 2017, arXiv 1706.05587, as in DoubleU-Net. On a map smaller than the dilation only the middle of
    its 3x3 meets the map: at 1024 the bottom is 4 x 4, as in H2G-Net.
    """
    _, height, width, _ = x.shape

    def after(branch: KerasTensor) -> KerasTensor:
        return layers.SpatialDropout2D(spatial_dropout)(layers.ReLU()(batch_norm(branch)))

    mean = after(layers.Conv2D(filters, 1, use_bias=False)(layers.GlobalAveragePooling2D(keepdims=True)(x)))
    branches = [
        layers.UpSampling2D((height, width), interpolation="nearest")(mean),
        after(layers.Conv2D(filters, 1, use_bias=False)(x)),
    ]
    for dilation in DILATIONS:
        far = layers.Conv2D(filters, 3, dilation_rate=dilation, padding="same", use_bias=False)(x)
        branches.append(after(far))
    return after(layers.Conv2D(filters, 1, use_bias=False)(layers.Concatenate()(branches)))
