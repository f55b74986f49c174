"""An atlas made of thin air: the methods of ``litatlas.atlas.Atlas`` over generated topics and papers.

It lets the pages be tested at full size (12/60/300 topics), in every state (no papers, no model) and with
hostile text, in milliseconds. The flows that matter run over a real atlas, see ``conftest.py``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from litatlas.errors import LitatlasError, NotFoundError
from topics.map.layout import MapNode, layout, paper_points

FIELDS = [
    "Heart and vessels",
    "Cancer therapy",
    "Infectious disease",
    "Brain and mind",
    "Genes and proteins",
    "Nutrition and metabolism",
    "Surgery",
    "Public health",
    "Children and birth",
    "Drugs and receptors",
    "Imaging",
    "Immune system",
]
FIRST = [
    "Chronic",
    "Acute",
    "Neural",
    "Hepatic",
    "Renal",
    "Cardiac",
    "Viral",
    "Bacterial",
    "Genomic",
    "Clinical",
    "Pulmonary",
    "Retinal",
    "Vascular",
    "Cognitive",
    "Maternal",
    "Cellular",
    "Epithelial",
    "Molecular",
    "Dental",
    "Pediatric",
    "Oral",
    "Skeletal",
    "Synaptic",
    "Enzymatic",
    "Thyroid",
    "Metastatic",
    "Prenatal",
]
SECOND = [
    "inflammation",
    "screening",
    "pathways",
    "imaging",
    "outcomes",
    "receptors",
    "infection",
    "transport",
    "growth",
    "resection",
    "expression",
    "signalling",
    "trials",
    "mortality",
    "exposure",
    "binding",
    "response",
    "immunity",
    "rehabilitation",
    "stress",
    "diagnosis",
    "metabolism",
    "transplantation",
    "resistance",
    "variants",
]
COLLECTIONS = ("PubMed 2021", "PubMed 1977–79")
SIZES = (12, 60, 300)


class QueryError(LitatlasError):
    """A query that does not parse, with its mended form."""

    def __init__(self, message: str, hint: str, mended: str) -> None:
        super().__init__(message, hint)
        self.name = "unbalanced-quote"
        self.mended = mended


def _label(level: int, index: int) -> str:
    if level == 0:
        return FIELDS[index % len(FIELDS)]
    rng = random.Random(f"{level}/{index}")
    return f"{rng.choice(FIRST)} {rng.choice(SECOND)}"


@cache
def hierarchy(sizes: tuple[int, ...] = SIZES) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The topics and the map's cells."""
    rng = random.Random(7)
    parents = [[None] * sizes[0]] + [
        sorted(rng.randrange(sizes[level - 1]) for _ in range(size))
        for level, size in enumerate(sizes)
        if level
    ]
    for level in range(1, len(sizes)):
        for index in range(sizes[level - 1]):
            parents[level][index % sizes[level]] = index
        parents[level].sort()
    weights = [rng.uniform(20, 300) for _ in range(sizes[-1])]
    ids = [[f"t{level}x{index}" for index in range(size)] for level, size in enumerate(sizes)]

    def node(level: int, index: int) -> dict[str, Any]:
        found: dict[str, Any] = {"name": ids[level][index]}
        if level + 1 < len(sizes):
            found["children"] = [node(level + 1, i) for i, p in enumerate(parents[level + 1]) if p == index]
            found["weight"] = sum(child["weight"] for child in found["children"])
        else:
            found["weight"] = weights[index]
        return found

    root = {"name": "", "children": [node(0, i) for i in range(sizes[0])]}
    weight_of: dict[str, float] = {}

    def weigh(entry: dict[str, Any]) -> None:
        weight_of[entry["name"]] = entry.get("weight", 0)
        for child in entry.get("children", ()):
            weigh(child)

    weigh(root)
    vectors = np.random.default_rng(7).random((sum(sizes), 4))
    nodes = [
        MapNode(id, level, ids[level - 1][parents[level][index]] if level else None, weight_of[id], vector)
        for (level, index, id), vector in zip(
            ((level, index, id) for level, row in enumerate(ids) for index, id in enumerate(row)),
            vectors,
            strict=True,
        )
    ]
    polygons = {id: cell.polygon for id, cell in layout(nodes, seed=1).cells.items()}
    topics, cells = [], []
    for level, size in enumerate(sizes):
        for index in range(size):
            parent = parents[level][index]
            above = [(ids[level - 1][parent], 0.8)] if level else []
            below = (
                [(ids[level + 1][i], 0.2) for i, p in enumerate(parents[level + 1]) if p == index]
                if level + 1 < len(sizes)
                else []
            )
            count = int(weight_of[ids[level][index]])
            share = rng.random()
            topics.append(
                {
                    "id": ids[level][index],
                    "level": level,
                    "label": _label(level, index),
                    "terms": [(f"{w} {n}" if n % 3 else w, 0.09 / (n + 1)) for n, w in enumerate(SECOND)],
                    "parents": above,
                    "children": below,
                    "documents": count,
                    "collections": {
                        COLLECTIONS[0]: int(count * share),
                        COLLECTIONS[1]: count - int(count * share),
                    },
                    "quality": {
                        "word": rng.choice(["clear", "clear", "mixed", "leftover"]),
                        "coherence": 0.3,
                    },
                }
            )
            cells.append(
                {
                    "id": ids[level][index],
                    "level": level,
                    "parent": above[0][0] if above else None,
                    "polygon": [(float(x), float(y)) for x, y in polygons[ids[level][index]]],
                    "label": _label(level, index),
                    "documents": count,
                }
            )
    return topics, cells


