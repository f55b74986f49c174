"""What the makers of a review wrote down before they read: it is checked here, once, for every door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from litatlas.errors import InputError
from litatlas.vocabulary import MAX_CRITERIA, MAX_REVIEW_NAME, MAX_WHO, REVIEW_STAGES, REVIEW_VERDICTS

STAGES = REVIEW_STAGES
ABSTRACT, FULL_TEXT = STAGES
_STAGE_NAMES = {
    "abstract": ABSTRACT, "abstracts": ABSTRACT, "title": ABSTRACT, "titles": ABSTRACT,
    "title-abstract": ABSTRACT, "title/abstract": ABSTRACT, "title and abstract": ABSTRACT,
    "full-text": FULL_TEXT, "full text": FULL_TEXT, "fulltext": FULL_TEXT, "full_text": FULL_TEXT,
}  # fmt: skip
VERDICTS = {
    ABSTRACT: REVIEW_VERDICTS[:-1],
    FULL_TEXT: REVIEW_VERDICTS,
}
"""What may be decided at each stage; "unavailable": a full text that was sought and not retrieved."""
REASONS = (
    "population",
    "intervention",
    "comparison",
    "outcome",
    "study design",
    "publication type",
    "language",
)
"""Reasons of a review that names none of its own."""
KEYS = {"include": "i", "exclude": "e", "maybe": "m", "later": "l", "undo": "u", "unavailable": "n"}
_MOST_WORDS, _MOST_REASONS, _MAX_WORD = 200, 50, 100


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a review; ``marked`` are words that are marked in the text: good signs and bad ones."""

    question: str = ""
    criteria: str = ""
    stages: tuple[str, ...] = STAGES
    reasons: tuple[str, ...] = REASONS
    reviewers: int = 1
    marked: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    keys: tuple[tuple[str, str], ...] = tuple(KEYS.items())
    target: float = 0.95
    confidence: float = 0.95

    def checked_stage(self, stage: str | None) -> str:
        """A stage of the plan; the first one when absent.

        Raises:
            InputError: it has no such stage.
        """
        if stage is not None and stage not in self.stages:
            raise InputError(
                f"This review has no stage {stage[:40]!r}.", f"Its stages: {', '.join(self.stages)}."
            )
        return stage or self.stages[0]

    def to_json(self) -> dict[str, Any]:
        """As the library keeps it."""
        return {**asdict(self), "keys": dict(self.keys)}


def plan_of(values: Mapping[str, Any]) -> Plan:
    """The plan that the library kept; what a newer litatlas may have added is left alone."""
    marked = values.get("marked") or ((), ())
    return Plan(
        question=str(values.get("question", "")),
        criteria=str(values.get("criteria", "")),
        stages=tuple(values.get("stages", STAGES)),
        reasons=tuple(values.get("reasons", REASONS)),
        reviewers=int(values.get("reviewers", 1)),
        marked=(tuple(marked[0]), tuple(marked[1])),
        keys=tuple({**KEYS, **values.get("keys", {})}.items()),
        target=float(values.get("target", 0.95)),
        confidence=float(values.get("confidence", 0.95)),
    )


def changed_plan(plan: Plan, changes: Mapping[str, Any]) -> Plan:
    """A plan with some of its fields changed; None leaves one as it is.

    Raises:
        InputError: a stage, a number of reviewers, a key or a text that cannot be used.
    """
    fields = {name: value for name, value in changes.items() if value is not None}
    made: dict[str, Any] = {}
    for name in ("question", "criteria"):
        if name in fields:
            made[name] = _text(fields[name], name)
    if "stages" in fields:
        made["stages"] = _stages(fields["stages"])
    if "reasons" in fields:
        made["reasons"] = _lines(fields["reasons"], _MOST_REASONS, "reasons") or REASONS
    if "reviewers" in fields:
        made["reviewers"] = _reviewers(fields["reviewers"])
    good, bad = plan.marked
    if "good_words" in fields:
        good = _lines(fields["good_words"], _MOST_WORDS, "marked words")
    if "bad_words" in fields:
        bad = _lines(fields["bad_words"], _MOST_WORDS, "marked words")
    if "keys" in fields:
        made["keys"] = _keys(dict(plan.keys), fields["keys"])
    for name in ("target", "confidence"):
        if name in fields:
            made[name] = _share(fields[name], name)
    return replace(plan, marked=(good, bad), **made)


