"""Title, authors, abstract and identifiers of a paper from the lines of its first page.

A title is what is printed largest, authors stand between it and the abstract in one style, an abstract is a
block of lines with one left edge. Running heads, addresses and footnote marks are known by how they look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.readers.pdf.byline import ADDRESS, authors_of
from ingest.readers.pdf.imprint import imprint_of
from ingest.readers.pdf.lines import MARKS, Line, Page, folded
from ingest.text.cleaning import clean_text

_ABSTRACT = re.compile(
    r"(?:\d\.?\s+)?(?:a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary|synopsis|zusammenfassung|kurzfassung|résumé|"
    r"resumen|resumo|riassunto|sommario|samenvatting|sammanfattning|streszczenie|abstrakt|souhrn|összefoglaló|özet|"
    r"аннотация|резюме|реферат|摘\s?要|要\s?旨|초\s?록)\s*(?P<mark>[.:：—–-]+|\Z|\s(?=[A-ZÀ-Þ“‘\"(\[]))",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:key\s?-?words?|keyphrases|index terms|ccs concepts|categories and subject|general terms|"
    r"additional key words|schlagw|schlüsselw|mots[- ]cl|palabras clave|palavras|parole chiave|trefwoorden|"
    r"słowa kluczowe|ключевые слова|关\s?键\s?词|キーワード|jel\b|msc\b|mathematics subject|pacs\b|"
    r"abbreviations?\b\s*[:.]|highlights\b|graphical abstract|correspond(?:ence|ing author)|"
    r"how to cite|citation:|copyright\b|©|\(c\)\s*\d{4}|significance\b\s*\Z|trial registration\b\s*\Z|"
    r"(?:received|accepted|submitted|published)\b[^a-z]{0,3}\s?(?:\w+\s){0,3}\d{1,4})",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"(?:(?:\d{1,2}|[IVX]{1,4}|[A-Z])[.:]?\s+)?(?:introduction|einleitung|introducción|introdução|"
    r"introduzione|inleiding|wstęp|введение|引\s?言|はじめに|background)\s*[.:]?\Z|(?:1|I)\.?\s+[A-Z]\S{2,}(?:\s\S+){0,6}\Z",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[*∗†‡§¶]|(?:[^|]{2,40}\s\|\s){2}|contents\Z", re.IGNORECASE)
"""A footnote, keywords without a heading, or a table of contents."""
_KEYWORDS = re.compile(
    r"(?:additional\s+)?(?:key\s?-?words?(?: and phrases)?|keyphrases|index terms|schlagwörter|"
    r"schlüsselwörter|mots[- ]clés|palabras clave|palavras-chave|ключевые слова|关\s?键\s?词)"
    r"\s*[.:：—–-]*\s*",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"(?:the\s)?(?:\w+\s){0,2}(?:journal|annals|archives|proceedings|transactions|bulletin|advances|letters|"
    r"review|reviews|magazine|acta|revista|revue|zeitschrift|frontiers)\b|"
    r"(?:research|original|review|short|full|regular|technical)\s+(?:article|paper|report|communication|"
    r"research|investigation|contribution)s?\Z|(?:article|report|preprint|letter|editorial|open access|"
    r"research|review|brief communication|case report|working paper)\Z|contents lists available",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"https?:|www\.|\bdoi\b|10\.\d{4,9}/|\bissn\b|\bisbn\b|©|\(c\)\s?\d|copyright|all rights reserved|arxiv:|"
    r"\bvol(?:ume|\.)?\s*\d|\bno\.\s*\d|\bpp?\.\s*\d|downloaded (?:from|by)|licen[cs]ed? under|"
    r"creative commons|creativecommons|this version|received|accepted|published|submitted|preprint|"
    r"manuscript|under review|page \d|\d+\s*\(\d+\)\s*[:,]?\s*\d",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\W*(?:https?\W|www\.|doi\b|10\.\d{4})", re.IGNORECASE)
"""How no title begins, even where the page has nothing else."""
_BAD_TITLE = re.compile(
    r"microsoft|\.(?:docx?|pdf|dvi|tex|ps|indd|qxd|rtf|odt|pages)\b|untitled|^\W*\Z|^pii\b|^doi\b|"
    r"^10\.\d|^CM[A-Z]+\d+\Z|"
    r"^(?:title|paper|manuscript|article|document|layout \d|main|draft|template)\W*\d*\Z",
    re.IGNORECASE,
)
_LONGEST = 6_000
"""Characters of an abstract; a longer block is the paper's text."""
_SHORTEST = 150


