"""Named lists of papers in the API."""

from __future__ import annotations

from typing import TypedDict

from litatlas.answers import ListAnswer, ListHead
from web.api.operations import operation
from web.requests import ListPapersRequest, ListRequest, NoParameters
from web.site import atlas


class ListsAnswer(TypedDict):
    """All lists."""

    lists: list[ListHead]


@operation("GET", "/lists", ListsAnswer)
def reading_lists(_: NoParameters) -> ListsAnswer:
    """All named lists of papers."""
    return {"lists": atlas().lists.all()}


@operation("POST", "/lists", ListAnswer, request=ListRequest, status=201, body="json")
def make_list(params: ListRequest) -> ListAnswer:
    """Create a list of papers."""
    return atlas().lists.one(atlas().lists.make(params.name, params.ids))


@operation("GET", "/lists/<id>", ListAnswer)
def reading_list(_: NoParameters, id: str) -> ListAnswer:
    """A list with its papers and the topics they cover."""
    return atlas().lists.one(id)


@operation("POST", "/lists/<id>/papers", ListAnswer, request=ListPapersRequest, body="json")
def add_to_list(params: ListPapersRequest, id: str) -> ListAnswer:
    """Append papers to a list."""
    atlas().lists.add(id, params.ids)
    return atlas().lists.one(id)


@operation("DELETE", "/lists/<id>", ListsAnswer)
def remove_list(_: NoParameters, id: str) -> ListsAnswer:
    """Remove a list; its papers stay in the library."""
    atlas().lists.remove(id)
    return {"lists": atlas().lists.all()}
