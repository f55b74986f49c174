"""Names that a language model proposes: counted, kept as drafts, accepted or refused by a person."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from litatlas.answers import TopicAnswer
from litatlas.atlas import Atlas
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.ledger import Ledger
from litatlas.parts.naming.language_model import LanguageModelError
from litatlas.settings import Settings
from tests.chat_server import ChatServer, chat_server


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with chat_server() as served:
        yield served


@pytest.fixture
def atlas(built_home: Path, tmp_path: Path, server: ChatServer) -> Iterator[Atlas]:
    home = tmp_path / "home"
    shutil.copytree(built_home, home)
    settings = Settings(home=home, processes=1, llm=server.url, llm_model="small", llm_timeout=5)
    server.asked.clear()
    with Atlas(settings) as opened:
        yield opened


@pytest.fixture
def word(atlas: Atlas, topic: TopicAnswer) -> str:
    """The word that tells its papers best from others."""

    def f1(word: str) -> float:
        here = atlas.search(f"topic:{topic['id']} {word}", limit=0)["total"]
        return 2 * here / (topic["documents"] + atlas.search(word, limit=0)["total"])

    return max((term for term, _ in topic["terms"][:10] if term.isalpha()), key=f1)


@pytest.fixture
def topic(atlas: Atlas) -> TopicAnswer:
    """The largest topic of the middle level."""
    topics = atlas.topics.all()["topics"]
    return max((topic for topic in topics if topic["level"] == 1), key=lambda each: each["documents"])


def test_the_best_of_the_names_is_kept_with_the_numbers_of_a_search(
    atlas: Atlas, server: ChatServer, topic: TopicAnswer, word: str
) -> None:
    server.labels("Unheard of subject", "Volcanoes of Iceland", word, description="On the heart.")
    (proposal,) = atlas.proposals.make([topic["id"]])["proposals"]
    said = f"({word} OR tag:{word})"
    here = atlas.search(f"topic:{topic['id']} {said}", limit=0)["total"]
    everywhere = atlas.search(said, limit=0)["total"]
    assert proposal["label"].lower() == word
    assert proposal["evidence"]["share"] == pytest.approx(here / topic["documents"], abs=1e-4)
    assert proposal["evidence"]["precision"] == pytest.approx(here / everywhere, abs=1e-4)
    assert (proposal["now"], proposal["description"]) == (topic["label"], "On the heart.")
    question = server.asked[0]["messages"][1]["content"]
    assert topic["terms"][0][0] in question
    assert topic["label"] not in question.partition("topics beside it")[2]


def test_it_is_a_draft_until_a_person_accepts_it(
    atlas: Atlas, server: ChatServer, topic: TopicAnswer, word: str
) -> None:
    id = topic["id"]
    server.labels(word, description="On the heart.")
    atlas.proposals.make([id])
    assert atlas.topics.one(id)["label"] == topic["label"]
    assert [row["id"] for row in atlas.proposals.all()["proposals"]] == [id]
    atlas.proposals.accept(id, who="Ada")
    page = atlas.topics.one(id)
    assert (page["label"], page["description"]) == (word.capitalize(), "On the heart.")
    assert {row["who"] for row in atlas.topics.history(id)} == {"Ada"}
    assert atlas.proposals.all()["proposals"] == []
    with pytest.raises(NotFoundError):
        atlas.proposals.accept(id)


def test_a_refused_one_is_gone_and_nothing_has_changed(
    atlas: Atlas, server: ChatServer, topic: TopicAnswer, word: str
) -> None:
    server.labels(word)
    atlas.proposals.make([topic["id"]])
    atlas.proposals.refuse(topic["id"])
    assert atlas.proposals.one(topic["id"]) is None
    assert atlas.topics.one(topic["id"])["label"] == topic["label"]
    with pytest.raises(NotFoundError):
        atlas.proposals.refuse(topic["id"])


@pytest.mark.parametrize("labels", [["Volcanoes of Iceland"], ["<img src=x>"], ["Study"], [], ["of the"]])
def test_what_the_papers_do_not_say_is_not_proposed(
    atlas: Atlas, server: ChatServer, topic: TopicAnswer, labels: list[str]
) -> None:
    server.labels(*labels)
    answer = atlas.proposals.make([topic["id"]])
    assert answer["proposals"] == []
    assert list(answer["refused"]) == [topic["id"]]
    assert atlas.proposals.all()["proposals"] == []


def test_what_came_before_a_failure_is_kept_and_not_asked_for_again(atlas: Atlas, server: ChatServer) -> None:
    first, second = [t for t in atlas.topics.all()["topics"] if t["level"] == 1][:2]
    server.labels(first["terms"][0][0])
    atlas.proposals.make([first["id"]])
    server.reply = (503, b"")
    with pytest.raises(LanguageModelError):
        atlas.proposals.make([second["id"]])
    kept = {row["id"] for row in atlas.proposals.all()["proposals"]}
    asked = len(server.asked)
    server.reply = "nothing"
    answer = atlas.proposals.make()
    assert kept.isdisjoint(answer["refused"])
    assert len(server.asked) - asked == len(atlas.topics.all()["topics"]) - len(kept)


def test_named_topics_are_left_alone_unless_they_are_asked_for(atlas: Atlas, server: ChatServer) -> None:
    ids = [topic["id"] for topic in atlas.topics.all()["topics"]]
    for id in ids[1:]:
        atlas.topics.rename(id, f"Named {id}")
    server.reply = "nothing"
    assert list(atlas.proposals.make()["refused"]) == ids[:1]
    assert list(atlas.proposals.make([ids[1]])["refused"]) == [ids[1]]


def test_without_an_endpoint_nothing_is_sent(atlas: Atlas, server: ChatServer) -> None:
    with Atlas(replace(atlas.settings, llm="")) as off:
        assert not off.proposals.is_on()
        with pytest.raises(InputError, match="No language model is set"):
            off.proposals.make()
    assert server.asked == []


def test_proposals_belong_to_their_model_and_end_with_it(
    atlas: Atlas, server: ChatServer, topic: TopicAnswer, word: str
) -> None:
    server.labels(word)
    atlas.proposals.make([topic["id"]])
    (key,) = atlas.library.meta_keys("proposal:")
    model = atlas.live().row.model
    assert model is not None
    other = key.replace(model, "another")
    atlas.library.put_meta({other: atlas.library.get_meta(key)})
    atlas.proposals.refuse(topic["id"])
    assert atlas.proposals.all()["proposals"] == []
    Ledger(atlas.library).forget_others([model], [atlas.live().row.index])
    assert atlas.library.meta_keys("proposal:") == []
