"""done.txt: of which inputs each folder of `all` was made. What is of other inputs is put aside and made anew."""

import argparse
import hashlib
import json
from pathlib import Path

from h2g_training.commands.arguments import tell
from h2g_training.data.digest import file_digest
from h2g_training.data.heatmaps import heatmaps_digest, read_facts
from h2g_training.data.prepared import open_prepared
from h2g_training.data.whole_files import write_text

RUNS = ("classifier", "refinement", "clusters_from", "begin_with")


def once(folder: Path, line: list[str], step: argparse.Namespace) -> None:
    """Runs a step unless its folder is there and was made of the same inputs: minutes are not spent a second time.

    Args:
        folder: of all steps.
        line: the step as words.
        step: the same, understood.
    """
    path, name, inputs = folder / "done.txt", step.out.name, _inputs(line, step)
    done = dict(entry.partition(" ")[::2] for entry in _lines(path))
    if done.get(name) == inputs and step.out.exists():
        tell(f"  done already ({path})")
        return
    # Here, since what it is made of may have changed since an earlier call, and no command goes on with that.
    if step.out.is_dir() and _is_stale(line[0], step):
        _put_aside(step.out)
    step.run(step)
    write_text(path, "".join(f"{key} {value}\n" for key, value in {**done, name: inputs}.items()))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _inputs(line: list[str], step: argparse.Namespace) -> str:
    """Digest of all that decides what comes out: options, prepared slides, weights and heatmaps."""
    runs = [file_digest(run / "best.weights.h5") for run in _given(step, RUNS).values()]
    heatmaps = [
        file_digest(path)
        for folder in _given(step, ("heatmaps",)).values()
        for path in sorted(folder.iterdir())
        # What a killed process left is no heatmap, and may be gone at the next call.
        if path.suffix in {".json", ".npy"} and not path.name.startswith(".")
    ]
    facts = [line, open_prepared(step.prepared).digest, runs, heatmaps]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _given(step: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Path]:
    return {name: path for name in names if (path := getattr(step, name, None))}


def _is_stale(command: str, step: argparse.Namespace) -> bool:
    if command == "heatmaps":
        return _heatmaps_are_stale(step)
    if command == "train":
        return _run_is_stale(step)
    return any(step.out.iterdir())


def _heatmaps_are_stale(step: argparse.Namespace) -> bool:
    # Here, since Keras takes seconds to import.
    from h2g_training.data.make_heatmaps import facts_of
    from h2g_training.training.export_run import exported_classifier

    facts = facts_of(exported_classifier(step.classifier), open_prepared(step.prepared))
    return read_facts(step.out) not in ({}, facts)


def _run_is_stale(step: argparse.Namespace) -> bool:
    """Whether it was trained with weights or heatmaps that have changed since.

    What a person has chosen otherwise is no such thing: the training itself says that its settings are others.
    """
    path = step.out / "settings.json"
    there = json.loads(path.read_text(encoding="utf-8"))["settings"] if path.is_file() else {}
    now = _as_in_settings(step)
    return any(there.get(key) and value and there[key] != value for key, value in now.items())


def _as_in_settings(step: argparse.Namespace) -> dict[str, str]:
    keys = {"clusters_from": "clusters_from", "begin_with": "begins_with"}
    found = {keys[name]: file_digest(run / "best.weights.h5") for name, run in _given(step, tuple(keys)).items()}
    for folder in _given(step, ("heatmaps",)).values():
        prepared = open_prepared(step.prepared)
        found["heatmaps"] = heatmaps_digest(folder, prepared.of("train") + prepared.of("validation"))
    return found


def _put_aside(folder: Path) -> None:
    number = 1
    while (aside := folder.with_name(f"{folder.name}-stale-{number}")).exists():
        number += 1
    folder.rename(aside)
    tell(f"  {folder} was made of other inputs: it is {aside} from now on, and is made anew")
