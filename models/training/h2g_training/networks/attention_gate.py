"""An attention gate: which places of a skip connection matter, as seen from the coarser level."""

from keras import KerasTensor, layers

from h2g_training.networks.convolutions import batch_norm


def attention_gate(gate: KerasTensor, skip: KerasTensor, filters: int) -> KerasTensor:
    """`skip` (N x S x S x channels) times one weight a place in 0 to 1, seen from itself and from `gate` of the same S.

    Source: Oktay et al. 2018, arXiv 1804.03999, in the variant of Bouget et al. 2021: the gate is up-sampled first,
    both sides are normalised, and they are concatenated, not added.
    """
    seen = layers.Concatenate()([batch_norm(layers.Conv2D(filters, 1, use_bias=False)(side)) for side in (gate, skip)])
    weight = batch_norm(layers.Conv2D(1, 1, use_bias=False)(layers.ReLU()(seen)))
    return layers.Multiply()([skip, layers.Activation("sigmoid")(weight)])