class FakeLists:
    """Lists of the generated papers."""

    def __init__(self, atlas: FakeAtlas) -> None:
        self.atlas = atlas
        self.held: dict[str, tuple[str, list[str]]] = {}
        if len(atlas.documents) > 4:
            self.held["kept"] = ("Reading for May", ["d0001", "d0003"])

    def _head(self, id: str) -> dict[str, Any]:
        if id not in self.held:
            raise NotFoundError("There is no such list.", "It was removed.")
        name, papers = self.held[id]
        return {"id": id, "name": name, "made": "2026-05-01", "changed": "2026-05-02", "papers": len(papers)}

    def all(self) -> list[dict[str, Any]]:
        return [self._head(id) for id in self.held]

    def one(self, id: str) -> dict[str, Any]:
        head = self._head(id)
        hits = [self.atlas._hit(self.atlas._find(paper)) for paper in self.held[id][1]]
        topics = [
            {**topic, "label": self.atlas.by_id[topic["id"]]["label"], "level": 0}
            for topic in (hits[0]["topics"] if hits else ())
        ]
        return {**head, "documents": hits, "topics": topics, "missing": 0}

    def make(self, name: str, papers: Sequence[str] = ()) -> str:
        id = f"list{len(self.held)}"
        self.held[id] = (name, list(self.atlas.titles(papers)))
        return id

    def add(self, id: str, papers: Sequence[str]) -> None:
        self._head(id)
        self.held[id][1].extend(paper for paper in papers if paper not in self.held[id][1])

    def take(self, id: str, paper: str) -> None:
        self._head(id)
        self.held[id][1].remove(paper)

    def rename(self, id: str, name: str) -> None:
        self._head(id)
        self.held[id] = (name, self.held[id][1])

    def remove(self, id: str) -> None:
        self._head(id)
        del self.held[id]

    def export(self, id: str, format: str) -> Iterator[str]:
        self._head(id)
        return iter([f"{paper}\n" for paper in self.held[id][1]])


