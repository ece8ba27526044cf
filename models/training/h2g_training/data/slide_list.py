"""The list of a data set: a CSV with the columns slide, annotation, split and, if known, grade."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from h2g_training.error import TrainingError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[str, ...] = get_args(Split)
COLUMNS = ("slide", "annotation", "split")


@dataclass(frozen=True)
class ListedSlide:
    """One row: a slide, its annotation, and what it is used for."""

    name: str
    slide: Path
    annotation: Path
    split: Split
    grade: str


def read_slide_list(path: Path) -> list[ListedSlide]:
    """Reads and checks the whole list before any slide is opened; relative paths count from the CSV's folder.

    Raises:
        TrainingError: no file, missing column, unknown split, a path that leads nowhere, two slides of one name.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            slides = list(_rows(csv.DictReader(file), path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"The list {path} cannot be read: {error}.", "Give a CSV file in UTF-8.") from error
    if not slides:
        raise TrainingError(f"The list {path} names no slide.", f"Write one row a slide under {','.join(COLUMNS)}.")
    _check_names(slides, path)
    return slides


def require_splits(slides: list[ListedSlide], path: Path) -> None:
    """Training needs slides to learn from and slides to stop by.

    Raises:
        TrainingError: there is no training or no validation slide.
    """
    for split in ("train", "validation"):
        if not any(slide.split == split for slide in slides):
            raise TrainingError(f"The list {path} has no slide of the split “{split}”.", f"Mark some rows {split}.")


def _rows(reader: csv.DictReader, path: Path) -> Iterator[ListedSlide]:
    header = reader.fieldnames or []
    for column in COLUMNS:
        if column not in header:
            raise TrainingError(
                f"The list {path} has no column “{column}”; its first line is “{','.join(header)}”.",
                f"The first line must name the columns {', '.join(COLUMNS)} and, if known, grade.",
            )
    for row in reader:
        yield _listed(row, path, reader.line_num)


def _listed(row: dict[str, str | None], path: Path, line: int) -> ListedSlide:
    cells = {column: (value or "").strip() for column, value in row.items() if isinstance(value, str | None)}
    split = cells["split"]
    if split not in SPLITS:
        raise TrainingError(f"{path}, line {line}: the split is “{split}”.", f"Write one of {', '.join(SPLITS)}.")
    slide, annotation = (_existing(cells[column], column, path, line) for column in ("slide", "annotation"))
    return ListedSlide(slide.stem, slide, annotation, split, cells.get("grade", ""))  # type: ignore[arg-type]


def _existing(value: str, column: str, path: Path, line: int) -> Path:
    found = path.parent / value
    if not value or not found.is_file():
        raise TrainingError(
            f"{path}, line {line}: the {column} “{value}” is not there.",
            f"Correct the path; relative ones count from {path.parent}.",
        )
    return found


def _check_names(slides: list[ListedSlide], path: Path) -> None:
    seen: dict[str, Path] = {}
    for slide in slides:
        if slide.name in seen:
            raise TrainingError(
                f"The list {path} has two slides of the name “{slide.name}”: {seen[slide.name]} and {slide.slide}.",
                "List each slide once, and rename one of two that are called the same.",
            )
        seen[slide.name] = slide.slide
