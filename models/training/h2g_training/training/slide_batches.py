"""Batches of whole slides: each slide as often as any other, changed for training, as they are for validation."""

from collections.abc import Callable

import numpy as np

from h2g_training.training.draw_colour import draw_colour, unchanged_colour
from h2g_training.training.fit import Batch
from h2g_training.training.settings import RefinerSettings
from h2g_training.training.slide_store import SlideStore
from h2g_training.training.symmetry import SWITCHES, draw_turns


def slide_batches(slides: SlideStore, settings: RefinerSettings, outputs: list[str]) -> Callable[[int, int], Batch]:
    """Makes the batch of an epoch and a step: a shuffled epoch after the other, none left out."""

    def make(epoch: int, step: int) -> Batch:
        rng = np.random.default_rng([settings.seed, epoch, step])
        drawn = _order(len(slides), settings, epoch, step)
        colour = draw_colour(slides.stains[drawn], settings.colour, rng)
        return _batch(slides, drawn, draw_turns(len(drawn), rng), colour, outputs)

    return make


def validation_slides(slides: SlideStore, outputs: list[str]) -> Batch:
    """All of them, unchanged."""
    count = len(slides)
    turns = np.zeros((count, SWITCHES), np.uint8)
    return _batch(slides, np.arange(count), turns, unchanged_colour(count), outputs)


def _order(count: int, settings: RefinerSettings, epoch: int, step: int) -> np.ndarray:
    places = np.arange(step * settings.batch, (step + 1) * settings.batch)
    rounds = {
        part: np.random.default_rng([settings.seed, epoch, 2**32 + part]).permutation(count)
        for part in set((places // count).tolist())
    }
    return np.array([rounds[place // count][place % count] for place in places.tolist()])


def _batch(slides: SlideStore, drawn: np.ndarray, turns: np.ndarray, colour: np.ndarray, outputs: list[str]) -> Batch:
    inputs = {"picture": slides.pictures[drawn], "turn": turns, "colour": colour}
    if slides.heatmaps is not None:
        inputs["heat"] = slides.heatmaps[drawn]
    target = slides.targets[drawn]
    return inputs, dict.fromkeys(outputs, target)
