"""All commands of python -m h2g_training."""

import argparse

from h2g_training.commands import bundle, heatmaps, prepare, run_all, train

STEPS = (prepare, train, heatmaps, bundle)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="h2g-train",
        description="Trains H2G-Net's two networks on your slides and writes a model bundle for h2g.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    run_all.add(commands, lambda arguments: build_parser().parse_args(arguments))
    for step in STEPS:
        step.add(commands)
    return parser
