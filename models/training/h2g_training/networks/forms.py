"""The input forms of a refinement network, as bundles know them."""

from typing import Literal, get_args

import keras
from keras import KerasTensor, layers

RefinerForm = Literal["two", "stacked", "image"]
REFINER_FORMS: tuple[RefinerForm, ...] = get_args(RefinerForm)


def make_inputs(form: RefinerForm, size: int) -> tuple[list[KerasTensor], KerasTensor]:
    """The model's inputs, and what its first layer sees: N x size x size x 4, the heatmap behind the colours (without
    it: x 3).

    `two`: `image` (3 channels) and `heatmap` (1); `stacked`: `input` (4); `image`: `image` alone, the paper's
    refinement without heatmap.
    """
    if form == "stacked":
        stacked = keras.Input((size, size, 4), name="input")
        return [stacked], stacked
    image = keras.Input((size, size, 3), name="image")
    if form == "image":
        return [image], image
    if form == "two":
        heatmap = keras.Input((size, size, 1), name="heatmap")
        return [image, heatmap], layers.Concatenate(name="stacked")([image, heatmap])
    raise ValueError(f"there is no input form {form!r}; choose one of {', '.join(REFINER_FORMS)}")
