"""The schema of an index, made from the field registry."""

from __future__ import annotations

import tantivy

from search import fields
from search.clauses import TEXT
from search.engines.documents import POSITIONS


def index_schema() -> tantivy.Schema:
    """The schema of a new index, made from the field registry."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(TEXT, tokenizer_name="whitespace", index_option="freq")
    for name in ("id_high", "id_low", "newest", "oldest", "cited", "arrived"):
        builder.add_unsigned_field(name, fast=True)
    for name in fields.FOLDED.values():
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for item in fields.engine_fields():
        if item.storage == "integer":
            builder.add_integer_field(item.name, indexed=True, fast=True)
        elif item.storage == "keyword":
            builder.add_text_field(item.name, fast=item.columnar, tokenizer_name="raw", index_option="basic")
        elif item.storage == "stored":
            builder.add_text_field(item.name, stored=True, tokenizer_name="stored", index_option="basic")
        else:
            option = "position" if item.name in POSITIONS else "basic"
            builder.add_text_field(item.name, tokenizer_name="whitespace", index_option=option)
    return builder.build()


def register(index: tantivy.Index) -> None:
    """Make the analyzer of fields that are only stored known to an index: it leaves no token."""
    nothing = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.remove_long(1))
    index.register_tokenizer("stored", nothing.build())
