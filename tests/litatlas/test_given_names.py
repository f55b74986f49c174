"""A name that a person gave stays only where the topic is still itself; else a person decides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from litatlas.atlas import Atlas
from litatlas.cli.text import topics as topics_text
from litatlas.errors import NotFoundError
from litatlas.settings import Settings
from topics.model.matching import is_itself

NAME = "A name of ours"


@pytest.fixture
def atlas(built_home: Path, tmp_path: Path) -> Iterator[Atlas]:
    shutil.copytree(built_home, tmp_path / "home")
    with Atlas(Settings(home=tmp_path / "home", processes=1, trainer="portable")) as opened:
        yield opened


@pytest.fixture
def named(atlas: Atlas) -> str:
    """A topic that a person named and described."""
    topic = atlas.topics.all()["topics"][-1]["id"]
    atlas.topics.rename(topic, NAME)
    atlas.topics.describe(topic, "What it was about.")
    return topic


def build(atlas: Atlas, monkeypatch: pytest.MonkeyPatch, *, changed: str = "") -> None:
    """Build anew; ``changed`` keeps its id without being itself."""

    def judged(row: Mapping[str, Any]) -> bool:
        return bool(row["id"] != changed)

    monkeypatch.setattr("litatlas.generation.building.is_itself", judged)
    levels = tuple(atlas.topics.all()["levels"])
    atlas.models.build(levels=levels)


def label(atlas: Atlas, topic: str) -> str:
    return atlas.topics.one(topic)["label"]


def test_a_name_waits_for_a_decision_when_its_topic_is_another(
    atlas: Atlas, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = atlas.topics.one(named)
    build(atlas, monkeypatch, changed=named)
    now = atlas.topics.one(named)
    assert now["label"] != NAME
    assert "description" not in now
    was = now["undecided"]
    assert (was["label"], was["description"]) == (NAME, "What it was about.")
    assert was["words"] == [term for term, _ in before["terms"][:10]]
    assert atlas.reports.status()["undecided"] == 1
    text = topics_text.topic(now)
    assert NAME in text
    assert f"litatlas decide {named} --keep" in text
    build(atlas, monkeypatch)  # a later build forgets nothing
    assert label(atlas, named) != NAME
    assert [topic["id"] for topic in atlas.topics.undecided()] == [named]
    atlas.topics.keep(named)
    assert label(atlas, named) == NAME
    assert atlas.topics.one(named)["description"] == "What it was about."
    assert atlas.topics.undecided() == []
    with pytest.raises(NotFoundError):
        atlas.topics.keep(named)


def test_a_name_can_be_dropped_or_given_anew(
    atlas: Atlas, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(atlas, monkeypatch, changed=named)
    own = label(atlas, named)
    atlas.topics.drop(named)
    assert atlas.topics.undecided() == []
    assert label(atlas, named) == own
    assert atlas.topics.history(named) == []
    atlas.topics.rename(named, "Another name")
    build(atlas, monkeypatch)
    assert label(atlas, named) == "Another name"


def test_going_back_brings_the_name_back_and_forth_asks_again(
    atlas: Atlas, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(atlas, monkeypatch, changed=named)
    atlas.models.roll_back()
    assert label(atlas, named) == NAME
    assert atlas.topics.undecided() == []
    atlas.models.roll_back()
    assert label(atlas, named) != NAME


def test_a_draft_changes_no_name(atlas: Atlas, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litatlas.generation.building.is_itself", lambda row: False)
    atlas.models.build(levels=tuple(atlas.topics.all()["levels"]), preview=True)
    assert label(atlas, named) == NAME
    atlas.topics.describe(named, "Said while a draft waited.")
    atlas.models.publish()
    assert label(atlas, named) != NAME
    assert atlas.topics.one(named)["undecided"]["description"] == "Said while a draft waited."


@pytest.mark.parametrize(
    ("likeness", "papers", "expected"),
    [(0.95, 0.9, True), (0.8, None, True), (0.75, 0.9, False), (0.9, 0.3, False), (0.41, 0.1, False)],
)
def test_what_is_still_itself(likeness: float, papers: float | None, expected: bool) -> None:
    assert is_itself({"id": "t", "likeness": likeness, "papers": papers}) is expected
