"""Draws the numbers by which training/colour.py changes an image."""

from dataclasses import dataclass

import numpy as np

from h2g_training.training.colour import NUMBERS


@dataclass(frozen=True)
class ColourStrength:
    """How far colours may go; 0 leaves them as they are."""

    # Share by which each stain's density is multiplied, and optical density that is added (staintools' sigma1, sigma2).
    stain: float = 0.1
    # Share by which brightness is multiplied: 0.2 is 0.8 to 1.2.
    brightness: float = 0.2
    hue_degrees: float = 0.0
    saturation: float = 0.0


UNCHANGED = np.concatenate([np.eye(3).ravel(), np.zeros(3), np.eye(3).ravel()]).astype(np.float32)
_GREY = np.full((3, 3), 1 / 3)
_AXIS = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)


def draw_colour(stains: np.ndarray, strength: ColourStrength, rng: np.random.Generator) -> np.ndarray:
    """Numbers for each image, N x 21, float32.

    Stain jitter after Tellez et al. 2018 and staintools: the density of each of the slide's own stains is changed by
    itself. Hue and saturation are a turn about, and a distance from, the grey axis of RGB.

    Args:
        stains: N x 2 x 3, each image's stain vectors.
        strength: how far.
        rng: gives the same numbers for the same state.
    """
    count = len(stains)
    numbers = np.empty((count, NUMBERS), np.float32)
    factors = rng.uniform(-strength.stain, strength.stain, (count, 2))
    offsets = rng.uniform(-strength.stain, strength.stain, (count, 2))
    inverse = np.linalg.pinv(stains)
    numbers[:, :9] = (np.eye(3) + (inverse * factors[:, None, :]) @ stains).reshape(count, 9)
    numbers[:, 9:12] = np.einsum("ns,nsc->nc", offsets, stains)
    numbers[:, 12:] = _rgb_matrices(count, strength, rng).reshape(count, 9)
    return numbers


def unchanged_colour(count: int) -> np.ndarray:
    """Numbers that leave colours as they are."""
    return np.tile(UNCHANGED, (count, 1))


def _rgb_matrices(count: int, strength: ColourStrength, rng: np.random.Generator) -> np.ndarray:
    def draw(limit: float) -> np.ndarray:
        return rng.uniform(-limit, limit, count)[:, None, None]

    angle = np.deg2rad(draw(strength.hue_degrees))
    saturation, brightness = 1 + draw(strength.saturation), 1 + draw(strength.brightness)
    turned = np.cos(angle) * (np.eye(3) - _GREY) + np.sin(angle) * _AXIS
    return brightness * (_GREY + saturation * turned)