def review_name(name: str) -> str:
    """A name that a review can have.

    Raises:
        InputError: it is empty or too long.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_REVIEW_NAME:
        raise InputError(f"A review's name has 1 to {MAX_REVIEW_NAME} characters.", "Choose such a name.")
    return name


def reviewer_name(who: str) -> str:
    """The name of the person who decides.

    Raises:
        InputError: it is empty or too long.
    """
    who = " ".join(who.split())
    if not 0 < len(who) <= MAX_WHO:
        raise InputError(
            "Who is deciding? A decision needs the reviewer's name.", "Give it with --who Ada, for example."
        )
    return who


def check_verdict(plan: Plan, stage: str, verdict: str, reason: str) -> None:
    """Refuse what the plan does not know.

    Raises:
        InputError: no such stage, verdict or reason.
    """
    plan.checked_stage(stage)
    if verdict not in VERDICTS[stage]:
        raise InputError(
            f"{verdict[:40]!r} cannot be decided at this stage.", f"Decide {', '.join(VERDICTS[stage])}."
        )
    if reason and reason not in plan.reasons:
        raise InputError(
            f"{reason[:80]!r} is not among the review's reasons.",
            f"Its reasons: {', '.join(plan.reasons)}. Add one to the plan: litatlas review plan.",
        )


def _stages(names: str | Sequence[str]) -> tuple[str, ...]:
    parts = names.split(",") if isinstance(names, str) else list(names)
    stages: list[str] = []
    for part in parts:
        stage = _STAGE_NAMES.get(" ".join(str(part).lower().split()))
        if stage is None:
            raise InputError(f"There is no stage {str(part)[:40]!r}.", f"Stages: {', '.join(STAGES)}.")
        stages.append(stage)
    if not stages:
        raise InputError("A review has at least one stage.", f"Stages: {', '.join(STAGES)}.")
    return tuple(stage for stage in STAGES if stage in stages)


def _reviewers(number: Any) -> int:
    if number not in (1, 2, "1", "2"):
        raise InputError("One or two reviewers decide each paper.", "Use 1 or 2.")
    return int(number)


def _share(value: Any, name: str) -> float:
    try:
        share = float(value)
    except (TypeError, ValueError):
        share = 0.0
    if not 0.5 <= share < 1:
        raise InputError(f"The {name} is a number from 0.5 to below 1.", "As in 0.95.")
    return share


def _text(value: Any, name: str) -> str:
    text = str(value).strip()
    if len(text) > MAX_CRITERIA:
        raise InputError(f"The {name} is over {MAX_CRITERIA:,} characters.", "Shorten it.")
    return text


def _lines(values: str | Sequence[str], most: int, what: str) -> tuple[str, ...]:
    parts = values.replace(",", "\n").split("\n") if isinstance(values, str) else list(values)
    lines = tuple(dict.fromkeys(line for part in parts if (line := " ".join(str(part).split()))))
    if len(lines) > most or any(len(line) > _MAX_WORD for line in lines):
        raise InputError(f"At most {most} {what} of up to {_MAX_WORD} characters each.", "Leave some out.")
    return lines


def _keys(keys: Mapping[str, str], changes: Any) -> tuple[tuple[str, str], ...]:
    wrong = InputError("Each action has one key of its own, or none.", f"Actions: {', '.join(KEYS)}.")
    if not isinstance(changes, Mapping) or not all(isinstance(key, str) for key in changes.values()):
        raise wrong
    keys = {action: key.lower() for action, key in {**keys, **changes}.items()}
    used = list(filter(None, keys.values()))
    if set(keys) - set(KEYS) or any(len(key) > 1 for key in used) or len(set(used)) < len(used):
        raise wrong
    return tuple(keys.items())
