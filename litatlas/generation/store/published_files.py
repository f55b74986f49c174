"""The files of the published generations: sent to the store by who publishes, fetched by all other hosts.

The library names the manifest that holds, in the transaction that names the generation: blocks are sent
first, then the manifest, then the library commits. Whoever writes holds the lock of the index and fetches
first, so that a home is a copy of the store which may be lost at any time: what was written and not committed
is done anew. Nothing is compared by clocks.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ingest.library.library import Generation, Library
from ingest.locks import exclusive
from litatlas import __version__
from litatlas.errors import BusyError, LitatlasError
from litatlas.generation.home import Home
from litatlas.generation.ledger import STORE, STORE_ATLAS, Values
from litatlas.generation.store.fetching import AT_ONCE, Notes, bring, remove_gone
from litatlas.generation.store.manifest import Entry, Manifest, block_of, files_below
from litatlas.generation.store.objects import ObjectMissingError, ObjectStore, StoreError

log = logging.getLogger("litatlas.store")
LOCK_SECONDS = 600.0
"""How long a process waits for another of its host that fetches."""
NEWER_TRIES = 3
"""How often fetching begins anew because something newer was published meanwhile."""
OWNER = "atlas.json"
_BLOCKS, _MANIFESTS = "blocks", "manifests"


class PublishedFiles:
    """The files of one home, and their copies in the store that the settings name; none: all does nothing."""

    def __init__(self, home: Home, library: Library, address: str = "", *, with_index: bool = True) -> None:
        """``with_index``: the index too is files of the home."""
        self._home = home
        self._with_index = with_index
        self._library = library
        self.store = ObjectStore(address) if address.strip() else None
        self._sent: tuple[str | None, Notes] | None = None  # what was published before, and what will be
        self._stored: list[str] = []  # the objects that were there before
        self._known: tuple[tuple[int, ...], str] = ((), "")
        self.problem: LitatlasError | None = None
        """Why this process could not fetch what is newest; None after it could."""

    @property
    def is_shared(self) -> bool:
        """Whether there is a store."""
        return self.store is not None

    def is_current(self) -> bool:
        """Whether this home holds what the library says that is published."""
        if self.store is None:
            return True
        digest = self._library.get_meta(STORE)
        return digest is None or digest == self._held_digest()

    def _held_digest(self) -> str:
        """The manifest that this home holds; read again only when its notes were written anew."""
        try:
            stat = self._home.store_notes.stat()
        except FileNotFoundError:
            return ""
        mark = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        if self._known[0] != mark:
            self._known = mark, Notes.read(self._home).digest
        return self._known[1]

    def is_sent(self) -> bool:
        """Whether the store holds anything of this library; True where there is no store."""
        return self.store is None or self._library.get_meta(STORE) is not None

    def status(self) -> dict[str, Any] | None:
        """What there is of the store, without asking it; None where there is none."""
        if self.store is None:
            return None
        held = self.held()
        return {
            "address": self.store.address,
            "current": self.is_current(),
            "sent": self.is_sent(),
            "files": len(held.files),
            "bytes": sum(entry.size for entry in held.files.values()),
            "problem": self.problem.message if self.problem else "",
        }

    def lacking(self) -> list[str]:
        """The files of which the store lacks a block; the files themselves are not read.

        Raises:
            StoreError: the store is away, empty, another atlas's, or lacks the manifest itself.
        """
        digest = self._library.get_meta(STORE)
        if self.store is None or digest is None:
            return []
        self._claim(self.store, empty=False)
        manifest, stored = self._manifest(digest), set(self.store.names(_BLOCKS))
        return [
            path
            for path, entry in manifest.files.items()
            if any(f"{_BLOCKS}/{block}" not in stored for block in entry.blocks)
        ]

    def held(self) -> Manifest:
        """What this home holds of the store."""
        return Notes.read(self._home).manifest

    def index_folder(self, index: str) -> list[Path]:
        """The folder of an index, where it is one."""
        return [self._home.indices / index] if self._with_index else []

    # --- fetching ------------------------------------------------------------------------------------------

    def fetch(self, *, check: bool = False) -> bool:
        """Make this home hold what is published; whether anything was fetched.

        Args:
            check: look at every file; whoever is about to write or finds a damage does.

        Raises:
            StoreError: the store is away, lacks something or has it damaged, or the disk is full: what this
            home holds stays as it is. BusyError: another process of this host fetches for too long.
        """
        if self.store is None or (not check and self.is_current()):
            return False
        try:
            with exclusive(self._home.lock("store"), "fetching from the store", LOCK_SECONDS):
                fetched = self._fetch(check)
        except LitatlasError as error:
            self.problem = error
            raise
        self.problem = None
        return fetched > 0

    def _fetch(self, check: bool) -> int:
        for left in reversed(range(NEWER_TRIES)):
            digest, notes = self._library.get_meta(STORE), Notes.read(self._home)
            if digest is None or (digest == notes.digest and not check):
                return 0
            try:
                manifest = notes.manifest if digest == notes.digest else self._manifest(digest)
                fetched = bring(self._home, manifest, notes, self._block, check=check)
            except StoreError:
                if not left or self._library.get_meta(STORE) == digest:
                    raise
                continue  # what it lacks is of before
            remove_gone(self._home, manifest, notes)
            Notes.of(self._home, digest, manifest).write(self._home)
            return fetched
        raise AssertionError("unreachable")

    def _manifest(self, digest: str) -> Manifest:
        assert self.store is not None
        return Manifest.from_bytes(self.store.get(f"{_MANIFESTS}/{digest}", digest))

    def _block(self, sha256: str) -> bytes:
        assert self.store is not None
        return self.store.get(f"{_BLOCKS}/{sha256}", sha256)

    # --- sending -------------------------------------------------------------------------------------------

    def send(self, live: Generation, folders: Iterable[Path], *, afresh: bool = False) -> Values:
        """Send what the store lacks of these folders, then their manifest; what the library is to commit.

        The lock of the index must be held, and `fetch` called under it.

        Args:
            live: the generation that is, or will be, live.
            afresh: send everything again, also to a store that is empty or damaged.

        Raises:
            StoreError: the store is away, full, refuses, or is another atlas's. BusyError: another host has
            published meanwhile.
        """
        digest = self._library.get_meta(STORE)
        if self.store is None:
            return {} if digest is None else {STORE: None}  # what it holds is not what is published any more
        notes = Notes.read(self._home)
        if digest is not None and notes.digest != digest and not afresh:
            raise BusyError("Another host has published meanwhile.", "Run the same command again.")
        if digest is None:
            notes = Notes()
        self._claim(self.store, empty=afresh or digest is None)
        manifest = Manifest(dict(self._entries(folders, notes)), live.model or "", live.index)
        data = manifest.to_bytes()
        new = hashlib.sha256(data).hexdigest()
        if new == digest and not afresh:
            return {}
        # What another host sends that holds the lock after this one is not among them.
        self._stored = [*self.store.names(_BLOCKS), *self.store.names(_MANIFESTS)]
        self._send_blocks(manifest, set() if afresh else notes.manifest.blocks, afresh)
        self.store.put(f"{_MANIFESTS}/{new}", data)
        self._sent = digest, Notes.of(self._home, new, manifest)
        return {STORE: new}

    def expected(self) -> Values:
        """What the library must still say when it commits what was sent."""
        return {} if self._sent is None else {STORE: self._sent[0]}

    def settle(self) -> None:
        """What was sent is committed: note it, and remove what neither it nor what was before needs."""
        if self._sent is None or self.store is None:
            return
        sent, before, self._sent = self._sent[1], Notes.read(self._home), None
        sent.write(self._home)
        needed = {f"{_BLOCKS}/{block}" for block in sent.manifest.blocks | before.manifest.blocks}
        needed |= {f"{_MANIFESTS}/{digest}" for digest in (sent.digest, before.digest)}
        store, gone = self.store, [name for name in self._stored if name not in needed]
        try:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                for _ in threads.map(lambda name: store.remove([name]), gone):
                    pass
        except StoreError as error:  # the next publishing does it
            log.warning("%s", error.message)

    def _entries(self, folders: Iterable[Path], notes: Notes) -> Iterator[tuple[str, Entry]]:
        for folder in folders:
            for file in files_below(folder):
                path = file.relative_to(self._home.folder).as_posix()
                entry = notes.entry(self._home, path)
                if entry is not None:
                    yield path, entry

    def _send_blocks(self, manifest: Manifest, known: set[str], afresh: bool) -> None:
        assert self.store is not None
        store, wanted = self.store, {}
        for path, entry in manifest.files.items():
            for number, block in enumerate(entry.blocks):
                if block not in known:
                    wanted[block] = (self._home.folder / path, number)

        def send(block: str) -> None:
            data = block_of(*wanted[block])
            if hashlib.sha256(data).hexdigest() != block:
                raise BusyError("Files were changed while they were sent.", "Run the same command again.")
            name = f"{_BLOCKS}/{block}"
            if afresh or store.size(name) != len(data):  # a kill may have left it, whole or half
                store.put(name, data)

        with ThreadPoolExecutor(AT_ONCE) as threads:
            for _ in threads.map(send, wanted):
                pass

    def _claim(self, store: ObjectStore, *, empty: bool) -> None:
        """Make sure that a store is this atlas's own: what one atlas needs no more, another may need."""
        own = self._library.get_meta(STORE_ATLAS)
        if own is None:
            own = secrets.token_hex(16)
            self._library.put_meta({STORE_ATLAS: own})
        try:
            owner = json.loads(store.get(OWNER))["atlas"]
        except ObjectMissingError as error:
            if not empty:
                raise StoreError(
                    f"The store {store.address} is empty.",
                    "Mount it or correct the setting store; litatlas reindex fills an empty one.",
                ) from error
            store.put(OWNER, json.dumps({"atlas": own, "version": __version__}).encode())
            return
        except (ValueError, KeyError, TypeError) as error:
            owner, problem = None, error
            log.warning("%s: %s", OWNER, problem)
        if owner != own:
            raise StoreError(
                f"The store {store.address} belongs to another atlas.",
                "Name another prefix of your own in the setting store, or empty this one.",
            )
