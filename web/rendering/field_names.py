"""The names of fields and orders in the reader's language; a test holds them to the registry's own."""

from __future__ import annotations

from flask_babel import lazy_gettext

FIELDS = {
    "title": lazy_gettext("Title"),
    "abstract": lazy_gettext("Abstract"),
    "subject": lazy_gettext("Subject"),
    "text": lazy_gettext("Text"),
    "collection": lazy_gettext("Collection"),
    "year": lazy_gettext("Year"),
    "topic": lazy_gettext("Topic"),
    "tag": lazy_gettext("Tag"),
    "author": lazy_gettext("Author"),
    "venue": lazy_gettext("Venue"),
    "lang": lazy_gettext("Language"),
    "type": lazy_gettext("Type"),
    "open_access": lazy_gettext("Open access"),
    "notice": lazy_gettext("Notice"),
    "retracted": lazy_gettext("Retracted"),
    "doi": "DOI",
    "id": lazy_gettext("Identifier"),
    "has": lazy_gettext("Has"),
    "cites": lazy_gettext("Cites"),
    "cited_by": lazy_gettext("Cited by"),
    "citations": lazy_gettext("Citations"),
    "added": lazy_gettext("Added"),
}
SORTS = {
    "relevance": lazy_gettext("Relevance"),
    "newest": lazy_gettext("Newest first"),
    "oldest": lazy_gettext("Oldest first"),
    "title": lazy_gettext("Title"),
    "added": lazy_gettext("Added"),
    "cited": lazy_gettext("Most cited"),
}
