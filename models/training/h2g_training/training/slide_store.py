"""The slides of a split as the refinement network sees them, held in memory."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from h2g_training.data.bilinear import heatmap_over_slide
from h2g_training.data.heatmaps import read_heatmap
from h2g_training.data.prepared import PreparedSlide
from h2g_training.data.shrink import shrink


@dataclass(frozen=True)
class SlideStore:
    """n slides: pictures n x S x S x 3 (uint8), heatmaps n x S x S x 1 (float32), targets n x S x S x 1 (uint8)."""

    pictures: np.ndarray
    heatmaps: np.ndarray | None
    targets: np.ndarray
    # Of each slide, 2 x 3.
    stains: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)


def load_slides(slides: Sequence[PreparedSlide], heatmaps: Path | None, size: int, threads: int) -> SlideStore:
    """Decodes everything on threads: 8 MB of memory a slide at 1024."""
    pictures = np.empty((len(slides), size, size, 3), np.uint8)
    targets = np.empty((len(slides), size, size, 1), np.uint8)
    maps = None if heatmaps is None else np.empty((len(slides), size, size, 1), np.float32)

    def load(place: int) -> None:
        slide = slides[place]
        pictures[place] = shrink(slide.picture, size).round()
        targets[place] = shrink(slide.target[..., None], size) > 0.5
        if maps is not None:
            maps[place, ..., 0] = heatmap_over_slide(read_heatmap(heatmaps, slide), slide.detection, size)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(load, range(len(slides))))
    stains = np.stack([slide.arrays["stains"] for slide in slides])
    return SlideStore(pictures, maps, targets, stains)
