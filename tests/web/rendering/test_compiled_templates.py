"""Templates are compiled once, and again when they are others."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from jinja2 import DictLoader, Environment

from litatlas.settings import Settings
from web.app import preload
from web.operations import compiled_templates as room
from web.operations.compiled_templates import COMPILED, CompiledTemplates


def environment(templates: dict[str, str], compiled: CompiledTemplates) -> Environment:
    return Environment(loader=DictLoader(templates), bytecode_cache=compiled, autoescape=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "templates.bin"


def test_what_one_environment_has_compiled_another_reads(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = CompiledTemplates(file)
    first = environment({"a": "Hello {{ name }}"}, compiled).get_template("a")
    with monkeypatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", lambda *_, **__: pytest.fail("compiled again"))
        again = environment({"a": "Hello {{ name }}"}, compiled).get_template("a")
    assert first.render(name="<i>") == again.render(name="<i>") == "Hello &lt;i&gt;"


def test_a_template_of_another_text_is_compiled(file: Path) -> None:
    compiled = CompiledTemplates(file)
    environment({"a": "before"}, compiled).get_template("a")
    assert environment({"a": "after"}, compiled).get_template("a").render() == "after"


def test_the_next_start_compiles_only_what_has_changed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = CompiledTemplates(file)
    environment({"a": "same", "b": "before"}, compiled).get_template("a")
    compiled.keep()
    names: list[str] = []
    compile = jinja2.Environment.compile

    def noted(self: Environment, source: str, name: str, *rest: object) -> object:
        names.append(name)
        return compile(self, source, name, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(jinja2.Environment, "compile", noted)
    later = environment({"a": "same", "b": "after"}, CompiledTemplates(file))
    assert [later.get_template(name).render() for name in "ab"] == ["same", "after"]
    assert names == ["b"]


def test_code_of_another_version_is_not_used(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = CompiledTemplates(file)
    first = environment({"a": "{{ 1 | abs }}"}, compiled).get_template("a")
    compiled.keep()
    monkeypatch.setattr(room, "_stamp", lambda: b"another")
    assert CompiledTemplates(file)._known() == {}
    assert first.render() == "1"


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, None])
def test_a_damaged_file_is_as_none(file: Path, damage: bytes | None) -> None:
    file.parent.mkdir()
    file.write_bytes(room._stamp() + b"\xff" if damage is None else damage)
    compiled = CompiledTemplates(file)
    assert environment({"a": "Hello"}, compiled).get_template("a").render() == "Hello"
    compiled.keep()
    assert len(CompiledTemplates(file)._known()) == 1


def test_where_nothing_may_be_written_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file in the place of the folder")
    compiled = CompiledTemplates(tmp_path / "kept" / "templates.bin")
    environment({"a": "Hello"}, compiled).get_template("a")
    compiled.keep()
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_all_pages_are_compiled_before_processes_are_forked(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(COMPILED, "_code", {})
    monkeypatch.setattr(COMPILED, "_file", file)
    preload(Settings())
    assert COMPILED._code is not None
    assert len(COMPILED._code) > 40
    assert CompiledTemplates(file)._known() == COMPILED._code
