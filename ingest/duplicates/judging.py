"""The judge: whether two records are one paper, and whether one is a newer state of the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.duplicates.normalized_fields import Places, compare_places
from ingest.duplicates.normalized_titles import subtitle
from ingest.duplicates.signatures import FEW_WORDS, TITLE_REASON, is_registered
from ingest.duplicates.sketches import Sketch, likeness, overlap, shared_authors

_NUMERAL = re.compile(r"\d[\d.]*|[ivx]+|[a-d]|one|two|three|four|first|second|third|fourth")
_PART = frozenset(("part", "teil", "partie", "parte", "часть"))
_HEADING = 5  # letters in front of a title that may be "Reply:"; fewer are "The" or "On"
_LONG = 40  # letters of a title that few papers have, though it says that it is about another
_SAME_TEXT = 0.8  # of abstracts
_PAGES = 5  # digits; longer numbers are those of articles
_MOST_YEARS = 4  # between a preprint and its published version


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two documents are one paper: why, and how sure (1: by an identifier)."""

    reason: str
    score: float


def judge(first: Sketch, second: Sketch, reason: str) -> Verdict | None:
    """Two records that share a key, ``reason`` ("" for a band); None where they are not surely one paper."""
    if reason and not reason.startswith(TITLE_REASON):
        contradicted = any(_disjoint(first, second, scheme) for scheme in first.ids if is_registered(scheme))
        return None if contradicted or _only_the_number(first, second) else Verdict(reason, 1.0)
    same = first.title == second.title
    if conflict(first, second) or (not same and first.about != second.about):
        return None
    if _numerals_differ(first, second):
        return None
    if first.year and second.year and abs(first.year - second.year) > _MOST_YEARS:
        return None
    places = compare_places(first.place, second.place)
    abstract = overlap(first.abstract, second.abstract) if first.abstract and second.abstract else None
    authors = shared_authors(first, second)
    if _another_year(first, second, places, abstract):
        return None
    if not same and _from_a_template(first, second):
        return None
    if _two_instalments(places, abstract) or (not same and _another(first, second, places, abstract)):
        return None
    if not same and _without_subtitle(first, second, places, authors):
        return Verdict("nearly the same title", 0.95)
    if (first.weakness or second.weakness) and not _corroborated(first, second, places, abstract, authors):
        return None
    if reason and same and authors is not None:
        return Verdict(reason, 1.0)
    return _near(first, second, abstract, authors, _on_one_page(first, second, places))


def same_record(old: Sketch, new: Sketch, *, invented: bool = False) -> bool:
    """Whether a record that comes under a number of its source is a newer state of the one known under it.

    Sources count from 1 and keys are short, so a number alone says nothing: the titles must be alike, and
    neither identifiers, authors nor years may differ; for titles that many papers have, nor may places. A
    shared identifier lets a title change, and an identifier may be corrected where all else is the same.

    Args:
        invented: the number was made from title, author and year, which therefore prove nothing.
    """
    if any(values & new.ids.get(scheme, set()) for scheme, values in old.ids.items()):
        return not _only_the_number(old, new)
    places, authors = compare_places(old.place, new.place), shared_authors(old, new)
    if conflict(old, new):
        rest = (old.title, old.year, places.differ) == (new.title, new.year, frozenset())
        return rest and authors in (None, 1) and not old.weakness
    if authors is not None and authors < 0.5:
        return False
    years = old.year is None or new.year is None or abs(old.year - new.year) <= 1
    if {old.weakness, new.weakness} & {"generic", "about"}:
        return old.title == new.title and not places.differ and years
    text = overlap(old.abstract, new.abstract)
    certain = authors is not None or text >= 0.5 or places.agree >= {"volume", "page"}
    if certain and old.title == new.title:  # whatever the year: it may have been corrected
        return len(places.differ - {"issue"}) < (2 if invented else 3)
    return years and (
        _alike(old, new, 0.6 if certain else 0.9)
        or text >= 0.8
        or (authors is not None and places.agree >= {"venue", "volume", "page"})
    )


def _alike(old: Sketch, new: Sketch, least: float) -> bool:
    """One title is the other with words corrected, added or left out, but for numbers."""
    if _numerals_differ(old, new) or old.about != new.about:
        return False
    short, long = sorted((old.title, new.title), key=len)
    return likeness(old, new) >= least or (len(short) >= 16 and long.startswith(short))


