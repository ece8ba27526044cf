"""train classifier | refinement PREPARED --out RUN: one network from a prepared folder."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from h2g_training.commands.arguments import positive, processors, share, tell, whole
from h2g_training.data.prepared import open_prepared

if TYPE_CHECKING:
    from h2g_training.training.settings import Run

# As in networks/, which imports Keras.
BODIES = ("mobilenet_v2", "inception_v3")
NETWORKS = ("unet", "agu_net", "dagu_net", "double_unet")
FORMS = ("two", "stacked", "image")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command and its two stages."""
    parser = commands.add_parser("train", help="train one network; the same command goes on with an interrupted run")
    stages = parser.add_subparsers(metavar="STAGE", required=True)
    _add_classifier(stages)
    _add_refinement(stages)


def _add_classifier(stages: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = stages.add_parser("classifier", help="the patch classifier of the detection stage")
    parser.add_argument("--body", choices=BODIES, default="mobilenet_v2", help="(mobilenet_v2)")
    parser.add_argument("--clusters", type=whole(2), metavar="K", help="KM: weight the loss by K clusters of tissue")
    parser.add_argument("--clusters-from", type=Path, metavar="RUN", help="KM: a trained classifier, to find them")
    parser.add_argument(
        "--side", type=int, choices=(128, 256), default=256, metavar="PX", help="of a cell that is seen: 128, 256 (256)"
    )
    parser.add_argument("--begin-with", type=Path, metavar="RUN", help="weights of another run of this body")
    parser.add_argument("--dropout", type=share, default=0.5, metavar="P", help="before the last layer (0.5)")
    parser.add_argument("--hue", type=float, default=20.0, metavar="DEGREES", help="change of hue, at most (20)")
    parser.add_argument(
        "--saturation", type=share, default=0.2, metavar="S", help="change of saturation, at most (0.2)"
    )
    parser.add_argument(
        "--validation-cells", type=whole(1), default=2048, metavar="N", help="looked at each epoch (2048)"
    )
    _add_common(parser, batch=64)
    parser.set_defaults(run=run_classifier)


def _add_refinement(stages: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = stages.add_parser("refinement", help="the network that sees the whole slide and the heatmap")
    parser.add_argument("--network", choices=NETWORKS, default="unet", help="(unet)")
    parser.add_argument("--form", choices=FORMS, default="two", help="of its inputs (two)")
    parser.add_argument("--heatmaps", type=Path, metavar="FOLDER", help="made by the command heatmaps")
    parser.add_argument("--size", type=int, choices=(256, 512, 1024), default=1024, help="side of the square (1024)")
    parser.add_argument(
        "--begin-with", type=Path, metavar="RUN", help="weights of another run of this network, of any size"
    )
    parser.add_argument("--accumulate", type=whole(1), default=24, metavar="N", help="images a step of Adam (24)")
    _add_common(parser, batch=4)
    parser.set_defaults(run=run_refinement)


def _add_common(parser: argparse.ArgumentParser, *, batch: int) -> None:
    parser.add_argument("prepared", type=Path, metavar="PREPARED", help="made by the command prepare")
    parser.add_argument("--out", type=Path, required=True, metavar="RUN", help="the run's folder")
    parser.add_argument("--batch", type=whole(1), default=batch, metavar="N", help=f"images at once ({batch})")
    parser.add_argument("--steps", type=whole(0), default=0, metavar="N", help="batches an epoch (all of the data)")
    parser.add_argument("--learning-rate", type=positive, default=1e-4, metavar="R", help="of Adam (0.0001)")
    parser.add_argument("--stain", type=share, default=0.1, metavar="S", help="change of each stain, at most (0.1)")
    parser.add_argument(
        "--brightness", type=share, default=0.2, metavar="S", help="change of brightness, at most (0.2)"
    )
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32", help="(float32)")
    parser.add_argument("--seed", type=whole(0), default=1, metavar="N", help="of everything that is drawn (1)")
    add_limits(parser)


def add_limits(parser: argparse.ArgumentParser) -> None:
    """When to stop."""
    group = parser.add_argument_group("when to stop, whichever is first")
    group.add_argument("--epochs", type=whole(1), default=100, metavar="N", help="in all (100)")
    group.add_argument("--minutes", type=positive, default=0.0, metavar="M", help="of this call (no limit)")
    group.add_argument("--patience", type=whole(1), default=20, metavar="N", help="epochs without a gain (20)")
    group.add_argument(
        "--threads", type=whole(1), default=processors(), metavar="N", help="making batches (all processors)"
    )


def run_classifier(chosen: argparse.Namespace) -> None:
    """Trains the classifier."""
    # Here, since Keras takes seconds to import and other commands do not need it.
    from h2g_training.training.load_run import beginning_classifier, load_teacher
    from h2g_training.training.settings import ClassifierSettings, ColourStrength
    from h2g_training.training.train_classifier import train_classifier

    prepared = open_prepared(chosen.prepared)
    teacher, digest = load_teacher(chosen.clusters, chosen.clusters_from)
    settings = ClassifierSettings(
        body=chosen.body,
        clusters=chosen.clusters or 0,
        clusters_from=digest,
        side=chosen.side,
        begins_with=beginning_classifier(chosen.begin_with, chosen.body) if chosen.begin_with else "",
        dropout=chosen.dropout,
        validation_cells=chosen.validation_cells,
        **_of_both_stages(chosen),
        colour=ColourStrength(chosen.stain, chosen.brightness, chosen.hue, chosen.saturation),
    )
    train_classifier(prepared, settings, run_of(chosen), teacher=teacher, begin_with=chosen.begin_with)


def run_refinement(chosen: argparse.Namespace) -> None:
    """Trains the refinement network."""
    from h2g_training.data.heatmaps import heatmaps_digest
    from h2g_training.error import TrainingError
    from h2g_training.training.load_run import beginning_refiner
    from h2g_training.training.settings import ColourStrength, RefinerSettings
    from h2g_training.training.train_refiner import train_refiner

    prepared = open_prepared(chosen.prepared)
    if (chosen.form == "image") != (chosen.heatmaps is None):
        raise TrainingError(
            f"The form “{chosen.form}” was chosen, but heatmaps were {'not ' if chosen.heatmaps is None else ''}given.",
            "Give --heatmaps FOLDER for the forms two and stacked, and none for the form image.",
        )
    slides = prepared.of("train") + prepared.of("validation")
    settings = RefinerSettings(
        network=chosen.network,
        form=chosen.form,
        size=chosen.size,
        heatmaps=heatmaps_digest(chosen.heatmaps, slides) if chosen.heatmaps else "",
        begins_with=beginning_refiner(chosen.begin_with, chosen.network, chosen.form) if chosen.begin_with else "",
        accumulate=chosen.accumulate,
        **_of_both_stages(chosen),
        colour=ColourStrength(chosen.stain, chosen.brightness),
    )
    train_refiner(prepared, chosen.heatmaps, settings, run_of(chosen), begin_with=chosen.begin_with)


def _of_both_stages(chosen: argparse.Namespace) -> dict[str, object]:
    names = ("batch", "steps", "learning_rate", "precision", "seed")
    return {name: getattr(chosen, name) for name in names}


def run_of(chosen: argparse.Namespace) -> "Run":
    """Folder and limits among the arguments."""
    from h2g_training.training import settings

    return settings.Run(
        chosen.out, settings.Limits(chosen.epochs, chosen.minutes, chosen.patience, chosen.threads), tell
    )
