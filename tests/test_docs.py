"""The documentation is tested: what the code knows stands in it, and it is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from litatlas.settings import reference as settings_reference
from scripts import reference

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


PAGES = reference.pages()
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
