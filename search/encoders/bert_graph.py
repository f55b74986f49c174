"""An int8 ONNX model from the weights of a BERT, as sentence-transformers keeps them (``model.safetensors``).

The graph takes ``input_ids`` and ``attention_mask`` (texts × tokens) and gives ``last_hidden_state`` (texts ×
tokens × d), as common exports do. Dense layers are int8. Method: Devlin et al., NAACL 2019.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from search.encoders.encoder import WITHOUT, EncoderError

_OPSET, _IR = 20, 9  # Gelu came with the first
_STEPS = 63  # of an int8 weight to either side; twice as many overflow on processors without VNNI
_TINY = 1e-12
_FAR = -10_000.0  # what is added to attention where there is no token


def bert_model(weights: Path, config: dict[str, Any]) -> Any:
    """The ONNX model of a BERT's weights.

    Raises:
        EncoderError: it is no BERT, or a weight is missing.
    """
    kind = config.get("model_type")
    if kind != "bert" or config.get("hidden_act") != "gelu":
        raise EncoderError(
            f"{weights.parent} holds a model of the kind {str(kind)[:40]!r} without an ONNX file.",
            "Export it to ONNX (model.onnx in that folder); weights alone are read of BERT models only.",
        )
    from safetensors.numpy import load_file

    named = {name.removeprefix("bert."): array for name, array in load_file(weights).items()}
    try:
        return _Graph(named, config).model()
    except KeyError as error:
        raise EncoderError(f"{weights} lacks the weights {error}.", WITHOUT) from error


class _Graph:
    """Puts the nodes of the graph in order."""

    def __init__(self, weights: dict[str, NDArray[Any]], config: dict[str, Any]) -> None:
        self._weights = weights
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._width = int(config["hidden_size"])
        self._epsilon = float(config.get("layer_norm_eps", 1e-12))
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._bytes: dict[str, tuple[str, ...]] = {}

    def model(self) -> Any:
        """The whole model."""
        hidden = self._embeddings()
        mask = self._mask()
        for number in range(self._layers):
            hidden = self._layer(f"encoder.layer.{number}.", hidden, mask)
        self._nodes.append(helper.make_node("Identity", [hidden], ["last_hidden_state"]))
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        shape: list[str | int | None] = ["texts", "tokens", self._width]
        output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, shape)
        graph = helper.make_graph(
            self._nodes, "bert", inputs, [output], initializer=list(self._constants.values())
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)

    def _add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        output = f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def _constant(self, name: str, values: Any) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name].astype(np.float32))

    def _embeddings(self) -> str:
        axes = self._constant("axis_1", np.array([1], np.int64))
        tokens = self._add("Gather", self._add("Shape", "input_ids"), axes)
        zero = self._constant("zero", np.array([0], np.int64))
        places = self._add("Slice", self._weight("embeddings.position_embeddings.weight"), zero, tokens, zero)
        words = self._add("Gather", self._weight("embeddings.word_embeddings.weight"), "input_ids")
        kind = self._weights["embeddings.token_type_embeddings.weight"][0].astype(np.float32)
        total = self._add("Add", self._add("Add", words, places), self._constant("first_kind", kind))
        return self._normalized("embeddings.LayerNorm", total)

    def _mask(self) -> str:
        axes = self._constant("axes_1_2", np.array([1, 2], np.int64))
        wide = self._add("Unsqueeze", self._add("Cast", "attention_mask", to=TensorProto.FLOAT), axes)
        absent = self._add("Sub", self._constant("one", np.float32(1)), wide)
        return self._add("Mul", absent, self._constant("far", np.float32(_FAR)))

    def _layer(self, name: str, hidden: str, mask: str) -> str:
        attended = self._attention(f"{name}attention.", hidden, mask)
        inner = self._add("Gelu", self._linear(f"{name}intermediate.dense", attended))
        outer = self._linear(f"{name}output.dense", inner)
        return self._normalized(f"{name}output.LayerNorm", self._add("Add", outer, attended))

    def _attention(self, name: str, hidden: str, mask: str) -> str:
        scale = 1 / math.sqrt(self._width // self._heads)
        query = self._apart(self._linear(f"{name}self.query", hidden), [0, 2, 1, 3])
        key = self._apart(self._linear(f"{name}self.key", hidden), [0, 2, 3, 1])
        value = self._apart(self._linear(f"{name}self.value", hidden), [0, 2, 1, 3])
        scores = self._add("Mul", self._add("MatMul", query, key), self._constant("scale", np.float32(scale)))
        shares = self._add("Softmax", self._add("Add", scores, mask), axis=-1)
        mixed = self._add("Transpose", self._add("MatMul", shares, value), perm=[0, 2, 1, 3])
        shape = self._constant("together", np.array([0, 0, self._width], np.int64))
        output = self._linear(f"{name}output.dense", self._add("Reshape", mixed, shape))
        return self._normalized(f"{name}output.LayerNorm", self._add("Add", output, hidden))

    def _apart(self, hidden: str, order: list[int]) -> str:
        """The heads of a layer side by side (texts × heads × tokens × d, in some order)."""
        width = self._width // self._heads
        shape = self._constant("apart", np.array([0, 0, self._heads, width], np.int64))
        return self._add("Transpose", self._add("Reshape", hidden, shape), perm=order)

    def _linear(self, name: str, hidden: str) -> str:
        """A dense layer: int8 weights, a scale for each column, times activations rounded as they come."""
        weights = self._weights[f"{name}.weight"].astype(np.float32).T
        scales = np.maximum(np.abs(weights).max(axis=0), _TINY) / _STEPS
        rounded = self._constant(f"{name}.rounded", np.rint(weights / scales).astype(np.int8))
        scale = self._constant(f"{name}.scales", scales.astype(np.float32))
        activations, size, zero = self._rounded(hidden)
        product = self._add("MatMulInteger", activations, rounded, zero)
        scaled = self._add(
            "Mul", self._add("Cast", product, to=TensorProto.FLOAT), self._add("Mul", size, scale)
        )
        return self._add("Add", scaled, self._weight(f"{name}.bias"))

    def _rounded(self, hidden: str) -> tuple[str, str, str]:
        """Activations as bytes, with their scale and zero; once for all layers that read them."""
        if hidden not in self._bytes:
            outputs = tuple(f"{hidden}_{part}" for part in ("bytes", "scale", "zero"))
            self._nodes.append(helper.make_node("DynamicQuantizeLinear", [hidden], list(outputs)))
            self._bytes[hidden] = outputs
        first, second, third = self._bytes[hidden]
        return first, second, third

    def _normalized(self, name: str, hidden: str) -> str:
        weights = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._add("LayerNormalization", hidden, *weights, axis=-1, epsilon=self._epsilon)
