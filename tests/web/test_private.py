"""What a reader may not see leaves no trace: against an atlas without it, and by words that only it has.

Every address that can be read is asked, of the API and of the pages, and answers are equal to the byte, but
for scores: BM25 compares the length of a text with the average of all papers of the index. So the order of
papers of nearly one score, in the exploration of a text, is not compared either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_plus, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from litatlas.accounts.permissions import ROUTES
from litatlas.atlas import Atlas
from tests.web.built_atlas import FIRST, SECOND, copied
from tests.web.private_atlas import CANARIES, PASSWORD, SECRET, Pair, settings
from web import create_app

QUERIES = (
    "", "galaxy", "star formation", "patient surgery", "dust halo", "tag:halo", "year:2010-2031",
    "stellar NEAR/3 dust",
    f'collection:"{FIRST}"', 'author:"Ivanova"', "id:secret-twin", "vrelmok", "kwimblat drostvyn",
    "vrelmock galaxy",
    'tag:"hesperquill tagging"', "author:tragmorn", 'venue:"annals of yulvestra"', f'collection:"{SECRET}"',
    "doi:10.9999/pluxander.3", "galaxy OR vrelmok", "galaxy -vrelmok", "drostvin", "zyxquar*",
)  # fmt: skip
TYPED = ("gal", "vre", "kwim", "author:tra", "tag:hes", "zyx", "ann", "s", "dros", "sur")
UNCOMPARED = {
    "took_ms", "score", "generation", "sequence", "behind", "explanation", "index", "cursor", "created",
}  # fmt: skip
"""Numbers of the atlas itself, and scores, in which the average length of all papers has a part."""


@pytest.fixture(scope="module")
def pair(private_pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A copy, as who signs in is noted."""
    folder = tmp_path_factory.mktemp("private")
    return Pair(*(copied(home, folder / name) for name, home in vars(private_pair).items()))


def client_of(home: Path, name: str) -> Iterator[FlaskClient]:
    chosen = settings(home)
    with Atlas(chosen) as atlas:
        app = create_app(chosen, atlas=atlas)
        app.testing = True
        client = app.test_client()
        page = client.get("/sign-in").get_data(as_text=True)
        form = {"name": name, "password": PASSWORD, "csrf": form_token(page)}
        assert client.post("/sign-in", data=form).status_code == 303
        yield client


