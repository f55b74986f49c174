"""Who sends a request: by a session, a token or a trusted proxy; whether they may; whether a form is ours.

With ``accounts`` off nothing of this happens: no cookie, no page, no check.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Flask, Response, abort, g, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response as AnyResponse

from litatlas.accounts import secrets
from litatlas.accounts.permissions import permission_of
from litatlas.accounts.reader import NOBODY, PUBLIC, Reader, person
from litatlas.errors import ForbiddenError, UnauthorizedError
from litatlas.settings import Settings, accounts_mode
from web.problems import wants_json
from web.security import SAFE
from web.site import Site, site

ROLES = {
    "reader": lazy_gettext("Reader"),
    "editor": lazy_gettext("Editor"),
    "keeper": lazy_gettext("Keeper"),
}
ROLE_TEXTS = {
    "reader": lazy_gettext("reads, and keeps lists"),
    "editor": lazy_gettext("also adds papers, names and judges topics"),
    "keeper": lazy_gettext("does and sees everything, and manages users"),
}
SCOPES = {
    "read": lazy_gettext("read"),
    "add": lazy_gettext("read and add papers"),
    "curate": lazy_gettext("read, keep lists, name topics"),
    "keep": lazy_gettext("everything"),
}
"""Roles and scopes, as the pages name them."""

SESSION, FORM = "litatlas_session", "litatlas_form"
FIELD, HEADER = "csrf", "X-CSRF-Token"
PROXY = "proxy"
"""The issuer of the names that a trusted proxy gives."""
_FORM = re.compile(rb"<form [^>]{0,2000}>")
_POST = re.compile(rb'method="post"', re.IGNORECASE)
_RECORDED = ("add", "curate", "keep", "note")


class ForeignFormError(ForbiddenError):
    """A form that was not sent from one of our pages, or whose session has ended."""


def install(app: Flask, settings: Settings) -> None:
    """Know who asks before every request, where there are accounts."""
    mode = accounts_mode(settings)
    known: Site = app.extensions["litatlas"]

    app.jinja_env.globals.update(reader=reader, accounts_mode=mode, may=may, read_only=is_closed)
    app.jinja_env.globals.update(
        closed=why_closed, role_names=ROLES, role_texts=ROLE_TEXTS, scope_names=SCOPES
    )

    if mode == "off":

        @app.before_request
        def no_accounts() -> None:
            if request.blueprint == "accounts":
                abort(404)

        return

    @app.before_request
    def know() -> AnyResponse | None:
        g.reader = _reader(known, settings, mode)
        g.atlas = known.atlas.seen_by(g.reader)
        g.atlas.accounts.address = client()
        if request.endpoint is None or g.reader.can(permission_of(request.endpoint)):
            if request.method not in SAFE:
                _check_form()
            return None
        return _refuse()

    @app.after_request
    def keep_apart(response: Response) -> Response:
        if request.endpoint != "assets.file":
            response.headers["Cache-Control"] = "private, " + (
                response.headers.get("Cache-Control", "no-cache").replace("public", "").strip(", ")
            )
            response.vary.update(("Cookie", "Authorization"))
        if response.mimetype == "text/html" and not response.is_streamed:
            _sign_forms(response)
        _record(response)
        return response


def reader() -> Reader:
    """Who sends the request at hand."""
    current: Reader = g.get("reader") or site().atlas.reader
    return current


def may(permission: str) -> bool:
    """Whether who sends the request may do something, on an atlas that may be changed."""
    return reader().can(permission) and (permission == "read" or not site().settings.read_only)


def is_closed(permission: str = "add") -> bool:
    """Whether who sends the request may not change what a permission is about."""
    return not may(permission)


def why_closed(permission: str) -> str:
    """Why there is no form here, for who sends the request."""
    if reader().can(permission):
        return str(gettext("This atlas is read only."))
    if reader().is_person:
        return str(gettext("Your role does not include this; a keeper of this atlas can change that."))
    return str(gettext("Sign in to do more than read."))


def client() -> str:
    """The address that the request comes from, as far as trusted proxies tell."""
    return str(request.environ.get("litatlas.client") or request.remote_addr or "")


def session_secret() -> str:
    """What the cookie of the session holds."""
    return request.cookies.get(SESSION, "")[:200]


def keep_session(response: AnyResponse, secret: str, days: int) -> None:
    """Give a browser its session."""
    path = request.script_root or "/"
    response.set_cookie(
        SESSION, secret, days * 86_400, httponly=True, samesite="Lax", secure=request.is_secure, path=path
    )
    response.delete_cookie(FORM, path=path)


def drop_session(response: AnyResponse) -> None:
    """Take a browser's session away."""
    response.delete_cookie(SESSION, path=request.script_root or "/")


