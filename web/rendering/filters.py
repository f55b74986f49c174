"""What templates may call."""

from __future__ import annotations

from flask import Flask

from litatlas import __version__
from web.assets import MODULES, asset
from web.context import site
from web.rendering import charts, text
from web.rendering.links import field_search, search_url
from web.requests import EXPORTS, FACETS, SORTS

LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "ru": "Russian",
    "pt": "Portuguese", "nl": "Dutch", "pl": "Polish", "ja": "Japanese", "zh": "Chinese", "ko": "Korean",
    "cs": "Czech", "da": "Danish", "sv": "Swedish", "no": "Norwegian", "fi": "Finnish", "hu": "Hungarian",
    "tr": "Turkish", "uk": "Ukrainian", "ar": "Arabic", "he": "Hebrew", "el": "Greek", "ro": "Romanian",
    "bg": "Bulgarian", "hr": "Croatian", "sr": "Serbian", "sk": "Slovak", "sl": "Slovenian", "fa": "Persian",
}  # fmt: skip

JOBS = {"add": "Adding papers", "build": "Building the topics", "publish": "Publishing the topics"}


def language(code: str) -> str:
    """A language's name, or the code itself."""
    return LANGUAGES.get(code, code)


def install(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.filters.update(
        rich=text.rich,
        plain=text.plain,
        paragraphs=text.paragraphs,
        short=text.short,
        number=text.number,
        percent=text.percent,
        language=language,
        file_name=text.file_name,
    )
    app.jinja_env.globals.update(
        asset=asset,
        modules=MODULES,
        first_authors=text.first_authors,
        search_url=search_url,
        field_search=field_search,
        quoted=text.quoted,
        bars=charts.bars,
        polyline=charts.line,
        facet_titles=FACETS,
        sorts=SORTS,
        job_titles=JOBS,
        exports=EXPORTS,
        version=__version__,
        read_only=lambda: site().settings.read_only,
    )
