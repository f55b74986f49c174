"""`Atlas` in one process: what the web asks of it beside the commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.library.library import Job
from litatlas.atlas import Atlas
from litatlas.errors import InputError, NotFoundError
from litatlas.settings import Settings
from litatlas.vocabulary import MAX_MARKED
from litatlas.worker import JobProgress, run_job
from tests.papers import papers, write


@pytest.fixture
def atlas(tmp_path: Path) -> Iterator[Atlas]:
    """An empty atlas."""
    with Atlas(Settings(home=tmp_path / "home", processes=1)) as found:
        yield found


@pytest.fixture
def built(built_home: Path) -> Iterator[Atlas]:
    """The atlas with topics; what a test says of a topic it takes back."""
    with Atlas(Settings(home=built_home)) as found:
        yield found


class Still:
    """No thread: nothing stops the job."""

    def is_set(self) -> bool:
        return False


def uploaded(atlas: Atlas, text: str) -> Path:
    folder = atlas.uploads.waiting / ("0" * 24)
    folder.mkdir(parents=True)
    path = folder / "mine.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def worked(atlas: Atlas) -> Job:
    job = atlas.library.claim_job()
    assert job is not None
    run_job(atlas, job, JobProgress(atlas.library, job.id, Still()))  # type: ignore[arg-type]
    return atlas.library.job(job.id)


def test_what_became_of_an_upload_names_no_folder_of_the_server(atlas: Atlas) -> None:
    path = uploaded(atlas, '{"id": "1", "title": "A heart"}\n{"id": "2"}\n')
    atlas.jobs.submit_add("Mine", path, format="jsonl")
    job = worked(atlas)
    assert job.state == "done"
    assert job.result is not None
    assert job.result["rejects"][0]["source"] == "mine.jsonl"
    assert str(atlas.home.folder) not in str(atlas.jobs.one(job.id))
    assert [row["source"] for row in atlas.collections.rejects("Mine")] == ["mine.jsonl"]
    assert not path.parent.exists()


def test_an_upload_that_fails_names_no_folder_of_the_server(atlas: Atlas) -> None:
    path = uploaded(atlas, "x")
    path.unlink()
    atlas.jobs.submit_add("Mine", path)
    job = worked(atlas)
    assert job.state == "failed"
    assert job.error is not None
    assert job.error["message"].startswith("mine.jsonl ")


def test_files_that_were_not_uploaded_keep_their_path(atlas: Atlas, tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", [*papers(2, prefix="x"), {"id": "empty"}])
    assert atlas.collections.add([path], "X")["rejects"][0]["source"] == str(path)


def test_several_papers_are_one_query_and_not_among_the_answers(built: Atlas) -> None:
    found = built.search("galaxy", limit=3, facets=False)["documents"]
    ids = [hit["id"] for hit in found]
    answer = built.explore_papers([*ids, ids[0]], limit=8)
    near = [hit["id"] for hit in answer["documents"]]
    assert len(near) == 8
    assert not set(near) & set(ids)
    assert answer["topics"][0]["id"] in {topic["id"] for topic in found[0]["topics"]}


def test_papers_to_explore_by_are_known_and_not_too_many(built: Atlas) -> None:
    with pytest.raises(NotFoundError):
        built.explore_papers(["nosuch"])
    for ids in ([], [str(number) for number in range(MAX_MARKED + 1)]):
        with pytest.raises(InputError):
            built.explore_papers(ids)


def test_a_description_and_hiding_hold_until_they_are_taken_back(built: Atlas) -> None:
    topic = built.topics.all()["topics"][0]["id"]
    built.topics.describe(topic, "  What it is\n about ", who="Ann")
    built.topics.hide(topic)
    page = built.topics.one(topic)
    assert page["description"] == "What it is about"
    assert page["hidden"]
    assert [cell["id"] for cell in built.topics.map()["cells"] if cell.get("hidden")] == [topic]
    label = page["label"]
    assert all(entry.get("target") != topic for entry in built.suggest(label[:4]))
    built.topics.hide(topic, False)
    said = built.topics.history(topic)
    assert [(row["kind"], row["value"], row["holds"]) for row in said] == [
        ("hidden", "no", True),
        ("hidden", "yes", False),
        ("description", "What it is about", True),
    ]
    assert said[2]["who"] == "Ann"
    built.topics.undo(topic, "hidden")
    assert built.topics.one(topic)["hidden"]
    for kind in ("hidden", "description"):
        built.topics.undo(topic, kind)
    assert "hidden" not in built.topics.one(topic)
    assert built.topics.history(topic) == []


def test_what_is_said_of_a_topic_is_bounded(built: Atlas) -> None:
    topic = built.topics.all()["topics"][0]["id"]
    with pytest.raises(InputError):
        built.topics.describe(topic, "x" * 3_000)
    with pytest.raises(NotFoundError):
        built.topics.hide("nosuch")
    with pytest.raises(NotFoundError):
        built.topics.undo(topic, "colour")
    assert built.topics.history(topic) == []


def test_a_topic_shows_first_the_tags_that_tell_it_from_the_others(built: Atlas) -> None:
    model = built.live().hierarchy
    assert model is not None
    told = {id: [tag for tag, _ in topic.tags] for id, topic in model.topics.items() if topic.tags}
    assert told
    for id, tags in told.items():
        shown = [row["value"] for row in built.topics.one(id)["tags"]]
        there = [tag for tag in tags if tag in shown]
        assert there
        assert shown[: len(there)] == there


def test_a_list_is_kept_and_exported_and_its_topics_are_told(built: Atlas) -> None:
    hits = built.search("galaxy", limit=3)["documents"]
    ids = [hit["id"] for hit in reversed(hits)]
    id = built.lists.make("  Galaxies  of May ", ids)
    found = built.lists.one(id)
    assert [hit["id"] for hit in found["documents"]] == ids
    assert found["name"] == "Galaxies of May"
    assert found["missing"] == 0
    tops = [topic["weight"] for topic in found["topics"] if topic["level"] == 0]
    assert sum(tops) == pytest.approx(1, abs=0.3)
    assert "".join(built.lists.export(id, "bibtex")).count("@") == 3
    with pytest.raises(InputError, match="export format"):
        built.lists.export(id, "word")
    with pytest.raises(NotFoundError):
        built.lists.make("Mine", ["nosuch"])
    with pytest.raises(InputError, match="1 to 100"):
        built.lists.make("  ")
    built.lists.remove(id)
    with pytest.raises(NotFoundError):
        built.lists.one(id)


@pytest.mark.parametrize("kind", ["paper", "child", "label"])
def test_questions_are_asked_once_and_their_answers_are_counted(built: Atlas, kind: str) -> None:
    question = built.judgements.question([kind])
    assert question is not None
    assert question["kind"] == kind
    assert question["label"] == built.topics.one(question["topic"])["label"]
    number = built.judgements.judge(kind, question["topic"], question["subject"], "yes", who="Ann")
    try:
        assert built.judgements.counts()[kind] == {"yes": 1}
        assert built.reports.quality()["judged"][kind] == {"yes": 1}
        assert [row["who"] for row in built.judgements.all()] == ["Ann"]
    finally:
        built.judgements.take_back(number)
    assert "judged" not in built.reports.quality()


def test_judging_needs_topics_and_a_known_answer(atlas: Atlas, built: Atlas) -> None:
    with pytest.raises(NotFoundError, match="no topics"):
        atlas.judgements.question()
    topic = built.topics.all()["topics"][0]["id"]
    with pytest.raises(InputError, match="answer 'perhaps'"):
        built.judgements.judge("paper", topic, "x", "perhaps")
    with pytest.raises(NotFoundError):
        built.judgements.judge("paper", "none", "x", "yes")


def test_a_citation_is_given_in_one_format(built: Atlas) -> None:
    hit = built.search("galaxy", limit=1)["documents"][0]
    whole = built.papers.one(hit["id"])["cite"]
    assert built.papers.one(hit["id"], cited=["ris"])["cite"] == {"ris": whole["ris"]}
    for format, text in whole.items():
        assert built.papers.citation(hit["id"], format) == text
    with pytest.raises(InputError, match="citation format"):
        built.papers.citation(hit["id"], "word")
