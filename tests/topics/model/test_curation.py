from __future__ import annotations

from topics.model.curation import curate
from topics.model.hierarchy import Topic

TOPICS = {
    name: Topic(name, 0, k, f"Label {name}", (("word", 0.1),)) for k, name in enumerate(["ta", "tb", "tc"])
}


def test_given_names_descriptions_and_hiding_lie_over_the_model() -> None:
    said = {"ta": {"label": " Knots ", "description": "On knots."}, "tb": {"hidden": "true"}}
    curated = curate(TOPICS, said)
    assert curated["ta"].topic.label == "Knots"
    assert curated["ta"].named
    assert curated["ta"].description == "On knots."
    assert curated["tb"].hidden
    assert not curated["tb"].named
    assert curated["tc"].topic == TOPICS["tc"]
    assert TOPICS["ta"].label == "Label ta"


def test_an_empty_name_is_no_name_and_hiding_can_be_undone() -> None:
    curated = curate(TOPICS, {"ta": {"label": "  ", "hidden": "false"}, "tb": {"hidden": ""}})
    assert curated["ta"].topic.label == "Label ta"
    assert not curated["ta"].hidden
    assert not curated["tb"].hidden
