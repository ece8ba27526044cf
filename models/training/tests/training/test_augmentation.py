"""Turns keep picture, heatmap and mask in register; colours at strength 0 stay what they are."""

import keras
import numpy as np
import pytest

from h2g_training.data.stain import DEFAULT_STAINS, optical_density
from h2g_training.training.colour import Colour
from h2g_training.training.draw_colour import ColourStrength, draw_colour, unchanged_colour
from h2g_training.training.symmetry import Symmetry, draw_turns
from h2g_training.training.train_refiner import wrap_refiner

ALL_TURNS = np.array([[t, x, y] for t in (0, 1) for x in (0, 1) for y in (0, 1)], np.uint8)
NONE = ColourStrength(stain=0, brightness=0, hue_degrees=0, saturation=0)
SIZE = 256


def test_the_eight_turns_are_eight_different_pictures_and_all_undone() -> None:
    picture = np.arange(9, dtype=np.uint8).reshape(1, 3, 3, 1).repeat(8, axis=0)
    turned = _numpy(Symmetry()(picture, ALL_TURNS))
    assert len({image.tobytes() for image in turned}) == 8
    assert turned.dtype == np.uint8
    np.testing.assert_array_equal(_numpy(Symmetry(undo=True)(turned, ALL_TURNS)), picture)


def test_a_quarter_turn_is_among_them() -> None:
    picture = np.arange(9, dtype=np.float32).reshape(1, 3, 3, 1).repeat(8, axis=0)
    turned = _numpy(Symmetry()(picture, ALL_TURNS))[..., 0]
    for quarters in range(4):
        assert any((image == np.rot90(picture[0, ..., 0], quarters)).all() for image in turned)


@pytest.mark.parametrize("form", ["two", "stacked"])
def test_picture_heatmap_and_mask_stay_in_register(form: str) -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 256, (8, SIZE, SIZE, 3), dtype=np.uint8)
    heat = rng.random((8, SIZE, SIZE, 1), dtype=np.float32)
    wrapped = wrap_refiner(_passes_through(form), form, SIZE)
    out = wrapped({"picture": picture, "heat": heat, "turn": ALL_TURNS, "colour": unchanged_colour(8)})
    # The network gives red and heatmap as its two channels: wherever a pixel was looked at, it comes back to its place.
    seen = _numpy(out["output_1"])
    np.testing.assert_allclose(seen[..., 0], picture[..., 0] / 255, atol=1e-5)
    np.testing.assert_array_equal(seen[..., 1], heat[..., 0])


def test_the_network_does_see_turned_pictures() -> None:
    picture = np.arange(SIZE * SIZE * 3).reshape(1, SIZE, SIZE, 3).astype(np.uint8)
    seen: list[np.ndarray] = []

    class Spy(keras.layers.Layer):
        def call(self, images):
            seen.append(images)
            return images

    image = keras.Input((SIZE, SIZE, 3), name="image")
    wrapped = wrap_refiner(keras.Model(image, Spy()(image)), "image", SIZE)
    seen.clear()
    wrapped({"picture": picture, "turn": np.array([[0, 1, 0]], np.uint8), "colour": unchanged_colour(1)})
    np.testing.assert_allclose(_numpy(seen[-1]), picture[:, :, ::-1] / 255, atol=1e-5)


def test_unchanged_colours_and_strength_0_are_the_product_scaling() -> None:
    images = np.random.default_rng(2).integers(0, 256, (4, 16, 16, 3), dtype=np.uint8)
    stains = np.tile(DEFAULT_STAINS, (4, 1, 1))
    for numbers in (unchanged_colour(4), draw_colour(stains, NONE, np.random.default_rng(3))):
        np.testing.assert_allclose(_numpy(Colour()(images, numbers)), images / 255, atol=2e-6)


def test_brightness_alone_multiplies() -> None:
    images = np.full((64, 2, 2, 3), 100, np.uint8)
    strength = ColourStrength(stain=0, brightness=0.2)
    numbers = draw_colour(np.tile(DEFAULT_STAINS, (64, 1, 1)), strength, np.random.default_rng(4))
    factors = _numpy(Colour()(images, numbers))[:, 0, 0] / (100 / 255)
    np.testing.assert_allclose(factors, factors[:, :1].repeat(3, axis=1), rtol=1e-4)
    assert 0.8 <= factors.min() < 0.85
    assert 1.15 < factors.max() <= 1.2 + 1e-5


def test_stain_jitter_changes_each_stain_by_itself_and_glass_not_at_all() -> None:
    amount = np.array([0.8, 0.0]), np.array([0.0, 0.8])
    pixels = np.stack([255 * np.exp(-(each @ DEFAULT_STAINS)) for each in amount] + [np.full(3, 255.0)])
    images = np.tile(pixels.round().astype(np.uint8), (50, 1, 1, 1)).reshape(50, 1, 3, 3)
    strength = ColourStrength(stain=0.1, brightness=0)
    numbers = draw_colour(np.tile(DEFAULT_STAINS, (50, 1, 1)), strength, np.random.default_rng(5))
    jittered = _numpy(Colour()(images, numbers))
    np.testing.assert_allclose(jittered[:, 0, 2], 1.0, atol=1e-5)
    density = optical_density((jittered * 255).astype(np.float64))
    stains = density[:, 0, :2] @ np.linalg.pinv(DEFAULT_STAINS)
    assert np.abs(stains[:, 0, 0] - 0.8).max() == pytest.approx(0.18, abs=0.04)
    assert np.abs(stains[:, 1, 1] - 0.8).max() == pytest.approx(0.18, abs=0.04)


def test_turns_are_drawn_evenly() -> None:
    turns = draw_turns(8000, np.random.default_rng(6))
    counts = np.bincount(turns @ np.array([4, 2, 1]))
    assert counts.min() > 850


def _passes_through(form: str) -> keras.Model:
    if form == "stacked":
        stacked = keras.Input((SIZE, SIZE, 4), name="input")
        return keras.Model(stacked, keras.layers.Lambda(lambda x: x[..., 0::3])(stacked))
    image, heatmap = keras.Input((SIZE, SIZE, 3), name="image"), keras.Input((SIZE, SIZE, 1), name="heatmap")
    red = keras.layers.Lambda(lambda x: x[..., :1])(image)
    return keras.Model([image, heatmap], keras.layers.Concatenate()([red, heatmap]))


def _numpy(tensor: object) -> np.ndarray:
    return keras.ops.convert_to_numpy(tensor)
