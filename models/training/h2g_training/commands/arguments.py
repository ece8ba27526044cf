"""Values of flags, each with its own message when it is out of range."""

import argparse
import os
import re
import shlex
from collections.abc import Callable


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A whole number from `least` to `most`."""

    def parse(text: str) -> int:
        value = int(text)
        if value < least or (most is not None and value > most):
            raise argparse.ArgumentTypeError(f"{value} is not {least} or more" + (f", up to {most}" if most else ""))
        return value

    parse.__name__ = "whole number"
    return parse


def positive(text: str) -> float:
    """A number above 0."""
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def share(text: str) -> float:
    """A number from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def token(text: str) -> str:
    """An id or a version, by the rule of h2g (domain/bundle.ts), which refuses a bundle of another."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text):
        raise argparse.ArgumentTypeError(
            f"“{text}” is not 1 to 64 letters, digits, dots, hyphens or underscores, the first a letter or digit"
        )
    return text


def filled(text: str) -> str:
    """A text that is not empty."""
    if not text:
        raise argparse.ArgumentTypeError("the text is empty, and h2g refuses a bundle without it")
    return text


def words(text: str) -> list[str]:
    """Options in one text, as a shell takes them apart."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"“{text}” cannot be taken apart ({error}): close its quotes, and write \\\\ for a backslash that is meant"
        ) from error


def processors() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def tell(line: str) -> None:
    """Progress, at once even into a pipe."""
    print(line, flush=True)
