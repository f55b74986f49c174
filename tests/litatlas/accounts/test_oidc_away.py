"""A provider of sign-ins that drips, fails, moves or talks without end: an error in a sentence, in time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from litatlas.accounts import oidc
from litatlas.accounts.oidc import Flow, Provider, SignInError
from litatlas.errors import LitatlasError, UnavailableError
from litatlas.settings import Settings

BACK = "http://localhost/sign-in/openid/back"


class Stub:
    """A provider that answers well but where it was told how to fail.

    ``asked``: what came, as (path, body, its media type).
    """

    def __init__(self) -> None:
        self.url = ""
        self.faults: dict[str, str] = {}
        self.asked: list[tuple[str, str, str | None]] = []
        self.over = threading.Event()

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/token":
            return {"id_token": "no.token.at-all"}
        if path == "/keys":
            return {"keys": []}
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.url} | {name: f"{self.url}/{place}" for name, place in places.items()}


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(size).decode()
            stub.asked.append((self.path, body, self.headers.get("Content-Type")))
            fault = stub.faults.get(self.path.removesuffix("/openid-configuration"), "")
            content = json.dumps(stub.answer(self.path)).encode()
            try:
                if fault == "dripping headers":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    self._drip(b"X-Drop: 1\r\n")
                    return
                self.send_response(int(fault) if fault.isdigit() else 200)
                if fault == "302":
                    self.send_header("Location", f"{stub.url}/elsewhere")
                self.end_headers()
                if fault == "drip":
                    self._drip(b" ")
                elif fault == "endless":
                    self.wfile.write(b" " * 2_000_000)
                self.wfile.write(b"<html>" if fault == "html" else content)
            except OSError:
                pass  # they hung up

        do_POST = do_GET

        def _drip(self, drop: bytes) -> None:
            while not stub.over.wait(0.02):
                self.wfile.write(drop)
                self.wfile.flush()

        def log_message(self, *_: Any) -> None:
            pass

    monkeypatch.setattr(oidc, "_TIMEOUT", 0.5)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield stub
    stub.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(stub: Stub) -> None:
    """All that is asked of a provider in one sign-in."""
    provider = Provider(Settings(oidc_issuer=stub.url, oidc_client_id="litatlas", oidc_client_secret="x"))
    flow = Flow.new("/")
    provider.address(flow, BACK)
    provider.identity(flow, {"state": flow.state, "code": "c"}, BACK)


PLACES = ("/.well-known", "/token", "/keys")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", ["drip", "dripping headers"])
def test_who_drips_is_given_up(stub: Stub, place: str, fault: str) -> None:
    stub.faults[place] = fault
    with pytest.raises(UnavailableError, match=r"did not answer within 0\.5 s"):
        sign_in(stub)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("500", "answered with status 500"),
        ("302", "answered with status 302"),
        ("endless", "answered without end"),
        ("html", "empty or unreadable"),
    ],
)
def test_other_faults_are_named(stub: Stub, place: str, fault: str, message: str) -> None:
    stub.faults[place] = fault
    with pytest.raises(LitatlasError, match=message):
        sign_in(stub)
    assert all(path != "/elsewhere" for path, _, _ in stub.asked)


@pytest.mark.parametrize("status", ["400", "401"])
def test_a_refused_code_is_the_persons_not_the_providers(stub: Stub, status: str) -> None:
    stub.faults["/token"] = status
    with pytest.raises(SignInError, match="did not accept"):
        sign_in(stub)


def test_what_is_asked_is_a_form(stub: Stub) -> None:
    with pytest.raises(SignInError):
        sign_in(stub)
    (body, kind) = next((body, kind) for path, body, kind in stub.asked if path == "/token")
    assert kind == "application/x-www-form-urlencoded"
    assert "code=c&" in body
    assert all(not body for path, body, _ in stub.asked if path != "/token")


def test_a_sign_in_waits_for_no_other(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "_TIMEOUT", 30.0)
    settings = Settings(oidc_issuer=stub.url, oidc_client_id="litatlas", oidc_client_secret="x")
    provider = Provider(settings)
    stub.faults["/.well-known"] = "drip"
    stuck = threading.Thread(target=lambda: provider.address(Flow.new("/"), BACK))
    stuck.start()
    while not stub.asked:
        stub.over.wait(0.01)
    stub.faults.clear()
    assert provider.address(Flow.new("/"), BACK).startswith(f"{stub.url}/authorize?")
    assert stuck.is_alive()
    stub.over.set()
    stuck.join()