def paper_of(page: Page, following: Page | None, known: dict[str, Any]) -> dict[str, Any]:
    """The loose values of a document from the page that it begins on and the file's properties.

    ``following`` is the next page, on which an abstract may go on. ``known`` has ``title``, ``author``,
    ``keywords``, ``subject``, ``doi`` and ``date`` of the file. What is not found is left out.
    """
    rows, height, text = page.rows(), page.height, page.text
    start, end, abstract = _abstract(rows)
    if abstract and end and following and not re.search(r"[.!?…。)”\"’']\s*\Z", abstract):
        abstract = f"{abstract}\n{_rest(following, end.size)}".strip()
    head = [line for line in rows if line.top < (start.top if start else height * 0.45)]
    title, after = _title(head, known["title"], text)
    below = [line for line in head if line.top > after and not _END.match(line.text)]
    raw: dict[str, Any] = {
        "title": title,
        "authors": authors_of(below, known["author"], text),
        "abstract": abstract,
        "tags": _keywords(rows) or [part.strip() for part in re.split(r"[;,]", known["keywords"])],
    }
    around = "\n".join(line.text for line in [*head, *_outer(rows, height)])
    raw |= imprint_of(rows, around, text, known)
    return {name: value for name, value in raw.items() if value}


def _outer(rows: list[Line], height: float) -> Iterator[Line]:
    """The lines at the page's head and foot that are not the paper's text."""
    body = Counter({line.size: 0 for line in rows})
    for line in rows:
        body[line.size] += len(line.text)
    usual = body.most_common(1)[0][0] if body else 0.0
    for line in rows:
        if line.top < height * 0.1 or (
            line.top > height * 0.84 and (line.size < 0.96 * usual or _FURNITURE.match(line.text))
        ):
            yield line


# --- Abstract -----------------------------------------------------------------------------------------------


def _abstract(rows: list[Line]) -> tuple[Line | None, Line | None, str]:
    """The line at which the abstract begins, the last one of it, and its text."""
    for at, line in enumerate(rows):
        if (match := _ABSTRACT.match(line.text)) is None or (not match["mark"] and len(line.text) > 40):
            continue
        inline = line.text[match.end() :].strip()
        block = _block(rows, at, line if len(inline) > 3 else None)
        text = "\n".join([inline] * (len(inline) > 3) + [row.text for row in block])
        if len(text) >= 40:
            return line, block[-1] if block else line, _cut(text)
    return _unnamed(rows)


def _block(rows: list[Line], at: int, first: Line | None) -> list[Line]:
    """The lines below a heading that go on with one left edge, until another part begins."""
    heading = rows[at]
    edge, last, size = (first.left, first, first.size) if first else (None, heading, None)
    block: list[Line] = []
    for line in rows[at + 1 :]:
        if edge is None:
            apart = line.left > heading.right + 20 or line.right < heading.left - 20
            if apart or line.top - heading.top < 0.5 * heading.size:
                continue
            edge, size = line.left, line.size
        assert size is not None
        if abs(line.left - edge) > 4 * size or line.top - last.top < 0.3 * size:
            continue  # another column
        if _INTRODUCTION.match(line.text) or _ABSTRACT.fullmatch(line.text) or _ASIDE.match(line.text):
            break
        if _END.match(line.text):
            if len(block) > 2:
                break
            continue  # "Copyright …" before the text
        if line.top - last.top > 2.6 * size or abs(line.size - size) > 0.16 * size:
            break
        block.append(line)
        edge, last = min(edge, line.left), line
        if sum(len(row.text) for row in block) > _LONGEST:
            break
    return block


def _rest(page: Page, size: float) -> str:
    """How an abstract goes on at the top of the next page."""
    rows = page.rows()
    heads = set(_outer(rows, page.height))
    for at, line in enumerate(rows[:12]):
        if line not in heads and abs(line.size - size) < 0.16 * size and line.text[:1].islower():
            return _cut("\n".join(row.text for row in [line, *_block(rows, at, line)]))
    return ""


