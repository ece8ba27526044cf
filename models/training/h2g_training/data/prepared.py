"""A prepared folder: prepared.json and a .npz a slide. Reading it needs neither the slides nor OpenSlide."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from h2g_training.data.levels import DetectionLevel
from h2g_training.data.pictures import decode_picture
from h2g_training.error import TrainingError

INDEX = "prepared.json"
SCHEMA = "h2g-prepared/1"


@dataclass(frozen=True)
class PreparedSlide:
    """One slide. `cells`, `label` and `kind` speak of all analysed cells; pixels are kept of the `chosen` ones."""

    name: str
    split: str
    grade: str
    path: Path

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """Everything in the file.

        geometry: width and height of level 0, the detection level, a cell's side on it, its width and height (px).
        scales: um/px of level 0 and of the detection level.
        cells: n x 2, column and row; tissue_share, tumour_share, label (1 tumour, 0 not, -1 ambiguous), kind: n.
        chosen: which of them have pixels; cell_bytes and cell_ends: those as JPEG.
        stains: 2 x 3, optical density of haematoxylin and eosin.
        picture: the whole slide at 1024 x 1024, PNG or JPEG; target: tumour over it, a bit a pixel.
        """
        try:
            with np.load(self.path) as file:
                return dict(file)
        except (OSError, ValueError, BadZipFile) as error:
            raise TrainingError(
                f"{self.path} is no prepared slide, or damaged.", "Delete it and give the command prepare again."
            ) from error

    @property
    def detection(self) -> DetectionLevel:
        _, _, level, cell_px, width, height = self.arrays["geometry"].tolist()
        return DetectionLevel(level, cell_px, float(self.arrays["scales"][1]), (width, height))

    @property
    def picture(self) -> np.ndarray:
        """1024 x 1024 x 3, uint8."""
        return decode_picture(self.arrays["picture"])

    @property
    def target(self) -> np.ndarray:
        """1024 x 1024, uint8, 1 is tumour."""
        bits = np.unpackbits(self.arrays["target"])
        side = round(len(bits) ** 0.5)
        return bits.reshape(side, side)

    @property
    def cell_jpegs(self) -> list[np.ndarray]:
        """The chosen cells' bytes."""
        return np.split(self.arrays["cell_bytes"], self.arrays["cell_ends"][1:-1]) if len(self.chosen) else []

    @property
    def chosen(self) -> np.ndarray:
        return self.arrays["chosen"]


@dataclass(frozen=True)
class PreparedFolder:
    """All slides of a prepared folder."""

    path: Path
    digest: str
    slides: list[PreparedSlide]

    def of(self, split: str) -> list[PreparedSlide]:
        return [slide for slide in self.slides if slide.split == split]


def open_prepared(folder: Path) -> PreparedFolder:
    """Opens a prepared folder.

    Raises:
        TrainingError: it is none, or it was not finished.
    """
    path = folder / INDEX
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"{folder} is not a (finished) prepared folder: {path} cannot be read.",
            "Make it with: python -m h2g_training prepare LIST.csv --out FOLDER",
        ) from error
    if index.get("schema") != SCHEMA:
        raise TrainingError(f"{path} is of another version ({index.get('schema')}).", "Prepare the slides again.")
    slides = [PreparedSlide(s["name"], s["split"], s["grade"], folder / s["file"]) for s in index["slides"]]
    for slide in slides:
        if not slide.path.is_file():
            raise TrainingError(f"{slide.path} is missing.", "Run prepare again: it makes only what is missing.")
    return PreparedFolder(folder, index["digest"], slides)
