import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, numpy_helper

from h2g_training.export import export_onnx
from h2g_training.networks import CLASSIFIER_BODIES, REFINER_NAMES, build_refiner
from tests.settled_networks import SIZE, an_input, outputs_of, settled_classifier, settled_refiner

# What the product is promised. Here 94 random convolutions in a row come to 1e-5, the others to 3e-7.
TOLERANCE = 1e-4


def run(path, feeds):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [port.name for port in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds), strict=True))


def ports(values):
    return {value.name: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim] for value in values}


@pytest.mark.parametrize("name", [*CLASSIFIER_BODIES, *REFINER_NAMES])
def test_outputs_equal_the_frameworks_whatever_the_batch(name, tmp_path):
    model = settled_classifier(name) if name in CLASSIFIER_BODIES else settled_refiner(name)
    export_onnx(model, tmp_path / "network.onnx")
    for batch in (1, 2):
        feeds = an_input(model, batch, seed=batch)
        expected, found = outputs_of(model, feeds), run(tmp_path / "network.onnx", feeds)
        assert found.keys() == expected.keys()
        for output, values in expected.items():
            assert np.ptp(values[..., 1]) > 1e-3 or batch == 1, "a network that ignores its input proves nothing"
            assert found[output] == pytest.approx(values, abs=TOLERANCE)


@pytest.mark.parametrize("form", ["stacked", "image"])
def test_the_other_input_forms_are_written_too(form, tmp_path):
    model = build_refiner("unet", form=form, size=SIZE)
    export_onnx(model, tmp_path / "network.onnx")
    feeds = an_input(model, 1)
    assert run(tmp_path / "network.onnx", feeds)["output_1"] == pytest.approx(
        outputs_of(model, feeds)["output_1"], abs=1e-5
    )


def test_names_shapes_and_opset_are_those_that_a_bundle_states(tmp_path):
    export_onnx(settled_classifier("mobilenet_v2"), tmp_path / "classifier.onnx")
    export_onnx(settled_refiner("double_unet"), tmp_path / "refiner.onnx")
    classifier, refiner = (onnx.load(tmp_path / f"{stage}.onnx") for stage in ("classifier", "refiner"))
    assert ports(classifier.graph.input) == {"image": ["N", 256, 256, 3]}
    assert ports(classifier.graph.output) == {"tumour": ["N", 2]}
    assert ports(refiner.graph.input) == {"image": ["N", SIZE, SIZE, 3], "heatmap": ["N", SIZE, SIZE, 1]}
    assert ports(refiner.graph.output) == {f"output_{n}": ["N", SIZE, SIZE, 2] for n in (1, 2)}
    assert {opset.domain: opset.version for opset in refiner.opset_import} == {"": 17}


def test_unet_is_written_as_the_published_graph(tmp_path):
    export_onnx(settled_refiner("unet"), tmp_path / "unet.onnx")
    graph = onnx.load(tmp_path / "unet.onnx").graph
    kinds = [node.op_type for node in graph.node]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "Conv": 35,
        "Relu": 34,
        "Concat": 9,
        "MaxPool": 8,
        "Resize": 8,
        "Transpose": 3,
        "Softmax": 1,
    }
    weights = [tensor for tensor in graph.initializer if not tensor.name.endswith("scales")]
    assert sum(int(np.prod(tensor.dims)) for tensor in weights) == 11_554_258


def test_half_weights_halve_the_file_and_round_nothing_but_the_weights(tmp_path):
    model = settled_refiner("unet")
    export_onnx(model, tmp_path / "whole.onnx")
    export_onnx(model, tmp_path / "half.onnx", half_weights=True)
    assert (tmp_path / "half.onnx").stat().st_size < 25_000_000 < (tmp_path / "whole.onnx").stat().st_size

    rounded = onnx.load(tmp_path / "whole.onnx")
    large = [tensor for tensor in rounded.graph.initializer if np.prod(tensor.dims) >= 1024]
    for tensor in large:
        values = numpy_helper.to_array(tensor).astype(np.float16).astype(np.float32)
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    onnx.save(rounded, tmp_path / "rounded.onnx")
    halves = [t for t in onnx.load(tmp_path / "half.onnx").graph.initializer if t.data_type == TensorProto.FLOAT16]
    assert len(halves) == len(large) > 30

    feeds = an_input(model, 1)
    found = run(tmp_path / "half.onnx", feeds)["output_1"]
    assert np.array_equal(found, run(tmp_path / "rounded.onnx", feeds)["output_1"])
    assert found == pytest.approx(outputs_of(model, feeds)["output_1"], abs=2e-3)


def test_a_weight_too_large_for_sixteen_bits_is_refused_and_leaves_no_file(tmp_path):
    image = keras.Input((8, 8, 64), name="image")
    convolution = keras.layers.Conv2D(64, 1, name="wide")
    model = keras.Model(image, convolution(image))
    convolution.kernel.assign(convolution.kernel * 0 + 1e5)
    with pytest.raises(ValueError, match="wide/kernel holds 100000"):
        export_onnx(model, tmp_path / "network.onnx", half_weights=True)
    assert list(tmp_path.iterdir()) == []
    export_onnx(model, tmp_path / "network.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["network.onnx"]


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (keras.layers.GroupNormalization(2, name="odd"), "'odd' is a GroupNormalization"),
        (keras.layers.BatchNormalization(name="odd"), "'odd': batch normalisation must follow a convolution"),
        (keras.layers.Conv2D(4, 3, activation="gelu", name="odd"), "odd/gelu: activation"),
        (keras.layers.UpSampling2D(interpolation="bicubic", name="odd"), "'odd': bicubic up-sampling"),
    ],
)
def test_what_cannot_be_written_is_refused_by_name(layer, reason, tmp_path):
    image = keras.Input((8, 8, 4), name="image")
    with pytest.raises(ValueError, match=reason):
        export_onnx(keras.Model(image, layer(image)), tmp_path / "network.onnx")
    assert list(tmp_path.iterdir()) == []


def test_batch_normalisation_is_not_folded_into_what_another_layer_reads(tmp_path):
    image = keras.Input((8, 8, 4), name="image")
    seen = keras.layers.Conv2D(4, 3, padding="same")(image)
    both = keras.layers.Add()([seen, keras.layers.BatchNormalization(name="second")(seen)])
    with pytest.raises(ValueError, match="'second': batch normalisation must follow"):
        export_onnx(keras.Model(image, both), tmp_path / "network.onnx")
