"""Pictures as bytes and back, and ragged rows of bytes as one array."""

import io
from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image

PictureFormat = Literal["png", "jpeg"]


def encode_jpeg(image: np.ndarray, quality: int) -> bytes:
    """With full colour resolution where the quality asks for it."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality, subsampling=0 if quality >= 90 else 2, optimize=True)
    return buffer.getvalue()


def encode_png(image: np.ndarray) -> bytes:
    """Lossless."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def decode_picture(data: bytes | np.ndarray) -> np.ndarray:
    """RGB, uint8."""
    with Image.open(io.BytesIO(bytes(data))) as image:
        return np.asarray(image.convert("RGB"))


def join_bytes(parts: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """All bytes one after the other, and where each part begins and the last ends."""
    ends = np.cumsum([0, *map(len, parts)])
    return np.frombuffer(b"".join(parts), np.uint8), ends.astype(np.int64)
