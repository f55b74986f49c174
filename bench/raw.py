"""The engines without the contract: the same fields, written and asked as a program made for one engine
would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from search.clauses import Clause
from search.engines.contract import FacetRequest, IndexedPaper, Stamp
from search.engines.documents import record_of
from search.engines.tantivy.encoding import pack_id, sort_keys, vector_tokens
from search.fields import BY_NAME


class Raw(Protocol):
    """A raw engine; what it writes was made into records beforehand."""

    def index(self, papers: Sequence[IndexedPaper]) -> None:
        """Write all the papers anew."""

    def search(self, clause: Clause, limit: int, facets: Sequence[FacetRequest] = ()) -> Any:
        """Ask for hits and facets."""

    def close(self) -> None:
        """Remove what was written."""


def rival(engine: str, folder: Path, stamp: Stamp) -> Raw:
    """The raw engine to compare with."""
    return RawTantivy(folder) if engine == "tantivy" else RawElasticsearch(engine, stamp)


class RawTantivy:
    """The binding, from records that are ready."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        from search.engines.tantivy import compile as tantivy_compile
        from search.engines.tantivy import schema as tantivy_schema

        self._schemas, self._compiler = tantivy_schema, tantivy_compile.Compiler
        self._tantivy = tantivy
        self._schema = tantivy_schema.index_schema()
        self._folder = folder
        self._records: list[dict[str, Any]] = []

    def index(self, papers: Sequence[IndexedPaper]) -> None:
        """Add every record, commit, merge."""
        self._records = self._records or [_tantivy_record(paper) for paper in papers]
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._index = self._tantivy.Index(self._schema, str(self._folder))
        self._schemas.register(self._index)
        writer = self._index.writer(400_000_000, 1)
        for record in self._records:
            writer.add_document(self._tantivy.Document.from_dict(record, self._schema))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, clause: Clause, limit: int, facets: Sequence[FacetRequest] = ()) -> Any:
        """Hits as addresses, facets in one call."""
        searcher = self._index.searcher()
        query = self._compiler(self._schema).query(clause)
        answer = searcher.search(query, limit)
        if facets:
            searcher.aggregate(query, {facet.name: _terms(facet) for facet in facets})
        return answer

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


class RawElasticsearch:
    """The client's own helper for bulk requests, and plain searches."""

    def __init__(self, url: str, stamp: Stamp) -> None:
        from elasticsearch import Elasticsearch, helpers

        from search.engines.elasticsearch import compile as elasticsearch_compile
        from search.engines.elasticsearch.mapping import mapping

        self._compile = elasticsearch_compile
        self._mapping = mapping
        self._helpers = helpers
        self._client = Elasticsearch(url, request_timeout=120)
        self._stamp = stamp
        self._lines: list[str] = []

    def index(self, papers: Sequence[IndexedPaper]) -> None:
        """`streaming_bulk` with its defaults, then refresh."""
        self._lines = self._lines or [
            line for _, lines in self._compile.chunks(papers, ()) for line in lines[1::2]
        ]
        self._client.options(ignore_status=404).indices.delete(index="raw-bench")
        settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": -1}
        self._client.indices.create(index="raw-bench", mappings=self._mapping(self._stamp), settings=settings)
        records = map(json.loads, self._lines)
        actions = ({"_index": "raw-bench", "_id": record["id"], "_source": record} for record in records)
        for _ in self._helpers.streaming_bulk(self._client, actions):
            pass
        self._client.indices.refresh(index="raw-bench")

    def search(self, clause: Clause, limit: int, facets: Sequence[FacetRequest] = ()) -> Any:
        """One `_search`."""
        return plain_search(self._client, "raw-bench", clause, limit, facets)

    def close(self) -> None:
        """Remove the index."""
        self._client.indices.delete(index="raw-bench")
        self._client.close()


def plain_search(
    client: Any, index: str, clause: Clause, limit: int, facets: Sequence[FacetRequest] = ()
) -> Any:
    """One `_search` of an index of Elasticsearch, as its client's manual would write it."""
    from search.engines.elasticsearch.compile import query_body

    return client.search(
        index=index,
        query=query_body(clause),
        size=limit,
        source=False,
        track_total_hits=True,
        aggs={facet.name: _terms(facet) for facet in facets} or None,
    )


def _tantivy_record(paper: IndexedPaper) -> dict[str, Any]:
    high, low = pack_id(paper.id)
    vector = vector_tokens(paper.vector) if paper.vector is not None else ""
    return {
        "id": paper.id,
        "id_high": high,
        "id_low": low,
        **sort_keys(paper),
        **record_of(paper),
        "vector": vector,
    }


def _terms(facet: FacetRequest) -> dict[str, Any]:
    field = BY_NAME[facet.name].filter_field.name if facet.name in BY_NAME else facet.name
    return {"terms": {"field": field, "size": facet.size}}
