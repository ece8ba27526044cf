"""A list of slides to a prepared folder, several slides at a time; a second call makes only what is missing."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from h2g_training.data.labels import NORMAL, TUMOUR
from h2g_training.data.prepare_slide import PrepareOptions, prepare_slide
from h2g_training.data.prepared import INDEX, SCHEMA, PreparedFolder, open_prepared
from h2g_training.data.side_by_side import side_by_side
from h2g_training.data.slide_list import ListedSlide
from h2g_training.data.whole_files import write_text, write_whole
from h2g_training.error import TrainingError


def prepare_folder(
    slides: list[ListedSlide], folder: Path, options: PrepareOptions, workers: int, tell: Callable[[str], None]
) -> PreparedFolder:
    """Prepares what is not there yet and writes the index.

    Args:
        slides: the list.
        folder: is made; a folder of other options is refused.
        options: what is kept of each slide.
        workers: processes.
        tell: takes one line a slide.

    Raises:
        TrainingError: a slide cannot be used, other options, or no tumour in the training split.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, options)
    keys = {slide.name: _source_key(slide) for slide in slides}
    missing = [slide for slide in slides if not (folder / _file_name(slide, keys)).is_file()]
    tasks = [(slide, folder / _file_name(slide, keys), options) for slide in missing]
    for done, line in enumerate(side_by_side(_prepare_one, tasks, workers), 1):
        tell(f"prepare {done}/{len(missing)} {line}")
    entries = [_entry(slide, folder / _file_name(slide, keys)) for slide in slides]
    digest = hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()
    index = {"schema": SCHEMA, "digest": digest, "options": asdict(options), "slides": entries}
    write_text(folder / INDEX, json.dumps(index, indent=2) + "\n")
    prepared = open_prepared(folder)
    _check_classes(prepared)
    return prepared


def _claim(folder: Path, options: PrepareOptions) -> None:
    path = folder / "options.json"
    text = json.dumps(asdict(options), indent=2) + "\n"
    if not path.exists():
        write_text(path, text)
    elif path.read_text(encoding="utf-8") != text:
        raise TrainingError(
            f"{folder} was prepared with other options: {' '.join(path.read_text(encoding='utf-8').split())}.",
            "Give the same options, or another folder with --out.",
        )


def _source_key(slide: ListedSlide) -> str:
    """Changes when slide or annotation do: size and time of both."""
    stats = [path.stat() for path in (slide.slide, slide.annotation)]
    facts = [(stat.st_size, stat.st_mtime_ns) for stat in stats]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:8]


def _file_name(slide: ListedSlide, keys: dict[str, str]) -> str:
    return f"{slide.name}.{keys[slide.name]}.npz"


def _prepare_one(slide: ListedSlide, path: Path, options: PrepareOptions) -> str:
    arrays = prepare_slide(slide, options)

    def save(unfinished: Path) -> None:
        with unfinished.open("wb") as file:
            np.savez_compressed(file, **arrays)

    write_whole(path, save)
    label, chosen = arrays["label"], arrays["chosen"]
    tumour, normal = (int((label == value).sum()) for value in (TUMOUR, NORMAL))
    left_out = len(label) - tumour - normal
    size_mb = path.stat().st_size / 1e6
    return f"{slide.name}: {tumour} tumour, {normal} other, {left_out} left out, {len(chosen)} kept, {size_mb:.1f} MB"


def _entry(slide: ListedSlide, path: Path) -> dict[str, str]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"name": slide.name, "split": slide.split, "grade": slide.grade, "file": path.name, "sha256": digest}


def _check_classes(prepared: PreparedFolder) -> None:
    """Both classes must be there to learn from and to stop by."""
    for split in ("train", "validation"):
        labels = np.concatenate([slide.arrays["label"] for slide in prepared.of(split)] or [np.empty(0)])
        for label, word in ((TUMOUR, "tumour"), (NORMAL, "tissue without tumour")):
            if not (labels == label).any():
                raise TrainingError(
                    f"The {split} split of {prepared.path} has no cell of {word}.",
                    "Add slides, or check that the annotations lie where the tumour is.",
                )
