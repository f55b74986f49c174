"""Names that can be users', and what all who see a paper may know of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Document
from ingest.library.access.common_knowledge import agreed, agreed_words
from litatlas.accounts.names import key_of, user_name
from litatlas.atlas import Atlas
from litatlas.errors import InputError, NotFoundError
from litatlas.settings import Settings
from tests.papers import write

PASSWORD = "a password of some words"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 10_000,
        "a" * 81,
        "\u202eada",
        "ad\u200ba",
        "a\nb",
        "a\x00",
        "\ud800",
        "ada,bo",
        "\u0301",
        "--",
    ],
)
def test_names_that_cannot_be_told_or_seen_are_refused(name: str) -> None:
    with pytest.raises(InputError) as refused:
        user_name(name)
    assert refused.value.hint


@pytest.mark.parametrize(
    "name", ["ada", "Ada Lovelace", "ada@example.org", "Ольга", "李明", "מרים", "o'neil"]
)
def test_names_of_people_are_taken_as_they_are(name: str) -> None:
    assert user_name(f" {name} ") == name


def test_names_that_look_alike_are_one() -> None:
    assert user_name("Zoe\u0308") == "Zo\u00eb"
    assert key_of("ADA") == key_of("ada") == key_of(" \uff21da")


def test_what_several_records_agree_on_is_what_all_of_them_say() -> None:
    first = Document("1", title="Dust of a galaxy", tags=("halo", "secret"), year=2001, venue="Here")
    other = Document("2", title="Dust of galaxy", tags=("halo",), year=2001, venue="There")
    common = agreed([first, other])
    assert (common.title, common.tags, common.year, common.venue) == ("Dust of galaxy", ("halo",), 2001, "")
    assert agreed_words(["a b c", "c a"]) == "a c"


def test_a_paper_in_two_private_collections_is_found_by_what_both_say(tmp_path: Path) -> None:
    record = {"doi": "10.1000/x", "title": "Dust in the halo of a spiral galaxy", "year": 2001}
    with Atlas(Settings(home=tmp_path / "home", processes=1, accounts="on")) as atlas:
        for name in ("ada", "bo"):
            atlas.accounts.add(name, "editor", PASSWORD)
            own = record | {"id": name, "abstract": f"The halo has dust. Only {name}word stands here."}
            atlas.collections.add([write(tmp_path / f"{name}.jsonl", [own])], f"of {name}")
            number = atlas.accounts.named(name).number
            with atlas.generations.changing(None):
                atlas.library.share_collection(f"of {name}", private=True, owner=number)
        assert atlas.reports.status()["papers"] == 1
        for name, stranger in (("ada", "bo"), ("bo", "ada")):
            view = atlas.seen_by(reader_of(atlas, name))
            hits = view.search("halo dust")["documents"]
            assert [hit["collections"] for hit in hits] == [[f"of {name}"]]
            assert view.search(f"{stranger}word")["total"] == 0
            assert f"{name}word" in view.papers.one(hits[0]["id"])["abstract"]
            hidden = next(one.id for one in atlas.library.documents(f"of {stranger}"))
            with pytest.raises(NotFoundError):
                view.papers.one(hidden)


def test_what_a_private_record_cites_is_not_told_of_its_public_paper(tmp_path: Path) -> None:
    cited = {"id": "cited", "doi": "10.1000/cited", "title": "What is cited by some"}
    public = {"id": "public", "doi": "10.1000/citing", "title": "A paper about dust in the halo"}
    private = public | {"id": "private", "references": ["doi:10.1000/cited"]}
    with Atlas(Settings(home=tmp_path / "home", processes=1, accounts="on")) as atlas:
        for name in ("ada", "bo"):
            atlas.accounts.add(name, "editor", PASSWORD)
        atlas.collections.add([write(tmp_path / "open.jsonl", [cited, public])], "open")
        atlas.collections.add([write(tmp_path / "own.jsonl", [private])], "own")
        with atlas.generations.changing(None):
            number = atlas.accounts.named("ada").number
            atlas.library.share_collection("own", private=True, owner=number)
        id = next(one.id for one in atlas.library.documents("open") if one.document.source_id == "cited")
        citing = {
            name: atlas.seen_by(reader_of(atlas, name)).papers.one(id)["cited_by"] for name in ("ada", "bo")
        }
        assert len(citing["ada"]) == 1
        assert citing["bo"] == []


def reader_of(atlas: Atlas, name: str):  # type: ignore[no-untyped-def]
    """A user as a reader."""
    from litatlas.accounts.reader import person

    return person(atlas.accounts.named(name))
