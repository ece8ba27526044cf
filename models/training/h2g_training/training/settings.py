"""What decides the outcome of a training; two runs of the same settings and data may go on in one folder."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from h2g_training.networks import ClassifierBody, RefinerForm, RefinerName
from h2g_training.training.draw_colour import ColourStrength

Precision = Literal["float32", "bfloat16"]
# Images that go into one step of the optimiser in refinement, whatever fits into memory at once.
ACCUMULATED_IMAGES = 24


@dataclass(frozen=True)
class ClassifierSettings:
    """The patch classifier. `steps` a epoch: 0 is as many as it takes to see as many cells as there are."""

    body: ClassifierBody = "mobilenet_v2"
    clusters: int = 0
    # Digest of the weights whose features are clustered; empty without clusters.
    clusters_from: str = ""
    # Pixels of a cell's side that are seen: a part of the cell, drawn anew each time, is cheaper to learn from.
    side: int = 256
    # Digest of the weights that training begins with; empty where they are drawn.
    begins_with: str = ""
    batch: int = 64
    steps: int = 0
    learning_rate: float = 1e-4
    dropout: float = 0.5
    validation_cells: int = 2048
    precision: Precision = "float32"
    seed: int = 1
    colour: ColourStrength = field(
        default_factory=lambda: ColourStrength(stain=0.1, brightness=0.2, hue_degrees=20.0, saturation=0.2)
    )


@dataclass(frozen=True)
class RefinerSettings:
    """The refinement network. `steps` a epoch: 0 is each slide once, rounded up to whole steps of the optimiser."""

    network: RefinerName = "unet"
    form: RefinerForm = "two"
    size: int = 1024
    # Digest of the heatmaps' folder; empty for the form `image`.
    heatmaps: str = ""
    # Digest of the weights that training begins with; empty where they are drawn.
    begins_with: str = ""
    batch: int = 4
    accumulate: int = ACCUMULATED_IMAGES
    steps: int = 0
    learning_rate: float = 1e-4
    precision: Precision = "float32"
    seed: int = 1
    colour: ColourStrength = field(default_factory=ColourStrength)


@dataclass(frozen=True)
class Limits:
    """When to stop; these may differ when a run is resumed."""

    epochs: int = 100
    # Wall clock of this call; 0 is no limit.
    minutes: float = 0.0
    # Epochs without a better validation loss.
    patience: int = 20
    threads: int = 2


@dataclass(frozen=True)
class Run:
    """Where a run goes, when it stops, and who is told of it."""

    folder: Path
    limits: Limits
    tell: Callable[[str], None]


Settings = ClassifierSettings | RefinerSettings


def as_json(settings: Settings) -> dict[str, object]:
    """For settings.json."""
    return {"stage": "classifier" if isinstance(settings, ClassifierSettings) else "refinement", **asdict(settings)}
