"""The twin of the map in text: the same topics, counts and brightness as a tree that opens and closes."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup, escape

from web.rendering.atlas_map import Node
from web.rendering.text import number, percent


def tree_html(nodes: list[Node], *, lit: bool) -> Markup:
    """Nested lists; in a ``lit`` tree the counts and weights are those of a search.

    Written by hand, not as a template: it has an entry for every topic and is on the busiest pages.
    """
    return Markup(_branch(nodes, lit))  # noqa: S704  (labels are escaped, ids are quoted)


def _branch(nodes: list[Node], lit: bool) -> str:
    return f"<ul>{''.join(_entry(node, lit) for node in nodes)}</ul>"


def _entry(node: Node, lit: bool) -> str:
    cell = node.cell
    label, address = escape(cell["label"]), f"/topics/{quote(cell['id'])}"
    count = number(node.count if lit else cell["documents"])
    share = f" <em>{percent(node.weight)}</em>" if lit else ""
    name = f'<i></i><span dir="auto">{label}</span> <b>{count}</b>{share}'
    hidden = cell.get("hidden", False)
    if hidden:
        name += ' <em class="fine">hidden</em>'
    dim = ' class="dim"' if hidden or (lit and not node.count and not node.weight) else ""
    start = f'<li data-id="{escape(cell["id"])}"{dim}>'
    if not node.children:
        return f'{start}<a class="leaf h{node.hue}" href="{address}">{name}</a></li>'
    return (
        f'{start}<details><summary class="h{node.hue}">{name}</summary>'
        f'<a class="about" href="{address}">About {label}</a>{_branch(node.children, lit)}</details></li>'
    )
