"""How each kind of Keras layer is written as ONNX nodes."""

from collections.abc import Callable

import numpy as np
from keras import activations, layers, ops

from h2g_training.export.attention_writers import write_channel_attention, write_position_attention
from h2g_training.export.graph import Convolution, Graph
from h2g_training.networks.channel_attention import ChannelAttention
from h2g_training.networks.position_attention import PositionAttention

Writer = Callable[[layers.Layer, list[str], Graph], str]


def write_layer(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    """Adds the layer to the graph and gives its output's name. A layer that is not in the table is refused by name."""
    writer = _WRITERS.get(type(layer))
    if writer is None:
        raise ValueError(f"layer {layer.name!r} is a {type(layer).__name__}, which cannot be written as ONNX yet")
    return writer(layer, inputs, graph)


def _convolution(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    # height x width x in x out becomes out x in x height x width.
    kernel = ops.convert_to_numpy(layer.kernel).transpose(3, 2, 0, 1)
    spatial = inputs[0], layer.input.shape[1:3], layer.kernel_size
    return _with_activation(layer, _add_convolution(layer, spatial, kernel, graph), graph)


def _depthwise_convolution(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    # height x width x in x multiplier becomes (in * multiplier) x 1 x height x width.
    height, width, channels, multiplier = layer.kernel.shape
    kernel = ops.convert_to_numpy(layer.kernel).transpose(2, 3, 0, 1)
    kernel = kernel.reshape(channels * multiplier, 1, height, width)
    spatial = inputs[0], layer.input.shape[1:3], layer.kernel_size
    return _with_activation(layer, _add_convolution(layer, spatial, kernel, graph, group=channels), graph)


def _add_convolution(layer, spatial, kernel: np.ndarray, graph: Graph, *, group: int = 1) -> str:
    source, size, kernel_size = spatial
    name = graph.node(
        "Conv",
        [source, graph.weight(f"{layer.name}/kernel", kernel), _bias_of(layer, kernel.shape[0], graph)],
        layer.name,
        dilations=list(layer.dilation_rate),
        group=group,
        kernel_shape=list(kernel_size),
        pads=_same_pads(size, kernel_size, layer) if layer.padding == "same" else [0, 0, 0, 0],
        strides=list(layer.strides),
    )
    graph.convolutions[name] = Convolution(f"{layer.name}/kernel", f"{layer.name}/bias", output_axis=0)
    return name


def _transposed_convolution(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    if layer.padding != "same" or any(k < s for k, s in zip(layer.kernel_size, layer.strides, strict=True)):
        raise ValueError(
            f"layer {layer.name!r}: a transposed convolution must be padded `same`, its kernel not below its stride"
        )
    # height x width x out x in becomes in x out x height x width.
    kernel = ops.convert_to_numpy(layer.kernel).transpose(3, 2, 0, 1)
    surplus = [k - s for k, s in zip(layer.kernel_size, layer.strides, strict=True)]
    before = [s // 2 for s in surplus]
    name = graph.node(
        "ConvTranspose",
        [inputs[0], graph.weight(f"{layer.name}/kernel", kernel), _bias_of(layer, kernel.shape[1], graph)],
        layer.name,
        kernel_shape=list(layer.kernel_size),
        pads=before + [s - b for s, b in zip(surplus, before, strict=True)],
        strides=list(layer.strides),
    )
    graph.convolutions[name] = Convolution(f"{layer.name}/kernel", f"{layer.name}/bias", output_axis=1)
    return _with_activation(layer, name, graph)


def _bias_of(layer: layers.Layer, channels: int, graph: Graph) -> str:
    bias = ops.convert_to_numpy(layer.bias) if layer.use_bias else np.zeros(channels, np.float32)
    return graph.weight(f"{layer.name}/bias", bias)


def _same_pads(size: tuple[int, int], window: tuple[int, int], layer: layers.Layer) -> list[int]:
    """What `same` means in Keras: as many windows as strides fit, the odd pixel of padding behind."""
    strides = layer.strides
    dilations = getattr(layer, "dilation_rate", (1, 1))
    before, after = [], []
    for length, side, stride, dilation in zip(size, window, strides, dilations, strict=True):
        padding = max((-(-length // stride) - 1) * stride + (side - 1) * dilation + 1 - length, 0)
        before.append(padding // 2)
        after.append(padding - padding // 2)
    return before + after


def _batch_normalisation(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    convolution = graph.convolutions.get(inputs[0])
    if convolution is None:
        raise ValueError(f"layer {layer.name!r}: batch normalisation must follow a convolution that nothing else reads")
    mean, variance = (ops.convert_to_numpy(v).astype(np.float64) for v in (layer.moving_mean, layer.moving_variance))
    factor = 1 / np.sqrt(variance + layer.epsilon)
    if layer.scale:
        factor = factor * ops.convert_to_numpy(layer.gamma)
    shift = ops.convert_to_numpy(layer.beta) if layer.center else 0
    kernel, bias = graph.weights[convolution.weight], graph.weights[convolution.bias]
    along = [1] * kernel.ndim
    along[convolution.output_axis] = -1
    graph.weights[convolution.weight] = (kernel * factor.reshape(along)).astype(np.float32)
    graph.weights[convolution.bias] = ((bias - mean) * factor + shift).astype(np.float32)
    return inputs[0]


def _dense(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    kernel = ops.convert_to_numpy(layer.kernel)
    if len(layer.input.shape) == 2:
        weights = [graph.weight(f"{layer.name}/kernel", kernel), _bias_of(layer, kernel.shape[1], graph)]
        return _with_activation(layer, graph.node("Gemm", [inputs[0], *weights], layer.name), graph)
    # On a map a dense layer is a 1x1 convolution.
    weights = [
        graph.weight(f"{layer.name}/kernel", kernel.T[:, :, None, None]),
        _bias_of(layer, kernel.shape[1], graph),
    ]
    return _with_activation(layer, graph.node("Conv", [inputs[0], *weights], layer.name), graph)


def _activation(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    return _add_activation(layer.activation, inputs[0], layer.name, graph)


def _with_activation(layer: layers.Layer, output: str, graph: Graph) -> str:
    if layer.activation is activations.linear:
        return output
    # Batch normalisation behind this would no longer be next to the convolution.
    graph.convolutions.pop(output, None)
    return _add_activation(layer.activation, output, f"{layer.name}/{layer.activation.__name__}", graph)


def _add_activation(activation: Callable, source: str, name: str, graph: Graph) -> str:
    if activation is activations.linear:
        return source
    if activation is activations.softmax:
        return graph.node("Softmax", [source], name, axis=1)
    kind = {activations.relu: "Relu", activations.sigmoid: "Sigmoid"}.get(activation)
    if kind is None:
        raise ValueError(f"{name}: activation {activation!r} cannot be written as ONNX yet")
    return graph.node(kind, [source], name)


def _relu(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    if layer.negative_slope or layer.threshold:
        raise ValueError(f"layer {layer.name!r}: a leaky or shifted ReLU cannot be written as ONNX yet")
    if layer.max_value is None:
        return graph.node("Relu", inputs, layer.name)
    limits = [
        graph.weight(f"{layer.name}/{word}", np.float32(limit))
        for word, limit in (("low", 0), ("high", layer.max_value))
    ]
    return graph.node("Clip", [*inputs, *limits], layer.name)


def _pooling(kind: str) -> Writer:
    def write(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
        same = layer.padding == "same"
        return graph.node(
            kind,
            inputs,
            layer.name,
            kernel_shape=list(layer.pool_size),
            pads=_same_pads(layer.input.shape[1:3], layer.pool_size, layer) if same else [0, 0, 0, 0],
            strides=list(layer.strides),
        )

    return write


def _global_average(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    mean = graph.node("GlobalAveragePool", inputs, layer.name)
    return mean if layer.keepdims else graph.node("Flatten", [mean], f"{layer.name}/flat")


def _up_sampling(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    scales = graph.weight(f"{layer.name}/scales", np.array([1, 1, *layer.size], np.float32))
    if layer.interpolation == "nearest":
        how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    elif layer.interpolation == "bilinear":
        how = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    else:
        raise ValueError(f"layer {layer.name!r}: {layer.interpolation} up-sampling cannot be written as ONNX yet")
    return graph.node("Resize", [inputs[0], "", scales], layer.name, **how)


def _zero_padding(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    (top, bottom), (left, right) = layer.padding
    pads = graph.weight(f"{layer.name}/pads", np.array([0, 0, top, left, 0, 0, bottom, right], np.int64))
    return graph.node("Pad", [inputs[0], pads], layer.name)


def _concatenation(layer: layers.Layer, inputs: list[str], graph: Graph) -> str:
    if layer.axis not in (-1, 3):
        raise ValueError(f"layer {layer.name!r} concatenates along axis {layer.axis}, not along the channels")
    return graph.node("Concat", inputs, layer.name, axis=1)


def _plain(kind: str) -> Writer:
    return lambda layer, inputs, graph: graph.node(kind, inputs, layer.name)


def _nothing(_layer: layers.Layer, inputs: list[str], _graph: Graph) -> str:
    return inputs[0]


_WRITERS: dict[type[layers.Layer], Writer] = {
    layers.Activation: _activation,
    layers.Add: _plain("Sum"),
    layers.AveragePooling2D: _pooling("AveragePool"),
    layers.BatchNormalization: _batch_normalisation,
    layers.Concatenate: _concatenation,
    layers.Conv2D: _convolution,
    layers.Conv2DTranspose: _transposed_convolution,
    layers.Dense: _dense,
    layers.DepthwiseConv2D: _depthwise_convolution,
    layers.Dropout: _nothing,
    layers.GlobalAveragePooling2D: _global_average,
    layers.MaxPooling2D: _pooling("MaxPool"),
    layers.Multiply: _plain("Mul"),
    layers.ReLU: _relu,
    layers.SpatialDropout2D: _nothing,
    layers.UpSampling2D: _up_sampling,
    layers.ZeroPadding2D: _zero_padding,
    ChannelAttention: write_channel_attention,
    PositionAttention: write_position_attention,
}
