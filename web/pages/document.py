"""The page of one paper."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext

from litatlas.answers import DocumentAnswer, TopicWeight
from litatlas.vocabulary import CITATIONS, EXPORTS
from web.access.identity import reader
from web.downloads import download, pdf_response
from web.pages.blueprint import blueprint
from web.rendering import page
from web.rendering.citation_graph import neighbourhood
from web.rendering.rich_text import plain, quoted
from web.rendering.search_links import search_url
from web.security import POLICY
from web.site import atlas, site

CITE_AUTHORS = 200
WITH_PDF = f"{POLICY}; object-src 'self'; frame-src 'self'"
"""The policy of a page that shows a PDF of its own: browsers' viewers are objects or frames."""


@blueprint.get("/documents/<id>")
def document(id: str) -> Response:
    """Everything about a paper."""
    paper = atlas().papers.one(id, cited=["bibtex"])  # the others are fetched when they are opened
    open_pdf = next((pdf["id"] for pdf in paper["pdfs"] if pdf["id"] == request.args.get("pdf")), None)
    drawing = site().drawing()
    topics = paper.get("topics", [])
    records = [paper["id"], *(twin["id"] for twin in paper["duplicates"])]
    response = page(
        "document.html",
        drawing=drawing,
        paper=paper,
        levels=_levels(topics, {cell["id"]: (cell["label"], cell["level"]) for cell in drawing.cells}),
        hues=drawing.hues,
        questions=_questions(paper, {cell["id"]: cell["label"] for cell in drawing.cells}),
        meta=_meta(paper),
        around=neighbourhood(paper),
        styles=CITATIONS,
        shown=_shown(paper),
        notes_on=atlas().notes.of(id, records) if reader().can("note") else None,
        marked=atlas().notes.marks(id, records) if reader().can("note") else None,
        open_pdf=open_pdf,
    )
    if open_pdf:
        response.headers["Content-Security-Policy"] = WITH_PDF
    return response


@blueprint.get("/documents/<id>/cite.<style>")
def cite(id: str, style: str) -> Response:
    """A citation as a file."""
    if style not in CITATIONS:
        abort(404)
    text = atlas().papers.citation(id, style)
    kind = EXPORTS.get(style)
    media, suffix = (kind.media_type, kind.suffix) if kind else ("text/plain; charset=utf-8", ".txt")
    return download([text], media, atlas().papers.key(id), suffix)


@blueprint.get("/documents/<id>/pdf")
def pdf(id: str) -> Response:
    """The PDF that a paper came with."""
    return pdf_response(atlas().papers.pdf(id))


def _shown(paper: DocumentAnswer) -> list[str]:
    """The papers that stand on the page and can be marked there."""
    cited = [entry["id"] for entry in (*paper["references"], *paper["cited_by"]) if entry.get("id")]
    return [paper["id"], *(hit["id"] for hit in paper["similar"]), *cited]


def _levels(topics: list[TopicWeight], known: dict[str, tuple[str, int]]) -> list[list[dict[str, Any]]]:
    """The topics with labels, level by level, the strongest first."""
    levels: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for entry in topics:
        label, level = known.get(entry["id"], (entry.get("label", entry["id"]), entry.get("level", 0)))
        levels[level].append({"id": entry["id"], "weight": entry["weight"], "label": label})
    return [sorted(levels[level], key=lambda item: -item["weight"]) for level in sorted(levels)]


def _questions(paper: DocumentAnswer, labels: dict[str, str]) -> list[tuple[str, str]]:
    """Ready-made searches that start from this paper."""
    known = [entry for entry in paper.get("topics", []) if entry["id"] in labels]
    questions: list[tuple[str, str]] = []
    year = paper.get("year")
    if known:
        last = known[-1]["id"]
        if year:
            questions.append(
                (
                    gettext("Newer papers on %(topic)s", topic=labels[last]),
                    search_url(f"topic:{last} year:{year + 1}-"),
                )
            )
            questions.append(
                (
                    gettext("Older papers on %(topic)s", topic=labels[last]),
                    search_url(f"topic:{last} year:-{year - 1}"),
                )
            )
        for name in paper.get("collections", [])[:2]:
            questions.append(
                (
                    gettext("%(topic)s in %(collection)s", topic=labels[last], collection=name),
                    search_url(f"topic:{last} collection:{quoted(name)}"),
                )
            )
        questions += _between(known, labels)
    if authors := paper.get("authors"):
        questions.append(
            (
                gettext("Other papers by %(author)s", author=authors[0]),
                search_url(f"author:{quoted(authors[0])}"),
            )
        )
    return questions


def _between(known: list[TopicWeight], labels: dict[str, str]) -> list[tuple[str, str]]:
    tops = [entry["id"] for entry in known if entry.get("level") == 0]
    if len(tops) < 2:
        return []
    title = gettext("Papers between %(one)s and %(other)s", one=labels[tops[0]], other=labels[tops[1]])
    return [(title, f"/bridges?a={tops[0]}&b={tops[1]}")]


def _meta(paper: DocumentAnswer) -> list[tuple[str, str]]:
    """``citation_*`` tags, by which reference managers recognise the page."""
    pairs = [("citation_title", plain(paper.get("title", "")))]
    pairs += [("citation_author", author) for author in paper.get("authors", [])[:CITE_AUTHORS]]
    date = paper.get("date") or str(paper.get("year") or "")
    pages = paper.get("pages", "").partition("-")
    pairs += [
        ("citation_publication_date", date.replace("-", "/")),
        ("citation_journal_title", paper.get("venue", "")),
        ("citation_volume", paper.get("volume", "")),
        ("citation_issue", paper.get("issue", "")),
        ("citation_firstpage", pages[0]),
        ("citation_lastpage", pages[2]),
        ("citation_doi", paper.get("doi", "")),
        ("citation_pmid", paper.get("pmid", "")),
        ("citation_arxiv_id", paper.get("arxiv_id", "")),
        ("citation_language", paper.get("lang", "")),
    ]
    return [(name, value) for name, value in pairs if value]
