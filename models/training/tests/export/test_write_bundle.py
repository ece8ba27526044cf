import hashlib
import json

import pytest

from h2g_training.export import BundleName, DetectionStage, ModelCard, RefinementStage, write_bundle
from h2g_training.networks import build_refiner
from tests.settled_networks import SIZE, settled_classifier, settled_refiner

NAME = BundleName("a-bundle", "1.2.3", "MIT", "Tests. Not for diagnosis.")
CARD = ModelCard(
    title="A bundle",
    intended_use="Tests. Not for diagnosis.",
    data="Two slides.",
    split="One and one.",
    training="None.",
    limits="It knows nothing.",
    metrics={"one | slide": {"DSC": 0.91234, "slides": "1"}, "mean": {"DSC": 0.5, "slides": "2"}},
)


def test_a_bundle_says_of_both_files_what_they_are(tmp_path):
    write_bundle(
        tmp_path / "bundle",
        NAME,
        CARD,
        detection=DetectionStage(settled_classifier("mobilenet_v2"), half_weights=True),
        refinement=RefinementStage(settled_refiner("double_unet"), "double_unet", "two", threshold=0.4),
    )
    assert sorted(path.name for path in (tmp_path / "bundle").iterdir()) == [
        "MODEL_CARD.md",
        "bundle.json",
        "detection.onnx",
        "refinement.onnx",
    ]
    digests = {
        stage: hashlib.sha256((tmp_path / "bundle" / f"{stage}.onnx").read_bytes()).hexdigest()
        for stage in ("detection", "refinement")
    }
    assert json.loads((tmp_path / "bundle" / "bundle.json").read_text()) == {
        "schema": "h2g-bundle/1",
        "id": "a-bundle",
        "version": "1.2.3",
        "licence": "MIT",
        "intendedUse": "Tests. Not for diagnosis.",
        "detection": {
            "file": "detection.onnx",
            "sha256": digests["detection"],
            "input": {"name": "image", "layout": "NHWC", "scaling": "unit"},
            "output": {"name": "tumour", "tumourChannel": 1},
            "patchPx": 256,
            "mpp": 1.0,
            "mppTolerance": 0.1,
            "threshold": 0.5,
            "batch": 64,
        },
        "refinement": {
            "file": "refinement.onnx",
            "sha256": digests["refinement"],
            "inputs": {
                "image": {"name": "image", "layout": "NHWC", "scaling": "unit"},
                "heatmap": {"name": "heatmap", "layout": "NHWC"},
            },
            "output": {"name": "output_2", "tumourChannel": 1},
            "sizePx": SIZE,
            "threshold": 0.4,
        },
    }


@pytest.mark.parametrize(
    ("form", "inputs"),
    [
        (
            "stacked",
            {"stacked": {"name": "input", "layout": "NHWC", "scaling": "minmax", "order": ["image", "heatmap"]}},
        ),
        ("image", {"image": {"name": "image", "layout": "NHWC", "scaling": "minmax"}}),
    ],
)
def test_each_input_form_has_its_own_words(form, inputs):
    stage = RefinementStage(build_refiner("unet", form=form, size=SIZE), "unet", form, scaling="minmax")
    assert stage.describe("0" * 64)["inputs"] == inputs


def test_a_bundle_of_detection_alone_has_no_refinement(tmp_path):
    write_bundle(tmp_path / "bundle", NAME, CARD, detection=DetectionStage(settled_classifier("mobilenet_v2")))
    assert "refinement" not in json.loads((tmp_path / "bundle" / "bundle.json").read_text())
    assert not (tmp_path / "bundle" / "refinement.onnx").exists()


def test_a_folder_that_holds_something_is_refused_and_a_failure_leaves_nothing(tmp_path):
    detection = DetectionStage(settled_classifier("mobilenet_v2"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="holds something already"):
        write_bundle(tmp_path / "full", NAME, CARD, detection=detection)
    # The second stage has an output by this name in its table, but not in its model.
    with pytest.raises(KeyError):
        write_bundle(
            tmp_path / "bundle",
            NAME,
            CARD,
            detection=detection,
            refinement=RefinementStage(settled_refiner("unet"), "unheard", "two"),  # type: ignore[arg-type]
        )
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "notes.txt"]


def test_the_model_card_has_every_section_and_its_table():
    text = CARD.to_markdown()
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# A bundle",
        *(f"## {part}" for part in ("Intended use", "Data", "Split", "Training", "Metrics", "Limits")),
    ]
    assert "| one \\| slide | 0.912 | 1 |" in text
    with pytest.raises(ValueError, match="without limits"):
        ModelCard("t", "u", "d", "s", "t", limits=" ")
    with pytest.raises(ValueError, match="same columns"):
        ModelCard("t", "u", "d", "s", "t", "l", metrics={"a": {"x": 1}, "b": {"y": 1}})
