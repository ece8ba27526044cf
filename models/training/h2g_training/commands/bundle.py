"""bundle PREPARED --classifier RUN [--refinement RUN] --heatmaps FOLDER --out DIR: what h2g runs."""

import argparse
from pathlib import Path

from h2g_training.commands.arguments import filled, tell, token
from h2g_training.data.prepared import open_prepared

INTENDED_USE = "Research on H&E whole-slide images of breast. Not for diagnosis."


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("bundle", help="both networks as ONNX, bundle.json and a model card")
    parser.add_argument("prepared", type=Path, metavar="PREPARED", help="made by the command prepare")
    parser.add_argument("--classifier", type=Path, required=True, metavar="RUN", help="a run of train classifier")
    parser.add_argument(
        "--refinement", type=Path, metavar="RUN", help="a run of train refinement (none: detection alone)"
    )
    parser.add_argument("--heatmaps", type=Path, required=True, metavar="FOLDER", help="of that classifier")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the bundle; must not be there yet")
    add_names(parser)
    parser.set_defaults(run=run)


def add_names(parser: argparse.ArgumentParser) -> None:
    """What stands in bundle.json and on the model card; `all` has the same."""
    group = parser.add_argument_group("what the bundle says of itself")
    group.add_argument("--id", type=token, default="h2g-own", metavar="ID", help="of the bundle (h2g-own)")
    group.add_argument("--version", type=token, default="1.0.0", metavar="V", help="a change needs another (1.0.0)")
    group.add_argument("--licence", type=filled, default="all rights reserved", metavar="TEXT", help="of the weights")
    group.add_argument("--intended-use", type=filled, default=INTENDED_USE, metavar="TEXT", help=f"({INTENDED_USE})")
    group.add_argument(
        "--data", default="Slides of the trainer's own list.", metavar="TEXT", help="what slides these are"
    )


def run(chosen: argparse.Namespace) -> None:
    """Writes the bundle."""
    from h2g_training.export import BundleName
    from h2g_training.training.make_bundle import Sources, make_bundle
    from h2g_training.training.write_card import CardTexts

    make_bundle(
        Sources(chosen.classifier, chosen.refinement, open_prepared(chosen.prepared), chosen.heatmaps),
        chosen.out,
        BundleName(chosen.id, chosen.version, chosen.licence, chosen.intended_use),
        CardTexts(f"{chosen.id} {chosen.version}", chosen.data, chosen.intended_use),
        tell,
    )
