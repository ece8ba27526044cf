"""Two trained runs to a bundle folder with a model card."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from h2g_training.data.digest import file_digest
from h2g_training.data.heatmaps import heatmaps_digest, read_facts
from h2g_training.data.prepared import PreparedFolder
from h2g_training.error import TrainingError
from h2g_training.export import BundleName, DetectionStage, RefinementStage, write_bundle
from h2g_training.networks import COUNTING_OUTPUT
from h2g_training.training.export_run import exported_classifier, exported_refiner
from h2g_training.training.judge import ExportedRefiner, Judged, judge
from h2g_training.training.load_run import load_classifier, load_refiner
from h2g_training.training.precision import use_precision
from h2g_training.training.run_folder import read_progress, read_run
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
        TrainingError: a run is not finished, the heatmaps are of another classifier or not those that the refinement
            was trained with, or the folder is there already.
    """
    runs = {"classifier": sources.classifier, "refinement": sources.refinement}
    settings = {stage: read_run(run, stage) for stage, run in runs.items() if run}
    progress = {stage: read_progress(run) for stage, run in runs.items() if run}
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrainingError(
            f"{folder} is there already.", "A bundle that has changed needs another folder and version."
        )
    # Another network of this process may have been trained in another precision.
    use_precision("float32")
    _check_classifier(sources)
    if sources.refinement and settings["refinement"]["form"] != "image":
        _check_refinement(sources, settings["refinement"]["heatmaps"])
    judged = _judge_all(sources, tell)
    card = write_card(texts, sources.prepared, settings, progress, judged)
    write_bundle(
        folder,
        name,
        card,
        detection=DetectionStage(load_classifier(sources.classifier)),
        refinement=_refinement(sources.refinement),
    )
    tell(f"the bundle is in {folder}; check it with: h2g bundle check {folder}")


def _check_classifier(sources: Sources) -> None:
    """Only heatmaps of a classifier say of which: the product's own say nothing of it."""
    theirs = read_facts(sources.heatmaps).get("classifier")
    if theirs and theirs != file_digest(exported_classifier(sources.classifier)):
        raise TrainingError(
            f"{sources.heatmaps} holds heatmaps of another classifier than {sources.classifier}, or of one that was "
            "trained on since.",
            "Make heatmaps of this classifier in another folder, then train the refinement with these.",
        )


def _check_refinement(sources: Sources, trained_with: str) -> None:
    slides = sources.prepared.of("train") + sources.prepared.of("validation")
    if heatmaps_digest(sources.heatmaps, slides) != trained_with:
        raise TrainingError(
            f"{sources.refinement} was trained with other heatmaps than those in {sources.heatmaps}.",
            "Give the heatmaps it was trained with and their classifier, or train a refinement with these.",
        )


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
