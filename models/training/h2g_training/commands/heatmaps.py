"""heatmaps LIST.csv PREPARED --classifier RUN --out FOLDER: what the product would say of every cell."""

import argparse
from pathlib import Path

from h2g_training.commands.arguments import processors, tell, whole
from h2g_training.data.prepared import open_prepared
from h2g_training.data.slide_list import SPLITS


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("heatmaps", help="run a trained classifier over the slides, for the refinement")
    parser.add_argument("list", type=Path, metavar="LIST.csv", help="the list that was prepared; its slides are read")
    parser.add_argument("prepared", type=Path, metavar="PREPARED", help="made by the command prepare")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--classifier", type=Path, metavar="RUN", help="a run of train classifier")
    source.add_argument(
        "--from-results", type=Path, metavar="FOLDER", help="take the heatmap.tif of h2g run --out FOLDER"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="of the heatmaps")
    parser.add_argument(
        "--split",
        choices=SPLITS,
        action="append",
        help="only of these; a bundle of detection alone wants validation and test",
    )
    parser.add_argument(
        "--workers", type=whole(1), default=processors(), metavar="N", help="processes (all processors)"
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> None:
    """Makes the heatmaps."""
    from h2g_training.data.make_heatmaps import classify_slides, take_product_heatmaps
    from h2g_training.data.slide_list import read_slide_list

    prepared = open_prepared(chosen.prepared)
    if chosen.from_results:
        take_product_heatmaps(prepared, chosen.from_results, chosen.out, tell)
        return
    from h2g_training.training.export_run import exported_classifier

    listed = read_slide_list(chosen.list)
    model = exported_classifier(chosen.classifier)
    splits = chosen.split or SPLITS
    classify_slides(listed, prepared, model, chosen.out, splits=splits, workers=chosen.workers, tell=tell)
    tell(f"the heatmaps are in {chosen.out}")
