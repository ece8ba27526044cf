"""Stain vectors of a slide after Macenko et al. 2009 (ISBI, doi 10.1109/ISBI.2009.5193250)."""

import numpy as np

# Pixels paler than this optical density in any channel are glass.
GLASS_OD = 0.15
ANGLE_PERCENTILE = 1.0
# Ruifrok and Johnston 2001: what is taken where a slide has too little colour to tell.
DEFAULT_STAINS = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11]])
LEAST_PIXELS = 256


def optical_density(image: np.ndarray) -> np.ndarray:
    """Of 8 bit RGB; one is added so that black stays finite and white is 0."""
    return -np.log((image.astype(np.float64) + 1) / 256)


def stain_vectors(image: np.ndarray) -> np.ndarray:
    """Haematoxylin and eosin as unit vectors of optical density, 2 x 3."""
    density = optical_density(image).reshape(-1, 3)
    coloured = density[(density > GLASS_OD).all(axis=1) & _is_stain(density)]
    if len(coloured) < LEAST_PIXELS:
        return DEFAULT_STAINS
    _, axes = np.linalg.eigh(np.cov(coloured.T))
    plane = axes[:, 1:]
    plane = plane * np.where(plane.sum(axis=0) < 0, -1, 1)
    projected = coloured @ plane
    angles = np.arctan2(projected[:, 0], projected[:, 1])
    ends = np.percentile(angles, [ANGLE_PERCENTILE, 100 - ANGLE_PERCENTILE])
    stains = np.stack([np.sin(ends), np.cos(ends)], axis=1) @ plane.T
    stains = np.abs(stains) / np.linalg.norm(stains, axis=1, keepdims=True)
    # Haematoxylin takes more of the red than eosin does.
    stains = stains[np.argsort(-stains[:, 0])]
    return stains if abs(np.linalg.det(stains @ stains.T)) > 1e-3 else DEFAULT_STAINS


def _is_stain(density: np.ndarray) -> np.ndarray:
    """Both stains take green most, or nearly so; pen marks of other colours would pull the vectors to themselves."""
    return (density[:, 1] >= 0.9 * density[:, 0]) & (density[:, 1] >= density[:, 2])
