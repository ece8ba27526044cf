"""Which level is read for what, by the product's rules (domain/level.ts); sizes are (width, height) in pixels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from h2g_training.data.rounding import round_half_up
from h2g_training.error import TrainingError

Size = tuple[int, int]

PATCH_PX = 256
MODEL_MPP = 1.0
MPP_TOLERANCE = 0.1
# So that a level at the very edge of the tolerance does not fall to floating point.
ROUNDING = 1e-9


@dataclass(frozen=True)
class DetectionLevel:
    """How the detection plane is read: a cell is `cell_px` pixels of a level of `size`, `mpp` um each."""

    level: int
    cell_px: int
    mpp: float
    size: Size

    @property
    def grid(self) -> Size:
        """(columns, rows): patches side by side, the last ones reaching beyond the slide."""
        return math.ceil(self.size[0] / self.cell_px), math.ceil(self.size[1] / self.cell_px)

    @property
    def cell_um(self) -> float:
        return self.cell_px * self.mpp


def choose_detection_level(sizes: Sequence[Size], mpp: float, name: str) -> DetectionLevel:
    """The level within 10 % of 1 um/px (the nearest) as it is; else the coarsest finer one, averaged down.

    Raises:
        TrainingError: even level 0 is too coarse.
    """
    mpps = [mpp * (sizes[0][0] / width + sizes[0][1] / height) / 2 for width, height in sizes]
    distances = [abs(level_mpp - MODEL_MPP) for level_mpp in mpps]
    nearest = min(range(len(sizes)), key=distances.__getitem__)
    if distances[nearest] <= MPP_TOLERANCE * MODEL_MPP + ROUNDING:
        return DetectionLevel(nearest, PATCH_PX, mpps[nearest], sizes[nearest])
    finer = [level for level, level_mpp in enumerate(mpps) if level_mpp < MODEL_MPP]
    if not finer:
        raise TrainingError(
            f"{name}: its finest level has {mpps[0]:g} um/px, but patches are cut at {MODEL_MPP:g} um/px.",
            "Leave the slide out, or scan it at x10 or more.",
        )
    level = max(finer, key=mpps.__getitem__)
    return DetectionLevel(level, round_half_up(PATCH_PX * MODEL_MPP / mpps[level]), mpps[level], sizes[level])


def plane_size(size: Size, mpp: float, plane_mpp: float) -> Size:
    """The slide seen at `plane_mpp`: whole pixels, over which the slide is stretched."""
    return max(1, round_half_up(size[0] * mpp / plane_mpp)), max(1, round_half_up(size[1] * mpp / plane_mpp))


def coarsest_level_covering(sizes: Sequence[Size], size: Size) -> int:
    """The coarsest level with both sides at least those of `size`, else level 0."""
    covering = [level for level, (width, height) in enumerate(sizes) if width >= size[0] and height >= size[1]]
    return covering[-1] if covering else 0
