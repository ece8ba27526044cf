"""The product rounds halves up, also below zero; Python's round() and NumPy's go to even."""

import math


def round_half_up(value: float) -> int:
    """Example: round_half_up(2.5) is 3."""
    return math.floor(value + 0.5)
