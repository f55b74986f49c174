"""What people say of topics: names, descriptions and hiding, with their history; rebuilds keep them."""

from __future__ import annotations

from ingest.library.library import Library
from litatlas.answers import CurationAnswer
from litatlas.errors import InputError, NotFoundError
from litatlas.vocabulary import CURATIONS, MAX_DESCRIPTION, MAX_LABEL, MAX_WHO


def say(library: Library, topic: str, kind: str, value: str, who: str) -> None:
    """Store one saying; the latest of a kind holds.

    Raises:
        InputError: a name that is empty, or a text or name that is too long.
    """
    value = " ".join(value.split())
    if kind == "label" and not 0 < len(value) <= MAX_LABEL:
        raise InputError(
            f"A topic's name must have 1 to {MAX_LABEL} characters.", "Choose a name of that length."
        )
    if kind == "description" and len(value) > MAX_DESCRIPTION:
        raise InputError(
            f"A topic's description can have at most {MAX_DESCRIPTION:,} characters.", "Use a shorter one."
        )
    if len(who) > MAX_WHO:
        raise InputError(f"A name has at most {MAX_WHO} characters.", "Use a shorter one.")
    library.curate(topic, kind, value, who=who)


def history(library: Library, topic: str) -> list[CurationAnswer]:
    """What was said of a topic and not taken back, the newest first."""
    current: set[str] = set()
    answers: list[CurationAnswer] = []
    for row in library.curation_history(topic):
        answers.append(
            {
                "kind": row.kind,
                "value": row.value,
                "who": row.who,
                "made": row.made,
                "holds": row.kind not in current,
            }
        )
        current.add(row.kind)
    return answers


def undo(library: Library, topic: str, kind: str) -> None:
    """Take the latest saying of a kind back, so that the one before it, or the model's own, holds.

    Raises:
        NotFoundError: nothing of that kind was said.
    """
    if kind not in CURATIONS or not library.undo_curation(topic, kind):
        raise NotFoundError(
            f"Nothing of the kind {kind[:40]!r} was said of this topic.", "Its page lists what was."
        )
