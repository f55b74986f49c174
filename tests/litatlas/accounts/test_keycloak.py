"""A whole sign-in at a real Keycloak, from Maven Central; nightly.

mvn dependency:get -Dartifact=org.keycloak:keycloak-quarkus-dist:25.0.6:zip -Dtransitive=false
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib import request as http
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.commands import free_port
from tests.conftest import missing
from web import create_app

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(900)]
VERSION = "25.0.6"
DISTRIBUTION = Path.home() / f".m2/repository/org/keycloak/keycloak-quarkus-dist/{VERSION}"
START_SECONDS = 400.0
BACK = "http://localhost/sign-in/openid/back"


def _user(name: str, *groups: str, verified: bool = True) -> dict[str, Any]:
    return {
        "username": name,
        "enabled": True,
        "email": f"{name}@example.org",
        "emailVerified": verified,
        "firstName": name,
        "lastName": name,
        "groups": list(groups),
        "credentials": [{"type": "password", "value": "pass words"}],
    }


REALM = {
    "realm": "lab",
    "enabled": True,
    "sslRequired": "none",
    "groups": [{"name": "curators"}],
    "clients": [
        {
            "clientId": "litatlas",
            "secret": "of the client",
            "redirectUris": [BACK],
            "standardFlowEnabled": True,
            "attributes": {"pkce.code.challenge.method": "S256"},
            "protocolMappers": [
                {
                    "name": "groups",
                    "protocol": "openid-connect",
                    "protocolMapper": "oidc-group-membership-mapper",
                    "config": {"claim.name": "groups", "full.path": "false", "id.token.claim": "true"},
                }
            ],
        }
    ],
    "users": [_user("ada", "curators"), _user("eve", verified=False)],
}


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a realm of a Keycloak that runs."""
    archive = DISTRIBUTION / f"keycloak-quarkus-dist-{VERSION}.zip"
    if shutil.which("java") is None or not archive.is_file():
        missing("keycloak", f"Java, or {archive.name}: see the head of {Path(__file__).name}")
    folder, port = tmp_path_factory.mktemp("keycloak"), free_port()
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    (home,) = folder.glob("keycloak-*")
    (home / "data" / "import").mkdir(parents=True)
    (home / "data" / "import" / "lab.json").write_text(json.dumps(REALM), "utf-8")
    line = ["start-dev", "--import-realm", f"--http-port={port}", "--http-host=127.0.0.1"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            ["/bin/sh", str(home / "bin" / "kc.sh"), *line],
            stdout=log,
            stderr=log,
            env={**os.environ, "JAVA_OPTS_APPEND": "-Xmx512m"},
            start_new_session=True,
        )
    address = f"http://localhost:{port}/realms/lab"
    try:
        _wait(f"{address}/.well-known/openid-configuration", server, folder / "log")
        yield address
    finally:
        os.killpg(server.pid, 15)
        server.wait(60)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text("utf-8", "replace")[-2_000:]
        try:
            with http.urlopen(address, timeout=20):
                return
        except (URLError, OSError):
            time.sleep(1)
    pytest.fail(f"Keycloak did not start: {log.read_text('utf-8', 'replace')[-2_000:]}")


@pytest.fixture
def app(realm: str, tmp_path: Path) -> Iterator[Flask]:
    settings = Settings(
        home=tmp_path / "home",
        accounts="on",
        public_reading=False,
        password_login=False,
        oidc_issuer=realm,
        oidc_client_id="litatlas",
        oidc_client_secret="of the client",
        group_roles="curators=editor",
    )
    with Atlas(settings) as atlas:
        app = create_app(settings, atlas=atlas)
        app.testing = True
        yield app


class _Stay(http.HTTPRedirectHandler):
    """Follows redirects at the provider, and stops at the one that leads back."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        return (
            None if newurl.startswith(BACK) else super().redirect_request(req, fp, code, msg, headers, newurl)
        )


def _at_keycloak(address: str, name: str, password: str) -> str:
    """Sign in there, as a browser does; the address that it sends back to, or "" where it does not."""
    browser = http.build_opener(http.HTTPCookieProcessor(CookieJar()), _Stay())
    page = browser.open(address, timeout=60).read().decode()
    form = re.search(r'<form[^>]* action="([^"]+)"', page)
    assert form, page[:500]
    try:
        browser.open(
            html.unescape(form[1]), urlencode({"username": name, "password": password}).encode(), timeout=60
        )
    except HTTPError as error:
        return str(error.headers.get("Location", ""))
    return ""


def test_a_person_of_a_group_signs_in(app: Flask) -> None:
    client = app.test_client()
    sent = client.get("/sign-in/openid?next=/lists").headers["Location"]
    back = urlsplit(_at_keycloak(sent, "ada", "pass words"))
    assert back.path == "/sign-in/openid/back"
    answer = client.get(f"{back.path}?{back.query}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/lists")
    me = client.get("/api/v1/me").get_json()
    assert (me["name"], me["role"]) == ("ada", "editor")
    assert client.get(f"{back.path}?{back.query}").status_code == 403  # a code works once
    other = app.test_client()
    other.get("/sign-in/openid")
    assert other.get(f"{back.path}?{back.query}").status_code == 403


def test_an_unverified_address_and_a_wrong_password_do_not_come_in(app: Flask) -> None:
    client = app.test_client()
    sent = client.get("/sign-in/openid").headers["Location"]
    assert _at_keycloak(sent, "ada", "wrong words") == ""
    back = urlsplit(_at_keycloak(sent, "eve", "pass words"))
    assert client.get(f"{back.path}?{back.query}").status_code == 403
    assert client.get("/api/v1/me").status_code == 401
