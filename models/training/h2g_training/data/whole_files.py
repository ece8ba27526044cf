"""Files and folders that appear whole or not at all."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Lets `write` make a file beside `path`, then renames it; nothing is left behind if it fails."""
    unfinished = unfinished_beside(path)
    try:
        write(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """The same for a text."""
    write_whole(path, lambda unfinished: unfinished.write_text(text, encoding="utf-8") and None)


def unfinished_beside(path: Path) -> Path:
    """A free name beside `path` for what is to become it; what a killed process left under such a name is removed."""
    for left in path.parent.glob(".unfinished-*"):
        writer = re.fullmatch(rf"\.unfinished-(\d+)-{re.escape(path.name)}", left.name)
        if writer and not _writes_still(int(writer[1])):
            _remove(left)
    # The ending stays last: writers choose the format by it.
    return path.with_name(f".unfinished-{os.getpid()}-{path.name}")


def _writes_still(process: int) -> bool:
    # We have only begun: what bears our number is of an earlier process, as in containers, where numbers come again.
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(left: Path) -> None:
    if left.is_dir():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)
