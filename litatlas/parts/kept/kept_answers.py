"""The shapes of saved searches, notes and marks."""

from __future__ import annotations

from typing import TypedDict

from litatlas.answers import SharingAnswer


class SavedSearchAnswer(TypedDict):
    """A search under a name; ``filters`` are facet values, ``mine``: whether who asks may change it."""

    id: str
    name: str
    query: str
    filters: dict[str, list[str]]
    sort: str
    ranking: str
    match: str
    made: str
    mine: bool
    sharing: SharingAnswer


class NoteAnswer(TypedDict):
    """A note on a paper: its text as typed (Markdown stays as it is), who wrote it and when."""

    id: str
    document: str
    text: str
    who: str
    made: str
    changed: str
    mine: bool
    sharing: SharingAnswer


class MarksAnswer(TypedDict):
    """How who asks has marked a paper."""

    star: bool
    read: bool
