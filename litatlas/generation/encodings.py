"""The papers' vectors of an encoder of one's own: made aside, served once they are whole, kept up to date.

Only imported where the setting `encoder` is set. What serves is named by ``vectors/live.json``: vectors of
another encoder serve on until those of the new one are whole, and queries are encoded with what made them.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ingest.arrays import ArraysError
from ingest.checksums import signed, unsigned
from ingest.duplicates.signatures import text_key
from ingest.library.library import Library, Paper
from ingest.progress import Progress
from litatlas.generation.home import Home
from litatlas.generation.locks import Locks
from litatlas.settings import Settings
from search.encoders.encoder import Encoder
from search.encoders.opening import open_encoder
from search.encoders.queries import DamagedVectors, QueryEncoder
from search.encoders.vector_store import Origin, VectorStore, remove_others, verify

_PART = 256  # papers that are encoded and written together
_QUERY_SECONDS = 3.0  # that a search waits for an encoder behind an address
_PAPERS_SECONDS = 120.0
_UNSAFE = re.compile(r"[^a-z0-9]+")


class Encodings:
    """The vectors of one atlas, and the encoder for its queries; safe for threads and processes."""

    def __init__(self, home: Home, library: Library, settings: Settings) -> None:
        self._home, self._library = home, library
        self._locks = Locks(home, library)
        self._setting, self._key = settings.encoder, settings.encoder_key
        self._folder = home.folder / "vectors"
        self._lock = threading.Lock()
        self._opened: tuple[tuple[int, int], QueryEncoder | None] = ((-1, -1), None)

    # --- making --------------------------------------------------------------------------------------------

    def encode(self, progress: Progress) -> dict[str, Any]:
        """Give every paper its vector, go on where an earlier run stopped, and let them serve once whole.

        Raises:
            EncoderError: the encoder cannot be opened or fails; what is done is kept.
            BusyError: another process is encoding.
        """
        progress.step("Opening the encoder", 0, 0)
        encoder = self._open(self._setting, _PAPERS_SECONDS)
        dimensions = encoder.encode(["litatlas"]).shape[1]
        origin = Origin(encoder.name, encoder.version, self._setting, dimensions)
        folder = self._folder / _folder_name(origin)
        with self._locks.exclusive("vectors", "encoding"):
            store = _whole_store(folder)
            sequence = self._library.sequence()
            encoded = self._encode_missing(encoder, origin, store, progress)
            if not len(store):
                return {"encoder": encoder.name, "encoded": 0, "vectors": 0}
            store.finish(sequence, self._paper_ids())
            self._serve(folder)
        return {"encoder": encoder.name, "encoded": encoded, "vectors": len(store)}

    def _encode_missing(
        self, encoder: Encoder, origin: Origin, store: VectorStore, progress: Progress
    ) -> int:
        since, known = store.sequence or 0, store.texts()
        total, done, encoded = self._library.count_papers(since), 0, 0
        for papers in _parts(self._library.papers(since=since)):
            texts = {paper.id: _text(paper) for paper in papers}
            hashes = {id: text_key(text) for id, text in texts.items()}
            missing = [id for id in texts if known.get(id) != hashes[id]]
            if missing:
                vectors = encoder.encode([texts[id] for id in missing])
                store.add(origin, missing, [hashes[id] for id in missing], vectors)
            done, encoded = done + len(papers), encoded + len(missing)
            progress.step("Encoding", done, total)
        return encoded

    def _paper_ids(self) -> frozenset[str]:
        return self._library.paper_ids(self._library.collection_names())

    def _serve(self, folder: Path) -> None:
        """Let these vectors serve, and remove all others."""
        aside = self._folder / "live.json.writing"
        aside.write_bytes(signed(json.dumps({"folder": folder.name})))
        aside.replace(self._folder / "live.json")
        remove_others(self._folder, [folder])

    def _open(self, setting: str, timeout: float, threads: int = 0) -> Encoder:
        return open_encoder(setting, self._folder / "models", key=self._key, timeout=timeout, threads=threads)

    # --- reading -------------------------------------------------------------------------------------------

    def now(self) -> QueryEncoder | None:
        """What encodes queries now; None before any vectors are whole, or where they are damaged."""
        folder = self._live()
        if folder is None:
            return None
        written = _written(folder / "whole.json"), _written(self._folder / "live.json")
        with self._lock:
            if self._opened[0] != written:
                self._opened = (written, self._query_encoder(folder))
            return self._opened[1]

    def for_queries(self) -> QueryEncoder | DamagedVectors | None:
        """What encodes queries now, or tells readers that it cannot; None before any vectors are whole."""
        live = self.now()
        return DamagedVectors() if live is None and (self._live() is not None or self._is_unnamed()) else live

    def _query_encoder(self, folder: Path) -> QueryEncoder | None:
        try:
            store = VectorStore(folder)
        except ArraysError:
            return None
        origin = store.origin
        if origin is None:
            return None
        return QueryEncoder(store, lambda: self._open(origin.setting, _QUERY_SECONDS, threads=1))

    def _live(self) -> Path | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            name = json.loads(unsigned((self._folder / "live.json").read_bytes()) or "")["folder"]
            folder = self._folder / Path(str(name)).name
            return folder if folder.is_dir() else None
        return None

    def _is_unnamed(self) -> bool:
        """Whether finished vectors are there, but what names those that serve is damaged or gone."""
        return self._live() is None and any(self._folder.glob("*/whole.json"))

    def is_behind(self) -> bool:
        """Whether papers lack vectors, or the vectors that serve are another encoder's."""
        folder = self._live()
        if not self._library.counts().papers:
            return False
        if folder is None:
            return True
        live = self.now()
        if live is None or live.store.origin is None or live.store.origin.setting != self._setting:
            return True
        return (live.store.sequence or 0) < self._library.sequence()

    def status(self, papers: int) -> dict[str, Any]:
        """What there is, for people: the encoder that serves, its vectors, and what is being made."""
        live, folder = self.now(), self._live()
        origin = live.store.origin if live is not None else None
        making = self._making(folder)
        damaged = live is None and (folder is not None or self._is_unnamed())
        state = "damaged" if damaged else "none"
        if origin is not None:
            state = "behind" if self.is_behind() else "whole"
        return {
            "setting": self._setting.partition("#")[0],
            "name": origin.name if origin else "",
            "version": origin.version if origin else "",
            "dimensions": origin.dimensions if origin else 0,
            "vectors": len(live.store) if live is not None else 0,
            "papers": papers,
            "state": state,
            "making": making,
        }

    def _making(self, live: Path | None) -> dict[str, Any] | None:
        """The vectors that are not whole yet."""
        for folder in sorted(self._folder.glob("*-*")):
            if folder.is_dir() and folder != live:
                with suppress(ArraysError):
                    store = VectorStore(folder)
                    return {"name": store.origin.name if store.origin else "", "vectors": len(store)}
        return None

    def check(self) -> tuple[bool, str, str]:
        """For ``doctor``: whether the encoder answers, and the checksums of the vectors that serve."""
        encoder = self._open(self._setting, _QUERY_SECONDS)
        dimensions = encoder.encode(["litatlas"]).shape[1]
        folder = self._live()
        if self._is_unnamed():
            message = (
                f"There are vectors in {self._folder}, but live.json, which names them, is damaged or gone."
            )
            return False, message, "Run: litatlas encode"
        if folder is None:
            message = f"{encoder.name} answers ({dimensions} numbers); no vectors yet"
            return True, message, "Run: litatlas encode"
        vectors = verify(folder)
        message = f"{encoder.name} answers ({dimensions} numbers); {vectors:,} vectors, checksums are right"
        return True, message, "Run: litatlas encode" if self.is_behind() else ""


def _text(paper: Paper) -> str:
    return f"{paper.merged.title}\n{paper.merged.abstract}"


def _parts(papers: Iterator[Paper]) -> Iterator[list[Paper]]:
    part: list[Paper] = []
    for paper in papers:
        part.append(paper)
        if len(part) == _PART:
            yield part
            part = []
    if part:
        yield part


def _whole_store(folder: Path) -> VectorStore:
    """The vectors of a folder; damaged ones are made anew, for they follow from the library."""
    try:
        return VectorStore(folder)
    except ArraysError:
        shutil.rmtree(folder, ignore_errors=True)
        return VectorStore(folder)


def _folder_name(origin: Origin) -> str:
    name = _UNSAFE.sub("-", origin.name.lower()).strip("-")[:40] or "encoder"
    mark = zlib.crc32(f"{origin.version} {origin.setting}".encode())
    return f"{name}-{mark:08x}-{origin.dimensions}"


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
