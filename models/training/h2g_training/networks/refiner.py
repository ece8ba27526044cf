"""The networks of the refinement stage, behind one door."""

from collections.abc import Callable
from typing import Literal, get_args

import keras
from keras import KerasTensor

from h2g_training.networks.agu_net import agu_net
from h2g_training.networks.dagu_net import dagu_net
from h2g_training.networks.double_unet import double_unet
from h2g_training.networks.forms import RefinerForm, make_inputs
from h2g_training.networks.unet import unet

RefinerName = Literal["unet", "agu_net", "dagu_net", "double_unet"]
REFINER_NAMES: tuple[RefinerName, ...] = get_args(RefinerName)

# Which output is the mask: with deep supervision the finest, with two U-Nets the second's.
COUNTING_OUTPUT: dict[RefinerName, str] = {
    "unet": "output_1",
    "agu_net": "output_1",
    "dagu_net": "output_1",
    "double_unet": "output_2",
}

# Eight halvings, in the deepest of them.
SIZE_MULTIPLE = 256

_NETWORKS: dict[RefinerName, Callable[[KerasTensor], dict[str, KerasTensor]]] = {
    "unet": unet,
    "agu_net": agu_net,
    "dagu_net": dagu_net,
    "double_unet": double_unet,
}


def build_refiner(name: RefinerName, *, form: RefinerForm, size: int = 1024) -> keras.Model:
    """A slide seen whole, and its heatmap, to the probability of tumour in each pixel.

    Inputs: as `forms.py` says, N x size x size x channels, in [0, 1]. Output: N x size x size x 2, a softmax whose
    channel 1 is tumour. A network with several outputs gives them as a dict of `output_1`, `output_2`, …;
    `COUNTING_OUTPUT` says which is the mask, and coarser outputs of deep supervision are N x size/2 x size/2 x 2 and so
    on.
    """
    if name not in _NETWORKS:
        raise ValueError(f"there is no refinement network {name!r}; choose one of {', '.join(REFINER_NAMES)}")
    if size < SIZE_MULTIPLE or size % SIZE_MULTIPLE:
        raise ValueError(f"a refinement network's size must be a multiple of {SIZE_MULTIPLE}, not {size}")
    inputs, x = make_inputs(form, size)
    outputs = _NETWORKS[name](x)
    return keras.Model(inputs, outputs if len(outputs) > 1 else outputs["output_1"], name=name)
