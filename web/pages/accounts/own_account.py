"""One's own account: password, sessions, tokens."""

from __future__ import annotations

from flask import Response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from litatlas.accounts.permissions import SCOPES
from litatlas.errors import InputError, LitatlasError
from web.access import identity
from web.access.account_requests import AccountRequest
from web.pages.accounts.blueprint import blueprint
from web.rendering import page
from web.requests import parse
from web.site import atlas


@blueprint.get("/account")
def account() -> Response:
    """The account of who is signed in."""
    return _shown()


def _shown(*, error: LitatlasError | None = None, secret: str = "", done: str = "") -> Response:
    accounts = atlas().accounts
    me = accounts.me()
    return page(
        "account.html",
        error.status if error else 200,
        me=me,
        tokens=accounts.tokens(me["name"]),
        scopes=list(SCOPES),
        error=error,
        secret=secret,
        done=done,
    )


@blueprint.post("/account")
def change_account() -> AnyResponse:
    """Change the password, sign out everywhere, make or revoke a token."""
    params = parse(AccountRequest, request.form)
    accounts, me = atlas().accounts, identity.reader().name
    try:
        if params.do == "password":
            if params.password != params.again:
                raise InputError(gettext("The two passwords differ."), gettext("Type the same twice."))
            accounts.change_password(params.old, params.password, session=identity.session_secret())
            return _shown(done=gettext("The password was changed; other browsers have to sign in again."))
        if params.do == "token":
            _, secret = accounts.make_token(me, params.name, [params.scope], params.days)
            return _shown(secret=secret)
        if params.do == "revoke":
            accounts.revoke_token(params.id, me)
            return redirect("/account#tokens", 303)
        accounts.sign_out_everywhere()
        answer = redirect("/sign-in", 303)
        identity.drop_session(answer)
        return answer
    except LitatlasError as error:
        return _shown(error=error)
