"""Two trained runs to a bundle folder with a model card."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from h2g_training.data.prepared import PreparedFolder
from h2g_training.error import TrainingError
from h2g_training.export import BundleName, DetectionStage, RefinementStage, write_bundle
from h2g_training.networks import COUNTING_OUTPUT
from h2g_training.training.export_run import exported_refiner
from h2g_training.training.judge import ExportedRefiner, Judged, judge
from h2g_training.training.load_run import load_classifier, load_refiner
from h2g_training.training.run_folder import read_run
from h2g_training.training.write_card import CardTexts, write_card


@dataclass(frozen=True)
class Sources:
    """The runs, what they were trained with, and the classifier's heatmaps; no refinement makes detection alone."""

    classifier: Path
    refinement: Path | None
    prepared: PreparedFolder
    heatmaps: Path


def make_bundle(
    sources: Sources,
    folder: Path,
    name: BundleName,
    texts: CardTexts,
    tell: Callable[[str], None],
) -> None:
    """Judges the validation and test slides, then writes the bundle.

    Args:
        sources: what it is made of.
        folder: the bundle; must not be there yet.
        name: who the bundle is.
        texts: for the card.
        tell: takes lines.

    Raises:
        TrainingError: a run is not finished, or the folder is there already.
    """
    runs = {"classifier": sources.classifier, "refinement": sources.refinement}
    settings = {stage: read_run(run, stage) for stage, run in runs.items() if run}
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrainingError(
            f"{folder} is there already.", "A bundle that has changed needs another folder and version."
        )
    judged = _judge_all(sources, tell)
    card = write_card(texts, sources.prepared, settings, judged)
    write_bundle(
        folder,
        name,
        card,
        detection=DetectionStage(load_classifier(sources.classifier)),
        refinement=_refinement(sources.refinement),
    )
    tell(f"the bundle is in {folder}; check it with: h2g bundle check {folder}")


def _refinement(run: Path | None) -> RefinementStage | None:
    if run is None:
        return None
    settings = read_run(run, "refinement")
    return RefinementStage(load_refiner(run), settings["network"], settings["form"], half_weights=True)


def _judge_all(sources: Sources, tell: Callable[[str], None]) -> list[Judged]:
    slides = sources.prepared.of("validation") + sources.prepared.of("test")
    judged = []
    for one in judge(slides, sources.heatmaps, _exported(sources.refinement)):
        judged.append(one)
        refined = f", refined {one.refined.dice:.3f}" if one.refined else ""
        tell(f"{one.split} {one.name}: dice of the heatmap {one.heatmap.dice:.3f}{refined}")
    return judged


def _exported(run: Path | None) -> ExportedRefiner | None:
    if run is None:
        return None
    return ExportedRefiner(exported_refiner(run), COUNTING_OUTPUT[read_run(run, "refinement")["network"]])
