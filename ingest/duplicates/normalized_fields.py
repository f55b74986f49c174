"""The fields that tell duplicates, as sources spell them: authors, journals, volumes, pages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ingest.document import Document
from ingest.text.forms import fold
from ingest.values.author_names import parse_name

_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE = re.compile(r"(?:(?:pp|p|article|art|no|id)\b[.\s]*){0,3}([a-z]{0,4}\d+|[ivxlc]+\b)")
_PARTICLES = re.compile(
    r"(?:(?:van|von|vom|der|den|de|del|della|di|da|dos|du|la|le|el|al|ten|ter|zu)\s+)+(?=\S)", re.I
)
_INSIDE = re.compile(r"[-‐‑'’]")
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "the of and for in on to a an de la le les des du der die das und fur zur et y e i del della di "
        "van voor het da do dos das em per",
    )
)


_WHOLE_NAME = 3  # letters before a colon that are a whole name; fewer go with what follows
_DIGRAPH = re.compile(r"(?<![aeiouq])(?:ae|oe|ue)|aa")  # not in "Bauer", "Quelle"


def _first(digraph: re.Match[str]) -> str:
    return digraph[0][0]


class AuthorKey(NamedTuple):
    """The letters of an author's family name, the first letter of the first given name, and that name."""

    family: str
    initial: str
    given: str

    @property
    def in_one_spelling(self) -> AuthorKey:
        """The same with umlauts in one letter: "Mueller" as "Müller", "Soerensen" as "Sørensen"."""
        return self._replace(family=_DIGRAPH.sub(_first, self.family), given=_DIGRAPH.sub(_first, self.given))


class Place(NamedTuple):
    """Where a record was published, as far as it is known."""

    venue: tuple[str, ...]
    volume: str
    issue: frozenset[str]
    page: str


class Places(NamedTuple):
    """Which parts of two places are the same, and which differ; a part that one record lacks is neither."""

    agree: frozenset[str]
    differ: frozenset[str]


@lru_cache(maxsize=20_000)
def author_key(author: str) -> AuthorKey:
    """The author of ``"Family, Given"``, ``"Given Family"`` or ``"Family GH"``."""
    name = parse_name(author)
    first_name = _letters(name.given.split()[0]) if name.given else ""
    family = name.family or name.literal
    family = _letters(_PARTICLES.sub("", family) if " " in family else family)
    return AuthorKey(family, first_name[:1], first_name)


def family_name(author: str) -> str:
    """The folded family name of ``"Family, Given"``, ``"Given Family"`` or ``"Family GH"``."""
    return author_key(author).family


def _letters(text: str) -> str:
    folded = fold(text)
    return folded if folded.isalnum() else re.sub(r"[\W_]+", "", folded)


def place_of(document: Document) -> Place:
    """Where a record was published."""
    return Place(
        venue_words(document.venue),
        first_number(document.volume),
        frozenset(_NUMBER.findall(document.issue.lower())),
        first_page(document.pages),
    )


def first_page(pages: str) -> str:
    """The first page, or the article's number: "100-110", "pp. 100-10" → "100"; "e0012345" → "12345"."""
    match = _PAGE.match(pages.strip()[:60].lower())
    if match is None:
        return ""
    page = match.group(1)
    number = page.lstrip("e") if len(page) > 4 else page
    return number.lstrip("0") or page


def first_number(volume: str) -> str:
    """A volume's number without what stands around it: "Vol. 012" → "12"; "" where there is none."""
    match = _NUMBER.search(volume[:40].lower())
    return match.group().lstrip("0") if match else ""


@lru_cache(maxsize=20_000)
def venue_words(venue: str) -> tuple[str, ...]:
    """The words of a journal's name that its abbreviation keeps."""
    name = _PARENTHESES.sub(" ", venue[:300]).partition("=")[0]
    main, _, rest = name.partition(":")
    name = f"{main} {rest}" if len(main.strip()) < _WHOLE_NAME else main  # "CA: a cancer journal for …"
    words = [
        word for part in name.split() for word in re.split(r"[\W_]+", fold(_INSIDE.sub("", part))) if word
    ]
    return tuple(word for word in words if word not in _FILLERS) or tuple(words)


@lru_cache(maxsize=20_000)
def same_venue(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two names may be one journal's, one of them abbreviated: "J Biol Chem", "JBC"."""
    short, long = sorted((first, second), key=len)
    if len(short) == 1 < len(long) and len(short[0]) > 2:
        return "".join(word[0] for word in long).startswith(short[0])
    words = iter(long)  # an abbreviation may leave out a word of a long name
    whole = all(any(_abbreviates(word, second) for second in words) for word in short)
    return whole and 4 * (len(long) - len(short)) < len(long)


def _abbreviates(first: str, second: str) -> bool:
    short, long = sorted((first, second), key=len)
    if short[0] != long[0]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def compare_places(first: Place, second: Place) -> Places:
    """The parts in which two places agree and differ."""
    agree: set[str] = set()
    differ: set[str] = set()
    for name, mine, theirs in (("volume", first.volume, second.volume), ("page", first.page, second.page)):
        if mine and theirs:
            (agree if mine == theirs else differ).add(name)
    if first.issue and second.issue:
        (differ if first.issue.isdisjoint(second.issue) else agree).add("issue")
    if first.venue and second.venue:
        (agree if same_venue(first.venue, second.venue) else differ).add("venue")
    return Places(frozenset(agree), frozenset(differ))
