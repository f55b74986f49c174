"""OpenID Connect: a whole sign-in at a real provider, and what forged answers of one come to."""

from __future__ import annotations

import base64
import hmac
import importlib
import json
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib import request as http
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from litatlas.accounts import oidc
from litatlas.accounts.oidc import Flow, Provider, SignInError
from litatlas.atlas import Atlas
from litatlas.errors import SettingsError
from litatlas.settings import Settings
from web import create_app

with warnings.catch_warnings():  # the provider uses parts of authlib that authlib would rather be rid of
    importlib.import_module("authlib.deprecate")  # which asks for its warnings to be shown
    warnings.simplefilter("ignore")
    import oidc_provider_mock

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
BACK = "http://localhost/sign-in/openid/back"


# -- a real provider -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def app(provider: str, tmp_path: Path) -> Iterator[Flask]:
    settings = Settings(
        home=tmp_path / "home",
        accounts="on",
        public_reading=False,
        password_login=False,
        oidc_issuer=provider,
        oidc_client_id="litatlas",
        oidc_client_secret="of the client",
        group_roles="lab=editor",
    )
    with Atlas(settings) as atlas:
        app = create_app(settings, atlas=atlas)
        app.testing = True
        yield app


class _Stay(http.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def at_the_provider(address: str, subject: str) -> str:
    """Sign in there, as a person would; where the browser is sent back to."""
    asked = http.Request(address, urlencode({"sub": subject}).encode())
    try:
        http.build_opener(_Stay).open(asked, timeout=10)
    except http.HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("the provider did not send the browser back")


def sign_in(client: FlaskClient, subject: str) -> Any:
    sent = client.get("/sign-in/openid?next=/lists")
    assert sent.status_code == 303
    asked = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = urlsplit(at_the_provider(sent.headers["Location"], subject))
    return client.get(f"{back.path}?{back.query}")


def test_a_person_signs_in_at_a_provider(app: Flask, provider: str) -> None:
    client = app.test_client()
    answer = sign_in(client, "subject-1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/lists")
    me = client.get("/api/v1/me").get_json()
    assert me["role"] == "reader"
    again = app.test_client()
    sign_in(again, "subject-1")
    assert again.get("/api/v1/me").get_json()["name"] == me["name"]
    assert len(app.extensions["litatlas"].atlas.accounts.all()) == 1


def test_passwords_can_be_shut(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    assert "/sign-in/openid" in page
    assert 'type="password"' not in page


def test_the_answer_to_another_browser_s_sign_in_is_refused(app: Flask) -> None:
    mine, other = app.test_client(), app.test_client()
    sent = mine.get("/sign-in/openid")
    back = urlsplit(at_the_provider(sent.headers["Location"], "subject-2"))
    stolen = other.get(f"{back.path}?{back.query}")
    assert stolen.status_code == 403
    assert other.get("/api/v1/me").status_code == 401
    other.get("/sign-in/openid")
    assert other.get(f"{back.path}?{back.query}").status_code == 403


def test_an_account_is_known_by_issuer_and_subject_alone(app: Flask) -> None:
    accounts = app.extensions["litatlas"].atlas.accounts
    accounts.add("kim", "keeper", "a password of some words")
    first = accounts.known_from_outside("https://a.example", "1", "kim", [])
    other = accounts.known_from_outside("https://b.example", "1", "kim", ["lab"])
    again = accounts.known_from_outside("https://a.example", "1", "renamed", ["lab"])
    assert [first.role, other.role] == ["reader", "editor"]
    assert first.name == "kim 2"
    assert again.number == first.number
    assert again.role == "editor"
    closed = replace(app.extensions["litatlas"].settings, default_role="none")
    accounts._settings = closed
    with pytest.raises(Exception, match="may not use"):
        accounts.known_from_outside("https://a.example", "new", "new", [])


def test_a_role_follows_the_groups_that_gave_it(app: Flask) -> None:
    accounts = app.extensions["litatlas"].atlas.accounts

    def arrives(*groups: str) -> str:
        return str(accounts.known_from_outside("https://a.example", "1", "kim", groups).role)

    assert [arrives(), arrives("lab"), arrives("other"), arrives("lab")] == [
        "reader", "editor", "reader", "editor",
    ]  # fmt: skip
    accounts.set_role("kim", "keeper")
    assert arrives() == "keeper", "a keeper gave it by hand"


def test_the_last_keeper_who_leaves_the_group_stays_one_until_there_is_another(app: Flask) -> None:
    accounts = app.extensions["litatlas"].atlas.accounts
    accounts._settings = replace(accounts._settings, group_roles="admins=keeper")
    for groups in (["admins", "lab"], [], ["lab"]):
        kim = accounts.known_from_outside("https://a.example", "1", "kim", groups)
        assert kim.role == "keeper"
    assert set(kim.groups) == {"lab", "admins"}
    accounts.add("ann", "keeper", "a password of some words")
    assert accounts.known_from_outside("https://a.example", "1", "kim", ["lab"]).role == "reader"


def test_who_left_every_group_that_is_let_in_is_shut_out(app: Flask) -> None:
    accounts = app.extensions["litatlas"].atlas.accounts
    accounts._settings = replace(accounts._settings, default_role="none")
    kim = accounts.known_from_outside("https://a.example", "1", "kim", ["lab"])
    session = accounts.start_session(kim, "openid")
    _, token = accounts.make_token("kim", "mine", ["read"], 3)
    for _ in range(2):
        with pytest.raises(Exception, match="may not use"):
            accounts.known_from_outside("https://a.example", "1", "kim", ["other"])
        assert accounts.of_session(session) is None
        with pytest.raises(Exception, match="not known"):
            accounts.of_token(token)
    assert accounts.known_from_outside("https://a.example", "1", "kim", ["lab"]).role == "editor"


# -- forged answers ------------------------------------------------------------------------------------------

KEY, OTHER = (RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("one", "two"))
ISSUER = "https://login.example"
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}


class Told:
    """A provider that answers what a test wants."""

    def __init__(self) -> None:
        self.keys = [KEY]
        self.token = ""
        self.asked = 0

    def __call__(self, place: str, form: Any = None, headers: Any = None) -> dict[str, Any]:
        if place.endswith("/token"):
            assert form["code_verifier"]
            return {"id_token": self.token}
        if place.endswith("/keys"):
            self.asked += 1
            return {"keys": [key.as_dict(private=False) for key in self.keys]}
        return METADATA


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    monkeypatch.setattr(oidc, "_asked", told)
    return told


def claims_of(flow: Flow, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "litatlas", "sub": "s", "nonce": flow.nonce, "iat": now, "exp": now + 300}
    claims |= {"preferred_username": "ada", "groups": ["lab", 7]}
    return {name: value for name, value in (claims | changes).items() if value is not None}


def identity(told: Told, flow: Flow, token: str, **answer: str) -> Any:
    told.token = token
    settings = Settings(oidc_issuer=ISSUER, oidc_client_id="litatlas", oidc_client_secret="x")
    brought = {"state": flow.state, "code": "c", **answer}
    return Provider(settings).identity(flow, brought, BACK)


def signed(claims: dict[str, Any], key: Any = KEY, **header: Any) -> str:
    header = {"alg": "RS256", "kid": "one", **header}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def test_a_true_answer_is_believed(told: Told) -> None:
    flow = Flow.new("/")
    found = identity(told, flow, signed(claims_of(flow)))
    assert (found.issuer, found.subject, found.name, found.groups) == (ISSUER, "s", "ada", ("lab",))


@pytest.mark.parametrize("seconds", [-50, 50])
def test_clocks_may_be_a_minute_apart(told: Told, seconds: int) -> None:
    flow, now = Flow.new("/"), int(time.time())
    times = {"iat": now + seconds, "exp": now + (300 if seconds > 0 else seconds)}
    assert identity(told, flow, signed(claims_of(flow, **times))).subject == "s"


FORGED: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "an issuer that begins alike": {"iss": ISSUER + ".evil.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "other"},
    "audiences without us": {"aud": ["other", "litatlas2"]},
    "no audience": {"aud": None},
    "another nonce": {"nonce": "other"},
    "no nonce": {"nonce": None},
    "an empty nonce": {"nonce": ""},
    "a nonce that is a number": {"nonce": 1},
    "an ended one": {"exp": 1_000_000_000},
    "one that ended two minutes ago": {"exp": int(time.time()) - 120},
    "one without an end": {"exp": None},
    "an end that is a word": {"exp": "never"},
    "one of the future": {"iat": int(time.time()) + 3_600, "exp": int(time.time()) + 7_200},
    "one that holds later": {"nbf": int(time.time()) + 3_600},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "an address that is not verified": {"email": "kim@example.org", "email_verified": False},
    "made for another party": {"aud": ["litatlas", "other"], "azp": "other"},
    "made for another party alone": {"azp": "other"},
    "an issuer with a slash more": {"iss": ISSUER + "/"},
    "an issuer in capitals": {"iss": ISSUER.upper()},
    "a list of issuers": {"iss": [ISSUER]},
    "an audience in capitals": {"aud": "LITATLAS"},
    "an empty list of audiences": {"aud": []},
    "an audience that is an object": {"aud": {"litatlas": True}},
    "a list of nonces": {"nonce": ["other"]},
    "a nonce with a space more": {"nonce": "other "},
    "an end before the beginning of time": {"exp": -1},
    "an end that is a list": {"exp": [4_000_000_000]},
    "a beginning that is a word": {"iat": "now"},
    "a subject that is a number": {"sub": 1},
    "a subject that is a list": {"sub": ["s"]},
    "a subject of 10,000 letters": {"sub": "s" * 10_000},
    "an address whose state is a word": {"email": "kim@example.org", "email_verified": "false"},
}


@pytest.mark.parametrize("kind", FORGED)
def test_wrong_claims_are_refused(told: Told, kind: str) -> None:
    flow = Flow.new("/")
    with pytest.raises(SignInError):
        identity(told, flow, signed(claims_of(flow, **FORGED[kind])))


def _unsigned(claims: dict[str, Any], alg: str = "none") -> str:
    texts = (json.dumps(part).encode() for part in ({"alg": alg}, claims))
    parts = [base64.urlsafe_b64encode(text).rstrip(b"=") for text in texts]
    return b".".join([*parts, b""]).decode()


def _with_public_key_as_secret(claims: dict[str, Any]) -> str:
    texts = (json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "one"}, claims))
    body = b".".join(base64.urlsafe_b64encode(text).rstrip(b"=") for text in texts)
    end = hmac.new(KEY.as_pem(private=False), body, "sha256").digest()
    return (body + b"." + base64.urlsafe_b64encode(end).rstrip(b"=")).decode()