# -- who it is -----------------------------------------------------------------------------------------------


def _reader(known: Site, settings: Settings, mode: str) -> Reader:
    accounts = known.atlas.accounts
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return accounts.of_token(token.strip()[:400])
    if mode == PROXY:
        known_reader = _proxied(known, settings)
    else:
        secret = session_secret()
        known_reader = accounts.of_session(secret) if secret else None
    return known_reader or (PUBLIC if settings.public_reading else NOBODY)


def _proxied(known: Site, settings: Settings) -> Reader | None:
    """Whom a trusted proxy names; what others write into its header is nothing."""
    name = _sent(settings.proxy_user_header).strip()
    if not name or not request.environ.get("litatlas.trusted"):
        return None
    groups = [part.strip() for part in _sent(settings.proxy_groups_header).split(",")]
    user = known.atlas.accounts.known_from_outside(PROXY, name, name, [part for part in groups if part])
    return person(user)


def _sent(header: str) -> str:
    """A header as its proxy meant it: UTF-8, else Latin-1, so that two names never become one."""
    sent = request.headers.get(header, "")
    try:
        return sent.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return sent


def _refuse() -> AnyResponse:
    """The answer to who may not."""
    if reader().is_person:
        raise ForbiddenError(
            "Your account may not do this." if not reader().token else "This token may not do this.",
            "A keeper of this atlas can give you another role."
            if not reader().token
            else "Create one with another scope on your account page.",
        )
    if wants_json() or request.method not in SAFE:
        raise UnauthorizedError("This needs an account.", "Sign in, or send a token: Authorization: Bearer …")
    if accounts_mode(site().settings) == PROXY:
        raise UnauthorizedError(
            "This atlas does not know who you are.", "Open it by the address at which you sign in."
        )
    return redirect("/sign-in?next=" + quote(request.full_path.rstrip("?"), safe="/"), 303)


# -- forms ---------------------------------------------------------------------------------------------------


def _form_secret() -> str:
    return session_secret() or request.cookies.get(FORM, "")[:200]


def _check_form() -> None:
    """Refuse what changes something, unless a form of ours sent it; programs with a token have none."""
    if reader().token:
        return
    secret = _form_secret()
    given = request.headers.get(HEADER, "") or request.form.get(FIELD, "")
    if not secret or not secrets.same(given, secrets.form_token(secret)):
        raise ForeignFormError(
            "This form has expired, or was not sent from a page of this atlas.",
            "Open the page again and repeat it there. Programs use a token.",
        )
    if FIELD in request.form:
        kept = [(name, value) for name, value in request.form.items(multi=True) if name != FIELD]
        request.__dict__["form"] = ImmutableMultiDict(kept)


def _sign_forms(response: Response) -> None:
    """Put the token into every form of a page that changes something."""
    body = response.get_data()
    forms = [match for match in _FORM.finditer(body) if _POST.search(match.group())]
    if not forms:
        return
    secret = g.get("session_secret") or _form_secret()
    if not secret:
        secret = secrets.fresh()
        response.set_cookie(
            FORM,
            secret,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
            path=request.script_root or "/",
        )
    field = f'<input type="hidden" name="{FIELD}" value="{secrets.form_token(secret)}">'.encode()
    pieces, at = [], 0
    for match in forms:
        pieces += [body[at : match.end()], field]
        at = match.end()
    response.set_data(b"".join([*pieces, body[at:]]))


def _record(response: Response) -> None:
    """Write what was changed into the audit log."""
    if request.method in SAFE or response.status_code >= 400 or request.endpoint is None:
        return
    if permission_of(request.endpoint) in _RECORDED and request.blueprint != "accounts":
        fields = {name: value[:200] for name, value in list(request.form.items())[:20] if name != "text"}
        g.atlas.accounts.record(
            request.endpoint.partition(".")[2], request.path, **{"form": fields} if fields else {}
        )
