"""Uploads as forms send them: checked, stored and queued; `litatlas.uploads` knows where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.datastructures import FileStorage, MultiDict

from litatlas.answers import JobAnswer
from litatlas.errors import InputError
from litatlas.parts.reviewing.review_answers import ImportedAnswer
from litatlas.uploads import safe_name, too_large
from litatlas.vocabulary import MAX_COLLECTION
from web.request_limits import EXPLORE_BYTES
from web.requests import UploadRequest, clean, parse
from web.site import atlas, site

_MAPPING = "map."
MAPPED = ("title", "abstract", "authors", "year", "venue", "doi", "tags", "id")
"""The fields that the pages offer to map by hand."""


def collection_name(name: str) -> str:
    """A collection's name as a person wrote it, bounded.

    Raises:
        InputError: empty, too long or with control characters.
    """
    name = " ".join(clean(name).split())
    if not name or len(name) > MAX_COLLECTION or not name.isprintable():
        raise InputError(
            "The collection's name is not valid.",
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
    params, mapping = options(form)
    atlas().collections.check_change(collection)
    uploads, stored = site().atlas.uploads, list[Path]()
    try:
        for file in files:
            stored.append(uploads.store(file.stream, clean(file.filename or ""), _limit()))
        atlas().collections.begin(collection, private=form.get("private") == "true")
    except BaseException:
        _drop(stored)
        raise
    return _queue(collection, stored, params, mapping)


def _queue(
    collection: str, stored: list[Path], params: UploadRequest, mapping: dict[str, str]
) -> list[JobAnswer]:
    """Queue a job for each file; those that are refused one are not kept."""
    jobs: list[JobAnswer] = []
    try:
        for path in stored:
            job = atlas().jobs.submit_add(
                collection,
                path,
                format=params.format or None,
                encoding=params.encoding or None,
                mapping=mapping,
            )
            jobs.append(job)
    finally:
        _drop(stored[len(jobs) :])
    return jobs


def _drop(stored: list[Path]) -> None:
    """Remove files that no job will read: they would take the room of others for an hour."""
    for path in stored:
        site().atlas.uploads.remove(path)


def stage(collection: str, files: list[FileStorage]) -> list[str]:
    """Keep files for a day, to be previewed before they are added. Returns a token a file.

    Raises:
        InputError: no file, an empty one, or no usable name. TooLargeError: over the limit.
    """
    atlas().collections.check_change(collection_name(collection))
    files = [file for file in files if file.filename]
    if not files:
        raise InputError("There is no file to preview.", "Choose a file and send it again.")
    return [site().atlas.uploads.stage(file.stream, clean(file.filename or ""), _limit()) for file in files]


def _limit() -> int:
    return site().settings.upload_megabytes


def take_in_decisions(
    review: str, file: FileStorage | None, *, who: str, stage: str, otherwise: str
) -> ImportedAnswer:
    """Keep the decisions of a file in a review.

    Raises:
        InputError: no file, or one that cannot be taken in. TooLargeError: over the limit.
    """
    if file is None or not file.filename:
        raise InputError("There is no file in this upload.", "Choose a file (form field “file”).")
    with atlas().uploads.passing(file.stream, clean(file.filename), _limit()) as path:
        return atlas().reviews.take_in(
            review, path, who, stage=stage or None, otherwise=otherwise, is_foreign=True
        )


def submit_staged(collection: str, tokens: list[str], form: Mapping[str, str]) -> list[JobAnswer]:
    """Queue the jobs that add files that were previewed.

    Raises:
        InputError: no usable name. NotFoundError: they are gone.
    """
    collection = collection_name(collection)
    params, mapping = options(form)
    atlas().collections.begin(collection, private=form.get("private") == "true")
    uploads = site().atlas.uploads
    for token in tokens:
        uploads.file(token)
    return _queue(collection, [uploads.accept(token) for token in tokens], params, mapping)


def options(form: Mapping[str, str]) -> tuple[UploadRequest, dict[str, str]]:
    """The format that was asked for and the columns that were mapped."""
    known = {name: value for name, value in form.items() if name in UploadRequest.model_fields}
    mapping = {
        clean(name.removeprefix(_MAPPING))[:40]: clean(value)[:MAX_COLLECTION]
        for name, value in form.items()
        if name.startswith(_MAPPING) and value
    }
    return parse(UploadRequest, MultiDict(known)), mapping


def explored(file: FileStorage) -> tuple[bytes, str]:
    """The content and name of a document to explore by.

    Raises:
        TooLargeError: over 20 MB.
    """
    content = file.stream.read(EXPLORE_BYTES + 1)
    if len(content) > EXPLORE_BYTES:
        raise too_large(EXPLORE_BYTES // 1_000_000)
    return content, safe_name(clean(file.filename or ""))


def outcomes(job: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a job did to a collection, when it has finished well; a refresh may have done several things."""
    result = job.get("result") or {}
    return [entry for entry in result.get("harvests", [result]) if "read" in entry]


def page_of(jobs: Sequence[JobAnswer]) -> str:
    """The address where the work on one or several files is followed."""
    if len(jobs) == 1:
        return f"/jobs/{quote(jobs[0]['id'])}"
    return "/jobs?" + urlencode({"id": [job["id"] for job in jobs]}, doseq=True)