def form_token(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def bo(pair: Pair) -> Iterator[FlaskClient]:
    """Somebody who may not see the private collection."""
    yield from client_of(pair.with_secret, "bo")


@pytest.fixture(scope="module")
def without(pair: Pair) -> Iterator[FlaskClient]:
    """The same person on the atlas that never had it."""
    yield from client_of(pair.without, "bo")


@pytest.fixture(scope="module")
def ada(pair: Pair) -> Iterator[FlaskClient]:
    """Its owner."""
    yield from client_of(pair.with_secret, "ada")


@pytest.fixture(scope="module")
def secret_ids(pair: Pair) -> list[str]:
    """The private records; last, a private list and a job on the private collection."""
    with Atlas(settings(pair.with_secret)) as atlas:
        records = [record.id for record in atlas.library.documents(SECRET)]
        hidden = [one.id for one in atlas.library.reading_lists() if one.private]
        return [*records, *hidden, atlas.library.jobs()[0].id]


def addresses(app: Flask, client: FlaskClient, secret: list[str]) -> list[str]:
    """Every address that can be read, with arguments that there are and that there are not."""
    topics = [topic["id"] for topic in client.get("/api/v1/topics").get_json()["topics"]]
    hits = client.get("/api/v1/search?q=galaxy&sort=title&limit=12").get_json()["documents"]
    lists = [entry["id"] for entry in client.get("/api/v1/lists").get_json()["lists"]]
    books = [entry["id"] for entry in client.get("/api/v1/books").get_json()["books"]]
    papers = [hit["id"] for hit in hits] + secret[:3] + secret[-3:-2]
    values = {
        "id": {
            "topics": topics,
            "documents": papers,
            "lists": [*lists, secret[-2]],
            "jobs": ["none", secret[-1]],
            "books": books,
        },
        "run": ["1"],
        "name": [FIRST, SECOND, SECRET],
        "style": ["bibtex", "ris"],
    }
    found: list[str] = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in SKIPPED or ROUTES[rule.endpoint] == "open":
            continue
        found += filled(rule.rule, values)
    for query in QUERIES:
        for path in ("/search", "/search/feed", "/api/v1/search"):
            found.append(f"{path}?{urlencode({'q': query})}")
        found.append("/api/v1/search?" + urlencode({"q": query, "sort": "title", "limit": 50}))
        for kind in ("bibtex", "ris", "csv", "csl", "jsonl"):
            more = {"q": query, "format": kind, "with_collections": "true", "sort": "title"}
            found.append("/api/v1/export?" + urlencode(more))
    found += [f"/api/v1/suggest?{urlencode({'q': typed})}" for typed in TYPED]
    found += [
        f"/explore?{urlencode({'text': text})}"
        for text in ("galaxy halo dust", "vrelmok kwimblat", "10.9999/pluxander.3")
    ]
    found += [f"/explore?ids={papers[0]},{papers[1]}", f"/explore?ids={papers[0]},{secret[0]}"]
    found += [f"/bridges?a={topics[0]}&b={topics[1]}", f"/api/v1/bridges?a={topics[0]}&b={topics[1]}"]
    found += [f"/api/v1/trends?topic={topic}" for topic in topics[:12]]
    return list(dict.fromkeys(found))


SKIPPED = {
    "api.job_events", "pages.preview", "pages.judgements", "pages.assess", "api.bridges", "accounts.account",
    "pages.cite", "metrics", "pages.health", "accounts.users", "accounts.audit", "accounts.audit_log",
}  # fmt: skip
"""Streams, and questions drawn by lot; a keeper's; those asked with arguments elsewhere."""


def filled(rule: str, values: dict[str, Any]) -> list[str]:
    names = re.findall(r"<(?:\w+:)?(\w+)>", rule)
    if not names:
        return [rule]
    kind = rule.removeprefix("/api/v1").strip("/").partition("/")[0]
    choices = values["id"].get(kind, []) if names[0] == "id" else values.get(names[0], [])
    one = [re.sub(r"<(?:\w+:)?\w+>", quote(value, safe=""), rule, count=1) for value in choices]
    return one if len(names) == 1 else [address for rule in one for address in filled(rule, values)]


def plain(value: Any) -> Any:
    """An answer without what may differ; papers in one order, as scores decide theirs."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items() if key not in UNCOMPARED}
    if isinstance(value, list):
        parts = [plain(part) for part in value]
        held = bool(parts) and all(isinstance(part, dict) and "source_id" in part for part in parts)
        return sorted(parts, key=lambda part: str(part["id"])) if held else parts
    return round(value, 9) if isinstance(value, float) else value


def test_no_word_of_what_is_private_reaches_a_reader(
    bo: FlaskClient, ada: FlaskClient, secret_ids: list[str]
) -> None:
    asked = addresses(bo.application, bo, secret_ids)
    leaks = []
    for address in asked:
        body = bo.get(address).get_data(as_text=True).lower()
        for word in re.findall(r"\w+", unquote_plus(address).lower()):  # what was asked may be repeated
            body = body.replace(word, "")
        leaks += [(address, word) for word in CANARIES if word in body]
        leaks += [(address, id) for id in secret_ids if id.lower() in body]
    assert len(asked) > 300
    assert leaks == []
    unseen = set(CANARIES)  # the owner does see them
    for address in reversed(asked[-200:]):
        body = ada.get(address).get_data(as_text=True).lower() if unseen else ""
        unseen -= {word for word in unseen if word in body}
    assert unseen == set()


def test_answers_are_those_of_an_atlas_without_it(
    bo: FlaskClient, without: FlaskClient, secret_ids: list[str]
) -> None:
    different = []
    every = addresses(bo.application, bo, secret_ids)
    asked = [each for each in every if not each.startswith("/explore?")]
    for address in asked:
        if answered(bo, address) != answered(without, address):
            different.append(address)
    assert len(asked) > 450
    assert different == []


def answered(client: FlaskClient, address: str) -> tuple[int, Any]:
    """The status and the answer, as far as it is compared."""
    answer = client.get(address, headers={"X-Request-Id": "the-same"})  # errors name their request
    text = answer.get_data(as_text=True)
    if answer.mimetype == "application/json":
        return answer.status_code, plain(json.loads(text))
    return answer.status_code, re.sub(r'name="csrf" value="[0-9a-f]+"', "", text)


NOWHERE = "qqwombatz"
"""A word that no paper has at all."""


@pytest.mark.parametrize("ranking", ["fused", "lexical", "topical"])
def test_a_word_that_only_private_papers_have_moves_no_score(bo: FlaskClient, ranking: str) -> None:
    for query in ("galaxy OR {}", "star formation {}", "title:survey OR {}", '"stellar dust" OR {}', "{}"):
        private, nowhere = (
            bo.get(
                "/api/v1/search",
                query_string={"q": query.format(word), "ranking": ranking, "match": "any", "explain": "true"},
            ).get_json()
            for word in ("vrelmok", NOWHERE)
        )
        for part in ("total", "documents", "related", "topics", "facets", "notice"):
            assert private[part] == nowhere[part], (query, part)


def test_nor_does_it_light_a_topic(bo: FlaskClient) -> None:
    for text in ("{}", "galaxy halo {} dust", "a {0} of {0} stellar survey"):
        private, nowhere = (
            bo.post("/api/v1/explore", json={"text": text.format(word)}, headers=form_header(bo)).get_json()
            for word in ("vrelmok", NOWHERE)
        )
        private.pop("key_terms"), nowhere.pop("key_terms")  # words of the text itself
        assert private == nowhere, text


def form_header(client: FlaskClient) -> dict[str, str]:
    return {"X-CSRF-Token": form_token(client.get("/lists").get_data(as_text=True))}
