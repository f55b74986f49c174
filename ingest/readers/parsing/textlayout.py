"""What the lines of a plain text are: prose, titles, author lines, labels, furniture; and which belong
together.

A long line (or paragraph) of prose is an abstract. A short line just above it may be its title; between the
two may
stand the authors, a date, an identifier or the word "Abstract".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from ingest.values.author_lists import split_authors
from ingest.values.dates import parse_year

Kind = Literal["prose", "short", "authors", "heading", "detail", "furniture", "label"]

PROSE_WORDS = 35
SENTENCE_WORDS = 12
TITLE_WORDS = 40
_HEADING = re.compile(r"(?:abstract|summary|tl;?dr|overview|paper abstract)\s*[:.—-]?\Z", re.IGNORECASE)
_PREFIX = re.compile(r"(?:abstract|summary)\s*[:.—–-]+\s*|abstract\s+(?=[A-Z][a-z])", re.IGNORECASE)
_OTHER_PAPERS = re.compile(
    r"(?:similar|related|recommended|more|other|citing|cited|referenced?s?|further)\s+"
    r"(?:papers?|articles?|works?|research|by|documents?|publications?|content)\b"
    r"|references?\Z|bibliography\Z|you (?:may|might) also like|people also|cited by"
    r"|(?:models|datasets|spaces) citing|collections including",
    re.IGNORECASE,
)
_END_OF_PAPER = re.compile(
    _OTHER_PAPERS.pattern + r"|comments?\b|discussions?\b|replies\Z|reviews?\b|\d+\s+(?:comments?|replies)\b"
    r"|add a comment|leave a (?:comment|reply)|community\Z|what do you think",
    re.IGNORECASE,
)
_BUTTONS = (
    "share", "save", "cite", "cite this", "download", "download pdf", "pdf", "follow", "bookmark", "like",
    "reply",
    "report", "register", "subscribe", "menu", "search", "home", "about", "help", "contact", "copy", "copied",
    "bibtex", "read more", "load more", "next", "previous", "privacy", "privacy policy", "advertisement",
    "upvote",
    "code", "datasets?", "tweet", "facebook", "twitter", "linkedin", "email", "print", "open access",
    "full text",
    "html", "paper", "abstract page", "links?", "get pdf", "create alert", "collapse", "expand",
    "quick links",
    "references & citations", "export bibtex citation", "submit", "cancel", "edit", "delete", "cookies?",
    "log ?in",
    r"view(?: pdf| paper| on \w+| publication)?", r"copy (?:link|citation|to clipboard)",
    r"export(?: citation)?",
    "sign (?:in|up)", "show (?:more|less)", "see (?:more|all)", r"back(?: to \w+)?", "accept(?: all)?",
    "skip to (?:main )?content", r"terms(?: of (?:use|service))?", "add to (?:library|collection)",
    r"loading\.*",
    r"\d+", r"\d+ (?:citations?|references?|views?|upvotes?|likes?|shares?|downloads?)",
)  # fmt: skip
_FURNITURE = re.compile(rf"(?:{'|'.join(_BUTTONS)})[\s.!:>»→…]*\Z", re.IGNORECASE)
_LONGEST_MORE = 60
_MORE = re.compile(
    r"\s*(?:…|\.\.\.)?\s*\(?(?:read|show|see|view)?\s*(?:more|less|expand|collapse)\)?\s*\Z", re.IGNORECASE
)
_DETAIL = re.compile(
    r"(?:(?:arxiv|doi|url|links?|uri|issn|isbn|pmcid|language|publisher|affiliations?|copyright)\s*:|https?://|www\.|10\.\d{4,9}/|published|submitted|received|accepted|posted|"
    r"last (?:revised|updated)|\[?submitted on|\(?(?:19|20)\d\d\)?\Z|vol(?:ume)?\.?\s*\d|"
    r"(?:\d{1,2}\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d|"
    r"[\w .&-]{2,60}\b(?:19|20)\d\d\Z|keywords?\b|subjects?\b|pmid\b|key words\b|\d+\s+(?:pages|authors)\b)",
    re.IGNORECASE,
)
_PARTICLE = "de|da|del|della|der|den|van|von|bin|al|el|la|le|di|du|dos|ten|ter"
_NAME = re.compile(
    r"(?:(?:[A-Z]\.[- ]?)+|[A-ZÀ-Þ][\w'’.-]*)"
    rf"(?:\s+(?:(?:[A-Z]\.?[- ]?)+|[A-ZÀ-Þ][\w'’.-]*|{_PARTICLE})){{1,5}}(?:\s*[\d*†‡,]{{1,6}})?\Z"
)
_SMALL = re.compile(
    r"\b(?:we|this|that|is|are|was|were|has|have|had|our|can|which|been|be|it|its|their|these|show|"
    r"propose)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\A(?:[-*•·–]|\d{1,4}[.)])\s+")
_SENTENCE_END = re.compile(r"[.!?][\"”’)\]]*(?:\s|\Z)")


@dataclass(slots=True)
class Unit:
    """One line, or the lines of one wrapped paragraph, with what it is."""

    line: int
    text: str
    lines: set[int]
    kind: Kind
    after_blank: bool = False


@dataclass(slots=True)
class Paper:
    """What a text holds of one paper: loose values, the lines used, and the text beside it (for
    identifiers)."""

    line: int
    raw: dict[str, Any]
    lines: set[int]
    near: str = field(default="")


def kind_of(text: str) -> Kind:
    """What a line is by itself."""
    if _HEADING.match(text):
        return "heading"
    words = text.split()
    if _PREFIX.match(text) and len(words) > 4:
        return "prose"
    if _FURNITURE.match(text) or not any(sign.isalpha() for sign in text):
        return "furniture"
    if len(words) < PROSE_WORDS and _DETAIL.match(text) and not _is_sentence(text, words):
        return "detail"
    if is_author_line(text):
        return "authors"
    if len(words) >= PROSE_WORDS or len(text) >= 260 or (not _spaced(text) and len(text) >= 90):
        return "prose"
    return "prose" if _is_sentence(text, words) else "short"


def _spaced(text: str) -> bool:
    """Whether the script separates words: a Chinese or Japanese abstract is one long word."""
    return text.count(" ") * 12 >= len(text) or text.isascii()


def _is_sentence(text: str, words: list[str]) -> bool:
    """A short abstract: ends like a sentence and speaks like one; a catalogue's title ends in a full stop
    too."""
    if len(words) < SENTENCE_WORDS or not _SENTENCE_END.search(text[-4:]):
        return False
    sentences = len(_SENTENCE_END.findall(text))
    return sentences >= 2 or len(_SMALL.findall(text)) >= 2


def is_author_line(text: str) -> bool:
    """Names separated by commas, semicolons, "and" or dots; at least two of them, or one after "by"."""
    plain = re.sub(r"\([^()]*\)|\bet al\.?|\+\s*\d+.*\Z|\d+ (?:more )?authors?\Z", "", text).strip(" ,;.")
    by = plain.lower().startswith(("by ", "authors:", "author:"))
    if by:
        plain = plain.split(None, 1)[1] if " " in plain else ""
    parts = [part.strip() for part in re.split(r"\s*[,;·•|]\s*|\s+(?:and|&)\s+", plain) if part.strip(" .")]
    if len(parts) < (1 if by else 2) or len(text) > 3000:
        return False
    good = sum(1 for part in parts if _NAME.match(part) or re.fullmatch(r"(?:[A-Z]\.?[ -]?){1,4}", part))
    return good >= max(1 if by else 2, 0.75 * len(parts))


def units_of(lines: list[str]) -> list[Unit]:
    """The text's lines as units; hard-wrapped paragraphs become one unit each."""
    units: list[Unit] = []
    wrapped = _is_wrapped(lines)
    block: list[tuple[int, str]] = []
    blank = True
    for number, line in [*enumerate(lines, 1), (len(lines) + 1, "")]:
        if line:
            block.append((number, line))
            continue
        if block:
            pieces = _paragraphs(block) if wrapped else [[item] for item in block]
            for index, piece in enumerate(pieces):
                text = _joined([part for _, part in piece])
                numbers = {at for at, _ in piece}
                units.append(Unit(piece[0][0], text, numbers, kind_of(text), blank and index == 0))
        block, blank = [], True
    return units