def _only_the_number(first: Sketch, second: Sketch) -> bool:
    """Whether two records share an identifier, but all else says that it is not theirs.

    A container's DOI on all its chapters is the usual fault: other title, and other authors or pages.
    """
    if not first.title or not second.title or likeness(first, second) >= 0.5:
        return False
    authors = shared_authors(first, second)
    if authors is not None and authors < 0.5:
        return True
    if overlap(first.abstract, second.abstract) >= 0.3:
        return False
    numbered = authors is not None and _numerals_differ(first, second)
    return numbered or "page" in compare_places(first.place, second.place).differ


def _near(
    first: Sketch, second: Sketch, abstract: float | None, authors: float | None, placed: bool
) -> Verdict | None:
    title = likeness(first, second)
    few = max(len(first.title), len(second.title)) < FEW_WORDS and not (first.about or second.about)
    short = few and placed and (authors or 0) >= 0.5 and title > 0.75
    if not short and not _same(title, abstract, authors, min(len(first.words), len(second.words))):
        return None
    if (abstract or 0) < 0.5 and _is_sequel(first, second):
        return None
    parts = [(0.5, title), (0.35, abstract), (0.15, authors)]
    known = [(weight, value) for weight, value in parts if value is not None]
    score = sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)
    pair = first.preprint != second.preprint
    reason = "preprint and published version" if pair else "nearly the same title and abstract"
    return Verdict(reason if abstract is not None or pair else "nearly the same title", min(score, 0.99))


def _same(title: float, abstract: float | None, authors: float | None, words: int) -> bool:
    """The rule: likeness of titles, of abstracts and of authors (None: not known on one side) → one paper?"""
    if authors is not None and authors < 0.5:
        return title > 0.95 and abstract is not None and abstract > 0.9
    if abstract is None:
        return title > (0.85 if authors is not None else 0.97) and (words >= 5 or title == 1)
    if authors is None:
        return (title > 0.85 and abstract > 0.4) or (title > 0.6 and abstract > 0.8) or abstract > 0.95
    return (title > 0.85 and abstract > 0.15) or (title > 0.65 and abstract > 0.5) or abstract > 0.8


def _is_sequel(first: Sketch, second: Sketch) -> bool:
    """Whether the titles differ by a number or by "part"."""
    differing = first.words ^ second.words
    return not _PART.isdisjoint(differing) or any(map(_NUMERAL.fullmatch, differing))


def _on_one_page(first: Sketch, second: Sketch, places: Places) -> bool:
    """Whether two records name the same page of the same volume of one year, and nothing else of a place."""
    years = first.year is not None and second.year is not None and abs(first.year - second.year) <= 1
    return years and places.agree >= {"volume", "page"} and not places.differ - {"issue"}


def _another(first: Sketch, second: Sketch, places: Places, abstract: float | None) -> bool:
    """Whether of two like titles one is another paper's, though their abstracts may be alike.

    Both begin on pages of their own in one volume, as the parts of a series do; or nothing of their places is
    the same; or one has a heading in front ("Reply: …", however it is written) and another page.
    """
    if abstract is not None and abstract >= _SAME_TEXT:
        return False
    if places.differ >= {"venue", "volume", "page"} and not (first.preprint or second.preprint):
        return True
    pages = (first.place.page, second.place.page)
    apart = "page" in places.differ and all(page.isdigit() and len(page) < _PAGES for page in pages)
    if apart and "volume" in places.agree and "venue" not in places.differ:
        return True
    short, long = sorted((first.title, second.title), key=len)
    headed = len(long) - len(short) >= _HEADING and len(short) >= _HEADING and long.endswith(short)
    return headed and "page" not in places.agree


def _without_subtitle(first: Sketch, second: Sketch, places: Places, authors: float | None) -> bool:
    """Whether one record drops the other's subtitle: authors, year and place must be the same throughout."""
    if authors is None or authors < 0.5 or first.year is None or first.year != second.year:
        return False
    if places.differ or "venue" not in places.agree or not places.agree & {"volume", "page"}:
        return False
    weak = {first.weakness, second.weakness} - {""}
    if "generic" in weak or ("about" in weak and not places.agree >= {"volume", "page"}):
        return False
    short, long = sorted((first, second), key=lambda sketch: len(sketch.title))
    words = subtitle(short.document.title, long.document.title)
    numbered = words[:1] != ["a"] and any(map(_NUMERAL.fullmatch, words[:1]))
    return len(words) > 1 and not numbered and _PART.isdisjoint(words)


