"""prepare LIST.csv --out FOLDER: slides and annotations to what training reads."""

import argparse
from pathlib import Path

from h2g_training.commands.arguments import processors, tell, whole


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("prepare", help="read slides and annotations once; training then needs neither")
    parser.add_argument("list", type=Path, metavar="LIST.csv", help="columns slide,annotation,split,grade")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the prepared folder")
    add_options(parser)
    parser.set_defaults(run=run)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is kept of a slide; `all` has the same."""
    group = parser.add_argument_group("what is kept of each slide")
    group.add_argument("--cells-per-slide", type=whole(2), default=400, metavar="N", help="cells kept as pixels (400)")
    group.add_argument("--quality", type=whole(1, 100), default=90, metavar="Q", help="of JPEG (90)")
    group.add_argument(
        "--picture", choices=("png", "jpeg"), default="png", help="how the whole slide's picture is kept"
    )
    parser.add_argument("--seed", type=whole(0), default=1, metavar="N", help="of everything that is drawn (1)")
    parser.add_argument(
        "--workers", type=whole(1), default=processors(), metavar="N", help="processes (all processors)"
    )


def run(chosen: argparse.Namespace) -> None:
    """Prepares the list."""
    # Here, since only this command needs OpenSlide.
    from h2g_training.data.prepare import prepare_folder
    from h2g_training.data.prepare_slide import PrepareOptions
    from h2g_training.data.slide_list import read_slide_list, require_splits

    slides = read_slide_list(chosen.list)
    require_splits(slides, chosen.list)
    options = PrepareOptions(chosen.cells_per_slide, chosen.quality, chosen.picture, chosen.seed)
    prepared = prepare_folder(slides, chosen.out, options, chosen.workers, tell)
    size_mb = sum(slide.path.stat().st_size for slide in prepared.slides) / 1e6
    tell(f"{len(prepared.slides)} slides, {size_mb:.1f} MB in {prepared.path}")
