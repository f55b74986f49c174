"""Files to download carry the names of what they hold."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from litatlas.atlas import Atlas
from tests.web.conftest import Names
from web.downloads import download, file_stem


def name_of(header: str) -> str:
    """The file's name as a browser reads it."""
    kind, options = parse_options_header(header)
    assert kind == "attachment"
    return options["filename"]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("knee pain", "knee pain"),
        ('"knee pain" year:2010-2019', "knee pain year 2010-2019"),
        ("../../etc/passwd", "etc passwd"),
        ("Größe der Bäume", "Größe der Bäume"),
        ("文献", "文献"),
        ("a\r\nSet-Cookie: x=1", "a Set-Cookie x=1"),
        ("\u202egpj.exe", "gpj.exe"),
        ("x" * 500, "x" * 80),
        ("...", "litatlas"),
        ("", "litatlas"),
        ("\ud800", "litatlas"),
    ],
)
def test_names_are_what_every_file_system_takes(name: str, stem: str) -> None:
    assert file_stem(name) == stem
    with Flask(__name__).test_request_context():
        header = download(["x"], "text/plain", name, ".bib").headers["Content-Disposition"]
    assert name_of(header) == f"{stem}.bib"
    assert header.isascii()
    assert "\n" not in header


def test_exports_are_named_after_query_list_and_collection(
    own_client: FlaskClient, own_atlas: Atlas, names: Names
) -> None:
    def saved(address: str) -> str:
        response = own_client.get(address)
        assert response.status_code == 200
        return name_of(response.headers["Content-Disposition"])

    collection = own_atlas.collections.all()[0]["name"]
    kept = own_atlas.lists.make("Größe & Maß", [names.noted])
    assert saved("/api/v1/export?q=rowers&format=ris") == "rowers.ris"
    assert (
        saved(f"/api/v1/export?q=&format=csv&collection={quote(collection)}")
        == f"{file_stem(collection)}.csv"
    )
    assert saved("/api/v1/export?q=&format=bibtex") == "litatlas.bib"
    assert saved(f"/lists/{kept}/export?format=bibtex") == "Größe & Maß.bib"
    assert saved(f"/collections/{quote(collection)}/rejects.csv") == f"{file_stem(collection)} rejects.csv"


def test_collections_are_named_where_they_are_asked_for(client: FlaskClient, names: Names) -> None:
    address = "/api/v1/export?q=&format=bibtex"
    assert "litatlas-collection" not in client.get(address).text
    assert "litatlas-collection" in client.get(f"{address}&with_collections=true").text
    html = client.get("/search?q=").text
    assert "format=bibtex&amp;with_collections=true" in html.replace("&with", "&amp;with")
