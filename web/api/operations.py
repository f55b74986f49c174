"""One table of operations: it routes, validates and documents, so that none of the three can lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request

from web.requests import NoParameters, Request, RequestError, parse

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API; ``path`` is in Flask's notation below ``/api/v1``."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    name: str
    summary: str
    request: type[Request]
    answer: Any
    status: int
    body: Literal["none", "json", "explore", "upload", "file"]
    media: tuple[str, ...]


OPERATIONS: list[Operation] = []
Handler = Callable[..., Any]


def operation(
    method: Literal["GET", "POST", "PUT", "DELETE"],
    path: str,
    answer: Any,
    *,
    request: type[Request] = NoParameters,
    status: int = 200,
    body: Literal["none", "json", "explore", "upload", "file"] = "none",
    media: Iterable[str] = ("application/json",),
) -> Callable[[Handler], Handler]:
    """Register a handler; it is called with the validated request and the parts of the path.

    ``media`` are the types that its answer may have, one a format where there are several.
    """
    kinds = tuple(dict.fromkeys(kind.partition(";")[0] for kind in media))  # without a charset

    def register(handler: Handler) -> Handler:
        name = handler.__name__
        summary = (handler.__doc__ or "").strip().partition("\n")[0]
        OPERATIONS.append(Operation(method, path, name, summary, request, answer, status, body, kinds))

        def view(**parts: str) -> Response:
            answer = handler(parse(request, _values(body)), **parts)
            if isinstance(answer, Response):
                return answer
            response = jsonify(answer)
            response.status_code = status
            response.headers["Cache-Control"] = "no-cache"
            if method == "GET":
                response.add_etag(weak=True)  # who has this very answer gets no other: `web.answer_cache`
            return response

        blueprint.add_url_rule(path, name, view, methods=[method])
        return handler

    return register


def _values(body: str) -> Any:
    if body == "none":
        return request.args
    if body == "json":
        return _json()
    if body == "file":
        return request.form
    return {}


def _json() -> dict[str, Any]:
    try:
        values = request.get_json(silent=True) if request.is_json else request.form.to_dict() or {}
    except RecursionError:  # brackets in brackets, without end
        values = None
    if not isinstance(values, dict):
        raise RequestError("The body is not a JSON object.", 'Send one, as in {"text": "…"}.')
    return values


def explore_body() -> dict[str, Any]:
    """The text to explore with: of a JSON body, a form, or plain text."""
    if request.mimetype == "text/plain":
        return {"text": request.get_data().decode("utf-8", "replace"), **request.args.to_dict()}
    return {**request.args.to_dict(), **_json()}
