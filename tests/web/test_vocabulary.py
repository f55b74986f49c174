"""Every door offers what the registry says: pages, request models, OpenAPI and the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from flask.testing import FlaskClient
from pydantic import BaseModel

from litatlas import vocabulary
from litatlas.cli.main import cli
from search.fields import FILTERS
from search.query.parser import parse as parse_query
from search.request import SearchRequest
from search.sort_orders import SORTS
from web import requests
from web.rendering import field_names
from web.requests import parse


def _parameters(path: str, client: FlaskClient) -> dict[str, Any]:
    described = client.get("/api/v1/openapi.json").get_json()["paths"]["/api/v1" + path]["get"]["parameters"]
    return {entry["name"]: entry["schema"] for entry in described}


def _options(name: str) -> dict[str, click.Parameter]:
    return {parameter.name or "": parameter for parameter in cli.commands[name].params}


def test_openapi_offers_every_filter_and_choice(client: FlaskClient) -> None:
    search, export = _parameters("/search", client), _parameters("/export", client)
    assert {spec.name for spec in FILTERS} <= set(search) & set(export)
    assert search["sort"]["enum"] == [sort.name for sort in SORTS]
    assert search["ranking"]["enum"] == list(vocabulary.RANKINGS)
    assert search["match"]["enum"] == list(vocabulary.MATCHES)
    assert export["format"]["enum"] == list(vocabulary.EXPORTS)
    assert search["q"]["maxLength"] == vocabulary.MAX_QUERY
    assert search["offset"]["maximum"] == vocabulary.MAX_OFFSET


def test_the_command_line_offers_every_choice() -> None:
    search, export = _options("search"), _options("export")
    for name, known in (("ranking", vocabulary.RANKINGS), ("match", vocabulary.MATCHES)):
        choice = search[name].type
        assert isinstance(choice, click.Choice)
        assert list(choice.choices) == list(known)
    for option, names in ((search["sort"], vocabulary.SORTS), (export["format_"], vocabulary.EXPORTS)):
        assert isinstance(option, click.Option)
        assert all(name in (option.help or "") for name in names)


def test_titles_are_the_registrys_own(client: FlaskClient) -> None:
    with client.application.test_request_context(headers={"Accept-Language": "en"}):
        assert {name: str(title) for name, title in field_names.FIELDS.items()} == {
            name: spec.title for name, spec in vocabulary.FIELDS.items()
        }
        assert {name: str(title) for name, title in field_names.SORTS.items()} == {
            name: sort.title for name, sort in vocabulary.SORTS.items()
        }


@pytest.mark.parametrize("name", list(vocabulary.FILTERS))
def test_every_filter_reaches_the_search(name: str) -> None:
    asked = parse(requests.SearchRequest, {"q": "heart", name: ["2015"]})
    assert asked.search() == SearchRequest("heart", filters={name: ["2015"]})


def test_every_parameter_of_a_search_reaches_it() -> None:
    values = {"q": "a", "limit": 3, "offset": 5, "sort": "cited", "ranking": "topical", "match": "any"}
    asked = parse(requests.SearchRequest, {**values, "explain": "true", "cursor": "x"})
    assert asked.search() == SearchRequest(
        "a", limit=3, offset=5, sort="cited", ranking="topical", match="any", explain=True, cursor="x"
    )


def test_the_longest_query_is_the_same_everywhere(client: FlaskClient) -> None:
    longest = "a" * vocabulary.MAX_QUERY
    assert parse_query(longest).clauses
    assert parse(requests.SearchRequest, {"q": longest}).q == longest
    assert f'maxlength="{vocabulary.MAX_QUERY}"' in client.get("/search").get_data(as_text=True)
    assert client.get("/api/v1/search", query_string={"q": longest + "a"}).status_code == 400


@pytest.mark.parametrize(
    ("model", "name", "most"),
    [
        (requests.RenameRequest, "label", vocabulary.MAX_LABEL),
        (requests.DescribeRequest, "description", vocabulary.MAX_DESCRIPTION),
        (requests.ListNameRequest, "name", vocabulary.MAX_LIST_NAME),
        (requests.ExploreRequest, "text", vocabulary.MAX_TEXT),
        (requests.SuggestRequest, "q", vocabulary.MAX_TYPED),
        (requests.RenameRequest, "who", vocabulary.MAX_WHO),
    ],
)
def test_bounds_are_those_of_the_vocabulary(model: type[BaseModel], name: str, most: int) -> None:
    assert model.model_json_schema()["properties"][name]["maxLength"] == most


def test_templates_spell_no_bound_out() -> None:
    for path in Path("web/templates").glob("*.html"):
        for part in path.read_text("utf-8").split('maxlength="')[1:]:
            assert part.startswith("{{ vocabulary."), path.name


def test_the_help_page_names_every_field(client: FlaskClient) -> None:
    text = client.get("/help").get_data(as_text=True)
    assert all(f"<code>{name}</code>" in text for name in vocabulary.FIELDS)