def _is_wrapped(lines: list[str]) -> bool:
    """Whether lines were broken at a width: runs of lines of about one length, few of them ending a
    sentence."""
    full = 0
    runs = 0
    for previous, following in pairwise(lines):
        if 45 <= len(previous) <= 130 and following:
            runs += 1
            full += not previous.endswith((".", "?", "!", ":")) and len(following.split()) > 0
    longest = sorted((len(line) for line in lines if line), reverse=True)[: max(1, len(lines) // 10)]
    return bool(runs >= 2 and full >= 0.5 * runs and longest and longest[len(longest) // 2] <= 130)


def _joined(parts: list[str]) -> str:
    """Lines of a paragraph in one; a line end stays where a word was broken, for the cleaning to join."""
    return "\n".join(parts)


def _paragraphs(block: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """A wrapped block cut into headings, titles, author lines and the paragraphs below them."""
    width = max(len(line) for _, line in block)
    pieces: list[list[tuple[int, str]]] = [[]]
    for index, (number, line) in enumerate(block):
        alone = (
            _HEADING.match(line)
            or (_FURNITURE.match(line) and len(block) > 1)
            or (is_author_line(line) and len(pieces[-1]) <= 1)
        )
        if pieces[-1] and (alone or _PREFIX.match(line) or _ends_short(pieces[-1], line, width)):
            pieces.append([])
        pieces[-1].append((number, line))
        if alone and index + 1 < len(block):
            pieces.append([])
    return [piece for piece in pieces if piece]


def _ends_short(piece: list[tuple[int, str]], line: str, width: int) -> bool:
    """Whether the piece's last line stops well before the width, so that the next line begins something
    new."""
    last = piece[-1][1]
    room = len(last) + 1 + len(line.split(None, 1)[0]) < 0.85 * width
    return room and (line[:1].isupper() or not line[:1].isalpha())


def page_paper(units: list[Unit], *, marked: bool = False) -> Paper | None:
    """The one paper of a saved page without BibTeX: an abstract amid furniture; None: it is no page.

    ``marked``: the word "Abstract" must stand before it.
    """
    headings = [index for index, unit in enumerate(units) if unit.kind == "heading"]
    furniture = sum(unit.kind == "furniture" for unit in units)
    ends = any(_END_OF_PAPER.match(unit.text) and unit.kind != "prose" for unit in units)
    if furniture < 3 and not (furniture and ends):
        return None
    begins = [index for index, unit in enumerate(units) if unit.kind == "prose" and _PREFIX.match(unit.text)]
    if len(headings) + len(begins) > 1 or not any(unit.kind == "prose" for unit in units):
        return None
    if marked and not headings and not begins:
        return None
    first = headings[0] + 1 if headings else (begins or _first_prose(units))[0]
    prose = _prose_run(units, first)
    if not prose:
        return None
    return _paper(units, prose, {*range(headings[0], headings[0] + 1)} if headings else set())


def _first_prose(units: list[Unit]) -> list[int]:
    return [index for index, unit in enumerate(units) if unit.kind == "prose"]


def _prose_run(units: list[Unit], start: int) -> list[int]:
    """The prose from a place on, over what stands between it and the place, until something else follows."""
    run: list[int] = []
    for index in range(start, len(units)):
        if units[index].kind == "prose":
            run.append(index)
        elif run or _OTHER_PAPERS.match(units[index].text):
            break
    return run


def paired(units: list[Unit]) -> list[Paper]:
    """Every prose unit as a paper, with the title above it; titles alone where there is no prose at all."""
    _settle(units)
    prose = [index for index, unit in enumerate(units) if unit.kind == "prose"]
    if not prose:
        return _titles(units)
    papers: list[Paper] = []
    skip: set[int] = set()
    for index in prose:
        if index not in skip:
            run = [index]
            if units[index].text[:1].isalpha() and _has_heading(units, index):
                run = _run_below_heading(units, index)
                skip.update(run)
            papers.append(_paper(units, run, set()))
    _drop_query(units, papers)
    return papers


def _titles(units: list[Unit]) -> list[Paper]:
    """A list of titles, a line each; none where most lines are something else, as in notes."""
    lines = [(unit, _BULLET.sub("", unit.text)) for unit in units if unit.kind == "short"]
    titles = [Paper(unit.line, {"title": text}, set(unit.lines)) for unit, text in lines if _is_title(text)]
    return titles if 2 * len(titles) >= len(lines) else []


def _is_title(text: str) -> bool:
    """Whether a line without an abstract below it is long enough for a title; Chinese has no words."""
    words = len(text.split())
    if 2 * sum(map(str.isalpha, text)) < len(text):
        return False
    return 3 <= words <= TITLE_WORDS or (
        words < 3 and not text.isascii() and len(text) >= 6 and not _spaced(text)
    )


def _has_heading(units: list[Unit], index: int) -> bool:
    return index > 0 and units[index - 1].kind == "heading"


def _run_below_heading(units: list[Unit], index: int) -> list[int]:
    """Paragraphs that go on below an "Abstract" heading, unless the text is a list of such paragraphs."""
    run = [index]
    while (
        index + 1 < len(units)
        and units[index + 1].kind == "prose"
        and not _PREFIX.match(units[index + 1].text)
    ):
        index += 1
        run.append(index)
    return run


def _settle(units: list[Unit]) -> None:
    """In a listing that alternates, a sentence-like title is a title: decided by the lines around it."""
    kinds = [unit for unit in units if unit.kind in ("short", "prose")]
    pairs = sum(1 for first, second in pairwise(kinds) if first.kind == "short" and second.kind == "prose")
    prose = sum(unit.kind == "prose" for unit in kinds)
    if not prose or pairs < 0.6 * prose or pairs < 2:
        return
    for first, second in pairwise(kinds):
        before = kinds.index(first) == 0 or kinds[kinds.index(first) - 1].kind == "prose"
        if first.kind == "prose" and second.kind == "prose" and before and _looks_like_title(first, second):
            first.kind = "short"


def _looks_like_title(first: Unit, second: Unit) -> bool:
    words = len(first.text.split())
    return (
        words <= TITLE_WORDS
        and len(second.text.split()) >= 2.5 * words
        and len(_SENTENCE_END.findall(first.text)) <= 1
    )


def _paper(units: list[Unit], run: list[int], used: set[int]) -> Paper:
    """The paper of a run of prose, looking upward for authors, details and title."""
    abstract = "\n".join(units[index].text for index in run)
    raw: dict[str, Any] = {"abstract": _without_frame(abstract) if run else ""}
    lines: set[int] = set()
    for index in (*run, *used):
        lines |= units[index].lines
    near = []
    index = run[0] - 1
    for _ in range(8):
        if index < 0 or units[index].kind == "prose" or _END_OF_PAPER.match(units[index].text):
            break
        unit = units[index]
        if unit.kind == "short":
            if len(unit.text.split()) <= TITLE_WORDS and any(sign.isalpha() for sign in unit.text):
                raw["title"] = re.sub(
                    r"^(?:title\s*:\s*|\[?\d{1,4}[\].)]\s+)", "", unit.text, flags=re.IGNORECASE
                )
                lines |= unit.lines
            break
        if unit.kind == "authors" and "authors" not in raw:
            raw["authors"] = split_authors(
                re.sub(r"^(?:by|authors?:)\s+", "", unit.text, flags=re.IGNORECASE),
                comma=";" not in unit.text,
            )
        if unit.kind in ("detail", "authors", "heading"):
            lines |= unit.lines
            near.append(unit.text)
            if unit.kind == "detail" and "year" not in raw and (year := parse_year(unit.text)):
                raw["year"] = year
        index -= 1
    return Paper(units[run[0]].line, raw, lines, "\n".join(near))


def _drop_query(units: list[Unit], papers: list[Paper]) -> None:
    """A first line that is the only short one above several abstracts is a query, not a title."""
    titled = [paper for paper in papers if paper.raw.get("title")]
    if len(papers) >= 3 and len(titled) == 1 and titled[0] is papers[0] and units[0].kind == "short":
        first = papers[0]
        if units[0].lines <= first.lines and first.raw["title"] == units[0].text:
            del first.raw["title"]
            first.lines -= units[0].lines


def abstract_of_page(lines: list[tuple[int, str]], title: str) -> tuple[str, set[int]]:
    """The abstract on a page whose title is known, and the lines used."""
    offset = lines[0][0] - 1 if lines else 0
    units = units_of([text for _, text in lines])
    for unit in units:
        unit.line += offset
        unit.lines = {number + offset for number in unit.lines}
    run = _run_for(units, title)
    used: set[int] = set()
    for index in run:
        used |= units[index].lines
    for unit in units:
        if _same(unit.text, title) or (
            run and unit.kind == "heading" and unit.lines == units[run[0] - 1].lines
        ):
            used |= unit.lines
    text = "\n".join(units[index].text for index in run)
    return _without_frame(text), used


def _without_frame(abstract: str) -> str:
    """An abstract without its heading and without "… show more" at its end."""
    text = _PREFIX.sub("", abstract, count=1).rstrip()
    return text[:-_LONGEST_MORE] + _MORE.sub("", text[-_LONGEST_MORE:])


def _run_for(units: list[Unit], title: str) -> list[int]:
    """The prose below "Abstract", else below the title, else the first long one before the page's end."""
    for index, unit in enumerate(units):
        if unit.kind == "heading" and (run := _prose_run(units, index + 1)):
            return run
    for index, unit in enumerate(units):
        if unit.kind == "prose" and _PREFIX.match(unit.text):
            return [index]
    starts = [index for index, unit in enumerate(units) if _same(unit.text, title)]
    for start in [*reversed(starts), 0]:
        run = _prose_run(units, start)
        if run and len(units[run[0]].text.split()) >= SENTENCE_WORDS:
            return run
    return []


def _same(text: str, title: str) -> bool:
    def letters(value: str) -> str:
        return re.sub(r"[\W_]+", "", value).lower()

    return bool(title) and letters(text) == letters(title)
