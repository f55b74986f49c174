"""An encoder from a local folder: an ONNX model with its tokenizer, or the weights of a BERT to make one of.

A folder as sentence-transformers writes it: ``tokenizer.json``, ``config.json``, ``model.onnx`` (also under
``onnx/``) or ``model.safetensors``. Pooling follows ``1_Pooling/config.json`` (mean or the first token), the
number of tokens ``sentence_bert_config.json``. Weights are made int8 once and kept aside.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.encoders.encoder import WITHOUT, EncoderError, Vectors, checked

_MODELS = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")
_WEIGHTS = "model.safetensors"
_TOKENS = 256  # of a text, where the folder does not say
_BATCH_TOKENS = 512  # more at once do not fit into the caches of a core
_FORMAT = "1"  # of what is made of weights here: part of the version
INSTALL = "Install the extra: pip install 'litatlas[encoder]'"


class OnnxEncoder:
    """A sentence encoder run by onnxruntime on the processor."""

    def __init__(self, folder: Path, cache: Path, threads: int = 0) -> None:
        """Open a folder; ``cache`` is where an int8 model made of it is kept.

        Args:
            threads: cores to use; 0: all.

        Raises:
            EncoderError: the folder holds no model that can be run, or the extra is not installed.
        """
        self.name = folder.name
        source = _source(folder)
        self._config = _json(folder / "config.json")
        self.version = _fingerprint(folder, source)
        self._tokenizer = _tokenizer(folder)
        self._first_token = _json(folder / "1_Pooling/config.json").get("pooling_mode_cls_token") is True
        self._session = _session(_runnable(folder, source, self._config, cache / self.version))
        self._threads = threads or os.cpu_count() or 1
        self._inputs = {item.name for item in self._session.get_inputs()}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, in batches of about the same length."""
        tokens = self._tokenizer.encode_batch([text or " " for text in texts])
        vectors: list[NDArray[Any] | None] = [None] * len(texts)
        batches = list(_batches([len(one.ids) for one in tokens]))
        pooled = [[tokens[row] for row in rows] for rows in batches]
        for rows, embedded in zip(batches, self._run_all(pooled), strict=True):
            for row, vector in zip(rows, embedded, strict=True):
                vectors[row] = vector
        return checked(
            np.array(vectors) if vectors else np.empty((0, 1)), len(texts), f"The encoder {self.name}"
        )

    def _run_all(self, batches: Sequence[Sequence[Any]]) -> Iterable[NDArray[Any]]:
        """Every batch on a core of its own: the model is small, so that cores would wait for each other."""
        if len(batches) < 2 or self._threads < 2:
            return map(self._pooled, batches)
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._pooled, batches))

    def _pooled(self, tokens: Sequence[Any]) -> NDArray[Any]:
        longest = max(len(one.ids) for one in tokens)
        ids, mask = np.zeros((2, len(tokens), longest), np.int64)
        for at, one in enumerate(tokens):
            ids[at, : len(one.ids)], mask[at, : len(one.ids)] = one.ids, 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        try:
            output = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        except Exception as error:  # of many kinds, none of which onnxruntime lets one import
            raise EncoderError(f"The encoder {self.name} failed: {str(error)[:200]}", WITHOUT) from error
        if output.ndim == 2:
            return np.asarray(output)
        if self._first_token:
            return np.asarray(output[:, 0])
        weights = mask[:, :, None].astype(np.float32)
        return np.asarray((output * weights).sum(axis=1) / weights.sum(axis=1))


def _source(folder: Path) -> Path:
    """The file of the model in a folder."""
    if not folder.is_dir():
        raise EncoderError(f"There is no folder {folder} for the encoder.", WITHOUT)
    for name in (*_MODELS, _WEIGHTS):
        if (folder / name).is_file():
            return folder / name
    raise EncoderError(
        f"The encoder's folder {folder} holds no weights.", f"Put {_MODELS[0]} or {_WEIGHTS} there. {WITHOUT}"
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except (OSError, ValueError) as error:
        raise EncoderError(f"{path} is not JSON: {error}", WITHOUT) from error
    return values if isinstance(values, dict) else {}


def _tokenizer(folder: Path) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise EncoderError("An encoder from a folder needs the package tokenizers.", INSTALL) from None
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise EncoderError(f"The encoder's folder {folder} has no tokenizer.json.", WITHOUT)
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the package raises plain Exception
        raise EncoderError(f"{path} cannot be read: {str(error)[:200]}", WITHOUT) from error
    most = _json(folder / "sentence_bert_config.json").get("max_seq_length") or _TOKENS
    tokenizer.enable_truncation(min(int(most), 512))
    tokenizer.no_padding()
    return tokenizer


def _fingerprint(folder: Path, source: Path) -> str:
    """What the vectors depend on: model, tokenizer, pooling, and how a model is made here."""
    digest = hashlib.sha256(_FORMAT.encode())
    for path in (source, folder / "tokenizer.json", folder / "1_Pooling/config.json"):
        if path.is_file():
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def _runnable(folder: Path, source: Path, config: dict[str, Any], cache: Path) -> Path:
    """The file that is run: the folder's own ONNX model, or the int8 one made of weights, made once."""
    if source.suffix == ".onnx":
        return source
    made = cache / "model.int8.onnx"
    if made.is_file():
        return made
    try:
        import onnx

        from search.encoders.bert_graph import bert_model
    except ImportError:
        raise EncoderError(f"The weights in {folder} need the package onnx to be run.", INSTALL) from None
    cache.mkdir(parents=True, exist_ok=True)
    aside = cache / f"writing-{os.getpid()}.onnx"
    onnx.save(bert_model(source, config), str(aside))
    aside.replace(made)
    return made


def _session(path: Path) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise EncoderError("An encoder from a folder needs the package onnxruntime.", INSTALL) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # of many kinds, none of which onnxruntime lets one import
        raise EncoderError(
            f"The encoder's model {path} cannot be run: {str(error)[:200]}", WITHOUT
        ) from error


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts of about the same length, together of at most so many tokens, the shortest first."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        if batch and (len(batch) + 1) * lengths[row] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
