"""What templates may call."""

from __future__ import annotations

from datetime import UTC, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask import Flask, current_app, request
from flask_babel import get_locale, gettext, lazy_gettext

from litatlas import __version__, vocabulary
from web.assets import MODULES, asset
from web.rendering import charts, field_names, rich_text
from web.rendering.marked_papers import marking
from web.rendering.marked_words import mark_words
from web.rendering.result_card import mark, result
from web.rendering.search_links import collection_url, field_search, search_url

JOBS = {
    "add": lazy_gettext("Adding papers"),
    "refresh": lazy_gettext("Harvesting what is new"),
    "build": lazy_gettext("Building the topics"),
    "publish": lazy_gettext("Publishing the topics"),
    "roll_back": lazy_gettext("Going back to the topics before"),
    "encode": lazy_gettext("Encoding papers"),
}
MAPPED = {
    "title": lazy_gettext("Title"),
    "abstract": lazy_gettext("Abstract"),
    "authors": lazy_gettext("Authors"),
    "year": lazy_gettext("Year"),
    "venue": lazy_gettext("Venue"),
    "doi": "DOI",
    "tags": lazy_gettext("Tags"),
    "id": lazy_gettext("Identifier"),
}


def language(code: str) -> str:
    """A language's name in the reader's own, or the code itself."""
    try:
        return Locale.parse(code).get_display_name(get_locale()) or code
    except (ValueError, UnknownLocaleError):
        return code


def month(value: str) -> str:
    """A month ("2026-11") as the reader's language writes it; another text as it is."""
    try:
        day = datetime.strptime(value, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return value
    return format_skeleton("yMMM", day, locale=get_locale())


def file_size(size: int) -> str:
    """Bytes as people say them, in the reader's language: "3 kB", "2.4 MB"."""
    if size < 1_000_000:
        return str(gettext("%(size)s kB", size=-(-size // 1000)))
    return str(gettext("%(size)s MB", size=format_decimal(size / 1_000_000, "0.0", locale=get_locale())))


def install(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.filters.update(
        rich=rich_text.rich,
        plain=rich_text.plain,
        paragraphs=rich_text.paragraphs,
        short=rich_text.short,
        number=rich_text.number,
        percent=rich_text.percent,
        file_size=file_size,
        language=language,
        month=month,
        file_name=rich_text.file_name,
        on_page=rich_text.on_page,
        mark_words=mark_words,
    )
    app.jinja_env.globals.update(
        _=rich_text.gettext,
        gettext=rich_text.gettext,
        asset=asset,
        modules=MODULES,
        first_authors=rich_text.first_authors,
        search_url=search_url,
        collection_url=collection_url,
        field_search=field_search,
        quoted=rich_text.quoted,
        bars=charts.bars,
        field_titles=field_names.FIELDS,
        sorts=field_names.SORTS,
        job_titles=JOBS,
        mapped=MAPPED,
        link=rich_text.link,
        preview_helps=rich_text.preview_helps,
        mark=mark,
        marking=marking,
        result=result,
        strong=rich_text.strong,
        here=lambda: request.full_path.rstrip("?") if request.method == "GET" else "/",
        vocabulary=vocabulary,
        version=__version__,
        read_only=lambda: current_app.config["READ_ONLY"],
    )
