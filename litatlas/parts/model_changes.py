"""What publishing a draft would change, topic by topic, with words, counts and sample papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from ingest.library.library import Library
from litatlas.answers import ChangedTopic, MapAnswer, ModelChanges
from litatlas.generation.ledger import Draft
from topics.model.hierarchy import Hierarchy
from topics.model.topic_papers import members_by_topic

WORDS, SAMPLES = 8, 3


def changes_of(draft: Draft, new: Hierarchy, old: Hierarchy | None, library: Library) -> ModelChanges:
    """Every topic that is new, gone, split, merged or moved, and every given name that is at stake."""
    names = {id: saying["label"] for id, saying in library.curations().items() if saying.get("label")}
    now, before = _teller(new, names, library), _teller(old, names, library)
    difference = draft.difference
    gone: list[ChangedTopic] = [
        {**before(id), "into": [now(heir) for heir in draft.successors.get(id, ()) if heir in new.topics]}
        for id in difference["gone"]
    ]
    slipped: list[ChangedTopic] = [
        {**before(id), "into": [now(id)]} for id in sorted(draft.slipped.keys() & names.keys())
    ]
    return {
        "new": [now(id) for id in difference["new"]],
        "gone": gone,
        "split": [
            {**before(row["from"]), "into": [now(id) for id in row["into"]]} for row in difference["split"]
        ],
        "merged": [
            {**now(row["into"]), "sources": [before(id) for id in row["from"]]}
            for row in difference["merged"]
        ],
        "moved": [_moved(row, now, before, new, old) for row in difference["moved"]],
        "names": [*slipped, *(topic for topic in gone if topic["id"] in names)],
    }


def map_of(hierarchy: Hierarchy | None, library: Library) -> MapAnswer:
    """The map of a model that need not be live, with the names that people gave."""
    names = {id: saying["label"] for id, saying in library.curations().items() if saying.get("label")}
    topics = hierarchy.topics if hierarchy else {}
    cells = [
        {
            **cell,
            "label": names.get(cell["id"]) or topics[cell["id"]].label,
            "documents": topics[cell["id"]].documents,
        }
        for cell in (hierarchy.map.get("cells", []) if hierarchy else [])
    ]
    return cast(MapAnswer, {"generation": 0, "cells": cells})


def _given_names(library: Library) -> dict[str, str]:
    """Topic → the name that a person gave it."""
    return {id: said["label"] for id, said in library.curations().items() if said.get("label")}


def _teller(
    hierarchy: Hierarchy | None, names: Mapping[str, str], library: Library
) -> Callable[[str], ChangedTopic]:
    """Tells of a topic of one of the two models."""
    members = members_by_topic(hierarchy) if hierarchy else {}
    topics = hierarchy.topics if hierarchy else {}

    def tell(id: str) -> ChangedTopic:
        topic = topics[id]
        ids = [hierarchy.paper_ids[row] for row in members[id][:SAMPLES].tolist()] if hierarchy else []
        return {
            "id": id,
            "level": topic.level,
            "label": names.get(id) or topic.label,
            "words": [term for term, _ in topic.terms[:WORDS]],
            "papers": topic.documents,
            "samples": _titles(library, ids),
        }

    return tell


def _titles(library: Library, ids: Sequence[str]) -> list[str]:
    papers = library.papers_by_id(ids)
    return [papers[id].merged.title for id in ids if id in papers]


def _moved(
    row: Mapping[str, Any],
    now: Callable[[str], ChangedTopic],
    before: Callable[[str], ChangedTopic],
    new: Hierarchy,
    old: Hierarchy | None,
) -> ChangedTopic:
    """A topic that has another level or another parent than before."""
    moved = now(row["id"])
    was, is_now = row.get("parent", (None, None))
    if is_now in new.topics:
        moved["into"] = [now(is_now)]
    if old is not None and was in old.topics:
        moved["sources"] = [before(was)]
    return moved
