"""Two trained runs to a bundle folder with a model card."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from h2g_training.data.prepared import PreparedFolder
from h2g_training.error import TrainingError
from h2g_training.export import BundleName, DetectionStage, RefinementStage, write_bundle
from h2g_training.networks import COUNTING_OUTPUT
from h2g_training.training.export_run import exported_refiner
from h2g_training.training.judge import Judged, judge
from h2g_training.training.load_run import load_classifier, load_refiner
from h2g_training.training.run_folder import read_run
from h2g_training.training.write_card import CardTexts, write_card


@dataclass(frozen=True)
class Sources:
    """Both runs, what they were trained with, and the classifier's heatmaps."""

    classifier: Path
    refinement: Path
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
    settings = {stage: read_run(run, stage) for stage, run in runs.items()}
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrainingError(
            f"{folder} is there already.", "A bundle that has changed needs another folder and version."
        )
    network, form = settings["refinement"]["network"], settings["refinement"]["form"]
    judged = _judge_all(sources, COUNTING_OUTPUT[network], tell)
    card = write_card(texts, sources.prepared, settings, judged)
    write_bundle(
        folder,
        name,
        card,
        detection=DetectionStage(load_classifier(sources.classifier)),
        refinement=RefinementStage(load_refiner(sources.refinement), network, form, half_weights=True),
    )
    tell(f"the bundle is in {folder}; check it with: h2g bundle check {folder}")


def _judge_all(sources: Sources, output: str, tell: Callable[[str], None]) -> list[Judged]:
    slides = sources.prepared.of("validation") + sources.prepared.of("test")
    judged = []
    for one in judge(slides, sources.heatmaps, exported_refiner(sources.refinement), output):
        judged.append(one)
        tell(f"{one.split} {one.name}: dice of the heatmap {one.heatmap.dice:.3f}, refined {one.refined.dice:.3f}")
    return judged
