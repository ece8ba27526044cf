"""train-on-synthetic, with programs that do nothing in place of h2g and h2g-train: what it does, keeps and tells."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "train-on-synthetic"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    folder = tmp_path / "clone" / "models" / "training"
    folder.mkdir(parents=True)
    for program in (tmp_path / "clone" / "h2g", folder / "h2g-train"):
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return Path(shutil.copy(SCRIPT, folder))


def _run(script: Path, out: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **settings}
    return subprocess.run([script, out, "unet"], env=env, capture_output=True, text=True, check=True)


def test_what_was_made_with_other_settings_is_kept_and_told(script: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = _run(script, out)
    assert "== slide-1001\n" in first.stdout
    assert "== unet-512\n" in first.stdout
    assert first.stderr == ""
    again = _run(script, out)
    assert "==" not in again.stdout
    assert again.stderr == ""
    other = _run(script, out, FINEST="1", PRECISION="bfloat16", FIRST_SIZE="256", FIRST_SIDE="128")
    assert "==" not in other.stdout
    told = sorted(other.stderr.splitlines())
    made = "train-on-synthetic: made with"
    assert told[0].startswith(f"{made} FINEST=0.5 and kept: slide-1001 slide-1002 ")
    assert "slide-1101" not in told[0]
    assert told[1:] == [
        f"{made} FIRST_SIDE=256 and kept: mobilenet-pw",
        f"{made} FIRST_SIZE=512 and kept: unet unet-512 unet-rough",
        f"{made} PRECISION=float32 and kept: mobilenet-pw unet unet-512 unet-rough",
    ]


def test_a_step_whose_mark_was_deleted_is_made_anew(script: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(script, out)
    (out / "done" / "slide-1001").unlink()
    assert _run(script, out, FINEST="1").stdout.count("==") == 1
    assert (out / "done" / "slide-1001").read_text() == "FINEST=1\n"


def test_marks_of_a_time_without_settings_are_valid(script: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(script, out)
    for mark in (out / "done").iterdir():
        mark.write_text("")
    other = _run(script, out, FINEST="1")
    assert "==" not in other.stdout
    assert other.stderr == ""
