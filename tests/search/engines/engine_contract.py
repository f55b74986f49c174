"""What every engine must do: one class of tests, run over the real engines by the modules beside it.

A subclass gives ``engine`` (a fresh one each test) and ``filled`` (one with the index "shelf" of
`PAPERS`, shared by the tests that only read).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from ingest.errors import InputError
from ingest.text.analysis import ANALYSIS_VERSION
from search import fields
from search.authors import author_clause, author_tokens
from search.clauses import (
    TEXT,
    AllOf,
    AnyOf,
    Between,
    Clause,
    Everything,
    Gapped,
    MatchOf,
    NearOf,
    Nothing,
    PhraseOf,
    PrefixOf,
    Scored,
    Term,
    Token,
    Without,
)
from search.engines.contract import Engine, FacetRequest, IndexedPaper, Request, Stamp
from search.engines.errors import CursorError, EngineError, IndexMissingError, OlderIndexError
from search.engines.filters import hits_clause
from search.sort_orders import SORTS
from tests.search.query.oracle import Oracle

DIMS = 6
STAMP = Stamp(sequence=7, analysis=ANALYSIS_VERSION, model="m1", dims=DIMS)
WORDS = [
    f"{head}{tail}"
    for head in ("gen", "cell", "neur", "wave", "star", "c++")
    for tail in ("e", "es", "a", "on", "um")
]
PEOPLE = [
    "Smith, John A.",
    "Smith J",
    "van der Maaten, Laurens",
    "García-Márquez, Gabriel",
    "Li Wei",
    "ATLAS Collaboration",
]
TAGS = ["Machine learning", "machine learning", "Ökologie", "cs.CL", "Humans", "Rare disease"]


def _paper(at: int, dice: random.Random) -> IndexedPaper:
    title = dice.choices(WORDS, k=dice.randint(1, 6))
    abstract = dice.choices(WORDS, k=dice.choice((0, 12, 30)))
    people = dice.sample(PEOPLE, dice.randint(0, 3))
    topic = dice.choice(("t1", "t2", "t3", ""))
    weights = [dice.random() ** 3 for _ in range(DIMS)]
    length = sum(weight * weight for weight in weights) ** 0.5
    return IndexedPaper(
        id=f"p{at:03d}",
        title=" ".join(title).capitalize(),
        abstract=" ".join(abstract),
        title_exact=" ".join(title),
        title_stem=" ".join(word.rstrip("s") for word in title),
        title_sort=" ".join(title),
        abstract_exact=" ".join(abstract),
        abstract_stem=" ".join(word.rstrip("s") for word in abstract),
        collections=tuple(dice.sample(("Čapek", "arXiv", "PubMed 2021"), dice.choice((1, 1, 2)))),
        year=dice.choice((None, 1999, 2010, 2011, 2012, 2021)),
        topics=("top", topic) if topic else (),
        topics_own=(topic,) if topic else (),
        tags=tuple(dice.sample(TAGS, dice.randint(0, 3))),
        author_tokens=author_tokens(people),
        authors=tuple(people),
        venue=dice.choice(("", "Journal of Cells", "Stars")),
        venue_tokens=dice.choice(("", "journal of cells", "stars")),
        lang=dice.choice(("en", "de")),
        types=("article-journal",),
        retracted=dice.choice(("no", "no", "yes")),
        dois=(f"10.1000/p{at}",),
        ids=(f"p{at}", f"arxiv:{at}"),
        has=("title", "abstract") if abstract else ("title",),
        citations=dice.choice((None, 0, 3, 70_000)),
        added=dice.choice((None, 20251231, 20261101, 20261103, 20261130)),
        topic_share=(f"top|{dice.randint(1, 16)}", f"{topic}|4") if topic else (),
        vector=[weight / length for weight in weights] if at % 5 else None,
    )


def make_papers(count: int, seed: int = 1) -> list[IndexedPaper]:
    """Papers of made-up words, all fields filled in some of them."""
    dice = random.Random(seed)
    return [_paper(at, dice) for at in range(count)]


PAPERS = make_papers(120)
ORACLE = Oracle(PAPERS)


def _leaf(dice: random.Random) -> Clause:
    word = dice.choice(WORDS)
    field = dice.choice(("title", "abstract"))
    phrase, slop = dice.choice(((2, 0), (3, 0), (2, 1), (2, 2), (2, 4)))
    tokens = tuple(dice.sample(WORDS, phrase))
    return dice.choice(
        (
            Term(TEXT, word.rstrip("s"), 1.0),
            Term(TEXT, word.rstrip("s"), dice.choice((0.0, 0.5, 3.0))),
            Scored(Term(f"{field}_exact", word), (Term(TEXT, word.rstrip("s"), 1.0),)),
            PhraseOf(f"{field}_exact", tokens, slop),
            PrefixOf(f"{field}_exact", word[: dice.randint(2, 4)]),
            Between(
                dice.choice(("year", "citations")), dice.choice((None, 2, 2010)), dice.choice((2011, 80_000))
            ),
            Term("tags_folded", dice.choice(("machine learning", "okologie", "nothing such"))),
            author_clause(dice.choice(("smith", "John Smith", "li wei", "van der Maaten", "Marquez, G"))),
            Term("collections", "Čapek"),
            Everything(),
        )
    )


def _gapped(dice: random.Random) -> Gapped:
    word = dice.choice(WORDS).replace("+", "")
    at = dice.randrange(len(word))
    return Gapped(
        dice.choice(
            (word[:at] + "*", "*" + word[at:], word[:at] + "#" + word[at + 1 :], word[:at] + "?" + word[at:])
        )
    )


def near_clause(dice: random.Random) -> Clause:
    """Any clause of tokens with gaps, or of tokens near each other."""
    field = f"{dice.choice(('title', 'abstract'))}_exact"

    def side() -> tuple[tuple[Token, ...], ...]:
        return tuple(
            tuple(dice.choice((dice.choice(WORDS), _gapped(dice))) for _ in range(dice.choice((1, 1, 1, 2))))
            for _ in range(dice.randint(1, 4))
        )

    return dice.choice(
        (
            MatchOf(field, _gapped(dice)),
            PhraseOf(field, (dice.choice(WORDS), _gapped(dice))),
            NearOf(field, side(), side(), dice.choice((0, 1, 2, 5, 20)), dice.choice((False, True))),
        )
    )


def random_clause(dice: random.Random, depth: int = 2) -> Clause:
    """Any clause; three levels deep at the most."""
    if depth == 0 or dice.random() < 0.25:
        return _leaf(dice)
    children = tuple(random_clause(dice, depth - 1) for _ in range(dice.randint(2, 3)))
    return dice.choice((AllOf(children), AnyOf(children), AllOf((children[0], Without(children[1])))))


def word(stem: str) -> Term:
    """A scored word."""
    return Term(TEXT, stem, 1.0)


def ids(engine: Engine, clause: Clause, **more: object) -> list[str]:
    """The ids of the hits of a clause, 500 at the most."""
    return [hit.id for hit in engine.search("shelf", Request(clause, **{"limit": 500, **more})).hits]  # type: ignore[arg-type]


class EngineContract:
    """The tests; a subclass brings the engine."""

    @pytest.mark.parametrize("seed", range(60))
    def test_agrees_with_a_plain_reading(self, filled: Engine, seed: int) -> None:
        clause = random_clause(random.Random(seed))
        expected = ORACLE.hits(clause)
        answer = filled.search("shelf", Request(clause, limit=200))
        assert answer.total == len(expected)
        assert sorted(hit.id for hit in answer.hits) == sorted(paper_id for paper_id, _ in expected)
        scores = dict(expected)
        assert [hit.score for hit in answer.hits] == pytest.approx(
            [score for _, score in expected], rel=1e-4, abs=1e-5
        )
        assert all(hit.score == pytest.approx(scores[hit.id], rel=1e-4, abs=1e-5) for hit in answer.hits)

    @pytest.mark.parametrize("seed", range(40))
    def test_nearness_and_gaps_agree_with_a_plain_reading(self, filled: Engine, seed: int) -> None:
        dice = random.Random(seed)
        clauses = [near_clause(dice) for _ in range(5)]
        for clause in [*clauses, AllOf((clauses[0], Without(clauses[1])))]:
            assert ids(filled, clause) == [id for id, _ in ORACLE.hits(clause)], clause

    def test_one_place_is_not_near_itself(self, filled: Engine) -> None:
        lone = next(w for p in PAPERS for w in p.title_exact.split() if p.title_exact.split().count(w) == 1)
        clause = NearOf("title_exact", ((lone,),), ((Gapped(lone[:3] + "*"),),), 5)
        assert ids(filled, clause) == [id for id, _ in ORACLE.hits(clause)]

    def test_equal_scores_are_ordered_by_id(self, filled: Engine) -> None:
        hits = filled.search("shelf", Request(AnyOf((word("gene"), word("wavea"))), limit=200)).hits
        assert [(-hit.score, hit.id) for hit in hits] == sorted((-hit.score, hit.id) for hit in hits)

    @pytest.mark.parametrize(
        "clause", [Everything(), AnyOf((word("gene"), word("wavea"), Term("lang", "de")))]
    )
    def test_pages_join_to_the_whole(self, filled: Engine, clause: Clause) -> None:
        whole = ids(filled, clause)
        pages = [ids(filled, clause, offset=start, limit=7) for start in range(0, len(whole) + 7, 7)]
        assert [paper_id for page in pages for paper_id in page] == whole

    @pytest.mark.parametrize(
        ("sort", "key"),
        [
            ("newest", lambda paper: (paper.year is None, -(paper.year or 0), paper.id)),
            ("oldest", lambda paper: (paper.year is None, paper.year or 0, paper.id)),
            ("cited", lambda paper: (paper.citations is None, -(paper.citations or 0), paper.id)),
            ("title", lambda paper: f"{paper.title_sort} {paper.id}"),
            ("id", lambda paper: paper.id),
        ],
    )
    def test_sorts(self, filled: Engine, sort: str, key: Callable[[IndexedPaper], object]) -> None:
        clause = AnyOf((word("gene"), word("stara")))
        found = [paper for paper in PAPERS if ORACLE.matches(clause, paper.id)]
        assert ids(filled, clause, sort=sort) == [paper.id for paper in sorted(found, key=key)]  # type: ignore[arg-type, return-value]
        assert ids(filled, clause, sort=sort, offset=5, limit=4) == ids(filled, clause, sort=sort)[5:9]

    def test_every_sort_of_the_registry_works_and_no_other(self, filled: Engine) -> None:
        assert all(ids(filled, word("gene"), sort=sort.name) for sort in SORTS)
        with pytest.raises(EngineError, match="cannot be sorted"):
            ids(filled, word("gene"), sort="colour")

    @pytest.mark.parametrize(
        "filters",
        [
            {"year": ("2010",)},
            {"year": ("2010-2012", "1999")},
            {"year": ("-2010",)},
            {"year": ("2012-",)},
            {"collection": ("Čapek",), "lang": ("de", "en")},
            {"tag": ("Machine learning",), "topic": ("t1", "t2")},
            {"retracted": ("yes",), "has": ("abstract",)},
            {"tag": ("no such tag",)},
            {"added": ("2026-11",)},
            {"added": ("2025", "2026-11-02-2026-11-29")},
            {"added": ("2026-11-03-",)},
        ],
    )
    def test_filters(self, filled: Engine, filters: dict[str, tuple[str, ...]]) -> None:
        request = Request(word("gene"), filters=filters, limit=200)
        expected = {paper_id for paper_id, _ in ORACLE.hits(hits_clause(request))}
        answer = filled.search("shelf", request)
        assert (answer.total, {hit.id for hit in answer.hits}) == (len(expected), expected)

    @pytest.mark.parametrize(
        "filters", [{"year": ("soon",)}, {"year": ("-",)}, {"added": ("soon",)}, {"colour": ("red",)}]
    )
    def test_bad_filters_are_named(self, filled: Engine, filters: dict[str, tuple[str, ...]]) -> None:
        with pytest.raises(InputError, match="filter"):
            filled.search("shelf", Request(filters=filters))

    def test_facets_leave_out_their_own_filter(self, filled: Engine) -> None:
        filters = {"collection": ("arXiv",), "year": ("2010-2012",), "tag": ("Humans",)}
        names = ("collection", "year", "tag", "topic", "lang", "topic_share")
        request = Request(word("gene"), filters=filters, facets=tuple(FacetRequest(name) for name in names))
        answer = filled.search("shelf", request)
        for name in names:
            field = fields.BY_NAME[name].filter_field.name
            expected = ORACLE.counts(hits_clause(request, without=name), field)
            order = (lambda pair: int(pair[0])) if name == "year" else (lambda pair: (-pair[1], pair[0]))
            assert answer.facets[name] == sorted(expected.items(), key=order)  # type: ignore[arg-type]

    def test_facets_are_bounded_and_keep_what_is_selected(self, filled: Engine) -> None:
        facet = FacetRequest("author", 2, ("Li Wei", "Nobody", "Smith J"))
        request = Request(Term("lang", "de"), facets=(facet,), limit=0)
        counts = ORACLE.counts(Term("lang", "de"), "authors")
        answer = filled.search("shelf", request)
        top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
        rest = [(name, counts.get(name, 0)) for name in facet.selected if name not in dict(top)]
        assert answer.facets["author"] == top + rest
        assert answer.hits == []
        assert answer.total == len(ORACLE.hits(Term("lang", "de")))

    def test_days_are_counted_by_month_the_latest_first(self, filled: Engine) -> None:
        facet = FacetRequest("added", 1, ("2024-01", "2026", "2025-12"))
        filters = {"added": facet.selected}
        answer = filled.search("shelf", Request(word("gene"), filters=filters, facets=(facet,)))
        days = ORACLE.counts(word("gene"), "added")
        november = sum(days.get(day, 0) for day in ("20261101", "20261103", "20261130"))
        assert november > max(days.values())
        others = [("2024-01", 0), ("2026", november), ("2025-12", days["20251231"])]
        assert answer.facets["added"] == [("2026-11", november), *others]

    def test_an_unknown_facet_is_named(self, filled: Engine) -> None:
        with pytest.raises(InputError, match="no facet “colour”"):
            filled.search("shelf", Request(facets=(FacetRequest("colour"),)))

    def test_a_reader_sees_only_their_collections(self, filled: Engine) -> None:
        seen = frozenset({"Čapek"})
        request = Request(
            collections=seen,
            facets=(FacetRequest("collection", 5, ("arXiv",)), FacetRequest("lang")),
            limit=200,
        )
        answer = filled.search("shelf", request)
        expected = {paper.id for paper in PAPERS if "Čapek" in paper.collections}
        assert {hit.id for hit in answer.hits} == expected
        assert answer.total == len(expected) == sum(count for _, count in answer.facets["lang"])
        assert answer.facets["collection"] == [("Čapek", len(expected)), ("arXiv", 0)]
        assert (
            filled.search("shelf", Request(collections=frozenset(), facets=(FacetRequest("lang"),))).total
            == 0
        )
        near = filled.nearest("shelf", [1.0, *[0.0] * (DIMS - 1)], Request(collections=seen), 200)
        assert {hit.id for hit in near} <= expected

    def test_a_cursor_reads_everything_once_in_order(self, filled: Engine) -> None:
        for clause, sort in (
            (AnyOf((word("gene"), word("wavea"))), "relevance"),
            (Everything(), "newest"),
            (Everything(), "relevance"),
        ):
            whole = ids(filled, clause, sort=sort)
            read, cursor = [], ""
            while cursor is not None:
                answer = filled.search("shelf", Request(clause, sort=sort, limit=9, cursor=cursor))
                assert answer.total == len(whole)
                read += [hit.id for hit in answer.hits]
                cursor = answer.cursor
            assert read == whole

    def test_a_cursor_keeps_its_order_while_papers_come(self, engine: Engine) -> None:
        engine.create("shelf", STAMP)
        engine.write("shelf", PAPERS[:60], stamp=STAMP)
        first = engine.search("shelf", Request(sort="id", limit=30, cursor=""))
        engine.write("shelf", [*make_papers(90)[60:], replace(PAPERS[0], id="a00")], stamp=STAMP)
        second = engine.search("shelf", Request(sort="id", limit=30, cursor=first.cursor))
        assert [hit.id for hit in first.hits + second.hits] == [paper.id for paper in PAPERS[:60]]

    def test_bad_cursors_are_named(self, filled: Engine) -> None:
        cursor = filled.search("shelf", Request(word("gene"), limit=2, cursor="")).cursor
        for broken in ("x", "!!!", "QUJD", "é", "A" * 5000):
            with pytest.raises(CursorError, match="cannot be read"):
                filled.search("shelf", Request(word("gene"), cursor=broken))
        with pytest.raises(CursorError, match="another search"):
            filled.search("shelf", Request(word("stara"), cursor=cursor))
        with pytest.raises(CursorError, match="cannot be reached"):
            filled.search("shelf", Request(offset=fields.MAX_OFFSET))

    def test_nearest_by_topic_vector(self, filled: Engine) -> None:
        wanted = PAPERS[1].vector or ()
        for request in (Request(), Request(Term("lang", "de"), filters={"year": ("2010-",)})):
            clause = hits_clause(request)
            products = {
                paper.id: sum(a * b for a, b in zip(wanted, paper.vector, strict=True))
                for paper in PAPERS
                if paper.vector is not None and ORACLE.matches(clause, paper.id)
            }
            hits = filled.nearest("shelf", wanted, request, 10)
            best = sorted(products, key=products.__getitem__, reverse=True)[:10]
            assert len(hits) == 10
            assert len({hit.id for hit in hits} & set(best)) >= 8
            assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
            assert all(hit.score == pytest.approx(products[hit.id], abs=0.06) for hit in hits)
        assert filled.nearest("shelf", [0.0] * DIMS, Request(), 10) == []

    def test_statistics(self, filled: Engine) -> None:
        found = filled.statistics("shelf", ["gene", "nothing"])
        assert found.papers == len(PAPERS)
        assert found.bytes > 0
        assert found.frequencies == {"gene": len(ORACLE.hits(word("gene"))), "nothing": 0}

    def test_statistics_of_what_a_reader_may_see(self, filled: Engine) -> None:
        seen = frozenset({"arXiv"})
        found = filled.statistics("shelf", ["gene", "nothing"], seen)
        mine = {paper.id for paper in PAPERS if "arXiv" in paper.collections}
        assert 0 < found.papers == len(mine) < len(PAPERS)
        assert found.frequencies == {"gene": len(mine & dict(ORACLE.hits(word("gene"))).keys()), "nothing": 0}

    def test_replaces_and_deletes_by_id(self, engine: Engine) -> None:
        engine.create("shelf", Stamp(0, ANALYSIS_VERSION, dims=DIMS))
        assert engine.search("shelf", Request()).total == 0
        told: list[int] = []
        assert engine.write("shelf", make_papers(40), stamp=STAMP, progress=told.append) == 40
        changed = replace(PAPERS[3], title_stem="quark", title_exact="quark")
        assert (
            engine.write("shelf", [changed], deleted=["p004", "nobody"], stamp=replace(STAMP, sequence=8))
            == 1
        )
        assert ids(engine, Everything()) == [f"p{at:03d}" for at in range(40) if at != 4]
        assert ids(engine, word("quark")) == ["p003"]
        assert engine.stamp("shelf") == replace(STAMP, sequence=8)
        assert told == sorted(told)

    def test_an_id_written_twice_stands_once(self, engine: Engine) -> None:
        engine.create("shelf", STAMP)
        engine.write("shelf", [PAPERS[0], replace(PAPERS[0], title_stem="quark")], stamp=STAMP)
        assert ids(engine, Everything()) == ["p000"]
        assert ids(engine, word("quark")) == ["p000"]

    def test_a_write_that_fails_leaves_the_stamp(self, engine: Engine) -> None:
        engine.create("shelf", Stamp(0, ANALYSIS_VERSION, dims=DIMS))

        def breaking() -> object:
            yield from PAPERS[:10]
            raise RuntimeError("the library went away")

        with pytest.raises((RuntimeError, EngineError)):
            engine.write("shelf", breaking(), stamp=STAMP)  # type: ignore[arg-type]
        assert engine.stamp("shelf") == Stamp(0, ANALYSIS_VERSION, dims=DIMS)
        assert engine.write("shelf", PAPERS, stamp=STAMP) == len(PAPERS)
        assert len(ids(engine, Everything())) == len(PAPERS)

    def test_ids_that_cannot_be_kept_are_refused(self, engine: Engine) -> None:
        engine.create("shelf", STAMP)
        for bad in ("", "é", "a" * 17, "a b"):
            with pytest.raises(EngineError, match="not a valid paper id"):
                engine.write("shelf", [IndexedPaper(bad)], stamp=STAMP)

    def test_indices_come_and_go(self, engine: Engine) -> None:
        assert engine.indices() == []
        assert engine.stamp("first") is None
        for name in ("first", "second"):
            engine.create(name, STAMP)
        assert engine.indices() == ["first", "second"]
        engine.write("first", PAPERS[:3], stamp=STAMP)
        engine.create("first", replace(STAMP, sequence=1))
        assert engine.search("first", Request()).total == 0
        engine.publish("second")
        engine.publish("first")
        engine.drop("first")
        engine.drop("first")
        assert engine.indices() == ["second"]
        for act in (
            lambda: engine.search("first", Request()),
            lambda: engine.write("first", [], stamp=STAMP),
            lambda: engine.publish("first"),
        ):
            with pytest.raises(IndexMissingError, match="no index first"):
                act()
        with pytest.raises(EngineError, match="valid index name"):
            engine.create("../x", STAMP)

    def test_an_index_of_another_layout_is_named(self, engine: Engine) -> None:
        engine.create("new", STAMP)
        for older, layout in (
            (replace(STAMP, schema="0"), "layout 0."),
            (replace(STAMP, analysis="0"), ".0;"),
        ):
            engine.create("shelf", older)
            with pytest.raises(OlderIndexError) as caught:
                engine.search("shelf", Request())
            health = engine.health("shelf")
            assert (health.state, health.message) == ("red", caught.value.message)
            assert layout in health.message
            assert "litatlas reindex" in health.hint
        assert engine.health("new").state == "green"
        assert engine.health("another").state == "red"

    def test_a_paper_without_anything_can_be_found(self, engine: Engine) -> None:
        engine.create("shelf", Stamp(1, ANALYSIS_VERSION))
        engine.write("shelf", [IndexedPaper("bare")], stamp=Stamp(1, ANALYSIS_VERSION))
        assert ids(engine, Everything(), sort="cited") == ["bare"]
        assert ids(engine, Nothing()) == []

    def test_hostile_tokens_are_only_looked_up(self, filled: Engine) -> None:
        for token in ("a* OR b", "\x00", "/.*/", "𝔘", "x" * 5000, '"', "\\", "{", "|"):
            clause = AnyOf(
                (
                    word(token),
                    Term("tags", token),
                    PhraseOf("title_exact", (token, token)),
                    PrefixOf("tags", token),
                )
            )
            assert filled.search("shelf", Request(clause, filters={"tag": (token,)})).total == 0

    def test_many_clauses(self, filled: Engine) -> None:
        clause = AnyOf((*tuple(word(f"w{at}") for at in range(1000)), word("gene")))
        assert filled.search("shelf", Request(clause)).total == len(ORACLE.hits(word("gene")))

    def test_health_is_green(self, filled: Engine) -> None:
        health = filled.health()
        assert health.state == "green"
        assert health.version[0].isdigit()
