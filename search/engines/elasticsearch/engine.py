"""Elasticsearch behind the engine contract: for those who outgrow one machine, and for clusters of others.

An index ``name`` is ``<prefix>-<name>`` there, and the alias ``<prefix>`` means the one that was
published last; a role with all privileges on ``<prefix>*`` and none on the cluster is enough. Mappings
are strict and made from the field registry. The stamp lives in the mapping's ``_meta``, set after
everything before it can be searched. Nothing of Elasticsearch's optional modules is used, no scripts, no
``GET /``, and no user text meets its query parsers.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import elasticsearch
from elasticsearch import Elasticsearch

from ingest.progress import timed
from search.clauses import TEXT
from search.engines.contract import (
    Answer,
    EngineOptions,
    Health,
    Hit,
    IndexedPaper,
    Progress,
    Request,
    Stamp,
    Statistics,
    check_page,
    check_schema,
)
from search.engines.cursors import broken_cursor, foreign_cursor, make_cursor, parse_cursor, search_key
from search.engines.elasticsearch.compile import (
    Body,
    Call,
    chunks,
    filter_body,
    hits_of,
    query_body,
    sort_body,
)
from search.engines.elasticsearch.errors import AWAY_HINT, SLOW_HINT, VERSION_HINT, missing, typed
from search.engines.elasticsearch.mapping import mapping
from search.engines.errors import (
    EngineAwayError,
    EngineError,
    EngineRedError,
    EngineRefusedError,
    EngineSlowError,
    EngineVersionError,
    IndexMissingError,
)
from search.engines.facets import count_facets, facets_of
from search.engines.filters import hits_clause

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,100}")
_WRITE_TIMEOUT = 120.0  # seconds that a bulk request may take
_COPIES_TIMEOUT = (
    "60s"  # how long a new index waits for its copies: a node lost before them takes papers with it
)
_PATIENCE = 180.0  # seconds that a write goes on trying while the cluster is busy or a node is away
_SEARCH_TYPE = "dfs_query_then_fetch"  # word statistics of all shards, so that their number does not matter
_KEEP = "5m"  # how long a deep reading is kept between two pages
_CANDIDATES = 400  # papers that a nearest search looks at in each shard, at least


class ElasticsearchEngine:
    """The engine on a cluster; safe for threads and for any number of processes."""

    def __init__(self, urls: Sequence[str], options: EngineOptions) -> None:
        if not _NAME.fullmatch(options.prefix):
            raise EngineError(f"“{options.prefix[:100]}” is not a valid prefix.", "Use a-z, 0-9, - and _.")
        more: Body = {}
        if options.api_key:
            more["api_key"] = options.api_key
        if options.ca_certs:
            more["ca_certs"] = options.ca_certs
        self._options = options
        self._where = ", ".join(re.sub(r"//[^/@]*@", "//", url) for url in urls)
        with self._translated(""):
            self._client = Elasticsearch(
                list(urls),
                request_timeout=options.timeout,
                max_retries=3,
                retry_on_status=(502, 504),
                http_compress=False,
                **more,
            )
        self._checked: set[str] = set()

    def create(self, index: str, stamp: Stamp) -> None:
        """Make an empty index; one of the same name is replaced."""
        name = self._name(index)
        settings = {
            "number_of_shards": self._options.shards,
            "number_of_replicas": self._options.replicas,
            "refresh_interval": -1,
            "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
        }
        with self._translated(index):
            self._checked.discard(index)
            self._patient.indices.delete(index=name, ignore_unavailable=True)
            self._patient.indices.create(
                index=name,
                settings=settings,
                mappings=mapping(stamp),
                wait_for_active_shards=self._options.replicas + 1,
                timeout=_COPIES_TIMEOUT,
            )

    def drop(self, index: str) -> None:
        """Remove an index, if there is one."""
        with self._translated(index):
            self._checked.discard(index)
            self._patient.indices.delete(index=self._name(index), ignore_unavailable=True)

    def indices(self) -> list[str]:
        """The names of all indices under the prefix, sorted."""
        with self._translated(""):
            mappings = self._client.indices.get_mapping(
                index=f"{self._options.prefix}-*", filter_path="*.mappings._meta"
            )
        return sorted(name.removeprefix(f"{self._options.prefix}-") for name in mappings)

    def stamp(self, index: str) -> Stamp | None:
        """What the index holds; None when there is no such index."""
        name = self._name(index)
        with self._translated(index):
            mappings = self._client.indices.get_mapping(index=name, ignore_unavailable=True)
        if name not in mappings:
            return None
        try:
            return Stamp.from_json(mappings[name]["mappings"]["_meta"]["stamp"])
        except (KeyError, TypeError, ValueError):
            raise EngineRedError(
                f"The index {name} was not written by litatlas.",
                "Choose another index prefix, or rebuild the index: litatlas reindex.",
            ) from None

    def write(
        self,
        index: str,
        papers: Iterable[IndexedPaper],
        *,
        deleted: Iterable[str] = (),
        stamp: Stamp,
        progress: Progress | None = None,
    ) -> int:
        """Add or replace papers by id, delete others, make it all visible, then set the stamp; papers
        written."""
        self._check(index)
        name = self._name(index)
        with self._translated(index):
            count = self._bulk(index, papers, deleted, progress)
            self._patient.indices.refresh(index=name)
            self._patient.indices.put_mapping(index=name, meta={"stamp": stamp.to_json()})
        return count

    def publish(self, index: str) -> None:
        """Let the alias mean this index and no other, in one step."""
        self._check(index)
        alias = self._options.prefix
        actions: list[Mapping[str, Any]] = [
            {"remove": {"index": f"{alias}-*", "alias": alias, "must_exist": False}},
            {"add": {"index": self._name(index), "alias": alias}},
        ]
        with self._translated(index):
            self._patient.indices.update_aliases(actions=actions)

    @timed("index")
    def search(self, index: str, request: Request) -> Answer:
        """Find, count and order papers, in one call to the cluster unless facets ask for more."""
        check_page(request)
        self._check(index)
        with self._translated(index):
            call = Call(self._several(index), hits_clause(request), request)
            facets = count_facets(facets_of(request), call.count)
            if request.cursor is not None:
                return self._read_on(index, request, facets)
            return call.answer(facets)

    @timed("index")
    def nearest(self, index: str, vector: Sequence[float], request: Request, limit: int) -> list[Hit]:
        """The papers nearest to a topic vector, found by the cluster's own nearest-neighbour index."""
        if limit < 1 or not any(vector):
            return []
        self._check(index)
        knn = {
            "field": "vector",
            "query_vector": [float(value) for value in vector],
            "k": limit,
            "num_candidates": min(10_000, max(_CANDIDATES, 2 * limit)),
            "filter": filter_body(hits_clause(request)),
        }
        with self._translated(index):
            answer = self._client.search(
                index=self._name(index), knn=knn, size=limit, source=False, timeout=self._time
            )
        hits = [Hit(row["_id"], 2 * row["_score"] - 1) for row in answer["hits"]["hits"]]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def statistics(
        self, index: str, stems: Sequence[str] = (), collections: frozenset[str] | None = None
    ) -> Statistics:
        """The size of an index, and in how many papers (of some collections) each of the stems stands."""
        counted = {
            "stems": {
                "filters": {"filters": {str(at): {"term": {TEXT: stem}} for at, stem in enumerate(stems)}}
            }
        }
        with self._translated(index):
            name = self._name(index)
            answer = self._client.search(
                index=name,
                query=filter_body(hits_clause(Request(collections=collections))),
                size=0,
                track_total_hits=True,
                aggs=counted if stems else None,
                timeout=self._time,
            )
            size = self._client.indices.stats(index=name, metric="store")["_all"]["primaries"]["store"][
                "size_in_bytes"
            ]
        rows = answer["aggregations"]["stems"]["buckets"] if stems else {}
        frequencies = {stem: rows[str(at)]["doc_count"] for at, stem in enumerate(stems)}
        return Statistics(answer["hits"]["total"]["value"], size, frequencies)

    def health(self, index: str = "") -> Health:
        """How the cluster is, as far as our privileges let us see."""
        name = f"{self._options.prefix}-{index or '*'}"
        try:
            if index:
                self._check(index)
            with self._translated(index):
                try:
                    cluster = self._client.cluster.health(index=name).body
                    state, facts = cluster["status"], _facts(cluster)
                    nodes = self._client.nodes.info(node_id="_local", filter_path="nodes.*.version")["nodes"]
                    version = next(node["version"] for node in nodes.values())
                except elasticsearch.AuthorizationException:
                    self._client.count(index=name)
                    state, version, facts = "green", "8", ()
        except EngineError as error:
            return Health("elasticsearch", "", "red", error.message, error.hint)
        message = {"green": "", "yellow": "A copy of a shard is missing.", "red": "A shard is missing."}[
            state
        ]
        return Health("elasticsearch", version, state, message, "", facts)

    def verify(self, index: str) -> None:
        """Nothing to do: Lucene compares checksums itself, and a shard that is damaged is red."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def _patient(self) -> Elasticsearch:
        return self._client.options(request_timeout=max(_WRITE_TIMEOUT, self._options.timeout))

    @property
    def _time(self) -> str:
        return f"{max(1, round(self._options.timeout * 1000))}ms"

    def _name(self, index: str) -> str:
        if not _NAME.fullmatch(index):
            raise EngineError(f"“{index[:100]}” is not a valid index name.", "Use a-z, 0-9, - and _.")
        return f"{self._options.prefix}-{index}"

    def _check(self, index: str) -> None:
        """Raise when the index is not there or of another layout; asked once for each index."""
        if index in self._checked:
            return
        stamp = self.stamp(index)
        if stamp is None:
            raise missing(self._where, index)
        check_schema(index, stamp)
        self._checked.add(index)

    def _several(self, index: str) -> Callable[[list[Body]], list[Body]]:
        """Run searches in one call; the first that fails raises."""
        name = self._name(index)

        def run(bodies: list[Body]) -> list[Body]:
            timed = [{"timeout": self._time, **body} for body in bodies]
            if len(timed) == 1:
                return [self._search(timed[0], name)]
            header = {"index": name, "search_type": _SEARCH_TYPE, "allow_partial_search_results": False}
            answers = self._client.msearch(searches=[line for body in timed for line in (header, body)])
            for answer in answers["responses"]:
                if "error" in answer:
                    raise typed(self._where, index, answer["status"], answer["error"])
            return list(answers["responses"])

        return run

    def _search(self, body: Body, name: str | None = None) -> Body:
        """One search; an answer without some of the shards is no answer."""
        answer = self._client.search(
            index=name, body=body, search_type=_SEARCH_TYPE, allow_partial_search_results=False
        )
        return dict(answer.body)

    def _read_on(self, index: str, request: Request, facets: dict[str, list[tuple[str, int]]]) -> Answer:
        """The next page of a deep reading: a point in time and the sort values of the hit before."""
        clause = hits_clause(request)
        key = search_key(index, clause, request.sort)
        sort = sort_body(clause, request.sort)
        body: Body = {"query": query_body(clause), "size": request.limit, "sort": sort}
        position = 0
        if request.cursor:
            begun, moment, at, after = parse_cursor(request.cursor, 4)
            if begun != key or not at.isdecimal():
                raise foreign_cursor()
            position = int(at)
            body["search_after"] = json.loads(base64.urlsafe_b64decode(after.encode("ascii")))
        else:
            moment = self._client.open_point_in_time(index=self._name(index), keep_alive=_KEEP)["id"]
        body |= {"pit": {"id": moment, "keep_alive": _KEEP}, "track_total_hits": True, "track_scores": True}
        try:
            answer = self._search({**body, "_source": False, "timeout": self._time})
        except elasticsearch.BadRequestError as error:
            if request.cursor:
                raise broken_cursor() from error
            raise
        rows = answer["hits"]["hits"]
        total = answer["hits"]["total"]["value"]
        position += len(rows)
        cursor = None
        if rows and position < total:
            after = base64.urlsafe_b64encode(json.dumps(rows[-1]["sort"]).encode()).decode("ascii")
            cursor = make_cursor(key, answer["pit_id"], str(position), after)
        else:
            with suppress(elasticsearch.ApiError, elasticsearch.TransportError):
                self._client.close_point_in_time(id=answer["pit_id"])
        return Answer(total, hits_of(rows, clause, request.sort), facets, cursor)

    def _bulk(
        self, index: str, papers: Iterable[IndexedPaper], deleted: Iterable[str], progress: Progress | None
    ) -> int:
        """Send everything in chunks, one on its way while the next is made; the number of papers sent."""
        sent: Future[None] | None = None
        count = 0
        with ThreadPoolExecutor(1) as sender:
            for number, lines in chunks(papers, deleted):
                if sent is not None:
                    sent.result()
                    if progress is not None:
                        progress(count)
                sent = sender.submit(self._send, index, lines)
                count += number
            if sent is not None:
                sent.result()
        return count

    def _send(self, index: str, lines: list[str]) -> None:
        """One bulk request; what the cluster has no room for now is sent again, ever more slowly."""
        until = time.monotonic() + _PATIENCE
        pause = 0.2
        while lines:
            lines, error = self._try(index, lines)
            if error is not None:
                if time.monotonic() > until:
                    raise error
                time.sleep(pause)
                pause = min(10.0, 2 * pause)

    def _try(self, index: str, lines: list[str]) -> tuple[list[str], EngineError | None]:
        """The lines that must be sent again, and why; errors that waiting does not cure are raised."""
        operations: Any = lines
        try:
            with self._translated(index):
                answer = self._patient.bulk(index=self._name(index), operations=operations)
        except (EngineAwayError, EngineSlowError, EngineRedError) as error:
            return lines, error
        again: list[str] = []
        reason: EngineError | None = None
        at = 0
        for item in answer["items"] if answer["errors"] else ():
            ((action, result),) = item.items()
            width = 1 if action == "delete" else 2
            if "error" in result:
                reason = typed(self._where, index, result["status"], result["error"])
                if not isinstance(reason, EngineSlowError | EngineRedError):
                    raise reason
                again += lines[at : at + width]
            at += width
        return again, reason

    @contextmanager
    def _translated(self, index: str) -> Iterator[None]:
        """Turn the client's errors into the contract's."""
        try:
            yield
        except elasticsearch.UnsupportedProductError as error:
            raise EngineVersionError(
                f"What answers at {self._where} is not an Elasticsearch.", VERSION_HINT
            ) from error
        except elasticsearch.ConnectionTimeout as error:
            raise EngineSlowError(
                f"Elasticsearch at {self._where} did not answer in time.", SLOW_HINT
            ) from error
        except elasticsearch.SSLError as error:
            raise EngineRefusedError(
                f"The certificate of {self._where} cannot be trusted.",
                "Set ca_certs to the file of its certificate authority.",
            ) from error
        except elasticsearch.TransportError as error:
            raise EngineAwayError(f"No Elasticsearch answers at {self._where}.", AWAY_HINT) from error
        except elasticsearch.ApiError as error:
            body = error.body if isinstance(error.body, dict) else {}
            translated = typed(
                self._where, index, error.status_code, body.get("error") or str(error.body)[:500]
            )
            if isinstance(translated, IndexMissingError):
                self._checked.discard(index)
            raise translated from error
        except ValueError as error:
            raise EngineError(
                f"The engine's address is wrong: {str(error)[:200]}.", "Check LITATLAS_ENGINE."
            ) from error


def _facts(cluster: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the answer of `cluster.health` says of nodes and shards."""
    names = {
        "status": "state of the cluster",
        "number_of_nodes": "nodes",
        "number_of_data_nodes": "nodes with data",
        "active_shards": "shards at work",
        "unassigned_shards": "shards without a node",
        "relocating_shards": "shards on the move",
    }
    return tuple((told, str(cluster[name])) for name, told in names.items() if name in cluster)
