"""What is live and whether it is healthy, as text."""

from __future__ import annotations

from collections.abc import Sequence

from litatlas.cli.terminal import counted, plain
from litatlas.cli.text.papers import Answer, paper_count


def status(answer: Answer) -> str:
    """What is live."""
    model = answer["model"]
    engine = answer["engine"]
    levels = "/".join(str(size) for size in model["levels"]) if model else ""
    return "\n".join(
        [
            f"litatlas {answer['version']}, generation {answer['generation']}",
            f"{paper_count(answer)} in " + counted(answer["collections"], "collection", "collections"),
            f"model: {levels} topics, trained {model['created']}"
            if model
            else "model: none yet (litatlas build)",
            *(_outside(answer) if model else ()),
            *_names(answer),
            f"engine: {engine['name']}, {paper_count(engine)} indexed, {engine['state']}",
            *(f"  {line}" for line in (engine["message"], engine["hint"]) if line),
            *_store(answer.get("store")),
            *_encoder(answer.get("encoder")),
            "jobs: " + (", ".join(f"{count} {state}" for state, count in answer["jobs"].items()) or "none"),
        ]
    )


def _names(status: Answer) -> list[str]:
    """How many given names need a decision."""
    topics = counted(status["undecided"], "topic needs", "topics need")
    return [f"  {topics} a decision on the given name: litatlas decide"] if status["undecided"] else []


def _store(store: Answer | None) -> list[str]:
    """Whether this host has what the store has."""
    if store is None:
        return []
    size = f"{store['files']:,} files, {store['bytes'] / 1e6:,.0f} MB here"
    state = "up to date" if store["current"] and store["sent"] else "behind"
    problem = [f"  {plain(store['problem'])}"] if store["problem"] else []
    return [f"store: {plain(store['address'])}, {size}, {state}", *problem]


def _encoder(encoder: Answer | None) -> list[str]:
    """What there is of the encoder."""
    if encoder is None:
        return []
    if encoder["state"] in ("none", "damaged"):
        lines = [f"encoder: no vectors that can serve ({encoder['state']}): litatlas encode"]
    else:
        vectors = f"{encoder['vectors']:,} vectors of {encoder['dimensions']} numbers"
        lines = [f"encoder: {plain(encoder['name'])}, {vectors}, {encoder['state']}"]
    if making := encoder["making"]:
        lines.append(f"  being made: {plain(making['name'])}, {making['vectors']:,} vectors")
    return lines


def _outside(answer: Answer) -> list[str]:
    """The papers that have no topic, and what helps."""
    lines = []
    if answer["unfit"]:
        lines.append(
            f"  {answer['unfit']:,} do not fit this map: build again to give them topics (litatlas build)"
        )
    return lines + without_topics(answer["unplaced"], answer["model"]["languages"])


def without_topics(unplaced: Answer, languages: Sequence[str]) -> list[str]:
    """The papers without topics, and how to take in those in other languages than the map's."""
    if not unplaced:
        return []
    named = ", ".join(f"{language or '?'} {count:,}" for language, count in unplaced.items())
    total = f"  {sum(unplaced.values()):,} got no topic ({named})"
    others = [language for language in unplaced if language and languages and language not in languages]
    if not others:
        return [f"{total}: they have none of the model's words"]
    return [f"{total}; include their languages with --languages {','.join([*languages, *others])}"]


def doctor(answer: Answer) -> str:
    """The checks."""
    lines = []
    for check in answer["checks"]:
        lines.append(f"{'ok  ' if check['ok'] else 'FAIL'}  {check['name']}: {plain(check['message'])}")
        if check["hint"]:
            lines.append(f"      {plain(check['hint'])}")
    return "\n".join(lines)
