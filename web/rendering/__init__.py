"""Answers as HTML: one function renders a page, the modules beside it make its parts.

- `template_functions`: what templates may call; `field_names`: fields in the reader's language.
- `search_links`: addresses of searches; `marked_papers`: papers that an address carries along.
- `result_card`: a paper in a list; `rich_text`: sentences, highlights and other text from outside.
- `math`: TeX as MathML; `marked_words`: words of a review's plan.
- `atlas_map`: the map; `map_outline`: the same as a tree in text.
- `charts`, `citation_graph`, `recall_curve`: small drawings; `atom`: feeds.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from litatlas.operations.logs import stage

PRIVATE = "no-cache"


class CompiledTemplates(BytecodeCache):
    """The code of templates, by their names; Jinja compares a hash of their texts.

    Compiled once, by the process that forks the others: a page's take a fifth of a second, and each thread
    that comes to them first would do it anew.
    """

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's code, if it is known."""
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code."""
        self._code[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()
"""Those of this process, and of the processes that are forked from it."""


def compile_all(app: Flask) -> None:
    """Compile all templates of an application."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A rendered template; a lone surrogate in a text becomes a question mark instead of an error."""
    with stage("render"):
        body = render_template(template, **context).encode("utf-8", "replace")
    response = Response(body, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = PRIVATE
    return response