def _unnamed(rows: list[Line]) -> tuple[Line | None, Line | None, str]:
    """An abstract without a heading: the first block of prose before the introduction."""
    for at, line in enumerate(rows):
        if _INTRODUCTION.match(line.text):
            return line, None, ""
        if len(line.text) < 40 or _FURNITURE.search(line.text) or ADDRESS.search(line.text):
            continue
        block = [line, *_block(rows, at, line)]
        text = "\n".join(row.text for row in block)
        prose = len(re.findall(r"[^\W\d_]{2,}[,;]? [a-zà-þ]{2,}", text))
        if len(block) >= 3 and len(text) >= _SHORTEST and prose * 12 > len(text.split()):
            introduced = any(_INTRODUCTION.match(row.text) for row in rows[at:])
            return line, block[-1], _cut(text) if introduced and len(text) < 3_000 else ""
    return None, None, ""


_INLINE_END = re.compile(
    r"\s(?:key\s?-?words?(?: and phrases)?|index terms|ccs concepts)\s*[:—–.-]|\n(?:1|I)\.?\s+introduction\b",
    re.IGNORECASE,
)


def _cut(text: str) -> str:
    """The text up to keywords or an introduction that begin inside a line."""
    match = _INLINE_END.search(text, 40)
    return text[: match.start()] if match else text


def _keywords(rows: list[Line]) -> list[str]:
    """The keywords that stand near the abstract."""
    for at, line in enumerate(rows):
        match = _KEYWORDS.match(line.text)
        if match is None:
            continue
        first = line if len(line.text) > match.end() else None
        words = "\n".join([line.text[match.end() :], *(row.text for row in _block(rows, at, first)[:6])])
        if len(words) < 800:
            separator = (
                r"[;·•|／；]|\s[–—-]\s" if re.search(r"[;·•|；]|\s[–—-]\s", words) else r"[,，、]|\n(?=[A-Z])"
            )
            parts = [" ".join(clean_text(part).split()).strip(" .") for part in re.split(separator, words)]
            return [part for part in parts if 1 < len(part) < 80][:30]
    return []


# --- Title --------------------------------------------------------------------------------------------------


def _title(head: list[Line], stated: str, text: str) -> tuple[str, float]:
    """The title, and how far down the page it reaches."""
    groups = list(_groups(head))
    good = [g for g in groups if not _BANNER.match(_joined(g)) and not _furniture(g) and len(_joined(g)) > 5]
    readable = [g for g in groups if not _ADDRESS.match(_joined(g))]
    group = max(good or readable, key=lambda lines: (round(lines[0].size, 0), -lines[0].top), default=[])
    printed = _joined(group)
    bottom = group[-1].top if group else 0.0
    stated = clean_text(stated)
    if len(stated.split()) < 2 or _BAD_TITLE.search(stated) or folded(stated) not in folded(text):
        return printed or ("" if _BAD_TITLE.search(stated) else stated), bottom
    for candidate in groups:
        if folded(stated) in folded(_joined(candidate)) or folded(_joined(candidate)) in folded(stated):
            longer = folded(_joined(candidate)).startswith(folded(stated))
            whole = _joined(candidate) if longer else stated
            return whole, max(bottom if candidate is group else 0.0, candidate[-1].top)
    return stated, bottom


def _groups(head: list[Line]) -> Iterator[list[Line]]:
    """Lines below each other of one size."""
    left = list(head)
    while left:
        group = [left.pop(0)]
        for line in list(left):
            last = group[-1]
            gap = line.top - last.top
            if gap > 2.1 * last.size:
                break
            overlap = min(line.right, last.right) > max(line.left, last.left)
            if abs(line.size - last.size) < 0.06 * last.size and overlap and gap > 0.5 * last.size:
                if _weight(line) != _weight(last) and line.size < 13:
                    break
                group.append(line)
                left.remove(line)
        yield group


def _weight(line: Line) -> bool:
    return "bold" in line.style.lower() or "bx" in line.style.lower() or "black" in line.style.lower()


def _joined(lines: Sequence[Line]) -> str:
    texts = [line.text for line in lines]
    if lines and re.fullmatch(r"\d{0,2}", texts[-1].removeprefix(lines[-1].unmarked)):
        texts[-1] = lines[-1].unmarked  # without the number of a footnote
    return MARKS.sub("", clean_text("\n".join(texts))).strip()


def _furniture(lines: list[Line]) -> bool:
    text = " ".join(line.text for line in lines)
    return bool(_FURNITURE.search(text)) or not re.search(r"[^\W\d_]{2}", text)
