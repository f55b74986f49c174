"""Uploaded files: bounded, stored under names of our own, never believed."""

from __future__ import annotations

import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from litatlas.answers import JobAnswer
from litatlas.errors import InputError, NotFoundError, TooLargeError
from litatlas.vocabulary import MAX_COLLECTION
from web.context import site
from web.requests import UploadRequest, clean, parse

BLOCK = 1 << 20
EXPLORE_BYTES = 20_000_000
_UNSAFE = re.compile(r"[^\w.+-]+")
_MAPPING = "map."
MAPPED = ("title", "abstract", "authors", "year", "venue", "doi", "tags", "id")
"""The fields that the pages offer to map by hand."""
LOOKED = "looked"
STAGED_SECONDS = 86_400
_TOKEN = re.compile(r"[0-9a-f]{24}")


def safe_name(name: str) -> str:
    """A file's own name without folders and odd signs; it is only shown and used to guess the format."""
    last = unicodedata.normalize("NFKC", clean(name)).replace("\\", "/").rsplit("/", 1)[-1]
    return _UNSAFE.sub("_", last).strip("._")[-100:] or "upload"


def collection_name(name: str) -> str:
    """A collection's name as a person wrote it, bounded.

    Raises:
        InputError: empty, too long or with control characters.
    """
    name = " ".join(clean(name).split())
    if not name or len(name) > MAX_COLLECTION or not name.isprintable():
        raise InputError(
            "The collection has no usable name.",
            f"Give it a name of 1 to {MAX_COLLECTION} printable characters.",
        )
    return name


def submit(collection: str, files: list[FileStorage], form: Mapping[str, str]) -> list[JobAnswer]:
    """Store each file and queue the job that adds it.

    Raises:
        InputError: no file, or an empty one. TooLargeError: over the limit.
    """
    collection = collection_name(collection)
    files = [file for file in files if file.filename]
    if not files:
        raise InputError(
            "There is no file in this upload.", "Choose a file (form field “file”) and send it again."
        )
    asked, mapping = options(form)
    stored = [store(file) for file in files]
    return _queue(collection, stored, asked, mapping)


def _queue(
    collection: str, stored: list[Path], asked: UploadRequest, mapping: dict[str, str]
) -> list[JobAnswer]:
    atlas = site().atlas
    return [
        atlas.jobs.submit_add(
            collection,
            path,
            format=asked.format or None,
            encoding=asked.encoding or None,
            mapping=mapping,
        )
        for path in stored
    ]


def stage(collection: str, files: list[FileStorage]) -> list[str]:
    """Keep files for a day, to be looked at before they are added. Returns a token a file.

    Raises:
        InputError: no file, an empty one, or no usable name. TooLargeError: over the limit.
    """
    collection_name(collection)
    _forget_old()
    files = [file for file in files if file.filename]
    if not files:
        raise InputError("There is no file to look at.", "Choose a file and send it again.")
    return [store(file, LOOKED).parent.name for file in files]


def staged(token: str) -> Path:
    """The file that a token stands for.

    Raises:
        NotFoundError: it was added already, or it is a day old.
    """
    folder = site().settings.home / LOOKED / token
    found = list(folder.iterdir()) if _TOKEN.fullmatch(token) and folder.is_dir() else []
    if not found:
        raise NotFoundError("This upload is not here any more.", "Choose the file and send it again.")
    return found[0]


def submit_staged(collection: str, tokens: list[str], form: Mapping[str, str]) -> list[JobAnswer]:
    """Queue the jobs that add files that were looked at.

    Raises:
        InputError: no usable name. NotFoundError: they are gone.
    """
    collection = collection_name(collection)
    asked, mapping = options(form)
    looked = [staged(token) for token in tokens]
    uploads = site().settings.home / "uploads"
    uploads.mkdir(exist_ok=True)
    stored = [path.parent.rename(uploads / path.parent.name) / path.name for path in looked]
    return _queue(collection, stored, asked, mapping)


def _forget_old() -> None:
    """Throw away what was looked at yesterday and never added."""
    for folder in (site().settings.home / LOOKED).glob("*"):
        with suppress(OSError):  # another request does the same
            if time.time() - folder.stat().st_mtime > STAGED_SECONDS:
                shutil.rmtree(folder)


def options(form: Mapping[str, str]) -> tuple[UploadRequest, dict[str, str]]:
    """The format that was asked for and the columns that were mapped."""
    known = {name: value for name, value in form.items() if name in UploadRequest.model_fields}
    mapping = {
        clean(name.removeprefix(_MAPPING))[:40]: clean(value)[:MAX_COLLECTION]
        for name, value in form.items()
        if name.startswith(_MAPPING) and value
    }
    return parse(UploadRequest, MultiDict(known)), mapping


def store(file: FileStorage, place: str = "uploads") -> Path:
    """Copy an upload into a folder of its own, under its own name made safe; the job removes both.

    Raises:
        InputError: the file is empty. TooLargeError: over the limit of the settings.
    """
    settings = site().settings
    folder = settings.home / place / secrets.token_hex(12)
    folder.mkdir(parents=True)
    path = folder / safe_name(file.filename or "")
    try:
        _copy(file, path, settings.upload_megabytes)
    except BaseException:
        path.unlink(missing_ok=True)
        folder.rmdir()
        raise
    return path


def _copy(file: FileStorage, path: Path, megabytes: int) -> None:
    size = 0
    with path.open("xb") as target:
        while block := file.stream.read(BLOCK):
            size += len(block)
            if size > megabytes * 1_000_000:
                raise _too_large(megabytes)
            target.write(block)
    if not size:
        raise InputError(f"The file {path.name} is empty.", "Choose another file.")


def explored(file: FileStorage) -> tuple[bytes, str]:
    """The content and name of a document to explore by.

    Raises:
        TooLargeError: over 20 MB.
    """
    content = file.stream.read(EXPLORE_BYTES + 1)
    if len(content) > EXPLORE_BYTES:
        raise _too_large(EXPLORE_BYTES // 1_000_000)
    return content, safe_name(file.filename or "")


def _too_large(megabytes: int) -> TooLargeError:
    return TooLargeError(
        f"The file is larger than {megabytes} MB.", "Split it, or add it with the command line: litatlas add."
    )


def outcome(job: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What an add job did, when it has finished well."""
    result = job.get("result")
    return result if isinstance(result, Mapping) and "read" in result else None
