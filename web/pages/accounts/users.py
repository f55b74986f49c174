"""What keepers look after: users, and the audit log."""

from __future__ import annotations

import json
from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.accounts.permissions import PERMISSIONS, ROLES
from litatlas.errors import LitatlasError
from web.access.account_requests import AuditRequest, UsersRequest
from web.downloads import download
from web.pages.accounts.blueprint import blueprint
from web.rendering import page
from web.requests import parse
from web.site import atlas

ROWS = 200


@blueprint.get("/users")
def users() -> Response:
    """All users."""
    return _shown()


def _shown(*, error: LitatlasError | None = None, link: str = "", of: str = "") -> Response:
    return page(
        "users.html",
        error.status if error else 200,
        users=atlas().accounts.all(),
        roles=list(ROLES),
        permissions=PERMISSIONS,
        granted=ROLES,
        error=error,
        link_made=link,
        of=of,
    )


@blueprint.post("/users")
def change_users() -> AnyResponse:
    """Add a user, change a role or the groups, make a link that sets a password, remove a user."""
    params = parse(UsersRequest, request.form)
    accounts = atlas().accounts
    try:
        match params.do:
            case "add":
                name = accounts.add(params.name, params.role)["name"]
                return _shown(link=_link(accounts.reset_link(name)), of=name)
            case "link":
                return _shown(link=_link(accounts.reset_link(params.name)), of=params.name)
            case "role":
                accounts.set_role(params.name, params.role)
            case "groups":
                names = [name.strip() for name in params.groups.split(",")]
                accounts.set_groups(params.name, [name for name in names if name])
            case "remove":
                accounts.remove(params.name)
    except LitatlasError as error:
        return _shown(error=error)
    return redirect("/users", 303)


def _link(secret: str) -> str:
    return request.url_root.rstrip("/") + "/reset/" + quote(secret)


@blueprint.get("/audit")
def audit() -> Response:
    """Who did what, when: the latest first."""
    before = parse(AuditRequest, request.args).before
    rows = atlas().accounts.audit(limit=ROWS, before=before)
    return page("audit.html", rows=rows, more=rows[-1]["number"] if len(rows) == ROWS else None)


@blueprint.get("/audit.jsonl")
def audit_log() -> Response:
    """All of the audit log, a JSON object a line."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in atlas().accounts.audit_log())
    return download(lines, "application/x-ndjson", "audit", ".jsonl")
