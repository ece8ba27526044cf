"""Heatmaps of all prepared slides, several slides at a time; a second call makes only what is missing."""

from collections.abc import Callable, Sequence
from pathlib import Path

from h2g_training.data.classify_slide import classify_slide
from h2g_training.data.digest import file_digest
from h2g_training.data.heatmaps import claim_folder, heatmap_path, read_heatmap, write_heatmap
from h2g_training.data.prepared import PreparedFolder, PreparedSlide
from h2g_training.data.product_heatmap import read_product_heatmap
from h2g_training.data.side_by_side import side_by_side
from h2g_training.data.slide_list import ListedSlide
from h2g_training.error import TrainingError

Tell = Callable[[str], None]


def classify_slides(  # noqa: PLR0913
    listed: list[ListedSlide],
    prepared: PreparedFolder,
    model: Path,
    folder: Path,
    *,
    splits: Sequence[str],
    workers: int,
    tell: Tell,
) -> None:
    """Runs the classifier over the slides.

    Args:
        listed: where the slides are.
        prepared: their cells.
        model: the exported classifier.
        folder: of the heatmaps; one of another classifier or other data is refused.
        splits: whose slides are wanted.
        workers: processes.
        tell: takes a line a slide.

    Raises:
        TrainingError: a prepared slide is not in the list, or cannot be read.
    """
    claim_folder(folder, facts_of(model, prepared))
    paths = {slide.name: slide.slide for slide in listed}
    wanted = [slide for slide in prepared.slides if slide.split in splits]
    missing = [slide for slide in wanted if not heatmap_path(folder, slide.name).is_file()]
    for slide in missing:
        if slide.name not in paths:
            raise TrainingError(f"The list does not name the slide {slide.name}.", "Give the list that was prepared.")
    tasks = [(paths[slide.name], slide, model, folder) for slide in missing]
    for done, name in enumerate(side_by_side(_classify_one, tasks, workers), 1):
        tell(f"heatmap {done}/{len(missing)} {name}")


def facts_of(model: Path, prepared: PreparedFolder) -> dict[str, str]:
    """What decides the heatmaps of an exported classifier."""
    return {"classifier": file_digest(model), "data": prepared.digest}


def take_product_heatmaps(prepared: PreparedFolder, results: Path, folder: Path, tell: Tell) -> None:
    """Takes them from the folder of the product's results.

    Raises:
        TrainingError: one is missing, or of another grid.
    """
    claim_folder(folder, {"results": "product", "data": prepared.digest})
    for slide in prepared.slides:
        write_heatmap(folder, slide.name, read_product_heatmap(results, slide.name))
        read_heatmap(folder, slide)
    tell(f"{len(prepared.slides)} heatmaps taken from {results}")


def _classify_one(slide_path: Path, slide: PreparedSlide, model: Path, folder: Path) -> str:
    write_heatmap(folder, slide.name, classify_slide(slide_path, slide, model))
    return slide.name
