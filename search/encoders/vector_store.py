"""The vectors of the papers by one encoder, on disk: written in parts, so that nothing done is done twice.

A folder holds parts, each with checksums (`ingest.arrays`), and ``whole.json`` once every paper of the
library had its vector: from then on it may serve. Later papers come in later parts; a later vector of a
paper takes the place of an earlier one. Vectors are kept in halves (float16).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.arrays import Layout, read_arrays, write_arrays
from ingest.checksums import signed, unsigned
from search.encoders.encoder import Vectors

VECTORS = Layout("encoder's vectors", "vectors.json", 1, "Run: litatlas encode", ("ids",))
"""How a part is laid out."""

_WHOLE = "whole.json"
_MANY = 12  # parts from which they are put together
_BLOCK = 16_384  # vectors that are compared at once
_EXACT = 20_000  # papers up to which a vector is compared with all of them
_GRAPH = "graph.usearch"
_SPARE = 2  # times as many neighbours are taken from the graph as are wanted


@dataclass(frozen=True, slots=True)
class Origin:
    """What the vectors of a folder were made with; ``setting`` opens the encoder again, for queries."""

    name: str
    version: str
    setting: str
    dimensions: int


class VectorStore:
    """A folder of vectors that is written to and read."""

    def __init__(self, folder: Path) -> None:
        """Read what the folder holds.

        Raises:
            ArraysError: a part is damaged.
        """
        self.folder = folder
        self.origin: Origin | None = None
        self._parts: list[NDArray[np.float16]] = []
        self._texts: list[NDArray[np.int64]] = []
        self.ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._names = sorted(path.name for path in folder.glob("[0-9]*") if path.name.isdecimal())
        for name in self._from_last_whole():
            self._read(name)

    def _from_last_whole(self) -> list[str]:
        """The parts that count: from the last one on that all before it were put together in."""
        whole = [at for at, name in enumerate(self._names) if (self.folder / name / "together").is_file()]
        return self._names[whole[-1] if whole else 0 :]

    def _read(self, name: str) -> None:
        header, arrays = read_arrays(VECTORS, self.folder / name)
        self.origin = Origin(**header["origin"])
        for id in header["ids"]:
            self._rows[id] = len(self.ids)
            self.ids.append(id)
        self._parts.append(arrays["vectors"])
        self._texts.append(arrays["texts"])

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def sequence(self) -> int | None:
        """Up to which change of the library every paper has its vector; None before they all had one."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return int(json.loads(unsigned((self.folder / _WHOLE).read_bytes()) or "")["sequence"])
        return None

    def texts(self) -> dict[str, int]:
        """The hash of the text of which each paper's vector was made."""
        hashes = np.concatenate(self._texts).tolist() if self._texts else []
        return {id: hashes[row] for id, row in self._rows.items()}

    def add(self, origin: Origin, ids: Sequence[str], texts: Sequence[int], vectors: Vectors) -> None:
        """Write one more part."""
        name = f"{int(self._names[-1]) + 1 if self._names else 1:06d}"
        arrays: dict[str, NDArray[Any]] = {
            "vectors": vectors.astype(np.float16),
            "texts": np.array(texts, np.int64),
        }
        write_arrays(VECTORS, self.folder / name, {"origin": asdict(origin), "ids": list(ids)}, arrays)
        self._names.append(name)
        self._read(name)

    def finish(self, sequence: int, kept: frozenset[str]) -> None:
        """Every paper has its vector now, up to a change of the library; those not ``kept`` are gone."""
        if len(self._parts) > _MANY or len(kept) < len(self.ids) * 3 // 4:
            self._put_together(kept)
        self._link()
        aside = self.folder / f"{_WHOLE}.writing"
        aside.write_bytes(signed(json.dumps({"sequence": sequence, "papers": len(kept)})))
        aside.replace(self.folder / _WHOLE)

    def _put_together(self, kept: frozenset[str]) -> None:
        """One part instead of many; a kill at any moment leaves the old ones or the new one."""
        if self.origin is None:
            return
        ids = [id for id in self._rows if id in kept]
        rows = np.array([self._rows[id] for id in ids], dtype=np.intp)
        texts, earlier = np.concatenate(self._texts)[rows], list(self._names)
        vectors = np.concatenate(self._parts)[rows].astype(np.float32)
        self.add(self.origin, ids, texts.tolist(), vectors)
        (self.folder / self._names[-1] / "together").touch()
        for name in earlier:
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self.__init__(self.folder)  # type: ignore[misc]

    # --- reading -------------------------------------------------------------------------------------------

    def vectors(self, ids: Sequence[str]) -> tuple[Vectors, NDArray[np.bool_]]:
        """The vectors of papers (n × d), and which of them have one; the others are zeros."""
        rows = np.fromiter((self._rows.get(id, -1) for id in ids), dtype=np.intp, count=len(ids))
        return self._gathered(rows), rows >= 0

    def nearest(self, vector: Vectors, most: int) -> list[tuple[str, float]]:
        """The papers nearest to a vector with their cosines, best first: compared with all of them."""
        graph, within = self._graph
        near = self._in_graph(graph, vector, most) if graph is not None else {}
        rest = np.concatenate([*self._cosines(vector, within), np.empty(0, np.float32)])
        best = np.argpartition(-rest, min(most, len(rest)) - 1)[:most] if len(rest) else np.empty(0, np.intp)
        near |= {within + at: float(rest[at]) for at in best.tolist()}
        papers = [(self.ids[row], score) for row, score in near.items() if self._rows[self.ids[row]] == row]
        return sorted(papers, key=lambda pair: (-pair[1], pair[0]))[:most]

    def _in_graph(self, graph: Any, vector: Vectors, most: int) -> dict[int, float]:
        """Rows near to a vector by the graph, with their cosines from the vectors themselves.

        The graph's own are of eight bits: more rows are taken, so that their errors leave none out.
        """
        rows = np.sort(graph.search(vector, _SPARE * most).keys.astype(np.intp))
        return dict(zip(rows.tolist(), (self._gathered(rows) @ vector).tolist(), strict=True))

    def _gathered(self, rows: NDArray[np.intp]) -> Vectors:
        """The vectors of rows; zeros for −1."""
        vectors = np.zeros((len(rows), self.origin.dimensions if self.origin else 0), dtype=np.float32)
        start = 0
        for part in self._parts:
            inside = (rows >= start) & (rows < start + len(part))
            vectors[inside] = part[rows[inside] - start]
            start += len(part)
        return vectors

    def _cosines(self, vector: Vectors, first: int) -> Iterator[Vectors]:
        """The cosines of all vectors from a row on."""
        start = 0
        for part in self._parts:
            for at in range(max(first - start, 0), len(part), _BLOCK):
                yield part[at : at + _BLOCK].astype(np.float32) @ vector
            start += len(part)

    @cached_property
    def _graph(self) -> tuple[Any, int]:
        """The graph of nearest neighbours over the first rows, and how many these are; none of few papers, or
        where it is missing or not what was written: all are compared then."""
        path = self.folder / _GRAPH
        try:
            noted = json.loads(path.with_suffix(".json").read_text("utf-8"))
            if noted["parts"] != self._names[: len(noted["parts"])] or noted["sha256"] != _digest(path):
                return None, 0
            from usearch.index import Index

            return Index.restore(str(path), view=True), int(noted["rows"])
        except (OSError, ValueError, KeyError, TypeError, ImportError, RuntimeError):
            return None, 0

    def _link(self) -> None:
        """Write the graph anew where many vectors are outside it."""
        within = self._graph[1]
        if len(self.ids) <= _EXACT or len(self.ids) - within <= max(_EXACT // 4, within // 10):
            return
        try:
            from usearch.index import Index
        except ImportError:
            return
        assert self.origin is not None
        graph = Index(ndim=self.origin.dimensions, metric="cos", dtype="i8")
        start = 0
        for part in self._parts:
            graph.add(np.arange(start, start + len(part)), part.astype(np.float32))
            start += len(part)
        path, aside = self.folder / _GRAPH, self.folder / f"{_GRAPH}.writing"
        graph.save(str(aside))
        noted = {"parts": self._names, "rows": start, "sha256": _digest(aside)}
        path.with_suffix(".json").unlink(missing_ok=True)
        aside.replace(path)
        path.with_suffix(".json").write_text(json.dumps(noted), "utf-8")
        del self._graph


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(folder: Path) -> int:
    """Compare every part of finished vectors with its checksums; how many vectors there are.

    Raises:
        ArraysError: a part, or what says up to where they go, is missing or damaged.
    """
    store = VectorStore(folder)
    if store.sequence is None:
        raise VECTORS.error(folder, f"lack {_WHOLE}, or it is damaged")
    for name in store._names:
        read_arrays(VECTORS, folder / name, verify=True)
    return len(store)


def remove_others(folder: Path, keep: Iterable[Path]) -> None:
    """Remove the vectors of other encoders."""
    kept = set(keep)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and path not in kept and path.name != "models":
            shutil.rmtree(path, ignore_errors=True)
