"""Weights out of files, and what is said where they do not fit."""

from pathlib import Path

import keras

from h2g_training.error import TrainingError


def load_weights(network: keras.Model, path: Path) -> None:
    """Puts them into the network.

    Raises:
        TrainingError: the file is missing, damaged, or of another network.
    """
    try:
        network.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        first, *_ = str(error).splitlines() or [""]
        raise TrainingError(
            f"{path} holds no weights of this network: {first}",
            "Train that run again in a new folder, or give another.",
        ) from error
