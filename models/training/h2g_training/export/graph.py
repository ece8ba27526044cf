"""An ONNX graph while it is written."""

from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Opset 17 and its file format, as the published files have: every onnxruntime since 1.12 reads them.
OPSET = 17
IR_VERSION = 8

# Smaller weights (biases, small kernels) would save nothing, and cost a node each.
HALF_FROM_VALUES = 1024


@dataclass
class Convolution:
    """A convolution in the graph that batch normalisation can still be folded into."""

    weight: str
    bias: str
    output_axis: int


@dataclass
class Graph:
    """Nodes in the order of computing, and weights by name. Feature maps are N x channels x H x W in here."""

    half_weights: bool
    output_names: frozenset[str]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    convolutions: dict[str, Convolution] = field(default_factory=dict)

    def node(self, kind: str, inputs: list[str], name: str, **attributes) -> str:
        """Adds a node of one output and gives the output's name, which is the node's."""
        if name in self.output_names:
            name = f"{name}/nchw"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def output(self, source: str, name: str, rank: int) -> None:
        """Gives `source` out of the graph, maps with their channels last."""
        kind, order = ("Transpose", {"perm": [0, 2, 3, 1]}) if rank == 4 else ("Identity", {})
        self.nodes.append(helper.make_node(kind, [source], [name], name=name, **order))

    def weight(self, name: str, values: np.ndarray) -> str:
        """Adds numbers that are part of the file."""
        self.weights[name] = np.asarray(values)
        return name

    def finish(
        self, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto], name: str
    ) -> onnx.ModelProto:
        """The whole file, checked."""
        casts, initialisers = [], []
        for weight, values in self.weights.items():
            if self.half_weights and values.dtype == np.float32 and values.size >= HALF_FROM_VALUES:
                initialisers.append(numpy_helper.from_array(_halved(weight, values), f"{weight}/half"))
                casts.append(helper.make_node("Cast", [f"{weight}/half"], [weight], name=weight, to=TensorProto.FLOAT))
            else:
                initialisers.append(numpy_helper.from_array(values, weight))
        graph = helper.make_graph(casts + self.nodes, name, inputs, outputs, initialisers)
        model = helper.make_model(
            graph,
            producer_name="h2g-training",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        return model


def _halved(name: str, values: np.ndarray) -> np.ndarray:
    largest = np.abs(values).max()
    if not largest <= np.finfo(np.float16).max:
        raise ValueError(f"{name} holds {largest}, which 16 bits cannot: write the file without half_weights")
    return values.astype(np.float16)
