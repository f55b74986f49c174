"""What a paper did, found and means by it, in sentences of its abstract told by their words and place.

Of a structured abstract the headings say which sentences these are. Elsewhere each sentence is weighed by
words that structured abstracts use in one section and not in others, and by its place (naive Bayes, as among
the baselines of Dernoncourt and Lee, "PubMed 200k RCT", IJCNLP 2017); the weights are learned and measured by
`bench.findings`. Only English is told so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations
from math import exp

from ingest.text.boilerplate import sections
from topics.text.roles import ROLES, Finding, Role
from topics.text.summary import sentences

OTHER = "other"
"""What a sentence says that is none of these: what was known, what the paper is for."""
PLACES = 5
"""Parts of an abstract by which the place of a sentence is told."""
_SURE = 0.6
"""From this probability on, a sentence is shown as what it seems to be."""
_SHORTEST = 5  # words of a sentence that says something
_MOST_SENTENCES = 60
_LOOKED_AT = 4  # sentences of a role, the likeliest
_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
_NUMBER = re.compile(r"\d")
_HEADINGS: Mapping[Role, re.Pattern[str]] = {
    "method": re.compile(
        r"method|design|material|participant|patient|subject|setting|measure|procedure|intervention"
    ),
    "result": re.compile(r"result|finding|observation"),
    "significance": re.compile(r"conclu|interpretation|significance|implication|relevance"),
}


def role_of(heading: str) -> str:
    """What a section of an abstract says, by its heading; "" where it says several things at once."""
    told = [role for role, pattern in _HEADINGS.items() if pattern.search(heading.lower())]
    if len(told) == 1:
        return told[0]
    return "" if told else OTHER


def clues(sentence: str, at: int, count: int) -> set[str]:
    """What tells the role of a sentence: its words, whether it has numbers, and its place among ``count``."""
    text = sentence.lower()
    found = {*_WORD.findall(text), f"<{min(PLACES - 1, PLACES * at // count)}>"}
    if _NUMBER.search(text):
        found.add("<number>")
    if "%" in text or "p <" in text or "p<" in text or "p =" in text:
        found.add("<statistic>")
    if at == count - 1:
        found.add("<last>")
    return found


def findings(abstract: str, lang: str = "en") -> list[Finding]:
    """The sentence for each role that is told with some certainty, in the order of the abstract; none where
    fewer than two roles are."""
    labelled = _labelled(abstract)
    chosen = _of_sections(labelled) if len({role for role, _ in labelled} & set(ROLES)) > 1 else []
    if not chosen and lang == "en":
        chosen = _of_running_text(sentences(abstract)[:_MOST_SENTENCES])
    return chosen if len(chosen) > 1 else []


def _labelled(abstract: str) -> list[tuple[str, str]]:
    """The sentences of a structured abstract, each with the role of its section."""
    return [
        (role_of(heading) if heading else OTHER, sentence)
        for heading, text in sections(abstract)
        for sentence in sentences(text)
    ]


def _of_sections(labelled: Sequence[tuple[str, str]]) -> list[Finding]:
    chosen: list[Finding] = []
    for role in ROLES:
        own = [
            (_probabilities(sentence, at, len(labelled))[role], -at, sentence)
            for at, (of, sentence) in enumerate(labelled)
            if of == role and len(sentence.split()) >= _SHORTEST
        ]
        if own:
            chosen.append({"kind": role, "text": max(own)[2]})
    return chosen


def _of_running_text(every: Sequence[str]) -> list[Finding]:
    """The likeliest sentences that follow each other as method, result and significance do."""
    rows = [
        (at, sentence, _probabilities(sentence, at, len(every)))
        for at, sentence in enumerate(every)
        if len(sentence.split()) >= _SHORTEST
    ]
    best: dict[Role, list[tuple[float, int, str]]] = {}
    for role in ROLES:
        sure = [(told[role], at, sentence) for at, sentence, told in rows if told[role] >= _SURE]
        best[role] = sorted(sure, reverse=True)[:_LOOKED_AT]
    for count in (3, 2):
        ways = [
            (sum(share for share, _, _ in way), roles, way)
            for roles in combinations(ROLES, count)
            for way in _ways([best[role] for role in roles])
        ]
        if ways:
            _, roles, way = max(ways, key=lambda entry: entry[0])
            return [{"kind": role, "text": text} for role, (_, _, text) in zip(roles, way, strict=True)]
    return []


def _ways(lists: Sequence[Sequence[tuple[float, int, str]]]) -> list[list[tuple[float, int, str]]]:
    """One of each list, so that they stand in order."""
    ways: list[list[tuple[float, int, str]]] = [[]]
    for entries in lists:
        ways = [[*way, entry] for way in ways for entry in entries if not way or entry[1] > way[-1][1]]
    return ways


def _probabilities(sentence: str, at: int, count: int) -> dict[str, float]:
    """How likely each role is, that of `OTHER` too."""
    weights = _weights()
    found = [weights[clue] for clue in clues(sentence, at, count) if clue in weights]
    sums = [sum(column) for column in zip(weights["<always>"], *found, strict=True)]
    shares = [exp(total - max(sums)) for total in sums]
    return dict(zip((*ROLES, OTHER), (share / sum(shares) for share in shares), strict=True))


@cache
def _weights() -> Mapping[str, tuple[float, ...]]:
    """Clue → what is added to the logarithm of each role's probability."""
    lines = files(__package__).joinpath("findings.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[0]: tuple(map(float, row[1:])) for row in rows}
