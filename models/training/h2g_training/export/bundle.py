"""The folder that H2G-Flow takes: the ONNX files, bundle.json and MODEL_CARD.md."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from h2g_training.data.whole_files import unfinished_beside
from h2g_training.export.bundle_stages import DetectionStage, RefinementStage
from h2g_training.export.model_card import ModelCard
from h2g_training.export.onnx_file import export_onnx


@dataclass(frozen=True)
class BundleName:
    """Who a bundle is. A bundle whose files have changed needs another `version`."""

    id: str
    version: str
    licence: str
    intended_use: str


def write_bundle(
    folder: Path | str,
    name: BundleName,
    card: ModelCard,
    *,
    detection: DetectionStage,
    refinement: RefinementStage | None = None,
) -> None:
    """Writes a bundle in the form of docs/bundles.md; without `refinement` it is one of detection alone.

    It is there whole or not at all. Errors: FileExistsError where `folder` holds something already, ValueError for what
    `export_onnx` refuses.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} holds something already: give another folder, or remove it first")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = unfinished_beside(folder)
    unfinished.mkdir()
    try:
        _fill(unfinished, name, card, detection, refinement)
        # Whatever the umask: a bundle is for the workers too.
        unfinished.chmod(0o755)
        unfinished.replace(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _fill(
    folder: Path, name: BundleName, card: ModelCard, detection: DetectionStage, refinement: RefinementStage | None
) -> None:
    manifest = {
        "schema": "h2g-bundle/1",
        "id": name.id,
        "version": name.version,
        "licence": name.licence,
        "intendedUse": name.intended_use,
    }
    for key, stage in (("detection", detection), ("refinement", refinement)):
        if stage is not None:
            export_onnx(stage.model, folder / stage.file, half_weights=stage.half_weights)
            manifest[key] = stage.describe(hashlib.sha256((folder / stage.file).read_bytes()).hexdigest())
    (folder / "bundle.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "MODEL_CARD.md").write_text(card.to_markdown(), encoding="utf-8")
