"""Uploads on their way between hosts: a file is blocks and what names them, which is written last."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path

from litatlas.errors import NotFoundError
from litatlas.generation.store.manifest import block_of, entry_of, read_entry
from litatlas.generation.store.objects import ObjectMissingError, ObjectStore, StoreError

_FILE = "file.json"


class StoreCarrier:
    """Keeps uploads in a store until their jobs are over."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def send(self, folder: str, file: Path) -> None:
        """Keep a file, whole or not at all.

        Raises:
            StoreError: the store is away, full, or refuses.
        """
        entry = entry_of(file)
        for number in range(len(entry.blocks)):
            self._store.put(f"{folder}/{number}", block_of(file, number))
        told = {"name": file.name, "size": entry.size, "blocks": entry.blocks}
        self._store.put(f"{folder}/{_FILE}", json.dumps(told).encode())

    def fetch(self, folder: str, into: Path) -> Path:
        """Write the file of a folder below another.

        Raises:
            NotFoundError: there is none. StoreError: it is damaged, or the store is away.
        """
        try:
            told = json.loads(self._store.get(f"{folder}/{_FILE}"))
            name, entry = Path(str(told["name"])).name, read_entry(told)
        except ObjectMissingError as error:
            raise NotFoundError("There is no such upload.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"The store {self._store.address} holds an upload damaged.", "Send the file again."
            ) from error
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, aside = into / name, into.with_name(f"{into.name}.fetching")
        try:
            aside.touch(mode=0o600)
            with aside.open("wb") as stream:
                for number, block in enumerate(entry.blocks):
                    stream.write(self._store.get(f"{folder}/{number}", block))
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            shutil.rmtree(into, ignore_errors=True)
            raise
        return path

    def remove(self, folder: str) -> None:
        """Remove a file; the next worker does it where the store is away."""
        with suppress(StoreError):
            self._store.remove(sorted(self._store.names(folder), reverse=True))

    def size(self, above: str) -> int:
        """The bytes of all files below a folder; `StoreError` where the store is away."""
        return self._store.total(above)

    def folders(self, above: str) -> list[str]:
        """The folders in which files are; none where the store is away."""
        with suppress(StoreError):
            return sorted({name.rpartition("/")[0] for name in self._store.names(above)})
        return []
