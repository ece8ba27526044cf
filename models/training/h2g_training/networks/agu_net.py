"""AGU-Net, the attention-gated U-Net."""

from keras import KerasTensor

from h2g_training.networks.attention_guided import attention_guided


def agu_net(x: KerasTensor) -> dict[str, KerasTensor]:
    """As `attention_guided.py` says, with nothing at the bottom but its convolutions."""
    return attention_guided(x, lambda bottom: bottom)
