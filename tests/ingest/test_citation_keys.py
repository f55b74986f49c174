"""Keys of citations as people write them."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.citation_keys import UniqueKeys, citation_key, with_letter
from ingest.document import Document


@pytest.mark.parametrize(
    ("author", "year", "title", "key"),
    [
        ("Jain, A", 2021, "COVID-19 in the city", "jain2021covid"),
        ("Jain A", 2021, "On the COVID-19 pandemic", "jain2021covid"),
        ("Müller, Jörg", 2020, "Größe der Bäume", "muller2020grosse"),
        ("van der Lee, Jan", 2019, "The X-ray of a bridge", "vanderlee2019ray"),
        ("World Health Organization", 2020, "Bee mites", "world2020bee"),
        ("O'Neil, Ann", 1999, "3D printing", "oneil1999" + "3d"),
        ("王伟", 2020, "文献计量学研究", "wangwei2020wenxian"),
        ("Иванов, И. И.", 2018, "Машинное обучение", "ivanov2018mashinnoe"),
        ("Berg, A", None, "Peat", "bergndpeat"),
        ("", 2001, "Peat fires", "anon2001peat"),
        ("Smith, J", 2003, "1984 and 2001", "smith2003" + "1984"),
        ("Smith, J", 2003, "Der Einfluss von $x^2$", "smith2003einfluss"),
    ],
)
def test_a_key_is_family_year_and_first_telling_word(
    author: str, year: int | None, title: str, key: str
) -> None:
    authors = (author,) if author else ()
    assert citation_key(Document(source_id="any", title=title, authors=authors, year=year)) == key


def test_letters_go_on_after_z() -> None:
    assert [with_letter("k", rank) for rank in (0, 1, 2, 26, 27, 702, 703)] == [
        "k", "ka", "kb", "kz", "kaa", "kzz", "kaaa",
    ]  # fmt: skip


def test_keys_of_one_export_are_given_once() -> None:
    keys = UniqueKeys()
    assert [keys.give(key) for key in ("dat", "dat", "data", "dat")] == ["dat", "data", "dataa", "datb"]


@given(st.lists(st.sampled_from(["k", "ka", "kb", "kaa", "x"]), max_size=40))
def test_keys_are_unique_and_the_first_free_ones(wanted: list[str]) -> None:
    keys = UniqueKeys()
    given: list[str] = []
    for key in wanted:
        free = (with_letter(key, rank) for rank in range(len(wanted) + 1))
        given.append(keys.give(key))
        assert given[-1] == next(other for other in free if other not in given[:-1])


def test_a_hundred_thousand_editorials_have_their_keys_at_once() -> None:
    keys = UniqueKeys()  # each from the start again would be five thousand million tries
    assert len({keys.give("anonndeditorial") for _ in range(100_000)}) == 100_000


@given(st.text(max_size=40), st.text(max_size=80))
def test_a_key_is_plain_ascii(author: str, title: str) -> None:
    key = citation_key(Document(source_id="x", title=title, authors=(author,), year=2020))
    assert set(key) <= set(string.ascii_lowercase + string.digits)
    assert key
