"""What the model card says of a training: from the run folders, the prepared data and what was measured."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from h2g_training.data.prepared import PreparedFolder
from h2g_training.data.slide_list import SPLITS
from h2g_training.export import ModelCard
from h2g_training.training.judge import Agreement, Judged
from h2g_training.training.run_folder import Progress

NOTE = (
    "Mean and standard deviation over slides: cells by the classifier (those between the labels left out), pixels of "
    "the refinement's square for both masks, the heatmap alone where it is over 0.5. `h2g evaluate` gives other "
    "numbers: on the plane of 1 um/px, heatmaps closed and opened, and slides without tumour left out of the recall."
)
LIMITS = (
    "- Only H&E, and only slides that look like those it was trained with: another scanner, stain or tissue may give "
    "anything.\n"
    "- What was never annotated (other organs, rare tumours, artefacts) was never learnt.\n"
    "- The figures above are of few slides. Measure on your own, annotated ones before you rely on it: `h2g evaluate`."
)


@dataclass(frozen=True)
class CardTexts:
    """What only the person knows."""

    title: str
    data: str
    intended_use: str


def write_card(
    texts: CardTexts,
    prepared: PreparedFolder,
    settings: dict[str, dict[str, object]],
    progress: dict[str, Progress],
    judged: list[Judged],
) -> ModelCard:
    """Puts it together.

    Args:
        texts: of the person.
        prepared: the data.
        settings: of both runs, by stage.
        progress: of the same runs.
        judged: slides that no training saw, and validation slides.
    """
    return ModelCard(
        title=texts.title,
        intended_use=texts.intended_use,
        data=f"{texts.data}\n\n{_amounts(prepared)}",
        split=_split(prepared),
        training="\n".join(_training(stage, facts, progress[stage]) for stage, facts in settings.items()),
        limits=LIMITS,
        metrics=dict(_rows(judged)),
        metrics_note=NOTE,
    )


def _amounts(prepared: PreparedFolder) -> str:
    cells = sum(len(slide.arrays["label"]) for slide in prepared.slides)
    tumour = sum(int((slide.arrays["label"] == 1).sum()) for slide in prepared.slides)
    kept = sum(len(slide.chosen) for slide in prepared.slides)
    return (
        f"{len(prepared.slides)} slides with {cells} analysed cells of 256 um, {tumour} of them tumour; {kept} cells "
        f"were kept as pixels. Digest of the prepared data: `{prepared.digest}`."
    )


def _split(prepared: PreparedFolder) -> str:
    lines = []
    for split in SPLITS:
        slides = prepared.of(split)
        grades = Counter(slide.grade for slide in slides if slide.grade)
        by_grade = ", ".join(f"grade {grade}: {count}" for grade, count in sorted(grades.items()))
        lines.append(f"- {split}: {len(slides)} slides{f' ({by_grade})' if by_grade else ''}")
    return "\n".join(lines)


def _training(stage: str, settings: dict[str, object], progress: Progress) -> str:
    flat = {key: value for key, value in settings.items() if key not in ("stage", "data", "colour")}
    colour = {f"change of {key}": value for key, value in settings["colour"].items()}
    given = {key.replace("_", " "): value for key, value in {**flat, **colour}.items() if value not in ("", 0)}
    shown = ", ".join(f"{key} {value}" for key, value in given.items())
    return f"- {stage}: {_epochs(progress)}{shown}"


def _epochs(progress: Progress) -> str:
    """Nothing where it is not known: weights may have been brought without the record of their training."""
    if not progress.epoch:
        return ""
    best = f"epoch {progress.best_epoch}" if progress.best_epoch else "what it began with"
    return f"{progress.epoch} epochs (the weights are of {best}), "


def _rows(judged: list[Judged]) -> list[tuple[str, dict[str, str]]]:
    methods = {"cells, classifier": "cells", "mask, heatmap alone": "heatmap", "mask, refined": "refined"}
    return [
        (f"{split} ({len(slides)} slides): {title}", _means(agreements))
        for split in SPLITS
        if (slides := [one for one in judged if one.split == split])
        for title, method in methods.items()
        if None not in (agreements := [getattr(slide, method) for slide in slides])
    ]


def _means(values: list[Agreement]) -> dict[str, str]:
    measures = ("recall", "precision", "dice")
    columns = {name: np.array([getattr(value, name) for value in values]) for name in measures}
    return {name: f"{column.mean():.3f} ± {_spread(column)}" for name, column in columns.items()}


def _spread(column: np.ndarray) -> str:
    """Of the sample, as `h2g evaluate` has it; one slide has none."""
    return f"{column.std(ddof=1):.3f}" if len(column) > 1 else "-"
