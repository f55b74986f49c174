"""Templates are compiled once, and again when they are others."""

from __future__ import annotations

import jinja2
import pytest
from jinja2 import DictLoader, Environment

from litatlas.settings import Settings
from web.app import preload
from web.rendering import COMPILED, CompiledTemplates


def environment(templates: dict[str, str], compiled: CompiledTemplates) -> Environment:
    return Environment(loader=DictLoader(templates), bytecode_cache=compiled, autoescape=True)


def test_what_one_environment_has_compiled_another_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = CompiledTemplates()
    first = environment({"a": "Hello {{ name }}"}, compiled).get_template("a")
    with monkeypatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", lambda *_, **__: pytest.fail("compiled again"))
        again = environment({"a": "Hello {{ name }}"}, compiled).get_template("a")
    assert first.render(name="<i>") == again.render(name="<i>") == "Hello &lt;i&gt;"


def test_a_template_of_another_text_is_compiled() -> None:
    compiled = CompiledTemplates()
    environment({"a": "before"}, compiled).get_template("a")
    assert environment({"a": "after"}, compiled).get_template("a").render() == "after"


def test_all_pages_are_compiled_before_processes_are_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(COMPILED, "_code", {})
    preload(Settings())
    assert len(COMPILED._code) > 40
