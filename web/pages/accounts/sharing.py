"""Who sees a collection, a list, a book, a note; what cannot be done is said on the page of the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from flask import Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.errors import LitatlasError
from web.access.account_requests import ShareRequest
from web.pages import collections, lists
from web.pages.accounts.blueprint import blueprint
from web.pages.books import overview
from web.rendering.search_links import collection_url
from web.requests import parse
from web.site import atlas


class Share(Protocol):
    """Says who sees something."""

    def __call__(self, *, private: bool, users: list[str], groups: list[str]) -> None:
        """Share it."""


@dataclass(frozen=True, slots=True)
class FailedSharing:
    """What was typed into a form about sharing (``name`` tells which of the page), and what is wrong."""

    name: str
    typed: ShareRequest
    error: LitatlasError


def share_or_show(share: Share, view: Callable[[], Response], next: str, name: str = "") -> AnyResponse:
    """Share what a form says, then go to ``next``; what is wrong is shown on its page (``view``)."""
    form = parse(ShareRequest, request.form)
    try:
        share(private=form.who == "private", users=form.users(), groups=form.groups())
    except LitatlasError as error:
        g.sharing_failed = FailedSharing(name, form, error)
        response = view()  # where who asks may not see the thing, this says so
        response.status_code = error.status
        return response
    return redirect(next, 303)


@blueprint.post("/collections/<name:name>/share")
def share_collection(name: str) -> AnyResponse:
    """Say who sees a collection."""

    def share(*, private: bool, users: list[str], groups: list[str]) -> None:
        atlas().collections.share(name, private=private, users=users, groups=groups)
        shared = [*users, *(f"group:{group}" for group in groups)]
        atlas().accounts.record("collection shared", name, private=private, shared=shared)

    return share_or_show(share, lambda: collections.collection(name), collection_url(name))


@blueprint.post("/books/<id>/share")
def share_book(id: str) -> AnyResponse:
    """Say who sees a search book."""

    def share(*, private: bool, users: list[str], groups: list[str]) -> None:
        atlas().books.share(id, private=private, users=users, groups=groups)
        shared = [*users, *(f"group:{group}" for group in groups)]
        atlas().accounts.record("search book shared", id, private=private, shared=shared)

    return share_or_show(share, lambda: overview.book(id), f"/books/{quote(id)}")


@blueprint.post("/lists/<id>/share")
def share_list(id: str) -> AnyResponse:
    """Say who sees a list."""

    def share(*, private: bool, users: list[str], groups: list[str]) -> None:
        atlas().lists.share(id, private=private, users=users, groups=groups)
        shared = [*users, *(f"group:{group}" for group in groups)]
        atlas().accounts.record("list shared", id, private=private, shared=shared)

    return share_or_show(share, lambda: lists.reading_list(id), f"/lists/{quote(id)}")
