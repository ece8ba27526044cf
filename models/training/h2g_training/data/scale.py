"""Microns per pixel of a slide, by the product's rules (domain/scale.ts)."""

from collections.abc import Mapping

from h2g_training.error import TrainingError

FINEST_MPP, COARSEST_MPP = 0.05, 5.0
TOLERANCE = 0.01
# By convention x10 is 1 um/px.
MPP_TIMES_MAGNIFICATION = 10.0
HINT = "Leave the slide out, or write its resolution into the file."


def slide_mpp(properties: Mapping[str, str], name: str) -> float:
    """um/px of level 0.

    Args:
        properties: OpenSlide's.
        name: for the error.

    Raises:
        TrainingError: no scale, or one that no scanner has, or pixels that are not square.
    """
    x, y = (_number(properties, f"openslide.mpp-{axis}") for axis in "xy")
    if x is not None and y is not None:
        if abs(x - y) > TOLERANCE * max(abs(x), abs(y)):
            raise TrainingError(f"{name}: its pixels are {x:g} um wide and {y:g} um high.", HINT)
        return _plausible((x + y) / 2 if x != y else x, name)
    magnification = _number(properties, "openslide.objective-power")
    if magnification:
        return _plausible(MPP_TIMES_MAGNIFICATION / magnification, name)
    raise TrainingError(f"{name} does not say how large its pixels are (no microns per pixel, no magnification).", HINT)


def _number(properties: Mapping[str, str], key: str) -> float | None:
    try:
        return float(properties[key])
    except (KeyError, ValueError):
        return None


def _plausible(mpp: float, name: str) -> float:
    if FINEST_MPP <= mpp <= COARSEST_MPP:
        return mpp
    raise TrainingError(f"{name} says {mpp:g} um/px; {FINEST_MPP} to {COARSEST_MPP} are accepted.", HINT)
