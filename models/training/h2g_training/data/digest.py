"""Digests of what other steps have made."""

import hashlib
from pathlib import Path


def file_digest(path: Path) -> str:
    """SHA-256 of its bytes; empty where there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
