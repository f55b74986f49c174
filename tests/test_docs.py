"""The documentation is tested: what the code knows stands in it, and it is current."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from litatlas.cli.main import cli
from litatlas.settings import reference as settings_reference
from scripts import reference

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


PAGES = reference.pages()
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"\s*(?:\.venv/bin/)?litatlas ((?:--(?:home|server) \S+ )?[a-z].*)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_generated_pages_are_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == PAGES[name], "run: make docs"


def test_pages_are_plain_text() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        assert not CONTROL.search(page.read_text("utf-8")), page.name


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(LINK.findall((ROOT / "README.md").read_text("utf-8")))
    pages = {f"docs/{page.name}" for page in ROOT.glob("docs/*.md")}
    assert pages <= linked, f"not linked: {sorted(pages - linked)}"


def test_every_setting_has_a_help() -> None:
    assert all(len(text) > 20 for *_, text in settings_reference())


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in LINK.findall(page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_the_documentation_names_no_path_of_this_machine() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bench/*.md")]:
        text = page.read_text("utf-8")
        assert str(Path.home()) + "/" not in text, page.name
        assert str(ROOT) not in text, page.name


def test_the_readme_starts_with_the_two_commands() -> None:
    start = (ROOT / "README.md").read_text("utf-8")[:3000]
    assert "make demo" in start
    assert "make test" in start
    assert re.search(r"!\[[^\]]+\]\(docs/", start), "the README shows a picture"


@pytest.mark.parametrize("room", ["ingest", "topics", "search", "litatlas", "web"])
def test_the_architecture_page_names_the_folders_of_each_room(room: str) -> None:
    lines = (ROOT / "docs/architecture.md").read_text("utf-8").splitlines()
    row = next(line for line in lines if line.startswith(f"| `{room}/` |"))
    folders = {init.parent.name for init in (ROOT / room).glob("*/__init__.py")}
    assert folders == set(re.findall(r"`(\w+)`", row.rpartition("|")[0].rpartition("|")[2]))


def _commands(text: str) -> Iterator[str]:
    """The calls of litatlas in blocks of shell and in lines of text."""
    shell = "".join(match[1] for match in SHELL.finditer(text)).replace("\\\n", " ")
    for line in [*shell.splitlines(), *re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))]:
        if match := CALL.match(line):
            yield match[1].replace("…", "")


def _fault(call: str) -> str:
    """What a call names that the command line does not have; "" for nothing."""
    words, command = shlex.split(call, comments=True), cli
    if words[0].startswith("--"):
        del words[:2]
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        name = words.pop(0)
        if name not in command.commands:
            return name
        command = command.commands[name]  # type: ignore[assignment]
    options = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
    named = {word.partition("=")[0] for word in words if word.startswith("--") and len(word) > 2}
    return ", ".join(sorted(named - options - {"--help"}))


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(f"docs/{page.name}" for page in ROOT.glob("docs/*.md"))]
)
def test_commands_and_options_that_the_pages_name_exist(page: str) -> None:
    calls = [call for call in _commands((ROOT / page).read_text("utf-8")) if call != "is ready"]
    assert {call: fault for call in calls if (fault := _fault(call))} == {}
