"""Signing in and out: with a password, at a provider, by a link that sets a password."""

from __future__ import annotations

import base64

from flask import Response, abort, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from litatlas.accounts.oidc import FLOW_SECONDS, Flow, Provider
from litatlas.errors import InputError, LitatlasError
from litatlas.vocabulary import MAX_USER_NAME
from web.access import identity
from web.access.account_requests import SetPasswordRequest, SignInPageRequest, SignInRequest
from web.pages.accounts.blueprint import blueprint
from web.pages.language_choice import own_address
from web.rendering import page
from web.requests import parse
from web.site import atlas, site

FLOW = "litatlas_openid"
"""The cookie of who is at the provider."""


@blueprint.get("/sign-in")
def sign_in() -> AnyResponse:
    """The form, and the way to the provider where there is one."""
    next = own_address(parse(SignInPageRequest, request.args).next)
    if identity.reader().is_person:
        return redirect(next, 303)
    return _sign_in(next)


def _sign_in(next: str, error: LitatlasError | None = None, name: str = "") -> Response:
    settings = site().settings
    if atlas().accounts.mode != "on":
        abort(404)
    answer = page(
        "sign_in.html",
        error.status if error else 200,
        next=next,
        error=error,
        name=name,
        passwords=settings.password_login,
        provider=bool(settings.oidc_issuer),
    )
    if error and error.retry_after:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


@blueprint.post("/sign-in")
def signed_in() -> AnyResponse:
    """Begin a session."""
    params = parse(SignInRequest, request.form)
    next = own_address(params.next)
    try:
        secret = atlas().accounts.sign_in(params.name, params.password, identity.client())
    except LitatlasError as error:
        return _sign_in(next, error, params.name[:MAX_USER_NAME])
    return _begun(secret, next)


def _begun(secret: str, next: str) -> AnyResponse:
    answer = redirect(next, 303)
    if old := identity.session_secret():
        atlas().accounts.sign_out(old)
    identity.keep_session(answer, secret, site().settings.session_days)
    return answer


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session."""
    if secret := identity.session_secret():
        atlas().accounts.sign_out(secret)
    answer = redirect("/", 303)
    identity.drop_session(answer)
    return answer


# -- a link that sets a password -----------------------------------------------------------------------------


@blueprint.get("/reset/<secret>")
def reset(secret: str) -> Response:
    """The form of a link that sets a password."""
    return page("reset.html", name=atlas().accounts.user_of_reset(secret), error=None)


@blueprint.post("/reset/<secret>")
def set_password(secret: str) -> AnyResponse:
    """Set it; the link is used up."""
    params = parse(SetPasswordRequest, request.form)
    name = atlas().accounts.user_of_reset(secret)
    try:
        if params.password != params.again:
            raise InputError(gettext("The two passwords differ."), gettext("Type the same twice."))
        atlas().accounts.use_reset(secret, params.password)
    except InputError as error:
        return page("reset.html", error.status, name=name, error=error)
    return redirect("/sign-in", 303)


# -- at a provider -------------------------------------------------------------------------------------------


def provider() -> Provider:
    """The provider of the settings; 404 where there is none."""
    settings = site().settings
    if not settings.oidc_issuer or atlas().accounts.mode != "on":
        abort(404)
    known = site().kept.setdefault("provider", Provider(settings))
    assert isinstance(known, Provider)
    return known


def _back() -> str:
    return request.url_root.rstrip("/") + "/sign-in/openid/back"


@blueprint.get("/sign-in/openid")
def oidc() -> AnyResponse:
    """Send the browser to the provider."""
    flow = Flow.new(own_address(parse(SignInPageRequest, request.args).next))
    answer = redirect(provider().address(flow, _back()), 303)
    answer.set_cookie(
        FLOW,
        base64.urlsafe_b64encode(flow.text().encode()).decode(),
        FLOW_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
        path=request.script_root or "/",
    )
    return answer


@blueprint.get("/sign-in/openid/back")
def oidc_back() -> AnyResponse:
    """Take the browser back from the provider, and begin a session."""
    flow = _flow()
    try:
        claims = provider().identity(flow, request.args, _back())
        user = atlas().accounts.known_from_outside(claims.issuer, claims.subject, claims.name, claims.groups)
    except LitatlasError as error:
        atlas().accounts.record("sign-in refused", who="?", reason=error.message, hint=error.hint)
        answer: AnyResponse = _sign_in("/", error)
        answer.delete_cookie(FLOW, path=request.script_root or "/")
        return answer
    answer = _begun(atlas().accounts.start_session(user, "provider"), flow.next if flow else "/")
    answer.delete_cookie(FLOW, path=request.script_root or "/")
    return answer


def _flow() -> Flow | None:
    try:
        return Flow.read(base64.urlsafe_b64decode(request.cookies.get(FLOW, "")[:8_000]).decode())
    except ValueError:
        return None
