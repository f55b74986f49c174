"""How an atlas shows itself in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from litatlas.answers import CollectionAnswer, TopicAnswer

SHOWN = 12


def card(collections: Sequence[CollectionAnswer], topics: Sequence[TopicAnswer], papers: int) -> str:
    """HTML with the collections and the top topics; every text is escaped."""
    names = "".join(f"<li>{escape(row['name'])}: {row['papers']:,}</li>" for row in collections[:SHOWN])
    tops = [topic for topic in topics if topic["level"] == 0]
    rows = "".join(
        f"<tr><td>{escape(topic['label'])}</td><td>{topic['documents']:,}</td>"
        f"<td>{escape(', '.join(term for term, _ in topic['terms'][:6]))}</td></tr>"
        for topic in tops
    )
    head = "<tr><th>Topic</th><th>Papers</th><th>Terms</th></tr>"
    table = f"<table>{head}{rows}</table>" if tops else "<p>There is no map yet: run build().</p>"
    return f"<div><b>litatlas</b>: {papers:,} paper{'' if papers == 1 else 's'}<ul>{names}</ul>{table}</div>"
