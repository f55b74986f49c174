"""Who sees a collection or a list."""

from __future__ import annotations

from urllib.parse import quote

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web.access.account_requests import ShareRequest
from web.pages.accounts.blueprint import blueprint
from web.rendering.search_links import collection_url
from web.requests import parse
from web.site import atlas


@blueprint.post("/collections/<name:name>/share")
def share_collection(name: str) -> AnyResponse:
    """Say who sees a collection."""
    asked = parse(ShareRequest, request.form)
    private = asked.who == "private"
    atlas().collections.share(name, private=private, users=asked.users(), groups=asked.groups())
    atlas().accounts.record("collection shared", name, who_sees=asked.who, shared=asked.shared)
    return redirect(collection_url(name), 303)


@blueprint.post("/lists/<id>/share")
def share_list(id: str) -> AnyResponse:
    """Say who sees a list."""
    asked = parse(ShareRequest, request.form)
    private = asked.who == "private"
    atlas().lists.share(id, private=private, users=asked.users(), groups=asked.groups())
    atlas().accounts.record("list shared", id, who_sees=asked.who, shared=asked.shared)
    return redirect(f"/lists/{quote(id)}", 303)
