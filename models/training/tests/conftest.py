"""Small stand-ins: what is tested here is the training, not the networks."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from h2g_training.data.heatmaps import write_heatmap
from h2g_training.data.labels import EDGE, PALE
from h2g_training.data.pictures import encode_jpeg, encode_png, join_bytes
from h2g_training.data.prepared import PreparedFolder, open_prepared
from h2g_training.data.stain import DEFAULT_STAINS

COLUMNS, ROWS = 6, 5
PINK, PURPLE = (225, 170, 200), (120, 70, 150)


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedFolder:
    """Three slides of 30 cells, as prepare would write them: purple cells are tumour, pink ones are not."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    entries = []
    for seed, split in enumerate(("train", "train", "validation")):
        path = folder / f"s{seed}.npz"
        np.savez(path, **_painted(np.random.default_rng(seed)))
        entries.append({"name": f"s{seed}", "split": split, "grade": "2", "file": path.name})
    digest = hashlib.sha256(json.dumps(entries).encode()).hexdigest()
    index = {"schema": "h2g-prepared/1", "digest": digest, "slides": entries}
    (folder / "prepared.json").write_text(json.dumps(index))
    return open_prepared(folder)


@pytest.fixture
def heatmaps(tmp_path: Path, prepared: PreparedFolder) -> Path:
    """Heatmaps that are the truth."""
    folder = tmp_path / "heatmaps"
    folder.mkdir()
    for slide in prepared.slides:
        write_heatmap(folder, slide.name, slide.arrays["label"].reshape(ROWS, COLUMNS))
    return folder


@pytest.fixture
def tiny_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks of a few hundred weights in place of the real ones."""
    # Here, so that tests of data need no Keras.
    import keras
    from keras import layers

    def classifier(_body: str, *, dropout: float = 0.5, side: int = 256) -> keras.Model:
        image = keras.Input((side, side, 3), name="image")
        x = layers.BatchNormalization(momentum=0.7)(layers.Conv2D(4, 32, strides=32)(image))
        x = layers.GlobalAveragePooling2D(name="pooled")(layers.ReLU()(x))
        x = layers.Dense(2)(layers.Dropout(dropout)(x))
        return keras.Model(image, layers.Activation("softmax", dtype="float32", name="tumour")(x))

    def refiner(name: str, *, form: str, size: int = 1024) -> keras.Model:
        from h2g_training.networks.forms import make_inputs

        inputs, x = make_inputs(form, size)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.7)(layers.Conv2D(8, 3, padding="same")(x)))
        outputs = {
            f"output_{place + 1}": layers.Activation("softmax", dtype="float32", name=f"output_{place + 1}")(
                layers.Conv2D(2, 1)(layers.AveragePooling2D(2**place)(x) if place else x)
            )
            for place in range(3 if name == "agu_net" else 1)
        }
        return keras.Model(inputs, outputs if len(outputs) > 1 else outputs["output_1"])

    for module in ("train_classifier", "load_run"):
        monkeypatch.setattr(f"h2g_training.training.{module}.build_classifier", classifier)
    for module in ("train_refiner", "load_run"):
        monkeypatch.setattr(f"h2g_training.training.{module}.build_refiner", refiner)


@pytest.fixture
def slide_list(tmp_path: Path) -> Path:
    """A list of two slides of 1280 x 1024 px at 1 um/px, pink tissue with a purple tumour, and their masks."""
    rows = ["slide,annotation,split,grade"]
    for seed, split in enumerate(("train", "validation")):
        paint_slide(tmp_path / f"s{seed}.tif", tmp_path / f"s{seed}-mask.tif", seed)
        rows.append(f"s{seed}.tif,s{seed}-mask.tif,{split},{seed + 1}")
    path = tmp_path / "slides.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def paint_slide(slide: Path, mask: Path, seed: int) -> None:
    """A tiled TIFF that OpenSlide reads, with its scale, and the truth."""
    import tifffile

    rng = np.random.default_rng(seed)
    truth = np.zeros((1024, 1280), np.uint8)
    truth[256:768, 512 : 1024 + 128 * seed] = 1
    picture = np.full((1024, 1280, 3), 250)
    picture[128:900, 100:1200] = PINK
    picture[truth == 1] = PURPLE
    noisy = (picture + rng.integers(-5, 6, picture.shape)).astype(np.uint8)
    um = {"resolution": (10_000, 10_000), "resolutionunit": 3}
    tifffile.imwrite(slide, noisy, tile=(256, 256), photometric="rgb", compression="deflate", **um)
    tifffile.imwrite(mask, truth, tile=(256, 256), compression="deflate", **um)


@pytest.fixture
def lines() -> list[str]:
    """What was told."""
    return []


@pytest.fixture
def tell(lines: list[str]) -> Callable[[str], None]:
    """Collects it."""
    return lines.append


def _painted(rng: np.random.Generator) -> dict[str, np.ndarray]:
    label = (rng.random(COLUMNS * ROWS) < 0.4).astype(np.int8)
    rows, columns = np.divmod(np.arange(COLUMNS * ROWS), COLUMNS)
    colours = np.where(label[:, None] == 1, PURPLE, PINK)
    noise = rng.integers(-12, 13, (len(label), 256, 256, 3))
    cells = (colours[:, None, None] + noise).astype(np.uint8)
    cell_bytes, cell_ends = join_bytes([encode_jpeg(cell, 80) for cell in cells])
    size = COLUMNS * 256, ROWS * 256
    grid_to_square = np.arange(1024) * ROWS // 1024, np.arange(1024) * COLUMNS // 1024
    square = label.reshape(ROWS, COLUMNS)[np.ix_(*grid_to_square)]
    return {
        "geometry": np.array([*size, 0, 256, *size]),
        "scales": np.array([1.0, 1.0]),
        "cells": np.stack([columns, rows], axis=1).astype(np.int32),
        "tissue_share": np.ones(len(label), np.float32),
        "tumour_share": label.astype(np.float32),
        "label": label,
        "kind": np.where(label == 1, EDGE, PALE).astype(np.uint8),
        "chosen": np.arange(len(label)),
        "cell_bytes": cell_bytes,
        "cell_ends": cell_ends,
        "stains": DEFAULT_STAINS,
        "picture": np.frombuffer(encode_png(np.where(square[..., None] == 1, PURPLE, PINK).astype(np.uint8)), np.uint8),
        "target": np.packbits(square == 1),
    }
