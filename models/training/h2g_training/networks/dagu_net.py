"""DAGU-Net: AGU-Net with dual attention at the bottom."""

from keras import KerasTensor

from h2g_training.networks.attention_guided import attention_guided
from h2g_training.networks.dual_attention import dual_attention


def dagu_net(x: KerasTensor) -> dict[str, KerasTensor]:
    """As `attention_guided.py` says, with position and channel attention at the bottom.

    Source: Bouget et al. 2021, arXiv 2101.07715. What comes up from the bottom opens the first gate, and so guides the
    decoder. H2G-Net's own experiment took plain skips here in place of gates.
    """
    return attention_guided(x, dual_attention)
