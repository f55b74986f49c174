"""What is beyond a bound is left out with a warning that names the record and the count."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from ingest.document import Document, FieldWarning
from ingest.readers.parsing.reader import MAX_ITEM, MAX_ITEMS, MAX_TOGETHER, ReadOptions
from ingest.readers.registry import reader_named

LISTS = ["authors", "editors", "tags", "references", "other_ids"]


def read(**record: Any) -> tuple[Document, list[FieldWarning]]:
    data = json.dumps({"id": "1", "title": "Peat fires", **record}).encode()
    parsed = list(reader_named("jsonl").read(io.BytesIO(data), ReadOptions()))
    (document,) = [one for one in parsed if isinstance(one, Document)]
    return document, [one for one in parsed if isinstance(one, FieldWarning)]


@pytest.mark.parametrize("name", LISTS)
def test_more_items_than_a_record_may_have_are_reported(name: str) -> None:
    given = [f"doi:10.1/{number}" for number in range(MAX_ITEMS + 5)]
    document, warnings = read(**{name: given})
    assert len(getattr(document, name)) == MAX_ITEMS
    (warning,) = [one for one in warnings if one.field == name]
    assert warning.value == "Peat fires"
    assert f"{MAX_ITEMS + 5:,} were given" in warning.reason
    assert f"the first {MAX_ITEMS:,} were kept" in warning.reason


@pytest.mark.parametrize("name", LISTS)
def test_items_are_bounded_one_by_one_and_together(name: str) -> None:
    limit = MAX_ITEM.get(name, 1_000)
    given = [f"{number}{'x' * 5_000}" for number in range(2_000)]
    document, warnings = read(**{name: given})
    values = getattr(document, name)
    assert values
    assert max(map(len, values)) <= limit
    assert sum(map(len, values)) <= MAX_TOGETHER
    reasons = [one.reason for one in warnings if one.field == name]
    assert reasons[0] == f"2,000 of 2,000 are longer than {limit:,} characters and were cut"
    assert reasons[1].endswith(f"the first {MAX_TOGETHER // limit:,} were kept")


def test_what_fits_is_not_reported() -> None:
    document, warnings = read(**{name: ["doi:10.1/a", "doi:10.1/b"] for name in LISTS})
    assert not warnings
    assert all(len(getattr(document, name)) == 2 for name in LISTS)


def test_twenty_megabytes_of_names_make_a_small_record() -> None:
    names = [f"Family{number}, Given" for number in range(1_000_000)]
    document, warnings = read(authors=names)
    assert sum(map(len, document.authors)) <= MAX_TOGETHER
    assert [one.field for one in warnings] == ["authors"]
    assert "1,000,000 were given" in warnings[0].reason
