"""The line that says why a paper is a result: every part of it is known to the pages, and translated."""

from __future__ import annotations

from flask_babel import force_locale

from litatlas.atlas import Atlas
from search.results.reasons import NAMED, PARTS
from tests.web.conftest import make_app
from web.rendering.result_card import _parts, reason_line


def test_the_pages_know_every_part_of_a_line(atlas: Atlas) -> None:
    app = make_app(atlas)
    with app.test_request_context():
        assert set(_parts()) == {*PARTS, *NAMED}


def test_a_line_is_translated_but_for_what_it_names(atlas: Atlas) -> None:
    app = make_app(atlas)
    line = "title has: asthma, tag; abstract has all words; topic: Asthma; and, more"
    with app.test_request_context():
        assert reason_line(line) == line
    with app.test_request_context(), force_locale("ru"):
        assert reason_line(line) == "в заглавии: asthma, tag; в аннотации все слова; тема: Asthma; and, more"
