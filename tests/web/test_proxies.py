"""Behind a reverse proxy: whom to believe, which names are ours, where links begin."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from litatlas.atlas import Atlas
from litatlas.errors import SettingsError
from litatlas.settings import Settings
from web.app import create_app

HOST = "lit.example.org"
SECURE = {"X-Forwarded-Host": HOST, "X-Forwarded-Proto": "https"}


def client(home: Path, **settings: str) -> FlaskClient:
    made = Settings(home=home, **{"allowed_hosts": HOST, **settings})  # type: ignore[arg-type]
    return create_app(made, atlas=Atlas(made)).test_client()


@pytest.fixture
def reader(tmp_path: Path) -> FlaskClient:
    return client(tmp_path / "home")


def test_links_begin_where_a_trusted_proxy_says(reader: FlaskClient, tmp_path: Path) -> None:
    for page in (
        reader.get("/", headers={"X-Forwarded-Prefix": "/litatlas"}),
        client(tmp_path / "two", base_path="/litatlas").get("/litatlas/"),
    ):
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
        assert links
        assert all(link.startswith("/litatlas/") for link in links)
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    page = reader.get("/", headers={"X-Forwarded-Prefix": "/litatlas"}, environ_overrides=elsewhere)
    assert "/litatlas/" not in page.text
    moved = reader.post(
        "/language", data={"code": "en", "next": "/help"}, headers={"X-Forwarded-Prefix": "/l"}
    )
    assert moved.headers["Location"].startswith("/l/")


def test_a_form_of_our_own_page_passes_behind_a_proxy(reader: FlaskClient) -> None:
    form = {"text": "noise in offices"}
    own = {"Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"}
    assert reader.post("/explore", data=form, headers=own | SECURE).status_code == 200
    assert reader.post("/explore", data=form, headers=own | {"Host": f"{HOST}:443"}).status_code == 200
    kept = {"Host": f"{HOST}:443", "X-Forwarded-Proto": "https"}
    assert reader.post("/explore", data=form, headers=own | kept).status_code == 200
    foreign = own | SECURE | {"Origin": "https://evil.example"}
    assert reader.post("/explore", data=form, headers=foreign).status_code == 403


def test_feeds_have_the_address_that_readers_see(reader: FlaskClient) -> None:
    assert f"https://{HOST}/" in reader.get("/search/feed?q=noise", headers=SECURE).text


def test_names_that_are_not_ours_are_refused(reader: FlaskClient, tmp_path: Path) -> None:
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        assert reader.get("/", headers=headers).status_code == 403
    refused = reader.get("/api/v1/status", headers={"Host": "evil.example", "X-Forwarded-Host": "localhost"})
    assert refused.status_code == 403
    assert "allowed_hosts" in refused.json["hint"]  # type: ignore[index]
    assert reader.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200
    for host in (HOST, f"{HOST}:8080", "localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert reader.get("/", headers={"Host": host}).status_code == 200
    anyone = client(tmp_path / "any", allowed_hosts="*")
    assert anyone.get("/", headers={"Host": "anything.example"}).status_code == 200


@pytest.mark.parametrize("allowed", [HOST, "*"])
@pytest.mark.parametrize("port", ["x", "99999", "8000@evil.example", "", "-1"])
def test_what_is_no_host_begins_no_link(tmp_path: Path, allowed: str, port: str) -> None:
    reader = client(tmp_path / "home", allowed_hosts=allowed)
    headers = {"Host": f"localhost:{port}", "Origin": "null"}
    assert reader.get("/search/feed?q=noise", headers=headers).status_code == 403
    assert reader.post("/explore", data={"text": "noise"}, headers=headers).status_code == 403
    assert reader.get("/healthz", headers=headers).status_code == 200


@pytest.mark.parametrize("wrong", [{"trusted_proxies": "nginx"}, {"base_path": "/a b"}])
def test_settings_that_cannot_be_are_said(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        client(tmp_path / "home", **wrong)
