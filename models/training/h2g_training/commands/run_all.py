"""all LIST.csv --out RUN: every step after the other, each as the command that repeats it alone."""

import argparse
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from h2g_training.commands.arguments import tell, whole, words
from h2g_training.commands.bundle import add_names
from h2g_training.commands.once import once
from h2g_training.commands.prepare import add_options
from h2g_training.commands.train import BODIES, FORMS, NETWORKS, add_limits

Parse = Callable[[list[str]], argparse.Namespace]
CLUSTERS_HELP = "KM: train once, cluster what it sees, train again weighted by K clusters"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", parse: Parse) -> None:
    """Adds the command; `parse` understands all the others."""
    parser = commands.add_parser(
        "all", help="one command from slides to bundle; given again, it goes on where it stopped"
    )
    parser.add_argument("list", type=Path, metavar="LIST.csv", help="columns slide,annotation,split,grade")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="RUN", help="folder of all steps; RUN/bundle is the result"
    )
    parser.add_argument("--body", choices=BODIES, default=BODIES[0], help="of the classifier (mobilenet_v2)")
    parser.add_argument("--clusters", type=whole(2), metavar="K", help=CLUSTERS_HELP)
    parser.add_argument("--network", choices=NETWORKS, default=NETWORKS[0], help="of the refinement (unet)")
    parser.add_argument("--form", choices=FORMS, default=FORMS[0], help="of the refinement's inputs (two)")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32", help="(float32)")
    parser.add_argument(
        "--classifier-options", type=words, default="", metavar="TEXT", help='more of train classifier: "--batch 32"'
    )
    parser.add_argument("--refinement-options", type=words, default="", metavar="TEXT", help="more of train refinement")
    add_options(parser)
    add_limits(parser)
    add_names(parser)
    parser.set_defaults(run=lambda chosen: run(chosen, parse))


def run(chosen: argparse.Namespace, parse: Parse) -> None:
    """Runs the steps; what is done already with the same inputs is not done again."""
    lines = plan(chosen)
    # All are understood before the first runs: a wrong option shows now, not in an hour.
    for line, step in zip(lines, [parse(line) for line in lines], strict=True):
        tell(f"- h2g-train {shlex.join(line)}")
        if line[0] == "prepare":
            step.run(step)
        else:
            once(chosen.out, line, step)


def plan(chosen: argparse.Namespace) -> list[list[str]]:
    """The command line of each step."""
    return list(_plan(chosen))


def _plan(chosen: argparse.Namespace) -> Iterator[list[str]]:
    prepared, classifier, heatmaps, refinement, bundle = (
        str(chosen.out / name) for name in ("prepared", "classifier", "heatmaps", "refinement", "bundle")
    )
    yield [
        "prepare",
        str(chosen.list),
        "--out",
        prepared,
        *_flags(chosen, "cells_per_slide quality picture seed workers"),
    ]
    common = _flags(chosen, "precision seed epochs minutes patience threads")
    train = ["train", "classifier", prepared, "--body", chosen.body, *common, *chosen.classifier_options]
    if chosen.clusters:
        teacher = str(chosen.out / "teacher")
        yield [*train, "--out", teacher]
        train += ["--clusters", str(chosen.clusters), "--clusters-from", teacher]
    yield [*train, "--out", classifier]
    workers = _flags(chosen, "workers")
    yield ["heatmaps", str(chosen.list), prepared, "--classifier", classifier, "--out", heatmaps, *workers]
    yield [
        *("train", "refinement", prepared, "--network", chosen.network, "--form", chosen.form),
        *([] if chosen.form == "image" else ["--heatmaps", heatmaps]),
        *(*common, *chosen.refinement_options, "--out", refinement),
    ]
    runs = ["--classifier", classifier, "--refinement", refinement, "--heatmaps", heatmaps]
    yield ["bundle", prepared, *runs, "--out", bundle, *_flags(chosen, "id version licence intended_use data")]


def _flags(chosen: argparse.Namespace, names: str) -> list[str]:
    """Those among the arguments that were given or have a default; a seed of 0 and an empty text are values, too."""
    values = {name: getattr(chosen, name) for name in names.split()}
    given = {name: value for name, value in values.items() if value is not None and value is not False}
    # No limit, which is the default of the commands but cannot be given to them.
    if given.get("minutes") == 0:
        del given["minutes"]
    return [part for name, value in given.items() for part in (f"--{name.replace('_', '-')}", str(value))]
