"""An encoder from a folder: a small BERT gives what its formula says, and faults are sentences."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import erf

pytest.importorskip("onnxruntime", reason="the extra `encoder` is not installed")
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from search.encoders.encoder import EncoderError, checked
from search.encoders.onnx_folder import OnnxEncoder

WIDTH, HEADS, LAYERS, INNER, WORDS = 32, 4, 2, 64, 40
Weights = dict[str, NDArray[np.float32]]
CONFIG = {
    "model_type": "bert", "hidden_act": "gelu", "hidden_size": WIDTH, "num_attention_heads": HEADS,
    "num_hidden_layers": LAYERS, "intermediate_size": INNER, "layer_norm_eps": 1e-12,
}  # fmt: skip


def small_weights(seed: int = 1) -> Weights:
    noise = np.random.default_rng(seed)

    def matrix(*shape: int) -> NDArray[np.float32]:
        return noise.normal(0, 0.3, shape).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": matrix(WORDS, WIDTH),
        "embeddings.position_embeddings.weight": matrix(64, WIDTH),
        "embeddings.token_type_embeddings.weight": matrix(2, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        dense = {f"attention.self.{name}": (WIDTH, WIDTH) for name in ("query", "key", "value")}
        dense |= {"attention.output.dense": (WIDTH, WIDTH), "intermediate.dense": (INNER, WIDTH)}
        dense |= {"output.dense": (WIDTH, INNER)}
        for name, shape in dense.items():
            weights[f"{layer}{name}.weight"] = matrix(*shape)
            weights[f"{layer}{name}.bias"] = matrix(shape[0])
        norms += [f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"]
    for name in norms:
        weights[f"{name}.weight"], weights[f"{name}.bias"] = 1 + matrix(WIDTH), matrix(WIDTH)
    return weights


def write_folder(folder: Path, weights: Weights, **config: Any) -> Path:
    folder.mkdir(parents=True)
    save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({**CONFIG, **config}))
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 16}')
    words = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2} | {f"w{at}": at for at in range(3, WORDS)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def by_formula(weights: Weights, ids: list[int]) -> NDArray[np.float32]:
    """The mean of the last layer (Devlin et al. 2019), in plain numpy, of unit length."""

    def dense(name: str, x: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])

    def norm(name: str, x: NDArray[Any]) -> NDArray[Any]:
        centred = x - x.mean(axis=1, keepdims=True)
        scaled = centred / np.sqrt(centred.var(axis=1, keepdims=True) + 1e-12)
        return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])

    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm("embeddings.LayerNorm", x + weights["embeddings.token_type_embeddings.weight"][0])
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        parts = [dense(f"{layer}attention.self.{name}", x) for name in ("query", "key", "value")]
        query, key, value = (part.reshape(len(ids), HEADS, -1).transpose(1, 0, 2) for part in parts)
        scores = np.exp(query @ key.transpose(0, 2, 1) / np.sqrt(WIDTH // HEADS))
        mixed = (scores / scores.sum(axis=2, keepdims=True)) @ value
        mixed = mixed.transpose(1, 0, 2).reshape(len(ids), WIDTH)
        name = f"{layer}attention.output."
        x = norm(f"{name}LayerNorm", dense(f"{name}dense", mixed) + x)
        inner = dense(f"{layer}intermediate.dense", x)
        inner = inner * (1 + erf(inner / np.sqrt(2))) / 2
        x = norm(f"{layer}output.LayerNorm", dense(f"{layer}output.dense", inner) + x)
    mean = x.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("encoder") / "small", small_weights())


def test_weights_give_what_the_formula_says(folder: Path, tmp_path: Path) -> None:
    encoder = OnnxEncoder(folder, tmp_path)
    texts = ["w3 w4 w5", "w9", "w7 " * 40, "w10 unknown w11 w12 w13 w14"]
    ids = [[1, 3, 4, 5, 2], [1, 9, 2], [1, *[7] * 14, 2], [1, 10, 0, 11, 12, 13, 14, 2]]
    vectors = encoder.encode(texts)
    right = np.array([by_formula(small_weights(), row) for row in ids])
    assert (vectors * right).sum(axis=1).min() > 0.98, "but for the rounding to int8"


def test_what_a_text_is_encoded_with_does_not_matter(folder: Path, tmp_path: Path) -> None:
    encoder = OnnxEncoder(folder, tmp_path, threads=2)
    texts = [" ".join(f"w{3 + (at * step) % 37}" for step in range(1 + at % 12)) for at in range(120)]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert ((together * alone).sum(axis=1) > 0.97).all()
    assert encoder.encode([]).shape[0] == 0


def test_the_model_is_made_once_and_its_version_is_that_of_its_weights(folder: Path, tmp_path: Path) -> None:
    first = OnnxEncoder(folder, tmp_path)
    (made,) = tmp_path.rglob("*.onnx")
    written = made.stat().st_mtime_ns
    assert OnnxEncoder(folder, tmp_path).version == first.version
    assert made.stat().st_mtime_ns == written
    other = write_folder(tmp_path / "other", small_weights(seed=2))
    assert OnnxEncoder(other, tmp_path).version != first.version
    served = shutil.copytree(folder, tmp_path / "exported")
    (served / "model.safetensors").unlink()
    shutil.copy(made, served / "model.onnx")
    np.testing.assert_allclose(
        OnnxEncoder(served, tmp_path).encode(["w3 w4"]), first.encode(["w3 w4"]), atol=1e-6
    )


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("nothing", "There is no folder"),
        ("no weights", "holds no weights"),
        ("no tokenizer", "no tokenizer.json"),
        ("wrong tokenizer", "cannot be read"),
        ("another kind", "holds a model of the kind 'gpt2'"),
        ("a weight lost", "lacks the weights"),
        ("no model", "cannot be run"),
        ("wrong config", "is not JSON"),
    ],
)
def test_each_fault_of_a_folder_is_one_sentence(tmp_path: Path, damage: str, sentence: str) -> None:
    weights = small_weights()
    if damage == "a weight lost":
        del weights["encoder.layer.1.output.dense.bias"]
    kind = {"model_type": "gpt2"} if damage == "another kind" else {}
    folder = write_folder(tmp_path / "e", weights, **kind)
    match damage:
        case "nothing":
            shutil.rmtree(folder)
        case "no weights":
            (folder / "model.safetensors").unlink()
        case "no tokenizer":
            (folder / "tokenizer.json").unlink()
        case "wrong tokenizer":
            (folder / "tokenizer.json").write_text("{}")
        case "no model":
            (folder / "model.onnx").write_bytes(b"nothing")
        case "wrong config":
            (folder / "config.json").write_text("{")
    with pytest.raises(EncoderError, match=sentence) as caught:
        OnnxEncoder(folder, tmp_path / "cache")
    assert caught.value.hint


def test_what_is_no_vector_is_refused() -> None:
    for wrong in ([[np.inf, 1]], [[1.0], [2.0]], [1.0, 2.0], "text", [[]], [["a"]], None):
        with pytest.raises(EncoderError):
            checked(wrong, 1, "It")
    with pytest.raises(EncoderError, match="2 numbers; those of the papers have 3"):
        checked([[1.0, 2.0]], 1, "It", 3)
    assert checked([[3.0, 4.0]], 1, "It").tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]