SIGNATURES: dict[str, Callable[[dict[str, Any]], str]] = {
    "none": _unsigned,
    "the public key as a secret": _with_public_key_as_secret,
    "the client's secret": lambda claims: jwt.encode(
        {"alg": "HS256"}, claims, OctKey.import_key("x" * 32), algorithms=["HS256"]
    ),
    "another key under the same name": lambda claims: signed(claims, OTHER),
    "another key": lambda claims: signed(claims, OTHER, kid="two"),
    "a key that it brings itself": lambda claims: signed(claims, OTHER, jwk=OTHER.as_dict(private=False)),
    "another kind of key": lambda claims: jwt.encode(
        {"alg": "ES256", "kid": "one"}, claims, ECKey.generate_key("P-256"), algorithms=["ES256"]
    ),
    "a changed body": lambda claims: _changed(signed(claims)),
    "no signature": lambda claims: signed(claims).rpartition(".")[0] + ".",
    "half of it": lambda claims: signed(claims)[:200],
    "nothing": lambda claims: "",
    "five parts": lambda claims: signed(claims) + ".x.y",
    "a text": lambda claims: "not a token",
    "none in capitals": lambda claims: _unsigned(claims, "nOnE"),
    "none with a signature": lambda claims: _unsigned(claims) + signed(claims).rpartition(".")[2],
    "a signature of other claims": lambda claims: (
        signed(claims).rpartition(".")[0] + "." + signed({**claims, "sub": "other"}).rpartition(".")[2]
    ),
    "a name of a key that is a path": lambda claims: signed(claims, OTHER, kid="../../../dev/null"),
    "an address of keys of its own": lambda claims: signed(claims, OTHER, jku="https://evil.example/keys"),
    "a signature of no bytes": lambda claims: signed(claims).rpartition(".")[0] + ".AA",
    "two of them": lambda claims: signed(claims) + " " + signed(claims),
    "other bytes": lambda claims: "é.\x00.\ud800",
}


