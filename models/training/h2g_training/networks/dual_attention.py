"""Position and channel attention side by side."""

from keras import KerasTensor, layers

from h2g_training.networks.channel_attention import ChannelAttention
from h2g_training.networks.convolutions import batch_norm
from h2g_training.networks.position_attention import PositionAttention

DROPOUT = 0.5


def dual_attention(x: KerasTensor) -> KerasTensor:
    """The sum of PAM and CAM, each followed by two 3x3 convolutions, through a 1x1 convolution; the shape stays.

    Source: Bouget et al. 2021, arXiv 2101.07715, after Fu et al. 2019, arXiv 1809.02983. In H2G-Net the matrices of PAM
    were made anew in each call and so never trained; here they are weights of the layer.
    """
    filters = x.shape[-1]
    branches = []
    for attention in (PositionAttention(name="position_attention"), ChannelAttention(name="channel_attention")):
        branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(attention(x))
        branch = layers.SpatialDropout2D(DROPOUT)(layers.ReLU()(batch_norm(branch)))
        branches.append(layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch))
    both = layers.SpatialDropout2D(DROPOUT)(layers.Add()(branches))
    return batch_norm(layers.Conv2D(filters, 1, use_bias=False)(both))
