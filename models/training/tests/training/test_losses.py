"""Losses against numbers worked out by hand."""

import keras
import numpy as np
import pytest

from h2g_training.training.losses import (
    cluster_weighted_cross_entropy,
    cross_entropy,
    soft_dice,
    tumour_accuracy,
    tumour_dice,
)


def test_soft_dice_by_hand() -> None:
    truth = np.array([[1, 0], [1, 0]], np.uint8).reshape(1, 2, 2, 1)
    tumour = np.array([[0.5, 0.5], [1.0, 0.0]], np.float32)
    # Overlap 0.5 + 1; squares 0.25 + 0.25 + 1 and 1 + 1: 1 - (3 + 1) / (3.5 + 1).
    assert _value(soft_dice(truth, _softmax(tumour[None]))) == pytest.approx([1 - 4 / 4.5])


def test_soft_dice_is_of_each_image_and_0_where_nothing_is_to_be_found() -> None:
    truth = np.zeros((2, 4, 4, 1), np.uint8)
    truth[1, :2] = 1
    exact = truth[..., 0].astype(np.float32)
    assert _value(soft_dice(truth, _softmax(exact))) == pytest.approx([0, 0], abs=1e-6)
    assert _value(soft_dice(truth, _softmax(1 - exact)))[1] == pytest.approx(1 - 1 / 17)


def test_a_coarser_output_meets_the_truth_at_its_pixels_centres() -> None:
    truth = np.zeros((1, 4, 4, 1), np.uint8)
    truth[0, :2, :2] = 1
    coarse = np.array([[[1, 0], [0, 0]]], np.float32)
    assert _value(soft_dice(truth, _softmax(coarse))) == pytest.approx([0], abs=1e-6)


def test_dice_of_the_mask() -> None:
    truth = np.array([1, 1, 0, 0], np.uint8).reshape(1, 2, 2, 1)
    assert _value(tumour_dice(truth, _softmax(np.array([[[0.9, 0.2], [0.6, 0.1]]], np.float32)))) == pytest.approx(
        [0.5]
    )
    nothing = np.zeros((1, 2, 2), np.float32)
    assert _value(tumour_dice(np.zeros_like(truth), _softmax(nothing))) == pytest.approx([1])


def test_cross_entropy_looks_at_the_class_alone() -> None:
    target = np.array([[1, 0, 0, 1], [0, 1, 1, 0]], np.float32)
    predicted = np.array([[0.25, 0.75], [0.5, 0.5]], np.float32)
    assert _value(cross_entropy(target, predicted)) == pytest.approx([np.log(4), np.log(2)])
    assert _value(tumour_accuracy(target, predicted)) == pytest.approx([0, 0])


def test_cluster_weighted_cross_entropy_by_hand() -> None:
    # Class 0: cluster 0 has the entropies a, b and cluster 1 has c; class 1: cluster 1 has d.
    target = np.array([[1, 0, 1, 0], [1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 0, 1]], np.float32)
    likely = np.array([0.9, 0.6, 0.3, 0.2])
    predicted = np.stack([likely, 1 - likely], axis=1).astype(np.float32)
    a, b, c, d = *-np.log(likely[:3]), -np.log(0.8)
    expected = (((a + b) / 2 + c) / 2 + d) / 2
    assert np.mean(_value(cluster_weighted_cross_entropy(target, predicted))) == pytest.approx(expected, rel=1e-5)


def test_cluster_weights_of_a_batch_of_one_class_are_finite() -> None:
    target = np.array([[1, 0, 1, 0], [1, 0, 1, 0]], np.float32)
    predicted = np.full((2, 2), 0.5, np.float32)
    assert np.mean(_value(cluster_weighted_cross_entropy(target, predicted))) == pytest.approx(np.log(2), rel=1e-5)


def _softmax(tumour: np.ndarray) -> np.ndarray:
    return np.stack([1 - tumour, tumour], axis=-1).astype(np.float32)


def _value(tensor: object) -> np.ndarray:
    return keras.ops.convert_to_numpy(tensor)
