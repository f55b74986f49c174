"""A run as an RO-Crate: a zip of its searches, ids, papers and report, described in JSON-LD.

Written by the specification of RO-Crate 1.1; a run is a ``CreateAction`` of this software over the
collections that were searched.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from litatlas.parts.books.book_answers import ReportAnswer, RunAnswer, SearchedCollection
from litatlas.parts.books.search_history import authors

_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_PROFILE = "https://w3id.org/ro/crate/1.1"
_METADATA = "ro-crate-metadata.json"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_KINDS = {
    ".json": "application/json", ".txt": "text/plain", ".csv": "text/csv", ".md": "text/markdown",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip

Entity = dict[str, Any]


def crate(run: RunAnswer, report: ReportAnswer, files: Mapping[str, tuple[str, bytes]]) -> bytes:
    """The zip.

    Args:
        files: (what it holds, content) by the path in the crate.
    """
    graph = [
        {"@id": _METADATA, "@type": "CreativeWork", "conformsTo": {"@id": _PROFILE}, "about": {"@id": "./"}},
        _root(run, report, files),
        *_files(files),
        *_run(run, report, files),
        *_collections(run["collections"]),
        *_people(report),
    ]
    metadata = json.dumps({"@context": _CONTEXT, "@graph": graph}, ensure_ascii=False, indent=2)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, _METADATA, metadata.encode("utf-8", "replace"))
        for path, (_, content) in files.items():
            _write(archive, path, content)
    return buffer.getvalue()


def _write(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, _EARLIEST)  # the same run gives the same bytes
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _root(run: RunAnswer, report: ReportAnswer, files: Mapping[str, tuple[str, bytes]]) -> Entity:
    last = run["lines"][-1]
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{run['name']}, run {run['run']}",
        "description": run["note"]
        or f"A literature search of {len(run['lines'])} lines that found {last['papers']} papers.",
        "datePublished": (run["frozen"] or run["made"])[:10],
        "license": report["licence"] or "No licence was stated.",
        "hasPart": [{"@id": path} for path in files],
        "mentions": {"@id": "#run"},
    }
    people = [{"@id": entity["@id"]} for entity in _people(report)]
    return {**root, "author": people} if people else root


def _files(files: Mapping[str, tuple[str, bytes]]) -> list[Entity]:
    return [
        {
            "@id": path, "@type": "File", "name": holds, "contentSize": str(len(content)),
            "encodingFormat": _KINDS[path[path.rindex(".") :]],
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for path, (holds, content) in files.items()
    ]  # fmt: skip


def _run(run: RunAnswer, report: ReportAnswer, files: Mapping[str, tuple[str, bytes]]) -> list[Entity]:
    instruments: list[Entity] = [
        {"@id": "#litatlas", "@type": "SoftwareApplication", "name": "litatlas",
         "softwareVersion": run["version"],
         "description": f"Searched with {run['engine']}, analysis {run['analysis']}."},
    ]  # fmt: skip
    if run["model"]:
        instruments.append({
            "@id": "#model", "@type": "CreativeWork", "name": "Topic model",
            "identifier": run["model"], "version": str(run["generation"]),
        })  # fmt: skip
    action: Entity = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Run {run['run']} of {report['name']}",
        "endTime": run["made"],
        "instrument": [{"@id": one["@id"]} for one in instruments],
        "object": [{"@id": f"#collection-{at}"} for at, _ in enumerate(run["collections"], 1)],
        "result": [{"@id": path} for path in files],
    }
    if run["who"]:
        action["agent"] = {"@id": "#runner"}
        instruments.append({"@id": "#runner", "@type": "Person", "name": run["who"]})
    return [action, *instruments]


def _collections(searched: list[SearchedCollection]) -> list[Entity]:
    return [
        {
            "@id": f"#collection-{at}", "@type": "Dataset", "name": one["name"],
            "description": "; ".join(
                part for part in (
                    one["description"], one["source"],
                    f"{one['documents']} records of {one['papers']} papers",
                    f"last record added {one['last_added'][:10]}" if one["last_added"] else "",
                ) if part
            ),
            **({"license": one["licence"]} if one["licence"] else {}),
        }
        for at, one in enumerate(searched, 1)
    ]  # fmt: skip


def _people(report: ReportAnswer) -> list[Entity]:
    return [
        {"@id": f"https://orcid.org/{one['ORCID']}" if "ORCID" in one else f"#author-{at}",
         "@type": "Person", "name": one["name"]}
        for at, one in enumerate(authors(report), 1)
    ]  # fmt: skip
