"""What is written appears whole, and what a killed process left goes with the next try."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from h2g_training.data.whole_files import unfinished_beside, write_text


@pytest.fixture
def ended() -> int:
    """The number of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_what_a_killed_process_left_of_the_same_file_is_removed(tmp_path: Path, ended: int) -> None:
    left = [tmp_path / f".unfinished-{process}-b.txt" for process in (ended, os.getpid())]
    kept = [
        tmp_path / name
        for name in (f".unfinished-{os.getppid()}-b.txt", f".unfinished-{ended}-a-b.txt", f".unfinished-{ended}-c.txt")
    ]
    for path in (*left, *kept):
        path.write_text("half of it")
    write_text(tmp_path / "b.txt", "all of it")
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "b.txt", *kept])


def test_so_is_what_it_left_of_a_folder(tmp_path: Path, ended: int) -> None:
    left = tmp_path / f".unfinished-{ended}-bundle"
    left.mkdir()
    (left / "detection.onnx").write_text("half of it")
    unfinished_beside(tmp_path / "bundle").mkdir()
    assert [path.name for path in tmp_path.iterdir()] == [f".unfinished-{os.getpid()}-bundle"]
