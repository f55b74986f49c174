"""Lists, judgements and jobs: kept in the order given, bounded, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.library.lists import MOST_PAPERS
from litatlas.answers import DocumentHit
from litatlas.atlas import Atlas
from litatlas.errors import BusyError, InputError, NotFoundError, TooManyError
from litatlas.vocabulary import JUDGEMENTS, MAX_LIST_NAME, MAX_VALUE, MAX_WHO, VERDICTS
from tests.papers import papers, write


@pytest.fixture
def hits(built: Atlas) -> list[DocumentHit]:
    return built.search("galaxy", limit=8, facets=False)["documents"]


def add(atlas: Atlas, folder: Path, count: int = 6, name: str = "x") -> list[str]:
    atlas.collections.add([write(folder / f"{name}.jsonl", papers(count, prefix=name))], name)
    return [hit["id"] for hit in atlas.search(f'collection:"{name}"', limit=count)["documents"]]


# -- lists ---------------------------------------------------------------------------------------------------


def test_a_list_keeps_its_order_and_each_paper_once(empty: Atlas, tmp_path: Path) -> None:
    ids = add(empty, tmp_path)
    id = empty.lists.make("Mine", [ids[2], ids[0], ids[2]])
    empty.lists.add(id, [ids[0], ids[4], ids[1]])
    shown = [hit["id"] for hit in empty.lists.one(id)["documents"]]
    assert shown == [ids[2], ids[0], ids[4], ids[1]]
    empty.lists.take(id, ids[0])
    empty.lists.take(id, "nosuch")
    assert [hit["id"] for hit in empty.lists.one(id)["documents"]] == [ids[2], ids[4], ids[1]]
    empty.lists.rename(id, "  Still \n mine ")
    assert empty.lists.name(id) == "Still mine"
    (head,) = empty.lists.all()
    assert (head["id"], head["papers"]) == (id, 3)
    exported = "".join(empty.lists.export(id, "jsonl"))
    titles = [hit["title"] for hit in empty.lists.one(id)["documents"]]
    places = [exported.index(title) for title in titles]
    assert places == sorted(places)


def test_papers_that_left_the_library_are_missing_until_they_come_back(empty: Atlas, tmp_path: Path) -> None:
    ids, others = add(empty, tmp_path), add(empty, tmp_path, 3, "y")
    id = empty.lists.make("Mine", [others[0], ids[0], others[1]])
    empty.collections.remove("y")
    answer = empty.lists.one(id)
    assert ([hit["id"] for hit in answer["documents"]], answer["missing"]) == ([ids[0]], 2)
    assert "".join(empty.lists.export(id, "bibtex")).count("@") == 1
    again = add(empty, tmp_path, 3, "y")
    if again == others:  # a record that comes again has its id again
        assert empty.lists.one(id)["missing"] == 0


def test_lists_are_bounded_and_unknown_ones_are_said_so(empty: Atlas, tmp_path: Path) -> None:
    ids = add(empty, tmp_path)
    for name in ("", " \t", "x" * (MAX_LIST_NAME + 1)):
        with pytest.raises(InputError, match="1 to 100"):
            empty.lists.make(name)
    id = empty.lists.make("x" * MAX_LIST_NAME)
    with pytest.raises(NotFoundError):
        empty.lists.add(id, [ids[0], "nosuch"])
    assert empty.lists.one(id)["documents"] == [], "not a part of them"
    with pytest.raises(InputError):
        empty.library.add_to_list(id, [f"d{number}" for number in range(MOST_PAPERS + 1)])
    for ask in (empty.lists.one, empty.lists.name, empty.lists.remove):
        with pytest.raises(NotFoundError):
            ask("nosuch")
    with pytest.raises(NotFoundError):
        empty.lists.export("nosuch", "ris")


def test_topics_of_a_list_are_the_mean_of_its_papers(built: Atlas, hits: list[DocumentHit]) -> None:
    id = built.lists.make("Galaxies", [hit["id"] for hit in hits])
    try:
        topics = built.lists.one(id)["topics"]
        assert [topic["weight"] for topic in topics] == sorted((t["weight"] for t in topics), reverse=True)
        for topic in topics:
            weights = [row["weight"] for hit in hits for row in hit["topics"] if row["id"] == topic["id"]]
            assert topic["weight"] == pytest.approx(sum(weights) / len(hits))
        seen = built.lists.one(id, collections=frozenset({"Second"}))
        visible = [hit["id"] for hit in hits if "Second" in hit["collections"]]
        assert [hit["id"] for hit in seen["documents"]] == visible, "only what its reader may see"
    finally:
        built.lists.remove(id)


# -- judgements ----------------------------------------------------------------------------------------------


def test_questions_are_about_what_the_model_says(built: Atlas) -> None:
    topics = {topic["id"]: topic for topic in built.topics.all()["topics"]}
    for _ in range(12):
        question = built.judgements.question()
        assert question is not None
        topic = topics[question["topic"]]
        assert question["label"] == topic["label"]
        assert question["terms"] == [term for term, _ in topic["terms"][:10]]
        if question["kind"] == "child":
            assert question["subject"] in {child for child, _ in topic["children"]}
        elif question["kind"] == "label":
            assert question["subject"] == topic["label"]
        else:
            page = built.papers.one(question["subject"], cited=[])
            assert topic["id"] in {row["id"] for row in page["topics"]}
            assert question["text"] == page["title"]


def test_what_was_answered_is_not_asked_again(built: Atlas) -> None:
    numbers = []
    labels = {topic["id"]: topic["label"] for topic in built.topics.all()["topics"]}
    first, *rest = labels
    try:
        for id in rest:
            numbers.append(built.judgements.judge("label", id, labels[id], "yes"))
        asked = {question["topic"] for _ in range(6) if (question := built.judgements.question(["label"]))}
        assert asked <= {first}
        numbers.append(built.judgements.judge("label", first, labels[first], "unsure"))
        assert built.judgements.question(["label"]) is None
    finally:
        for number in numbers:
            built.judgements.take_back(number)
    assert built.judgements.all() == []


def test_of_topics_that_are_all_hidden_nothing_is_asked(built: Atlas) -> None:
    ids = [topic["id"] for topic in built.topics.all()["topics"]]
    try:
        for id in ids:
            built.library.curate(id, "hidden", "yes")
        built.generations.reopen()
        assert built.judgements.question() is None
    finally:
        for id in ids:
            built.topics.undo(id, "hidden")
    assert built.judgements.question([]) is None, "nor of no kind"
    assert built.judgements.question() is not None


@pytest.mark.parametrize(
    ("kind", "subject", "value", "who"),
    [
        ("mood", "x", "yes", ""),
        ("label", "x", "maybe", ""),
        ("label", "", "yes", ""),
        ("label", "x" * (MAX_VALUE + 1), "yes", ""),
        ("label", "x", "yes", "w" * (MAX_WHO + 1)),
    ],
)
def test_answers_that_cannot_be_kept(built: Atlas, kind: str, subject: str, value: str, who: str) -> None:
    topic = built.topics.all()["topics"][0]["id"]
    with pytest.raises(InputError) as error:
        built.judgements.judge(kind, topic, subject, value, who=who)
    assert error.value.hint
    assert built.judgements.all() == []


def test_answers_are_counted_by_kind_and_taken_back_once(built: Atlas) -> None:
    topic = built.topics.all()["topics"][0]["id"]
    numbers = [
        built.judgements.judge(kind, topic, f"s{at}", value)
        for at, (kind, value) in enumerate((kind, value) for kind in JUDGEMENTS for value in VERDICTS)
    ]
    assert built.judgements.counts() == {kind: dict.fromkeys(VERDICTS, 1) for kind in JUDGEMENTS}
    assert [row["number"] for row in built.judgements.all()] == numbers
    for number in numbers:
        built.judgements.take_back(number)
    with pytest.raises(NotFoundError):
        built.judgements.take_back(numbers[0])


# -- jobs ----------------------------------------------------------------------------------------------------


def test_jobs_wait_newest_first_and_say_what_they_are_for(empty: Atlas) -> None:
    path = empty.home.folder / "uploads" / "x" / "mine.bib"
    first = empty.jobs.submit_add("Sea", path, mapping={"title": "Name"})
    second = empty.jobs.submit_build(seed=3)
    assert [job["id"] for job in empty.jobs.all()] == [second["id"], first["id"]]
    assert (first["kind"], first["state"], first["collection"], first["file"]) == (
        "add",
        "queued",
        "Sea",
        "mine.bib",
    )
    assert "file" not in second
    assert str(empty.home.folder) not in str(empty.jobs.all())
    assert empty.library.job(first["id"]).arguments["mapping"] == {"title": "Name"}


def test_the_same_build_is_queued_once_until_it_is_stopped(empty: Atlas) -> None:
    one, same, other = (empty.jobs.submit_build(seed=seed)["id"] for seed in (1, 1, 2))
    assert one == same != other
    assert empty.jobs.cancel(one)["state"] == "cancelled"
    assert empty.jobs.submit_build(seed=1)["id"] not in (one, other)
    two = [empty.jobs.submit_add("Sea", empty.home.folder / "x.bib")["id"] for _ in range(2)]
    assert two[0] != two[1], "two uploads are two, whatever their names"


def test_as_many_jobs_wait_as_the_settings_say(tmp_path: Path) -> None:
    from litatlas.settings import Settings

    with Atlas(Settings(home=tmp_path / "home", queued_jobs=2)) as atlas:
        for seed in (1, 2):
            atlas.jobs.submit_build(seed=seed)
        with pytest.raises(TooManyError, match="2 jobs"):
            atlas.jobs.submit_build(seed=3)
        assert atlas.jobs.submit_build(seed=2)["state"] == "queued", (
            "what waits already may be asked for again"
        )


def test_what_cannot_be_done_is_refused_before_it_is_queued(empty: Atlas, tmp_path: Path) -> None:
    add(empty, tmp_path)
    with pytest.raises(NotFoundError, match="no draft"):
        empty.jobs.submit_publish()
    with pytest.raises(InputError, match="was not harvested") as error:
        empty.jobs.submit_refresh("x")
    assert "litatlas add" in error.value.hint
    for ask in (empty.jobs.one, empty.jobs.cancel):
        with pytest.raises(NotFoundError):
            ask("nosuch")
    assert empty.jobs.all() == []
    assert not empty.jobs.has_worker()


def test_an_empty_collection_is_removed_unless_a_job_fills_it(empty: Atlas, tmp_path: Path) -> None:
    add(empty, tmp_path)
    with pytest.raises(InputError, match="not empty"):
        empty.collections.remove_empty("x")
    job = empty.jobs.submit_add("x", tmp_path / "x.jsonl")
    with pytest.raises(BusyError, match="is adding papers to"):
        empty.collections.remove_empty("x")
    empty.jobs.cancel(job["id"])
    with pytest.raises(NotFoundError):
        empty.collections.remove_empty("nosuch")
