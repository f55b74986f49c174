"""The choice of the pages' language."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web import locales as languages
from web.pages.blueprint import blueprint
from web.requests import LanguageRequest, parse


@blueprint.post("/language")
def language() -> AnyResponse:
    """Keep the choice and go back to the page it was made on."""
    params = parse(LanguageRequest, request.form)
    answer = redirect(own_address(params.next), 303)
    languages.keep(answer, params.code)
    return answer


def own_address(address: str) -> str:
    """An address of this site only: its path and query, whatever host was named before them."""
    parts = urlsplit(address.replace("\\", "/"))
    path = "/" + parts.path.lstrip("/")
    return quote(path, safe="/%+,;=:@!$'()*~") + (f"?{parts.query}" if parts.query else "")
