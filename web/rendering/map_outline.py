"""The twin of the map in text: the same topics, counts and brightness as a tree that opens and closes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask_babel import gettext
from markupsafe import Markup, escape

from web.rendering.atlas_map import Node
from web.rendering.rich_text import number, percent


@dataclass(frozen=True, slots=True)
class _Tree:
    """How a tree is written: lit by a search or not, and its few words in the reader's language."""

    lit: bool
    about: str
    hidden: str


def tree_html(nodes: list[Node], *, lit: bool) -> Markup:
    """Nested lists; in a ``lit`` tree the counts and weights are those of a search.

    Written by hand, not as a template: it has an entry for every topic and is on the busiest pages.
    """
    tree = _Tree(lit, escape(gettext("About")), escape(gettext("hidden")))
    return Markup(_branch(nodes, tree))  # noqa: S704  (labels are escaped, ids are quoted)


def _branch(nodes: list[Node], tree: _Tree) -> str:
    return f"<ul>{''.join(_entry(node, tree) for node in nodes)}</ul>"


def _entry(node: Node, tree: _Tree) -> str:
    cell = node.cell
    label, address = escape(cell["label"]), f"/topics/{quote(cell['id'])}"
    count = number(node.count if tree.lit else cell["documents"])
    share = f" <em>{percent(node.weight)}</em>" if tree.lit else ""
    name = f'<i></i><span dir="auto">{label}</span> <b>{count}</b>{share}'
    hidden = cell.get("hidden", False)
    if hidden:
        name += f' <em class="fine">{tree.hidden}</em>'
    dim = ' class="dim"' if hidden or (tree.lit and not node.count and not node.weight) else ""
    start = f'<li data-id="{escape(cell["id"])}"{dim}>'
    if not node.children:
        return f'{start}<a class="leaf h{node.hue}" href="{address}">{name}</a></li>'
    about = f'<a class="about" href="{address}">{tree.about}: {label}</a>'
    below = about + _branch(node.children, tree)
    return f'{start}<details><summary class="h{node.hue}">{name}</summary>{below}</details></li>'
