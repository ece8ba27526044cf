"""A Keras model to an ONNX file."""

from collections import Counter
from pathlib import Path

import keras
import onnx
from keras import KerasTensor
from onnx import TensorProto, helper

from h2g_training.data.whole_files import write_whole
from h2g_training.export.graph import Graph
from h2g_training.export.layer_writers import write_layer

BATCH = "N"


def export_onnx(model: keras.Model, path: Path | str, *, half_weights: bool = False) -> None:
    """Writes `model` for inference, float32 in and out: inputs and outputs have their Keras names and shapes (N x H x W
    x channels), the batch is free, the size fixed. The file is there whole or not at all.

    Batch normalisation is folded into the convolutions. With `half_weights` the large weights are stored in 16 bits and
    widened when the file is loaded, so that it is half as large while computing stays in 32.

    Errors: ValueError for a layer that cannot be written, and for a weight too large for 16 bits.
    """
    names = dict(zip(map(id, model.outputs), model.output_names, strict=True))
    graph = Graph(half_weights, frozenset(model.output_names))
    values: dict[int, str] = {}
    readers = Counter(id(tensor) for layer in model.layers for tensor in _tensors(layer.input))
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            values[id(layer.output)] = graph.node("Transpose", [layer.name], f"{layer.name}/nchw", perm=[0, 3, 1, 2])
            continue
        output = write_layer(layer, [values[id(tensor)] for tensor in _tensors(layer.input)], graph)
        if readers[id(layer.output)] > 1:
            graph.convolutions.pop(output, None)
        values[id(layer.output)] = output
    for tensor in model.outputs:
        graph.output(values[id(tensor)], names[id(tensor)], len(tensor.shape))
    finished = graph.finish(
        [_describe(tensor, tensor.name) for tensor in model.inputs],
        [_describe(tensor, names[id(tensor)]) for tensor in model.outputs],
        model.name,
    )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, lambda unfinished: unfinished.write_bytes(finished.SerializeToString()) and None)


def _tensors(value: KerasTensor | list[KerasTensor]) -> list[KerasTensor]:
    return value if isinstance(value, list) else [value]


def _describe(tensor: KerasTensor, name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, *tensor.shape[1:]])
