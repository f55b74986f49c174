"""Topics, trends and reports: counts that agree with what a search finds, for every reader."""

from __future__ import annotations

import numpy as np
import pytest

from litatlas.answers import TopicsAnswer
from litatlas.atlas import Atlas
from litatlas.errors import InputError, NotFoundError
from litatlas.parts.topics import NEIGHBOURS, POINTS
from litatlas.vocabulary import MAX_DESCRIPTION, MAX_LABEL, MAX_WHO
from topics.map.sites import holds
from topics.model.trends import movement

SECOND = frozenset({"Second"})


@pytest.fixture(scope="module")
def all_topics(built: Atlas) -> TopicsAnswer:
    return built.topics.all()


def test_counts_of_topics_are_what_a_search_finds(built: Atlas, all_topics: TopicsAnswer) -> None:
    for topic in all_topics["topics"][:: len(all_topics["topics"]) // 6]:
        assert built.search(f"topic:{topic['id']}", limit=0)["total"] == topic["documents"]
        assert sum(topic["collections"].values()) >= topic["documents"]
        for name, count in topic["collections"].items():
            found = built.search(f'topic:{topic["id"]} collection:"{name}"', limit=0)["total"]
            assert found == count > 0


def test_the_hierarchy_is_sound(built: Atlas, all_topics: TopicsAnswer) -> None:
    topics = {topic["id"]: topic for topic in all_topics["topics"]}
    for topic in topics.values():
        for parent, share in topic["parents"]:
            assert topics[parent]["level"] == topic["level"] - 1
            assert 0 < share <= 1
        for child, share in topic["children"]:
            assert topics[child]["level"] == topic["level"] + 1
            assert 0 < share <= 1
        shares = [share for _, share in topic["parents"]]
        assert shares == sorted(shares, reverse=True)
        assert topic["quality"]["word"] in ("clear", "mixed", "leftover")


def test_a_page_keeps_to_what_a_reader_may_see(built: Atlas, all_topics: TopicsAnswer) -> None:
    for topic in all_topics["topics"]:
        if topic["collections"].get("Second"):
            page = built.topics.one(topic["id"], collections=SECOND)
            assert page["documents"] == topic["collections"]["Second"]
            assert set(page["collections"]) == {"Second"}
            assert all("Second" in hit["collections"] for hit in page["papers"])
            assert sum(page["trend"]["counts"]) == page["documents"]
            assert sum(page["trend"]["totals"]) == built.search("", limit=0, visible=SECOND)["total"]
            return
    pytest.fail("no topic has papers of the second collection")


def test_a_trend_is_counted_a_year_at_a_time(built: Atlas, all_topics: TopicsAnswer) -> None:
    topic = max(all_topics["topics"], key=lambda row: row["documents"])
    trend = built.topics.one(topic["id"])["trend"]
    assert trend["years"] == sorted(trend["years"])
    for year, total, count, share in list(
        zip(trend["years"], trend["totals"], trend["counts"], trend["shares"], strict=True)
    )[::5]:
        assert built.search(f"year:{year}", limit=0)["total"] == total
        assert built.search(f"year:{year} topic:{topic['id']}", limit=0)["total"] == count
        assert share == count / total
    moved = movement(trend["years"], trend["totals"], trend["counts"])
    assert (trend["movement"], trend["growth"]) == (moved.word, round(moved.growth, 4))


def test_trends_of_all_tops_or_of_one_topic_and_its_children(built: Atlas, all_topics: TopicsAnswer) -> None:
    tops = [topic for topic in all_topics["topics"] if topic["level"] == 0]
    whole = built.reports.trends()
    assert [row["id"] for row in whole["topics"]] == [topic["id"] for topic in tops]
    one = built.reports.trends(tops[0]["id"])
    assert [row["id"] for row in one["topics"]] == [tops[0]["id"], *(id for id, _ in tops[0]["children"])]
    assert one["topics"][0]["counts"] == whole["topics"][0]["counts"]
    with pytest.raises(NotFoundError):
        built.reports.trends("nosuch")


def test_neighbours_are_the_topics_of_the_likest_words(built: Atlas, all_topics: TopicsAnswer) -> None:
    model = built.live().hierarchy
    assert model is not None
    for topic in all_topics["topics"][::7]:
        level = model.levels[topic["level"]]
        at = level.ids.index(topic["id"])
        likeness = np.sqrt(level.phi[:, [at]] * level.phi).sum(axis=0)
        others = [k for k in np.argsort(-likeness).tolist() if k != at][:NEIGHBOURS]
        neighbours = built.topics.one(topic["id"])["neighbours"]
        assert [row["weight"] for row in neighbours] == pytest.approx(likeness[others].tolist(), abs=1e-4)
        assert topic["id"] not in {row["id"] for row in neighbours}
        assert all(row["level"] == topic["level"] for row in neighbours)


def test_papers_on_the_map_lie_in_the_cell_of_their_topic(built: Atlas, all_topics: TopicsAnswer) -> None:
    cells = {cell["id"]: cell for cell in built.topics.map()["cells"]}
    assert set(cells) == {topic["id"] for topic in all_topics["topics"]}
    for topic in all_topics["topics"][::9]:
        assert (cells[topic["id"]]["label"], cells[topic["id"]]["documents"]) == (
            topic["label"],
            topic["documents"],
        )
        points = built.topics.points(topic["id"])
        assert len(points["papers"]) == min(POINTS, topic["documents"])
        polygon = [tuple(corner) for corner in cells[topic["id"]]["polygon"]]
        assert all(holds(polygon, tuple(paper["point"])) for paper in points["papers"])
        assert built.topics.points(topic["id"]) == points, "always in the same place"


def test_a_name_given_by_hand_is_the_topics_name_everywhere(built: Atlas, all_topics: TopicsAnswer) -> None:
    topic = all_topics["topics"][0]
    built.topics.rename(topic["id"], "  Кварки  and   quarks ", who=" Ann ")
    try:
        assert built.topics.one(topic["id"])["label"] == "Кварки and quarks"
        cell = next(cell for cell in built.topics.map()["cells"] if cell["id"] == topic["id"])
        assert cell["label"] == "Кварки and quarks"
        found = built.search('topic:"кварки AND QUARKS"', limit=3)
        assert found["total"] == topic["documents"]
        assert {"Кварки and quarks"} & {row["label"] for row in found["topics"]}
    finally:
        built.topics.undo(topic["id"], "label")
    assert built.topics.one(topic["id"])["label"] == topic["label"]


@pytest.mark.parametrize(
    ("say", "value", "words"),
    [
        ("rename", "", "1 to 100"),
        ("rename", "   ", "1 to 100"),
        ("rename", "x" * (MAX_LABEL + 1), "1 to 100"),
        ("describe", "x" * (MAX_DESCRIPTION + 1), "at most 2,000"),
    ],
)
def test_what_cannot_be_said_of_a_topic(
    built: Atlas, all_topics: TopicsAnswer, say: str, value: str, words: str
) -> None:
    topic = all_topics["topics"][0]["id"]
    with pytest.raises(InputError, match=words):
        getattr(built.topics, say)(topic, value)
    with pytest.raises(InputError, match="A name has at most"):
        built.topics.hide(topic, who="x" * (MAX_WHO + 1))
    assert built.topics.history(topic) == []


def test_bridges_of_labels_that_are_gone_or_the_same(built: Atlas, all_topics: TopicsAnswer) -> None:
    first, second = [topic["id"] for topic in all_topics["topics"] if topic["level"] == 2][:2]
    answer = built.reports.bridges(first, second, limit=4, collections=frozenset({"First"}))
    assert [row["id"] for row in answer["topics"]] == [first, second]
    assert all("First" in hit["collections"] for hit in answer["documents"])
    assert len(answer["documents"]) <= 4
    with pytest.raises(InputError):
        built.reports.bridges(first, first)
    with pytest.raises(NotFoundError):
        built.reports.bridges(first, "nosuch")


def test_coverage_shares_are_of_one_and_what_is_missed_is_outside(built: Atlas) -> None:
    answer = built.collections.coverage("Second", limit=5)
    for level in range(3):
        rows = [row for row in answer["topics"] if row["level"] == level]
        assert sum(row["share"] for row in rows) == pytest.approx(1, abs=0.02)
        assert sum(row["share_elsewhere"] for row in rows) == pytest.approx(1, abs=0.02)
        assert [row["share"] for row in rows] == sorted((row["share"] for row in rows), reverse=True)
        for row in rows[:2]:
            found = built.search(f'topic:{row["id"]} collection:"Second"', limit=0)["total"]
            assert row["documents"] == found
    assert len(answer["missed"]) == 5
    assert built.collections.coverage("Second", limit=0)["missed"] == []
    with pytest.raises(NotFoundError):
        built.collections.coverage("Nothing")


def test_fewer_missed_papers_are_the_first_of_more(built: Atlas) -> None:
    name = built.collections.all()[0]["name"]
    many = built.collections.coverage(name)
    few = built.collections.coverage(name, limit=3)
    assert few["missed"] == many["missed"][:3]
    assert few["topics"] == many["topics"]
    assert built.collections.coverage(name, limit=0)["missed"] == []


def test_what_is_warmed_up_answers_as_what_is_not(built: Atlas) -> None:
    paper = built.search("", limit=1)["documents"][0]["id"]
    with Atlas(built.settings) as cold, Atlas(built.settings) as warm:
        warm.live().warm()
        assert warm.papers.one(paper) == cold.papers.one(paper)


def test_the_status_counts_what_is_there(built: Atlas) -> None:
    status = built.reports.status()
    assert status["papers"] == status["engine"]["papers"] == built.search("", limit=0)["total"]
    assert status["engine"]["behind"] == 0
    model = status["model"]
    assert model is not None
    assert model["levels"] == [4, 8, 14]
    assert model["trainer"] in ("bigartm", "portable")
    assert status["jobs"] == {}
    assert [row["topics"] for row in built.reports.quality()["levels"]] == [4, 8, 14]


def test_every_format_is_listed_with_what_it_is(built: Atlas) -> None:
    formats = built.reports.formats()
    names = [row["name"] for row in formats["read"]]
    assert len(names) == len(set(names)) > 15
    assert {"bibtex", "ris", "csv", "jsonl"} <= {row["name"] for row in formats["write"]}
    assert all(row["suffix"].startswith(".") and "/" in row["media_type"] for row in formats["write"])


def test_an_atlas_without_a_model_answers_all_of_this(empty: Atlas) -> None:
    assert empty.topics.all() == {"levels": [], "topics": []}
    assert empty.topics.map()["cells"] == []
    assert empty.reports.trends() == {"years": [], "totals": [], "gaps": [], "topics": []}
    assert "litatlas build" in empty.reports.quality()["notice"]
    assert empty.reports.status()["model"] is None
    for ask in (empty.topics.one, empty.topics.points, empty.topics.history):
        with pytest.raises(NotFoundError, match="no topic") as error:
            ask("t1")
        assert "litatlas build" in error.value.hint