class FakeJudging:
    """Questions about the generated topics, in a fixed order."""

    def __init__(self, atlas: FakeAtlas) -> None:
        self.atlas = atlas
        self.said: list[dict[str, Any]] = []

    def question(self, kinds: Sequence[str]) -> dict[str, Any] | None:
        topic, paper = self.atlas.topic_list[1], self.atlas.documents[1]
        asked = {
            "kind": kinds[0],
            "topic": topic["id"],
            "label": topic["label"],
            "terms": [term for term, _ in topic["terms"][:10]],
        }
        if kinds[0] == "paper":
            return {**asked, "subject": paper["id"], "text": paper["title"], "detail": paper["abstract"]}
        if kinds[0] == "child":
            return {**asked, "subject": "t1x2", "text": "Chronic pathways", "detail": "growth, stress"}
        return {**asked, "subject": topic["label"], "text": "", "detail": ""}

    def judge(self, kind: str, topic: str, subject: str, value: str, *, who: str = "") -> int:
        self.atlas.topic(topic)
        row = {"kind": kind, "topic": topic, "subject": subject, "value": value, "who": who}
        self.said.append({"number": len(self.said) + 1, **row, "model": "m1", "made": "2026-05-01"})
        return len(self.said)

    def take_back(self, number: int) -> None:
        if number > len(self.said):
            raise NotFoundError("There is no such judgement.", "It was taken back already.")
        del self.said[number - 1]

    def all(self) -> list[dict[str, Any]]:
        return self.said

    def counts(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for row in self.said:
            kind = found.setdefault(row["kind"], {})
            kind[row["value"]] = kind.get(row["value"], 0) + 1
        return found


class FakeAtlas:
    """See the module."""

    def __init__(self, papers: int = 200, sizes: tuple[int, ...] = SIZES) -> None:
        self.sizes = sizes if papers else ()
        self.topic_list, self.cells = deepcopy(hierarchy(sizes)) if sizes and papers else ([], [])
        self.by_id = {topic["id"]: topic for topic in self.topic_list}
        self.documents = [self._paper(index) for index in range(papers)]
        self.job_list: list[dict[str, Any]] = []
        self.renamed: list[tuple[str, str, str]] = []
        self.said: list[dict[str, Any]] = []
        self.uploaded: list[tuple[str, bytes, str, Mapping[str, Any]]] = []
        self.built: list[dict[str, Any]] = []
        self.waiting: dict[str, Any] | None = None
        self.lists = FakeLists(self)
        self.judging = FakeJudging(self)

    def _paper(self, index: int) -> dict[str, Any]:
        rng = random.Random(index)
        topics = []
        if self.sizes:
            leaf = f"t{len(self.sizes) - 1}x{rng.randrange(self.sizes[-1])}"
            chain = [leaf]
            while self.by_id[chain[-1]]["parents"]:
                chain.append(self.by_id[chain[-1]]["parents"][0][0])
            topics = [{"id": t, "weight": 0.6} for t in reversed(chain)]
        words = [rng.choice(SECOND) for _ in range(80)]
        collection = COLLECTIONS[index % 2]
        return {
            "id": f"d{index:04d}",
            "source_id": f"source:{index}",
            "collection": collection,
            "collections": [collection],
            "title": f"{rng.choice(FIRST)} {rng.choice(SECOND)} and {rng.choice(SECOND)} "
            f"in {rng.choice(FIRST).lower()} {rng.choice(SECOND)}: a study of $\\alpha_{{{index}}}$",
            "abstract": " ".join(words).capitalize() + r". We find $x^2 \leq \frac{1}{\sqrt{n}}$ throughout.",
            "authors": ["Ivanova, Anna", "Okafor, C.", "Müller, Jörg", "李, 明"][: 1 + index % 4],
            "year": 1977 + index % 45,
            "venue": "Journal of Calm Results",
            "volume": "12",
            "pages": "1-9",
            "doi": f"10.1000/{index}",
            "tags": ["Humans", "Adult"],
            "lang": "en",
            "url": "https://example.org/paper",
            "score": 1.0 - index / 400,
            "topics": topics,
        }

    def _hit(self, paper: dict[str, Any], **more: Any) -> dict[str, Any]:
        keys = (
            "id",
            "source_id",
            "collection",
            "collections",
            "title",
            "authors",
            "year",
            "venue",
            "score",
            "topics",
        )
        hit = {key: paper[key] for key in keys}
        hit["highlights"] = {"abstract": [paper["abstract"][:60] + " \ue000inflammation\ue001 was seen"]}
        return {**hit, "retracted": paper.get("retracted", False), **more}

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        sort: str = "relevance",
        ranking: str = "fused",
        match: str = "auto",
        explain: bool = False,
        filters: Mapping[str, Sequence[str]] | None = None,
        cursor: str | None = None,
    ) -> dict[str, Any]:
        if query.count('"') % 2:
            raise QueryError("A quote is opened and never closed.", "Close the quote.", query + '"')
        wanted = dict(filters or {})
        found = [
            paper
            for paper in self.documents
            if (not wanted.get("collection") or paper["collection"] in wanted["collection"])
            and (not wanted.get("year") or str(paper["year"]) in wanted["year"])
            and "nothing" not in query
        ]
        if sort == "newest":
            found.sort(key=lambda paper: -paper["year"])
        lit: dict[str, int] = {}
        for paper in found:
            for topic in paper["topics"]:
                lit[topic["id"]] = lit.get(topic["id"], 0) + 1
        years: dict[str, int] = {}
        for paper in self.documents:
            years[str(paper["year"])] = years.get(str(paper["year"]), 0) + 1

        def facet(name: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
            chosen = set(wanted.get(name, ()))
            return [{"value": v, "count": n, "selected": v in chosen} for v, n in counts.items()]

        topic_facet = [
            {
                "value": t,
                "count": n,
                "selected": t in wanted.get("topic", ()),
                "label": self.by_id[t]["label"],
            }
            for t, n in sorted(lit.items(), key=lambda item: -item[1])[:10]
        ]
        return {
            "query": query,
            "total": len(found),
            "took_ms": 3.2,
            "documents": [self._hit(paper) for paper in found[offset : offset + limit]],
            "facets": {
                "collection": facet("collection", dict.fromkeys(COLLECTIONS, 100)),
                "year": facet("year", years),
                "topic": topic_facet,
                "tag": facet("tag", {"Humans": 90, "Adult": 40}),
                "lang": facet("lang", {"en": 200}),
            },
            "topics": [
                {
                    "id": t,
                    "label": self.by_id[t]["label"],
                    "level": self.by_id[t]["level"],
                    "count": n,
                    "weight": n / max(1, len(found)),
                }
                for t, n in lit.items()
            ],
            "related": [self._hit(paper) for paper in self.documents[-3:]] if found else [],
            "notice": "No paper has all the words; these have some." if "some" in query else "",
            **({"suggestion": "inflammation"} if "inflamation" in query else {}),
        }

    def explore(self, text: str, *, limit: int = 10, diverse: bool = False) -> dict[str, Any]:
        topics = [
            {"id": t["id"], "label": t["label"], "level": t["level"], "weight": 1 / (3 + n)}
            for n, t in enumerate(self.topic_list[:: max(1, len(self.topic_list) // 12)])
        ]
        shared = {"topics": [], "terms": ["inflammation", "screening"]}
        return {
            "topics": topics,
            "documents": [self._hit(paper, shared=shared) for paper in self.documents[:limit]],
            "suggested_tags": ["Humans"],
            "key_terms": ["inflammation"],
        }

    def explore_file(
        self, content: bytes, name: str, *, limit: int = 10, diverse: bool = False
    ) -> dict[str, Any]:
        return self.explore(content.decode("utf-8", "replace"), limit=limit)

    def explore_papers(self, ids: Sequence[str], *, limit: int = 10, diverse: bool = False) -> dict[str, Any]:
        titles = self.titles(ids)
        answer = self.explore("\n".join(titles.values()), limit=limit)
        return answer | {"documents": [hit for hit in answer["documents"] if hit["id"] not in titles]}

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        return {id: self._find(id)["title"] for id in ids}

    def _find(self, document_id: str) -> dict[str, Any]:
        for paper in self.documents:
            if paper["id"] == document_id:
                return paper
        raise NotFoundError(f"There is no paper {document_id!r}.", "Search for its title instead.")

    def citation(self, document_id: str, style: str) -> str:
        return str(self.document(document_id)["cite"][style])

    def document(self, document_id: str, *, cited: Sequence[str] | None = None) -> dict[str, Any]:
        paper = self._find(document_id)
        hits = [self._hit(p) for p in self.documents[:4]]
        return {
            **paper,
            "topics": [
                {**t, "label": self.by_id[t["id"]]["label"], "level": self.by_id[t["id"]]["level"]}
                for t in paper["topics"]
            ],
            "placement": "placed" if self.sizes else "no model",
            "suggested_tags": ["Inflammation", "Screening"],
            "key_terms": ["inflammation", "synaptic transport"],
            "summary": [paper["abstract"].split(". ")[0] + "."],
            "cite": {
                style: text
                for style, text in {
                    "bibtex": "@article{a,\n  title = {A}\n}",
                    "ris": "TY  - JOUR\nER  -",
                    "apa": "A. (2021).",
                    "mla": "A.",
                    "chicago": "A. 2021.",
                }.items()
                if cited is None or style in cited
            },
            "similar": hits,
            "duplicates": [
                {"id": "d0001", "collection": COLLECTIONS[1], "source_id": "9", "reason": "same DOI"}
            ],
            "references": [
                {"id": "d0002", "title": "An older paper", "year": 1977},
                {"text": "doi:10.1/x"},
            ],
            "cited_by": [{"id": "d0003", "title": "A newer paper", "year": 2021}],
        }

    def similar(self, document_id: str, *, limit: int = 10, diverse: bool = False) -> dict[str, Any]:
        self._find(document_id)
        shared = {"topics": [], "terms": ["inflammation"]}
        return {"id": document_id, "documents": [self._hit(p, shared=shared) for p in self.documents[:limit]]}

    def points(self, topic_id: str) -> dict[str, Any]:
        polygon = next(cell["polygon"] for cell in self.cells if cell["id"] == topic_id)
        papers = self.documents[:10]
        places = paper_points(polygon, [paper["id"] for paper in papers])
        return {
            "topic": topic_id,
            "papers": [
                {"id": paper["id"], "title": paper["title"], "point": place}
                for paper, place in zip(papers, places, strict=True)
            ],
        }

    def topics(self) -> dict[str, Any]:
        return {"levels": list(self.sizes), "topics": self.topic_list}

    def topic(self, topic_id: str) -> dict[str, Any]:
        if topic_id not in self.by_id:
            raise NotFoundError(
                f"There is no topic {topic_id!r}.", "Look at the map for the topics there are."
            )
        years = list(range(1977, 2022))
        return {
            **self.by_id[topic_id],
            "trend": {
                "years": years,
                "counts": [10 + (y * 7) % 23 for y in years],
                "totals": [2000] * len(years),
                "shares": [(10 + (y * 7) % 23) / 2000 for y in years],
                "movement": "rising",
                "growth": 0.4,
            },
            "papers": [self._hit(paper) for paper in self.documents[:10]],
            "neighbours": [
                {"id": t["id"], "label": t["label"], "weight": 0.5, "level": t["level"]}
                for t in self.topic_list[3:8]
            ],
        }

    def map(self) -> dict[str, Any]:
        return {"generation": 1 if self.cells else 0, "cells": self.cells}

    def coverage(self, name: str, *, limit: int = 100) -> dict[str, Any]:
        self.collection(name)
        return {
            "collection": name,
            "topics": [
                {"id": t["id"], "label": t["label"], "share": 0.1, "share_elsewhere": 0.05, "documents": 9}
                for t in self.topic_list[:12]
            ],
            "missed": [self._hit(paper) for paper in self.documents[:3]][:limit],
        }

    def trends(self, topic: str | None = None) -> dict[str, Any]:
        years = list(range(1977, 2022))
        return {
            "years": years,
            "totals": [100] * len(years),
            "topics": [
                {
                    "id": t["id"],
                    "label": t["label"],
                    "counts": [5 + (y * (n + 3)) % 17 for y in years],
                    "shares": [(5 + (y * (n + 3)) % 17) / 100 for y in years],
                    "movement": ("falling", "steady", "rising")[n % 3],
                    "growth": (n % 3 - 1) / 3,
                }
                for n, t in enumerate(self.topic_list[:12])
            ],
        }

    def bridges(self, first: str, second: str) -> dict[str, Any]:
        pair = [self.topic(first), self.topic(second)]
        return {
            "topics": [
                {"id": t["id"], "label": t["label"], "level": t["level"], "weight": 0.5} for t in pair
            ],
            "documents": [self._hit(paper) for paper in self.documents[:5]],
        }

    def collections(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "description": "MEDLINE records",
                "licence": "",
                "source": "pubmed.xml.gz",
                "created": "2026-01-01T00:00:00",
                "documents": 100,
                "papers": 99,
                "rejected": 2,
            }
            for name in (COLLECTIONS if self.documents else ())
        ]

    def collection(self, name: str) -> dict[str, Any]:
        for entry in self.collections():
            if entry["name"] == name:
                return entry
        raise NotFoundError(f"There is no collection {name!r}.", f"There are: {', '.join(COLLECTIONS)}.")

    def rejects(self, name: str) -> Iterator[dict[str, Any]]:
        self.collection(name)
        yield {
            "source": "/srv/home/uploads/a.xml",
            "line": 3,
            "field": "title",
            "value": "=1+1",
            "reason": "neither title nor abstract",
        }

    def formats(self) -> dict[str, list[dict[str, Any]]]:
        return {"read": [{"name": "csv", "title": "Table (CSV)"}], "write": []}

    def quality(self) -> dict[str, Any]:
        return {
            "levels": [{"level": n, "topics": size, "npmi": 0.2} for n, size in enumerate(self.sizes)],
            "edges": {"clear": 0.94},
        }

    def status(self) -> dict[str, Any]:
        return {
            "version": "0.1.0",
            "generation": 1 if self.documents else 0,
            "papers": len(self.documents),
            "documents": len(self.documents),
            "collections": 2 if self.documents else 0,
            "model": {"id": "m1", "levels": list(self.sizes)} if self.sizes else None,
            "engine": {"name": "tantivy", "state": "green", "message": "", "hint": ""},
            "jobs": {"queued": 0, "running": 0},
        }

    def export(
        self,
        query: str,
        format: str,
        *,
        match: str = "auto",
        sort: str = "relevance",
        filters: Mapping[str, Sequence[str]] | None = None,
    ) -> Iterator[str]:
        if format not in ("bibtex", "ris", "csl", "csv", "jsonl"):
            raise LitatlasError(f"There is no format {format!r}.", "Choose bibtex, ris, csl, csv or jsonl.")
        for paper in self.search(query, limit=1000, filters=filters)["documents"]:
            yield f"{paper['id']}\n"

    def suggest(self, prefix: str) -> list[dict[str, Any]]:
        return [
            {"kind": "topic", "text": t["label"], "target": t["id"], "query": f"topic:{t['id']}"}
            for t in self.topic_list
            if t["label"].lower().startswith(prefix.lower())
        ][:8]

    def preview(
        self,
        path: Path,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        if path.name.endswith(".bin"):
            raise LitatlasError("a.bin is no text.", "Choose another file.")
        record = {
            "id": "1",
            "title": path.read_text("utf-8")[:200],
            "abstract": "An abstract.",
            "authors": ["Ann", "Bo", "Cy", "Di"],
            "year": 2020,
            "venue": "",
            "tags": ["x"],
        }
        wanted = dict(mapping or {})
        columns = [
            {"heading": name, "field": {"Name": "title", "Key": "source_id"}.get(name, "")}
            for name in ("Key", "Name", "When", wanted.get("year", "Where"))
        ]
        reject = {"source": path.name, "line": 3, "field": "year", "value": "19xx", "reason": "is no year"}
        return {"format": "csv", "records": [record], "columns": columns, "rejects": [reject]}

    def submit_add(
        self,
        collection: str,
        path: Path,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        options = {"format": format, "encoding": encoding, "mapping": mapping}
        self.uploaded.append((collection, path.read_bytes(), path.name, options))
        reject = {
            "source": path.name,
            "line": 2,
            "field": "title",
            "value": "",
            "reason": "no title, no abstract",
        }
        counts = {"read": 2, "added": 1, "updated": 0, "unchanged": 0, "duplicates": 0, "rejected": 1}
        return self._job(
            "add", "done", {"collection": collection, **counts, "warnings": [], "rejects": [reject]}
        )

    def submit_build(self, **options: Any) -> dict[str, Any]:
        self.built.append(options)
        return self._job("build", "running", None)

    def submit_publish(self) -> dict[str, Any]:
        return self._job("publish", "running", None)

    def draft(self) -> dict[str, Any] | None:
        return self.waiting

    def discard_draft(self) -> None:
        self.waiting = None

    def _job(self, kind: str, state: str, result: dict[str, Any] | None) -> dict[str, Any]:
        job = {
            "id": f"j{len(self.job_list)}",
            "kind": kind,
            "state": state,
            "progress": 1.0 if state == "done" else 0.4,
            "message": "Reading",
            "result": result,
            "error": None,
        }
        self.job_list.append(job)
        return job

    def job(self, job_id: str) -> dict[str, Any]:
        for job in self.job_list:
            if job["id"] == job_id:
                return job
        raise NotFoundError(f"There is no job {job_id!r}.", "Look at the list of jobs.")

    def jobs(self) -> list[dict[str, Any]]:
        return list(self.job_list)

    def cancel_job(self, job_id: str) -> dict[str, Any]:
        job = self.job(job_id)
        job["state"] = "cancelled"
        return job

    def rename_topic(self, topic_id: str, label: str, who: str = "") -> None:
        self.topic(topic_id)
        self.renamed.append((topic_id, label, who))

    def describe_topic(self, topic_id: str, description: str, *, who: str = "") -> None:
        self.topic(topic_id)
        self.by_id[topic_id]["description"] = description
        self._say("description", description, who)

    def hide_topic(self, topic_id: str, hidden: bool = True, *, who: str = "") -> None:
        self.topic(topic_id)
        for entry in (self.by_id[topic_id], *(cell for cell in self.cells if cell["id"] == topic_id)):
            entry["hidden"] = hidden
        self._say("hidden", "yes" if hidden else "no", who)

    def _say(self, kind: str, value: str, who: str) -> None:
        said = {"kind": kind, "value": value, "who": who, "made": "2026-01-01T00:00:00", "holds": True}
        self.said.insert(0, said)

    def topic_history(self, topic_id: str) -> list[dict[str, Any]]:
        self.topic(topic_id)
        return list(self.said)

    def undo_topic(self, topic_id: str, kind: str) -> None:
        self.topic(topic_id)
        self.said.remove(next(entry for entry in self.said if entry["kind"] == kind))
