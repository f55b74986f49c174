"""The mapping of an Elasticsearch index: its fields as the registry has them, and its stamp."""

from __future__ import annotations

from typing import Any

from search import fields
from search.clauses import TEXT
from search.engines.contract import Stamp
from search.engines.documents import POSITIONS

Body = dict[str, Any]

_NOT_KEPT = ("*_stem", "*_exact", "*_tokens", "*_folded", "title_sort", "vector", "topic_share", "tag_keys")


def mapping(stamp: Stamp) -> Body:
    """The strict mapping of a new index, made from the field registry; its stamp goes with it."""
    properties: Body = {
        "id": {"type": "keyword"},
        TEXT: {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
        **{folded: {"type": "keyword", "doc_values": False} for folded in fields.FOLDED.values()},
    }
    for item in fields.engine_fields():
        properties[item.name] = _property(item, stamp.dims)
    present = {name: value for name, value in properties.items() if value}
    return {
        "dynamic": "strict",
        "_meta": {"stamp": stamp.to_json()},
        "_source": {"excludes": list(_NOT_KEPT)},
        "properties": present,
    }


def _property(item: fields.EngineField, dims: int) -> Body:
    match item.storage:
        case "integer":
            return {"type": "long"}
        case "keyword":
            return {"type": "keyword", "doc_values": item.columnar}
        case "stored":
            return {"type": "keyword", "index": False, "doc_values": False}
        case "vector":
            return _vector(dims) if dims else {}
    option = "positions" if item.name in POSITIONS else "docs"
    return {"type": "text", "analyzer": "whitespace", "index_options": option, "norms": False}


def _vector(dims: int) -> Body:
    graph = {"type": "hnsw", "m": 16, "ef_construction": 100}
    return {
        "type": "dense_vector",
        "dims": dims,
        "index": True,
        "similarity": "cosine",
        "index_options": graph,
    }
