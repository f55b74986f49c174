"""Atom feeds (RFC 4287) of papers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from litatlas.answers import DocumentHit
from web.rendering.rich_text import plain

ATOM = "http://www.w3.org/2005/Atom"
AUTHORS = 20
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
register_namespace("", ATOM)


def feed(title: str, address: str, page: str, root: str, papers: Sequence[DocumentHit]) -> bytes:
    """The feed at ``address`` of the page ``page``; ``root`` (ending in /) is where the papers' pages lie.

    An entry's date is the day on which its paper came into the library, by which feeds are ordered.
    """
    top = Element(f"{{{ATOM}}}feed")
    _text(top, "title", title)
    _text(top, "id", address)
    _text(top, "updated", max((_date(paper) for paper in papers), default=_date(None)))
    _link(top, "self", address, "application/atom+xml")
    _link(top, "alternate", page, "text/html")
    for paper in papers:
        _entry(top, paper, f"{root}documents/{quote(paper['id'])}")
    return bytes(tostring(top, encoding="utf-8", xml_declaration=True))


def _entry(top: Element, paper: DocumentHit, address: str) -> None:
    entry = SubElement(top, f"{{{ATOM}}}entry")
    _text(entry, "title", plain(paper["title"]) or "Without a title")
    _text(entry, "id", address)
    _text(entry, "updated", _date(paper))
    _link(entry, "alternate", address, "text/html")
    for name in paper["authors"][:AUTHORS] or ["Unknown"]:
        _text(SubElement(entry, f"{{{ATOM}}}author"), "name", name)
    fragments = paper["highlights"].get("abstract", [])
    if summary := plain(" … ".join(fragments)) or paper["venue"]:
        _text(entry, "summary", summary)


def _text(parent: Element, name: str, value: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = _NOT_XML.sub("", value)


def _link(parent: Element, relation: str, address: str, media: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", rel=relation, href=_NOT_XML.sub("", address), type=media)


def _date(paper: DocumentHit | None) -> str:
    day = (paper and paper["added"]) or "1970-01-01"
    return f"{day}T00:00:00Z"
