"""People in JSON: a text, an object of any layout, or a list of them → names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.document import FieldWarning, Parsed
from ingest.readers.parsing.reader import as_text, make_document, shown
from ingest.values.author_lists import split_authors
from ingest.values.identifiers import normal_orcid

UNREAD = "unread_people"
"""The key of loose values under which those stand that no name could be read from."""
_FAMILY = ("family", "last", "lastname", "familyname", "surname")
_GIVEN = ("given", "first", "firstname", "givenname", "givennames", "forename", "forenames", "initials")
_NAME = ("name", "fullname", "displayname", "authorname", "creatorname", "rawname", "rawauthorname")
_GROUP = ("collab", "collaboration", "collective", "collectivename", "group", "organization", "organisation")
_INSIDE = ("author", "person", "creator", "contributor", "name")
_DEEPEST = 4


@dataclass(slots=True)
class People:
    """The names of a list, those of them that are groups, their ORCIDs ("" where one has none), and the
    values that no name could be read from."""

    names: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    orcids: list[str] = field(default_factory=list)
    unread: list[Any] = field(default_factory=list)

    def add(self, name: str, *, orcid: object = None, group: bool = False) -> None:
        """Add one name after the others."""
        self.names.append(name)
        self.orcids.append(normal_orcid(orcid))
        if group:
            self.groups.append(name)


def json_people(value: Any) -> People:
    """The people in a value: a text of one or several, an object, or a list of them. Never raises.

    Objects are those of CSL (``family``, ``given``, ``literal``), of OpenAlex (``author.display_name``) and
    what programs make up like them; a group is one whose key says so, or a ``literal`` of several words.
    """
    people = People()
    if isinstance(value, str):
        for name in split_authors(value):
            people.add(name)
        return people
    for person in value if isinstance(value, list) else [value]:
        if isinstance(person, str):
            if person.strip():
                people.add(person)
        elif isinstance(person, list) and person and all(isinstance(part, str) for part in person[:4]):
            people.add(", ".join(filter(None, person[:3])))  # arXiv: ["Berg", "Anna", ""]
        elif not isinstance(person, dict) or not _add(people, person, _DEEPEST):
            people.unread += [person] if _says_something(person) else []
    return people


def _add(people: People, person: dict[str, Any], depth: int) -> bool:
    """Add the name in an object, or in the object inside it; whether there is one."""
    keys = {key.lower().replace("_", "").replace("-", "").replace(" ", ""): key for key in person}

    def first(names: tuple[str, ...]) -> str:
        texts = (as_text(person[keys[name]]).strip() for name in names if name in keys)
        return next(filter(None, texts), "")

    orcid = first(("orcid", "orcidid"))
    if literal := first(("literal",)):
        people.add(literal, orcid=orcid, group=" " in literal)
    elif family := first(_FAMILY):
        particle = first(("nondroppingparticle", "droppingparticle"))
        whole = f"{particle} {family}" if particle else family
        people.add(", ".join(filter(None, (whole, first(_GIVEN), first(("suffix",))))), orcid=orcid)
    elif name := first(_NAME):
        people.add(name, orcid=orcid)
    elif group := first(_GROUP):
        people.add(group, group=True)
    else:
        inside = (person[keys[name]] for name in _INSIDE if name in keys)
        inner = next((value for value in inside if value), None)
        if isinstance(inner, dict) and depth:
            return _add(people, inner | ({"orcid": orcid} if orcid else {}), depth - 1)
        if not (name := as_text(inner).strip() or first(_GIVEN)):
            return False
        people.add(name, orcid=orcid)
    return True


def _says_something(value: Any) -> bool:
    """Whether a value holds anything at all: ``{"family": ""}`` does not."""
    if isinstance(value, dict):
        return any(map(_says_something, value.values()))
    return any(map(_says_something, value)) if isinstance(value, list) else value not in (None, "")


def json_document(line: int, raw: dict[str, Any]) -> Iterator[Parsed]:
    """What `make_document` yields, behind a warning for each of the people who could not be read."""
    for person in raw.pop(UNREAD, ()):
        yield FieldWarning(line, "authors", shown(person), "has no name that can be read; left out")
    yield from make_document(line, raw)