def _two_instalments(places: Places, abstract: float | None) -> bool:
    """One journal, but another volume or issue and another page: a column, a series, an editorial's echo."""
    moved = "page" in places.differ and bool(places.differ & {"volume", "issue"})
    return moved and "venue" not in places.differ and (abstract or 0) < _SAME_TEXT


def _another_year(first: Sketch, second: Sketch, places: Places, abstract: float | None) -> bool:
    """Whether two records are of another year's report or of another edition of a book.

    The years differ, and with them the volumes of one journal or the ISBNs; or by more than a misprint or an
    early view explains, of books and of one journal where nothing else of the place is the same.
    """
    if not first.year or not second.year or first.year == second.year or (abstract or 0) >= _SAME_TEXT:
        return False
    if "volume" in places.differ and "venue" not in places.differ:
        return True
    far = abs(first.year - second.year) > 1
    if first.document.type == second.document.type == "book":
        isbns = [{id for id in one.document.other_ids if id.startswith("isbn:")} for one in (first, second)]
        return far or (all(isbns) and isbns[0].isdisjoint(isbns[1]))
    return far and "venue" in places.agree and not places.agree & {"volume", "page"}


def _from_a_template(first: Sketch, second: Sketch) -> bool:
    """Whether two records are of two years, with other words in their titles, and do not say whose they are:
    reports from a template repeat the rest."""
    years = first.year is not None and second.year is not None and first.year != second.year
    return years and not first.names and not second.names and first.words != second.words


def _corroborated(
    first: Sketch, second: Sketch, places: Places, abstract: float | None, authors: float | None
) -> bool:
    """Whether two records with titles that many papers have say the same of where they stand, and of whom."""
    if (authors is not None and authors < 0.5) or (abstract is not None and abstract < 0.2):
        return False
    agree, differ = places
    placed = agree >= {"volume", "page"} or (agree >= {"issue", "page"} and authors is not None)
    located = placed or agree >= {"venue", "page"} or (agree >= {"volume", "issue"} and authors is not None)
    if placed and authors is not None:
        differ -= {"venue"}  # abbreviations are not always understood
    if located:
        differ -= {"issue"}
    if not differ and _says_whose(first, second, agree, authors):
        return True
    corroborated = located or (abstract is not None and abstract > 0.8)
    if differ or not _same_year(first, second, located, placed, corroborated):
        return False
    if first.title != second.title:
        return corroborated and likeness(first, second) > 0.6
    if corroborated:
        return True
    if authors is None:
        return False
    if "generic" in (first.weakness, second.weakness):  # several stand in one volume, where it has issues
        rest = first.place[1:] + second.place[1:]
        return "venue" in agree and (("volume" in agree and not any(rest[1::3])) or not any(rest))
    return bool(agree) or "short" in (first.weakness, second.weakness)


def _says_whose(first: Sketch, second: Sketch, agree: frozenset[str], authors: float | None) -> bool:
    """Whether a long title that names another paper ("Correction to: …") is told by whose it is and where.

    Corrections often have no authors and, in many databases, no pages.
    """
    named = {first.weakness, second.weakness} == {"about"} and len(first.title) >= _LONG
    if not named or first.title != second.title or first.year is None or second.year is None:
        return False
    if authors is None:
        return "venue" in agree and len(agree) > 1 and abs(first.year - second.year) <= 1
    return first.year == second.year or ("venue" in agree and abs(first.year - second.year) == 1)


def _same_year(first: Sketch, second: Sketch, located: bool, placed: bool, corroborated: bool) -> bool:
    """Whether the years agree: or nearly, where the page is the same too; any, where page and volume are."""
    if first.year is None or second.year is None:
        return corroborated
    return abs(first.year - second.year) <= (_MOST_YEARS if placed else int(located))


def conflict(first: Sketch, second: Sketch) -> bool:
    """Both have an identifier of one scheme, and not the same: two papers."""
    return any(_disjoint(first, second, scheme) for scheme in first.ids.keys() & second.ids.keys())


def _disjoint(first: Sketch, second: Sketch, scheme: str) -> bool:
    mine, theirs = first.ids.get(scheme), second.ids.get(scheme)
    return mine is not None and theirs is not None and mine.isdisjoint(theirs)


def _numerals_differ(first: Sketch, second: Sketch) -> bool:
    """``Part I`` and ``Part II``, 2010 and 2011: the titles differ in a number."""
    only_first, only_second = first.words - second.words, second.words - first.words
    return any(map(_NUMERAL.fullmatch, only_first)) and any(map(_NUMERAL.fullmatch, only_second))
