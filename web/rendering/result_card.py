"""One paper as lists of results show it.

Written by hand, not as a template: a page of results has dozens, and they were half of what it cost. Its
words stand outside f-strings, where the scripts of the catalogues find them.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import g
from markupsafe import Markup, escape

from litatlas.answers import DocumentHit, TopicWeight
from web.rendering.atlas_map import MapDrawing
from web.rendering.marked_papers import marking
from web.rendering.rich_text import gettext, number, plain, rich, short
from web.rendering.search_links import collection_url, field_search

AUTHORS = 3
"""Authors that are named."""
_TITLE = 90  # characters of a title in attributes
_VENUE = 70
_FRAGMENTS = 2
_ITS_OWN = ' dir="auto"'  # a label may be in a script that runs the other way
_CHIPS, _SHARED_CHIPS, _SHARED_TERMS = 2, 3, 6


def result(hit: DocumentHit, drawing: MapDrawing, level: str = "h3") -> Markup:
    """A paper found, as an ``article`` under a heading of a level (``h2``, ``h3``)."""
    id, title = escape(hit["id"]), escape(short(plain(hit["title"]), _TITLE))
    address = f"/documents/{escape(quote(hit['id']))}"
    topics = escape(" ".join(topic["id"] for topic in hit["topics"]))
    marked = (hit["highlights"].get("title") or [hit["title"] or gettext("Without a title")])[0]
    retracted, like = gettext("Retracted"), gettext("More like this")
    badge = f'<p class="badge warn">{retracted}</p>' if hit.get("retracted") else ""
    snippets = [
        f'<p class="snippet" dir="auto">{rich(fragment)}</p>'
        for fragment in hit["highlights"].get("abstract", [])[:_FRAGMENTS]
    ]
    chips = "" if hit.get("shared") else _chips(hit["topics"], drawing, _CHIPS)
    collections = [
        f'<a class="badge" href="{escape(collection_url(name))}" dir="auto">{escape(name)}</a>'
        for name in hit["collections"]
    ]
    return Markup(  # noqa: S704  (all that is written into it is escaped)
        f'<article class="result" data-id="{id}" data-topics="{topics}" data-title="{title}">\n'
        f'  <{level} dir="auto"><a href="{address}">{rich(marked)}</a></{level}>\n'
        f"  {mark(hit['id'], hit['title'])}\n{badge}"
        f'  <p class="byline">{_byline(hit)}</p>\n'
        f"{''.join(snippets)}{_why(hit)}{_shared(hit, drawing)}{_explanation(hit)}"
        f'  <p class="foot">{chips}{"".join(collections)}'
        f'<a class="like" href="{address}#similar">{like}</a></p>\n</article>\n'
    )


def mark(id: str, title: str) -> Markup:
    """The box by which a paper is marked, and the way to the marked ones."""
    checked = "checked" if id in marking().ids else ""
    words, below = gettext("Mark"), gettext("To the marked papers")
    return Markup(  # noqa: S704  (all that is written into it is escaped)
        f'<label class="mark"><input type="checkbox" name="ids" value="{escape(id)}" form="marks" '
        f'autocomplete="off" {checked}> {words}'
        f'<span class="hidden">: {escape(short(plain(title), _TITLE))}</span></label>\n'
        f'<a class="to-marks" href="#marks">{below}</a>\n'
    )


def _byline(hit: DocumentHit) -> str:
    names = [
        f'<a class="author" href="{escape(field_search("author", name))}" dir="auto">{escape(name)}</a>'
        for name in hit["authors"][:AUTHORS]
    ]
    parts = ["; ".join(names)]
    more = len(hit["authors"]) - AUTHORS
    if more > 0:
        others = gettext("and %(number)s more", number=number(more))
        parts.append(f' <span class="more">{others}</span>')
    if hit["year"]:
        parts.append(f'{" · " if hit["authors"] else ""}<span class="year">{hit["year"]}</span>')
    if hit["venue"]:
        parts.append(f' · <cite dir="auto">{escape(short(hit["venue"], _VENUE))}</cite>')
    return "".join(parts)


def _chips(topics: Sequence[TopicWeight], drawing: MapDrawing, most: int) -> str:
    """The last topics that the map knows, each on its own line."""
    known = [topic["id"] for topic in topics if topic["id"] in drawing.by_id]
    return "".join(f"{_chip(id, drawing, _ITS_OWN)}\n" for id in known[-most:])


def _chip(id: str, drawing: MapDrawing, more: str = "") -> str:
    label = escape(drawing.by_id[id]["label"])
    return f'<a class="chip h{drawing.hues[id]}" href="/topics/{escape(quote(id))}"{more}><i></i>{label}</a>'


def _why(hit: DocumentHit) -> str:
    """Why the paper is among the results, where nothing else says so."""
    line = hit.get("why")
    if not line or hit.get("shared"):
        return ""
    return f'  <p class="why" dir="auto">{escape(reason_line(line))}</p>\n'


def _shared(hit: DocumentHit, drawing: MapDrawing) -> str:
    """What a paper has in common with another."""
    shared = hit.get("shared")
    if not shared:
        return ""
    terms = [f'<span class="term">{escape(term)}</span>' for term in shared["terms"][:_SHARED_TERMS]]
    known = [topic["id"] for topic in shared["topics"][:_SHARED_CHIPS] if topic["id"] in drawing.by_id]
    chips = [_chip(id, drawing) for id in known]
    cites, cited = gettext("Cites this paper."), gettext("Cited by this paper.")
    words, references = gettext("Shares"), gettext("references")
    parts: list[str] = [cites] if shared["cites"] else []
    parts += [cited] if shared["cited"] else []
    parts.append(words)
    if shared["references"]:
        parts.append(f'<span class="term">{references}: {number(shared["references"])}</span>')
    return f'  <p class="shared">{" ".join(parts)} {"".join(terms)}{"".join(chips)}</p>\n'


def _explanation(hit: DocumentHit) -> str:
    """What the score is made of, where it was asked for."""
    parts = [
        f"<div><dt>{escape(name)}</dt><dd>{value:.3f}</dd></div>"
        for name, value in (hit.get("explanation") or {}).items()
    ]
    return f'<dl class="explanation">{"".join(parts)}</dl>' if parts else ""


def reason_line(line: str) -> str:
    """The line that says why a paper is among the results, in the reader's language; not yet escaped.

    The answer's own line is in English; its parts are known here, and what they name is left as it is.
    """
    known: dict[str, str] | None = g.get("reason_parts")
    if known is None:  # once a page: every result on it has such a line
        known = g.reason_parts = _parts()
    parts = []
    for part in line.split("; "):
        name, colon, rest = part.partition(": ")
        parts.append(f"{known.get(name, name)}{colon}{rest}")
    return "; ".join(parts)


def _parts() -> dict[str, str]:
    """What a line is made of: whole parts, and what stands before a colon."""
    return {
        "title has the words as typed": gettext("title has the words as typed"),
        "title has all words, side by side": gettext("title has all words, side by side"),
        "title has all words": gettext("title has all words"),
        "abstract has the words as typed": gettext("abstract has the words as typed"),
        "abstract has all words, side by side": gettext("abstract has all words, side by side"),
        "abstract has all words": gettext("abstract has all words"),
        "papers near to it match too": gettext("papers near to it match too"),
        "shares words with the best results": gettext("shares words with the best results"),
        "title has": gettext("title has"),
        "abstract has": gettext("abstract has"),
        "topic": gettext("topic"),
        "tag": gettext("tag"),
        "author": gettext("author"),
        "venue": gettext("venue"),
    }
