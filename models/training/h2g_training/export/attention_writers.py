"""How the two attention modules are written as ONNX nodes. A map is seen as channels x places: N x C x (H * W)."""

import numpy as np
from keras import layers, ops

from h2g_training.export.graph import Graph


def write_position_attention(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    name = layer.name
    places = _as_places(layer, inputs[0], graph)
    query, key, value = (
        graph.node("MatMul", [_kernel(layer, part, graph), places], f"{name}/{part}")
        for part in ("query", "key", "value")
    )
    likeness = graph.node("MatMul", [_transposed(query, graph), key], f"{name}/likeness")
    weights = graph.node("Softmax", [likeness], f"{name}/weights", axis=-1)
    gathered = graph.node("MatMul", [value, _transposed(weights, graph)], f"{name}/gathered")
    return _scaled_and_added(layer, gathered, inputs[0], graph)


def write_channel_attention(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    name = layer.name
    places = _as_places(layer, inputs[0], graph)
    likeness = graph.node("MatMul", [places, _transposed(places, graph)], f"{name}/likeness")
    weights = graph.node("Softmax", [likeness], f"{name}/weights", axis=-1)
    gathered = graph.node("MatMul", [weights, places], f"{name}/gathered")
    return _scaled_and_added(layer, gathered, inputs[0], graph)


def _as_places(layer: layers.Layer, source: str, graph: Graph) -> str:
    _, height, width, channels = layer.input.shape
    shape = graph.weight(f"{layer.name}/as_places", np.array([0, channels, height * width], np.int64))
    return graph.node("Reshape", [source, shape], f"{layer.name}/places")


def _kernel(layer: layers.Layer, part: str, graph: Graph) -> str:
    return graph.weight(f"{layer.name}/{part}/kernel", ops.convert_to_numpy(getattr(layer, part).kernel).T.copy())


def _transposed(source: str, graph: Graph) -> str:
    return graph.node("Transpose", [source], f"{source}/transposed", perm=[0, 2, 1])


def _scaled_and_added(layer: layers.Layer, gathered: str, source: str, graph: Graph) -> str:
    _, height, width, channels = layer.input.shape
    shape = graph.weight(f"{layer.name}/as_map", np.array([0, channels, height, width], np.int64))
    as_map = graph.node("Reshape", [gathered, shape], f"{layer.name}/map")
    scale = graph.weight(f"{layer.name}/scale", ops.convert_to_numpy(layer.scale))
    return graph.node("Add", [graph.node("Mul", [as_map, scale], f"{layer.name}/scaled"), source], layer.name)
