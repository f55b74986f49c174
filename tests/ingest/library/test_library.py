"""The library: opening, collections, papers, joins and splits, curation, generations, jobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest

from ingest.document import Document
from ingest.errors import InputError, LitatlasError, NotFoundError, TooManyError
from ingest.intake import add
from ingest.library import schema
from ingest.library.library import Library, LibraryError
from ingest.library.migrations import row_checksums
from ingest.progress import Silent


def take(library: Library, collection: str, documents: Iterable[Document]) -> None:
    add(library, collection, (("t.jsonl", d) for d in documents), processes=1, progress=Silent())


def paper(number: int, **fields: object) -> Document:
    texts = {
        "title": f"Study number {number} of the matter",
        "abstract": f"Matter {number} was studied at length.",
    }
    return Document(str(number), **(texts | fields))  # type: ignore[arg-type]


def ids(library: Library, since: int = 0) -> list[str]:
    return [found.id for found in library.papers(since=since)]


# --- Opening


def test_opening_twice_keeps_what_is_there(library_url: str) -> None:
    with Library.open(library_url) as first:
        take(first, "A", [paper(1)])
    with Library.open(library_url) as second:
        assert second.counts().papers == 1


def test_migrations_make_the_tables_of_the_schema(tmp_path: Path) -> None:
    Library.open(f"sqlite:///{tmp_path}/library.db").close()
    schema_of = (
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')"
        " AND name NOT LIKE 'sqlite_%' AND name != 'alembic_version'"
    )
    with sqlite3.connect(tmp_path / "library.db") as made:
        tables = dict(made.execute(schema_of))
        assert made.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        columns = {
            name: made.execute(f"PRAGMA table_info({name})").fetchall() for name in schema.metadata.tables
        }
    wanted = {t.name for t in schema.metadata.tables.values()}
    wanted |= {str(index.name) for t in schema.metadata.tables.values() for index in t.indexes}
    wanted |= {f"{table.name}_checksum" for table in row_checksums.covered()}
    assert set(tables) == wanted
    for name, table in schema.metadata.tables.items():
        assert [(row[1], bool(row[3] or row[5])) for row in columns[name]] == [
            (column.name, not column.nullable) for column in table.columns
        ]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"not a database at all" * 100, "not a library"), (None, "not a library"), ("newer", "newer litatlas")],
)
def test_what_is_not_a_library_of_ours(tmp_path: Path, content: bytes | str | None, said: str) -> None:
    path = tmp_path / "library.db"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE songs (title TEXT)")
    else:
        Library.open(f"sqlite:///{path}").close()
        with sqlite3.connect(path) as ours:
            ours.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LibraryError, match=said) as caught:
        Library.open(f"sqlite:///{path}")
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_places_where_no_library_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for url in (f"sqlite:///{tmp_path}/file/library.db", f"sqlite:///{tmp_path}", "nonsense", "nosuch://x/y"):
        with pytest.raises(LitatlasError) as caught:
            Library.open(url)
        assert caught.value.hint


# --- Collections


def test_collections_are_things(library: Library) -> None:
    take(library, "PubMed 2021", [paper(1)])
    library.describe_collection("PubMed 2021", description="d", licence="CC0", source="s")
    library.describe_collection("PubMed 2021", description="new")
    found = library.collection("PubMed 2021")
    assert (found.description, found.licence, found.source, found.documents) == ("new", "CC0", "s", 1)
    with pytest.raises(NotFoundError) as caught:
        library.collection("pubmed 2020")
    assert "PubMed 2021" in caught.value.hint
    for name in ("", "  ", "a\nb", "x" * 201):
        with pytest.raises(InputError):
            take(library, name, [paper(2)])


def test_renaming_keeps_ids_and_counts_as_a_change(library: Library) -> None:
    take(library, "A", [paper(1), paper(2)])
    take(library, "B", [paper(3)])
    before, sequence = ids(library), library.sequence()
    library.rename_collection("A", "C")
    assert ids(library) == before
    assert len(ids(library, sequence)) == 2
    assert {p.collections for p in library.papers(since=sequence)} == {("C",)}
    with pytest.raises(InputError):
        library.rename_collection("C", "B")
    take(library, "C", [paper(1)])
    assert library.counts().documents == 3
    take(
        library,
        "A",
        [paper(1, abstract="Another matter, of another author, in another journal.", title="New")],
    )
    assert library.counts().documents == 4


def test_removing_a_collection_leaves_what_others_share(library: Library) -> None:
    take(library, "A", [paper(1, doi="10.1000/a"), paper(2)])
    take(library, "B", [paper(9, doi="10.1000/a"), paper(8, doi="10.1000/a")])
    first = library.find("10.1000/a")
    assert first is not None
    assert len(library.paper_of(first).members) == 3
    sequence = library.sequence()
    assert library.remove_collection("A") == 2
    assert library.counts().papers == 1
    (left,) = library.papers(since=sequence)
    assert [m.document.source_id for m in left.members] == ["9", "8"]
    assert first in set(library.removed_papers(sequence))
    assert library.find("10.1000/a") == left.id
    take(library, "A", [paper(1, doi="10.1000/a")])
    assert library.find("doi:10.1000/A") == left.id
    assert len(library.paper_of(first).members) == 3


# --- Papers


def test_papers_stream_in_the_order_of_ids_in_any_batch(library: Library) -> None:
    take(library, "A", [paper(n) for n in range(50)])
    every = list(library.papers())
    assert [p.id for p in every] == sorted(p.id for p in every)
    assert len(every) == 50
    for batch in (1, 7, 50, 51):
        assert list(library.papers(batch=batch)) == every
    assert every[0].title_forms.startswith("study number")
    assert "matter" in every[0].abstract_forms
    assert library.papers_by_id([every[3].id, "nope"])[every[3].id].title_forms == ""


def test_since_gives_what_changed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    take(library, "A", [paper(n) for n in range(20)])
    sequence = library.sequence()
    take(library, "A", [paper(3, abstract="It was revised in the light of later work."), paper(99)])
    for few in (20_000, 0):
        monkeypatch.setattr("ingest.library.papers._FEW", few)
        changed = list(library.papers(since=sequence, batch=1))
        assert {p.shown.document.source_id for p in changed} == {"3", "99"}
    assert library.count_papers(sequence) == 2
    assert list(library.papers(since=library.sequence())) == []


def test_the_best_member_is_shown(library: Library) -> None:
    bare = paper(1, doi="10.1000/a", abstract="", year=2020)
    preprint = paper(2, doi="10.1000/a", arxiv_id="2001.00001", year=2022)
    published = paper(3, doi="10.1000/a", venue="Nature", year=2021)
    take(library, "A", [bare, preprint])
    (only,) = library.papers()
    assert only.shown.document.source_id == "2"
    take(library, "B", [published])
    (only,) = library.papers()
    assert only.shown.document == Document(**{**_fields(published), "lang": "en"})
    assert only.collections == ("A", "B")
    assert only.id == only.members[0].id
    assert only.reason == "same DOI"


def _fields(document: Document) -> dict[str, object]:
    return {name: getattr(document, name) for name in Document.__slots__}


def test_forms_of_another_version_are_made_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    take(library, "A", [paper(1)])
    with library.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET analysis = '0', title_forms = 'stale'")
    (only,) = library.papers()
    assert only.title_forms == "study number 1 of the matter"


def test_unknown_documents(library: Library) -> None:
    for ask in (library.document, library.paper_of):
        with pytest.raises(NotFoundError):
            ask("nope")
    assert library.find("10.9/none") is None
    assert library.find("' OR 1=1 --") is None


def test_identifiers_in_any_spelling(library: Library) -> None:
    take(
        library, "A", [paper(1, doi="10.1000/xyz"), paper(2, arxiv_id="2101.00001"), paper(3, pmid="1234567")]
    )
    one, two, three = (
        library.find(text) for text in ("https://doi.org/10.1000/XYZ", "arXiv:2101.00001v3", "1234567")
    )
    assert [library.document(str(id)).document.source_id for id in (one, two, three)] == ["1", "2", "3"]


def test_references_meet_papers(library: Library) -> None:
    citing = paper(
        1, references=("doi:10.1000/a", "arxiv:2101.00001", "doi:10.1000/unknown", "Doe, J. A book. 1950")
    )
    take(library, "A", [citing, paper(2, doi="10.1000/a")])
    take(library, "B", [paper(3, arxiv_id="2101.00001"), paper(4, doi="10.1000/a")])
    first = next(p for p in library.papers() if p.shown.document.source_id == "1")
    cited = library.cites(first)
    assert [r.text for r in cited] == list(citing.references)
    assert [r.paper_id is not None for r in cited] == [True, True, False, False]
    assert cited[0].paper_id == library.find("10.1000/a")
    assert library.cited_by(library.paper_of(str(cited[0].paper_id))) == [first.id]
    assert library.cited_by(first) == []


# --- Joins and splits


def test_a_split_survives_a_new_import(library: Library) -> None:
    twins = [paper(1, doi="10.1000/a"), paper(2, doi="10.1000/a"), paper(3, doi="10.1000/a")]
    take(library, "A", twins)
    (group,) = library.papers()
    wrong = group.members[2].id
    library.split_group(group.id, wrong)
    assert sorted(len(p.members) for p in library.papers()) == [1, 2]
    library.remove_collection("A")
    take(library, "A", twins)
    assert library.paper_of(wrong).id == wrong
    take(library, "B", [paper(4, doi="10.1000/a")])
    assert wrong not in {m.id for m in library.paper_of(group.id).members} or len(ids(library)) == 2
    library.join_group(group.id, wrong)
    assert wrong in {m.id for m in library.paper_of(group.id).members}
    with pytest.raises(NotFoundError):
        library.split_group(group.id, "nope")


def test_nothing_to_split(library: Library) -> None:
    take(library, "A", [paper(1)])
    (id,) = ids(library)
    with pytest.raises(InputError):
        library.split_group(id, id)


def test_what_was_joined_by_hand_stays_joined(library: Library) -> None:
    take(library, "A", [paper(1), paper(2, title="Utterly different", abstract="Of yeast and salt.")])
    one, two = ids(library)
    library.join_group(one, two)
    take(library, "A", [paper(2, title="Utterly different now", abstract="Of yeast and salt and more.")])
    (group,) = library.papers()
    assert group.reason == "joined by hand"


# --- The small tables


def test_curation_has_a_history_and_is_undone(library: Library) -> None:
    library.curate("t1", "label", "first", who="ann")
    library.curate("t1", "label", "second", model="m2")
    library.curate("t2", "hidden", "1")
    assert library.curations() == {"t1": {"label": "second"}, "t2": {"hidden": "1"}}
    assert [c.value for c in library.curation_history("t1")] == ["second", "first"]
    assert library.undo_curation("t1", "label")
    assert library.curations()["t1"] == {"label": "first"}
    assert library.undo_curation("t1", "label")
    assert not library.undo_curation("t1", "label")
    assert library.curations() == {"t2": {"hidden": "1"}}


def test_generations(library: Library) -> None:
    assert library.generation() is None
    library.publish(None, "papers-1", "1", 0)
    library.publish("m1", "papers-2", "1", 7)
    live = library.generation()
    assert live is not None
    assert (live.model, live.index, live.seq) == ("m1", "papers-2", 7)
    assert [g.index for g in library.generations()] == ["papers-1", "papers-2"]


def test_jobs_are_claimed_once_and_in_order(library: Library) -> None:
    first, second = (library.create_job("add", {"n": n}) for n in range(2))
    claimed = library.claim_job()
    assert claimed is not None
    assert (claimed.id, claimed.state, claimed.arguments) == (first, "running", {"n": 0})
    library.update_job(first, progress=0.5, message="half")
    assert library.job(first).progress == 0.5
    library.cancel_job(second)
    assert library.job(second).state == "cancelled"
    assert library.claim_job() is None
    library.cancel_job(first)
    assert library.is_cancelled(first)
    assert library.job(first).state == "running"
    library.update_job(first, state="done", result={"x": [1]})
    assert library.job(first).result == {"x": [1]}
    assert [job.id for job in library.jobs()] == [second, first]
    assert [job.id for job in library.jobs("done")] == [first]
    with pytest.raises(NotFoundError):
        library.cancel_job("nope")


def test_the_job_of_a_dead_worker_waits_again_and_fails_at_last(library: Library) -> None:
    id = library.create_job("build", {})
    for attempt in (1, 2):
        claimed = library.claim_job("one")
        assert claimed is not None
        assert (claimed.worker, claimed.attempts) == ("one", attempt)
        assert library.release_job(id, "other", 3) is None
        released = library.release_job(id, "one", 3)
        assert released is not None
        assert (released.state, released.worker) == ("queued", "")
    library.claim_job("two")
    library.requeue_job(id)  # told to stop: that is no attempt
    library.claim_job("two")
    failed = library.release_job(id, "two", 3)
    assert failed is not None
    assert failed.state == "failed"
    assert "3 times" in (failed.error or {})["message"]
    assert library.release_job(id, "two", 3) is None


def test_a_cancelled_job_of_a_dead_worker_does_not_begin_again(library: Library) -> None:
    id = library.create_job("add", {})
    library.claim_job("one")
    library.cancel_job(id)
    released = library.release_job(id, "one", 3)
    assert released is not None
    assert released.state == "cancelled"


def test_the_same_job_is_queued_once_and_not_too_many_wait(library: Library) -> None:
    first = library.create_job("build", {"seed": 1}, once=True)
    assert library.create_job("build", {"seed": 1}, once=True) == first
    library.claim_job()
    assert library.create_job("build", {"seed": 1}, once=True) == first
    other = library.create_job("build", {"seed": 2}, once=True, most=1)
    assert other != first
    with pytest.raises(TooManyError, match="1 jobs are already waiting"):
        library.create_job("add", {}, most=1)
    library.update_job(first, state="done")
    assert library.create_job("build", {"seed": 1}, once=True) not in (first, other)


def test_of_some_kinds_one_job_runs_at_a_time(library: Library) -> None:
    kinds = ["build", "publish", "add"]
    ids = [library.create_job(kind, {}) for kind in kinds]
    claimed = [library.claim_job(alone=("build", "publish")) for _ in kinds]
    assert [job and job.kind for job in claimed] == ["build", "add", None]
    library.update_job(ids[0], state="done")
    last = library.claim_job(alone=("build", "publish"))
    assert last is not None
    assert last.kind == "publish"


def test_small_values(library: Library) -> None:
    assert library.get_meta("k") is None
    library.set_meta("k", "1")
    library.set_meta("k", "2")
    assert library.get_meta("k") == "2"


# --- Lists and judgements


def test_a_list_keeps_its_order_and_outlives_its_papers(library: Library) -> None:
    take(library, "A", [paper(number) for number in range(4)])
    first, second, third, fourth = ids(library)
    id = library.make_list("Mine", [third, first])
    library.add_to_list(id, [first, fourth])
    assert library.reading_list(id).papers == (third, first, fourth)
    library.take_from_list(id, first)
    library.add_to_list(id, [first])
    assert library.reading_list(id).papers == (third, fourth, first)
    library.remove_collection("A")
    assert library.papers_of(library.reading_list(id).papers) == []
    take(library, "A", [paper(number) for number in range(4)])
    assert library.papers_of(library.reading_list(id).papers) == [third, fourth, first]
    assert second not in library.reading_list(id).papers


def test_lists_are_named_bounded_and_removed(library: Library) -> None:
    id = library.make_list("One")
    other = library.make_list("Two", ["x"])
    library.rename_list(id, "Eins")
    assert {found.name for found in library.reading_lists()} == {"Eins", "Two"}
    with pytest.raises(InputError, match="at most 1,000"):
        library.add_to_list(id, [str(number) for number in range(1_001)])
    library.remove_list(other)
    assert [found.id for found in library.reading_lists()] == [id]
    for act in (library.reading_list, library.remove_list):
        with pytest.raises(NotFoundError):
            act(other)


def test_judgements_are_counted_by_model_and_taken_back(library: Library) -> None:
    number = library.judge("paper", "t1", "d1", "yes", who="Ann", model="m1")
    library.judge("paper", "t1", "d2", "no", model="m1")
    library.judge("label", "t1", "Hearts", "yes", model="m2")
    assert library.judgement_counts() == {"paper": {"yes": 1, "no": 1}, "label": {"yes": 1}}
    assert library.judgement_counts(model="m2") == {"label": {"yes": 1}}
    assert library.judged_subjects("m1") == {("paper", "t1", "d1"), ("paper", "t1", "d2")}
    library.take_back_judgement(number)
    assert [row.subject for row in library.judgements()] == ["d2", "Hearts"]
    with pytest.raises(NotFoundError):
        library.take_back_judgement(number)


def test_a_library_of_the_first_version_is_migrated(tmp_path: Path) -> None:
    file = tmp_path / "library.db"
    Library.open(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as old:
        for covered in row_checksums.covered():
            old.execute(f"DROP INDEX {covered.name}_checksum")
        added = ("sessions", "tokens", "grants", "attempts", "audit", "users")
        added += ("pair_decisions", "decisions", "review_papers", "review_searches", "reviews")
        added += ("book_sets", "book_runs", "book_lines", "books", "kept_items", "marks", "pdfs", "pdf_parts")
        for table in ("list_papers", "lists", "judgements", *added):
            old.execute(f"DROP TABLE {table}")
        old.execute("DROP TABLE namesakes")
        old.execute("ALTER TABLE documents DROP COLUMN added")
        for kind in ("bands", "identifiers", "citations"):
            old.execute(f"DROP TABLE recent_{kind}")
        old.execute("ALTER TABLE bands DROP COLUMN schemes")
        for column in ("private", "owner"):
            old.execute(f"ALTER TABLE collections DROP COLUMN {column}")
        for column in ("worker", "attempts", "owner"):
            old.execute(f"ALTER TABLE jobs DROP COLUMN {column}")
        old.execute("ALTER TABLE jobs ADD COLUMN beat FLOAT NOT NULL DEFAULT 0")
        old.execute("UPDATE alembic_version SET version_num = '0001'")
    with Library.open(f"sqlite:///{file}") as library:
        assert library.reading_lists() == []