def _changed(token: str) -> str:
    head, body, end = token.split(".")
    return f"{head}.{body[:-4]}AAAA.{end}"


@pytest.mark.parametrize("kind", SIGNATURES)
def test_wrong_signatures_are_refused(told: Told, kind: str) -> None:
    flow = Flow.new("/")
    with pytest.raises(SignInError):
        identity(told, flow, SIGNATURES[kind](claims_of(flow)))


@pytest.mark.parametrize(
    "answer",
    [
        {"state": ""}, {"state": "other"}, {"state": "é"}, {"error": "access_denied"},
        {"iss": "https://evil.example"},
    ],
)  # fmt: skip
def test_wrong_answers_of_a_browser_are_refused(told: Told, answer: dict[str, str]) -> None:
    flow = Flow.new("/")
    with pytest.raises(SignInError):
        identity(told, flow, signed(claims_of(flow)), **answer)


def test_a_flow_that_was_not_begun_or_is_old_is_none() -> None:
    flow = Flow.new("/")
    assert Flow.read(flow.text()) == flow
    for text in ("", "{}", "[]", "null", '{"state": 1}', replace(flow, began=time.time() - 700).text()):
        assert Flow.read(text) is None
    assert Flow.read(replace(flow, began=time.time() + 700).text()) is None


def test_a_new_key_of_the_provider_is_asked_for(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(oidc_issuer=ISSUER, oidc_client_id="litatlas", oidc_client_secret="x")
    provider, flow = Provider(settings), Flow.new("/")
    told.token = signed(claims_of(flow))
    assert provider.identity(flow, {"state": flow.state, "code": "c"}, BACK).subject == "s"
    told.keys, told.token = [OTHER], signed(claims_of(flow), OTHER, kid="two")
    monkeypatch.setattr(oidc, "_AGAIN_SECONDS", 0.0)
    assert provider.identity(flow, {"state": flow.state, "code": "c"}, BACK).subject == "s"
    told.token = signed(claims_of(flow))  # by the key that is withdrawn
    with pytest.raises(SignInError):
        provider.identity(flow, {"state": flow.state, "code": "c"}, BACK)


def test_a_provider_is_asked_over_an_encrypted_line_alone() -> None:
    for issuer in ("http://login.example.org", "ftp://x", "login.example.org"):
        with pytest.raises(SettingsError, match="oidc_issuer"):
            Provider(Settings(oidc_issuer=issuer))
