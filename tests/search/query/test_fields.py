"""The registry of fields: whole, without contradictions, and understood by the query language."""

from __future__ import annotations

from dataclasses import fields as attributes

import pytest

from search.engines.contract import IndexedPaper
from search.fields import (
    BY_NAME,
    FACETS,
    FIELDS,
    FILTERS,
    IDENTIFIER_SCHEMES,
    QUERY_NAMES,
    FieldSpec,
    engine_fields,
    field,
)
from search.query.parser import parse, print_query
from search.query.tree import Field, Query, Range, Value, leaves
from search.sort_orders import SORTS, sort_named

SEARCHABLE = [spec for spec in FIELDS if spec.searchable]


def test_names_and_aliases_are_each_used_once() -> None:
    names = [name for spec in SEARCHABLE for name in (spec.name, *spec.aliases)]
    assert len(names) == len(set(names)) == len(QUERY_NAMES)
    assert not set(names) & set(IDENTIFIER_SCHEMES)
    assert len(BY_NAME) == len(FIELDS)


def test_the_index_has_every_field_of_the_registry_and_no_other() -> None:
    filled = {item.name for item in attributes(IndexedPaper)} | {"tag_keys"}  # these follow from the tags
    assert {item.name for item in engine_fields()} == filled - {"id"}


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: spec.name)
def test_each_field_is_whole(spec: FieldSpec) -> None:
    assert spec.title
    assert spec.help.endswith(".")
    assert spec.engine
    if spec.facet:
        assert spec.filterable
        assert spec.filter_field.columnar
    if spec.kind in ("keyword", "integer", "flag"):
        assert spec.filter_field.storage in ("keyword", "integer")


@pytest.mark.parametrize(("spec", "example"), [(spec, one) for spec in SEARCHABLE for one in spec.examples])
def test_examples_are_queries_on_their_field(spec: FieldSpec, example: str) -> None:
    query = parse(example)
    found = [leaf for leaf, _ in leaves(query)]
    assert found
    for leaf in found:
        assert isinstance(leaf, Field | Value | Range)
        assert leaf.name == spec.name
    assert parse(print_query(query)) == query


@pytest.mark.parametrize("spec", SEARCHABLE, ids=lambda spec: spec.name)
def test_every_alias_is_read_as_its_field(spec: FieldSpec) -> None:
    for name in (spec.name, *spec.aliases):
        assert field(name.upper()) is spec
        example = spec.examples[0].partition(":")[2]
        assert parse(f"{name}:{example}") == parse(spec.examples[0]) or spec.name == "id"


@pytest.mark.parametrize("spec", [spec for spec in SEARCHABLE if spec.values], ids=lambda spec: spec.name)
def test_every_value_of_a_closed_field_may_be_asked_for(spec: FieldSpec) -> None:
    for value in spec.values:
        assert parse(f'{spec.name}:"{value}"') == Query((Value(spec.name, value),))


def test_sorts_name_columns_of_the_index() -> None:
    columns = {item.name for item in engine_fields() if item.columnar}
    assert [sort.name for sort in SORTS] == ["relevance", "newest", "oldest", "title", "cited", "added"]
    assert all(sort.field in columns for sort in SORTS[1:])
    assert sort_named("newest") is SORTS[1]
    assert sort_named("random") is None


def test_facets_are_filters_too() -> None:
    assert set(FACETS) <= set(FILTERS)
    assert {spec.name for spec in FACETS} >= {"collection", "year", "topic", "tag"}


def test_an_unknown_name_is_no_field() -> None:
    assert field("vector") is None
    assert field("foo") is None
