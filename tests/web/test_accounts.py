"""Accounts over HTTP: what each route needs, sessions, forms, tokens, trusted proxies, sharing; and off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from ingest.library.schema import users
from litatlas.accounts.permissions import PERMISSIONS, ROLES, ROUTES, SCOPES
from litatlas.accounts.secrets import form_token, hashed
from litatlas.accounts.sign_in import ATTEMPTS_FROM
from litatlas.atlas import Atlas
from litatlas.errors import InputError
from litatlas.settings import Settings
from tests.web.built_atlas import FIRST, copied
from tests.web.conftest import make_app
from web import create_app

PASSWORD = "a password of some words"


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copied(built_home, tmp_path_factory.mktemp("accounts") / "home")
    with Atlas(Settings(home=home, processes=1)) as atlas:
        for name, role in (("kim", "keeper"), ("eve", "editor"), ("rob", "reader")):
            atlas.accounts.add(name, role, PASSWORD)
    return home


def app_of(home: Path, **more: Any) -> Flask:
    settings = replace(Settings(home=home, processes=1, accounts="on"), **more)
    app = create_app(settings, atlas=Atlas(settings))
    app.testing = True
    return app


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    app = app_of(home)
    yield app
    app.extensions["litatlas"].atlas.close()


@pytest.fixture(scope="module")
def closed(home: Path) -> Iterator[Flask]:
    app = app_of(home, public_reading=False)
    yield app
    app.extensions["litatlas"].atlas.close()


def token_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **more: str) -> TestResponse:
    token = token_in(client.get("/sign-in").get_data(as_text=True))
    return client.post("/sign-in", data={"name": name, "password": password, "csrf": token, **more})


def signed_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, name).status_code == 303
    return client


def send(client: FlaskClient, address: str, page: str = "/account", **form: str) -> TestResponse:
    """Send a form with the token of a page."""
    token = token_in(client.get(page).get_data(as_text=True))
    return client.post(address, data={**form, "csrf": token})


# -- the table of permissions --------------------------------------------------------------------------------


def test_every_route_has_an_entry_and_every_entry_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(ROUTES) == set()
    assert set(ROUTES) - endpoints == set()
    assert set(ROUTES.values()) <= set(PERMISSIONS)


@pytest.mark.parametrize("name", ["", "rob", "eve", "kim"])
def test_who_may_not_is_refused_on_every_route_before_anything_is_done(app: Flask, name: str) -> None:
    client = signed_in(app, name) if name else app.test_client()
    role = {"rob": "reader", "eve": "editor", "kim": "keeper"}.get(name, "")
    may = ROLES[role] if role else frozenset({"read"})
    token = token_in(client.get("/").get_data(as_text=True))
    for rule in app.url_map.iter_rules():
        need = ROUTES[rule.endpoint]
        if need == "open" or need in may:
            continue
        address = re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", "1", rule.rule))
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}:
            answer = client.open(address, method=method, headers={"X-CSRF-Token": token})
            expected = (403,) if name else ((401,) if method != "GET" or "/api/" in address else (303, 401))
            assert answer.status_code in expected, (name, method, address)


def test_reading_can_be_closed(closed: Flask) -> None:
    client = closed.test_client()
    for address in ("/", "/search?q=galaxy", "/documents/x", "/search/feed?q="):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in?next=/")
    refused = client.get("/api/v1/search?q=galaxy")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/healthz").status_code == 200
    sign_in(client, "rob")
    assert client.get("/api/v1/search?q=galaxy").status_code == 200


# -- sessions ------------------------------------------------------------------------------------------------


def test_a_session_has_a_cookie_that_only_the_server_can_use(app: Flask) -> None:
    client = app.test_client()
    plain = sign_in(client, "rob").headers.getlist("Set-Cookie")[0]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    safe = app.test_client()
    base = {"base_url": "https://localhost"}
    token = token_in(safe.get("/sign-in", **base).get_data(as_text=True))
    form = {"name": "rob", "password": PASSWORD, "csrf": token}
    assert "Secure" in safe.post("/sign-in", data=form, **base).headers.getlist("Set-Cookie")[0]


def test_signing_in_leads_back_to_a_page_of_ours_alone(app: Flask) -> None:
    for next, place in (("/lists", "/lists"), ("https://evil.example/x", "/x"), ("//evil.example", "/")):
        assert sign_in(app.test_client(), "rob", next=next).headers["Location"] == place


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(app: Flask) -> None:
    one, other = (sign_in(app.test_client(), name, "wrong wrong wrong") for name in ("eve", "nobody"))
    assert one.status_code == other.status_code == 401
    assert "name or the password is wrong" in one.get_data(as_text=True)


def test_too_many_attempts_are_told_to_wait(home: Path) -> None:
    app = app_of(home)
    client = app.test_client()
    answers = [sign_in(client, "guessed", f"wrong wrong {n}") for n in range(12)]
    assert sign_in(app.test_client(), "rob").status_code == 303
    app.extensions["litatlas"].atlas.close()
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_an_account_of_ones_own_buys_no_more_attempts_on_others(tmp_path: Path) -> None:
    with Atlas(Settings(home=tmp_path, processes=1)) as atlas:
        atlas.accounts.add("rob", "reader", PASSWORD)
    app = app_of(tmp_path)
    client = app.test_client()
    answers = []
    for number in range(ATTEMPTS_FROM + 1):
        answers.append(sign_in(client, f"guessed {number}", "wrong wrong wrong").status_code)
        if number % 30 == 7:
            answers.append(sign_in(app.test_client(), "rob").status_code)
    app.extensions["litatlas"].atlas.close()
    assert answers.count(303) == 4
    assert answers.count(401) == ATTEMPTS_FROM
    assert answers[-1] == 429


def test_signing_out_everywhere_ends_every_session(app: Flask) -> None:
    one, other = signed_in(app, "rob"), signed_in(app, "rob")
    assert send(one, "/account", do="everywhere").status_code == 303
    for client in (one, other):
        assert client.get("/account").headers.get("Location", "").startswith("/sign-in")


def test_the_session_of_a_removed_user_is_over(app: Flask) -> None:
    keeper = signed_in(app, "kim")
    made = send(keeper, "/users", "/users", do="add", name="gone", role="reader").get_data(as_text=True)
    link = re.search(r"/reset/[\w-]+", made)
    assert link
    client = app.test_client()
    set_it = {"password": PASSWORD, "again": PASSWORD}
    assert send(client, link[0], link[0], **set_it).status_code == 303
    assert client.get(link[0]).status_code == 404  # it works once
    assert sign_in(client, "gone").status_code == 303
    assert send(keeper, "/users", "/users", do="remove", name="gone").status_code == 303
    assert client.get("/account").status_code == 303


def test_a_password_can_be_changed_by_who_knows_it(app: Flask) -> None:
    client, other = signed_in(app, "eve"), signed_in(app, "eve")
    new = {"password": "another of some words", "again": "another of some words"}
    assert send(client, "/account", do="password", old="wrong", **new).status_code == 403
    assert send(client, "/account", do="password", old=PASSWORD, **new | {"again": "x"}).status_code == 400
    assert send(client, "/account", do="password", old=PASSWORD, **new).status_code == 200
    assert other.get("/account").status_code == 303
    back = {"password": PASSWORD, "again": PASSWORD}
    assert send(client, "/account", do="password", old=new["password"], **back).status_code == 200


def test_the_last_keeper_stays_one(app: Flask) -> None:
    keeper = signed_in(app, "kim")
    for form in ({"do": "role", "name": "kim", "role": "reader"}, {"do": "remove", "name": "kim"}):
        answer = send(keeper, "/users", "/users", **form)
        assert answer.status_code == 400
        assert "last keeper" in answer.get_data(as_text=True)


# -- forms ---------------------------------------------------------------------------------------------------


def test_a_form_without_its_token_changes_nothing(app: Flask) -> None:
    client = signed_in(app, "eve")
    token = token_in(client.get("/lists").get_data(as_text=True))
    for wrong in ({}, {"csrf": ""}, {"csrf": token[:-1] + "x"}, {"csrf": "0" * 64}):
        answer = client.post("/lists", data={"name": "Mine", **wrong})
        assert answer.status_code == 403
    foreign = signed_in(app, "rob")
    stolen = token_in(foreign.get("/lists").get_data(as_text=True))
    assert client.post("/lists", data={"name": "Mine", "csrf": stolen}).status_code == 403
    assert client.get("/api/v1/lists").get_json()["lists"][0]["name"] != "Mine"
    assert client.post("/lists", data={"name": "Mine", "csrf": token}).status_code == 303


def test_every_form_of_every_page_has_its_token(app: Flask) -> None:
    client = signed_in(app, "kim")
    topic = client.get("/api/v1/topics").get_json()["topics"][0]["id"]
    pages = ["/", "/collections", f"/collections/{FIRST}", "/lists", "/assess", "/account", "/users", "/jobs"]
    pages += ["/search?q=galaxy", f"/topics/{topic}", "/explore", "/audit", "/help"]
    for address in pages:
        body = client.get(address).get_data(as_text=True)
        forms = re.findall(r'<form [^>]*method="post"[^>]*>(<input type="hidden" name="csrf")?', body)
        assert forms, address
        assert all(forms), address
        assert "formmethod" not in body, address  # such a button would send a form without a token


# -- tokens --------------------------------------------------------------------------------------------------


def bearer(atlas: Atlas, user: str, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {atlas.accounts.make_token(user, '', scopes, 5)[1]}"}


def test_a_token_may_what_its_scope_and_its_user_may(app: Flask) -> None:
    atlas, client = app.extensions["litatlas"].atlas, app.test_client()
    topic = atlas.topics.all()["topics"][0]["id"]
    rename = f"/api/v1/topics/{topic}/label"
    for user, scope, status in (
        ("eve", "read", 403),
        ("eve", "add", 403),
        ("eve", "curate", 200),
        ("rob", "curate", 403),
        ("rob", "keep", 403),
        ("kim", "keep", 200),
    ):
        headers = bearer(atlas, user, scope)
        assert client.get("/api/v1/search?q=galaxy", headers=headers).status_code == 200
        answer = client.put(rename, json={"label": "By a program"}, headers=headers)
        assert answer.status_code == status, (user, scope)
        assert client.get("/account", headers=headers).status_code == 403
    assert set(SCOPES) == {"read", "add", "curate", "keep"}


def test_forged_ended_and_revoked_tokens_do_nothing(app: Flask) -> None:
    atlas, client = app.extensions["litatlas"].atlas, app.test_client()
    made, secret = atlas.accounts.make_token("kim", "x", ["keep"], 5)
    forged = [
        "",
        "x",
        "lit_",
        made["id"],
        secret[:-1],
        secret + "x",
        secret.upper(),
        "lit_000000000000_" + "A" * 43,
    ]
    for text in [*forged, "\x00", "é" * 40, "lit_" + "x" * 9000]:
        answer = client.get(
            "/api/v1/me", headers={"Authorization": f"Bearer {text}".encode().decode("latin-1")}
        )
        assert answer.status_code == 401, text[:40]
    good = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/me", headers=good).get_json()["name"] == "kim"
    assert atlas.accounts.tokens("kim")[0]["used"]
    with atlas.library.writing() as connection:
        connection.exec_driver_sql(f"UPDATE tokens SET ends = '' WHERE id = '{made['id']}'")
    assert client.get("/api/v1/me", headers=good).status_code == 401  # without an end it is none
    atlas.accounts.revoke_token(made["id"])
    assert client.get("/api/v1/me", headers=good).status_code == 401
    with pytest.raises(InputError, match="expiry"):
        atlas.accounts.make_token("kim", "x", ["keep"], 0)


def test_forged_sessions_are_nobody_s(app: Flask) -> None:
    client = signed_in(app, "kim")
    cookie = client.get_cookie("litatlas_session")
    assert cookie is not None
    good = cookie.value
    forged = [
        "",
        "x",
        good[:-1],
        good + "x",
        good.swapcase(),
        good[::-1],
        " " + good + "x",
        "kim",
        "1",
        "\x01",
    ]
    forged += [
        hashed(good),
        form_token(good),
        "A" * 43,
        "é" * 40,
        "x" * 3_000,
        '{"user": "kim"}',
        good + "\n" + good,
    ]
    for value in forged:
        other = app.test_client()
        other.set_cookie("litatlas_session", value)
        answer = other.get("/account")
        assert answer.status_code == 303, value[:40]
        assert "/sign-in" in answer.headers["Location"]
    assert client.get("/account").status_code == 200


# -- proxies -------------------------------------------------------------------------------------------------


def test_a_header_is_believed_from_a_trusted_proxy_alone(home: Path) -> None:
    app = app_of(home, accounts="proxy", public_reading=False, group_roles="lab=editor")
    client = app.test_client()
    named = {"X-Remote-User": "zoë".encode().decode("latin-1"), "X-Remote-Groups": "lab, physics"}
    trusted = client.get("/api/v1/me", headers=named, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert trusted.get_json()["name"] == "zoë"
    assert trusted.get_json()["role"] == "editor"
    for headers in (named, named | {"X-Forwarded-For": "127.0.0.1"}):
        answer = client.get("/api/v1/me", headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.9"})
        assert answer.status_code == 401
    local = client.get("/api/v1/me", headers={"X-Remote-User": "kim"})
    assert local.get_json()["role"] == "reader"  # a name alone does not make one the keeper of that name
    app.extensions["litatlas"].atlas.close()


def test_two_names_of_a_proxy_never_become_one(home: Path) -> None:
    app = app_of(home, accounts="proxy", public_reading=False)
    client = app.test_client()

    def subject(name: str) -> str:
        answer = client.get("/api/v1/me", headers={"X-Remote-User": name})
        assert answer.status_code == 200
        with app.extensions["litatlas"].atlas.library.reading() as connection:
            return str(connection.scalars(select(users.c.subject).order_by(users.c.number.desc())).first())

    assert subject("jos\xe9") == "jos\xe9"  # Latin-1, which is no UTF-8
    assert subject("jos\xe8") == "jos\xe8"
    assert subject("josé".encode().decode("latin-1") + "2") == "josé2"
    for long in ("x" * 400 + "1", "x" * 400 + "2"):
        assert client.get("/api/v1/me", headers={"X-Remote-User": long}).status_code == 403
    app.extensions["litatlas"].atlas.close()


# -- the audit log and limits --------------------------------------------------------------------------------


def test_what_is_done_is_in_the_audit_log_and_stays_there(app: Flask) -> None:
    atlas = app.extensions["litatlas"].atlas
    editor = signed_in(app, "eve")
    assert send(editor, "/lists", "/lists", name="Audited").status_code == 303
    row = atlas.accounts.audit(limit=1)[0]
    assert (row["who"], row["action"], row["subject"], row["address"]) == (
        "eve",
        "keep",
        "/lists",
        "127.0.0.1",
    )
    assert "csrf" not in row["detail"]
    with pytest.raises(Exception, match="append-only"), atlas.library.writing() as connection:
        connection.exec_driver_sql("UPDATE audit SET who = 'kim'")
    keeper = signed_in(app, "kim")
    assert "Audited" in keeper.get("/audit").get_data(as_text=True)
    assert keeper.get("/audit.jsonl").get_data(as_text=True).count("\n") >= 2
    assert PASSWORD not in keeper.get("/audit.jsonl").get_data(as_text=True)


def test_expensive_reads_and_room_are_bounded(home: Path) -> None:
    app = app_of(home, accounts="off", reads_per_minute=3, web_processes=1)
    client = app.test_client()
    answers = [client.get("/api/v1/search?q=galaxy") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get("/api/v1/status").status_code == 200
    full = app_of(home, accounts="off", free_megabytes=10**9).test_client()
    form = {"file": (BytesIO(b"TY  - JOUR"), "a.ris")}
    answer = full.post(f"/api/v1/collections/{FIRST}/documents", data=form)
    assert answer.status_code == 507
    assert "nearly full" in answer.get_json()["detail"]


# -- off -----------------------------------------------------------------------------------------------------


def test_off_there_is_no_login_and_no_cookie(atlas: Atlas) -> None:
    client = make_app(atlas).test_client()
    for address in ("/sign-in", "/account", "/users", "/audit", "/sign-in/openid", "/reset/x"):
        assert client.get(address).status_code == 404
    for address in ("/", "/collections", "/lists", "/api/v1/status"):
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers
        assert "csrf" not in answer.get_data(as_text=True)
        assert "/sign-in" not in answer.get_data(as_text=True)
    assert client.get("/api/v1/me").get_json()["name"] == ""
