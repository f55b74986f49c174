"""The databases whose search strings are read, and how each of them means what it writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from search.fields import DIALECTS
from search.query.dialects import lexers
from search.query.dialects.reader import USUAL
from search.query.dialects.tokens import Rule

LEFT_TO_RIGHT = {"or": 1, "and": 1, "not": 1, "near": 2}
OR_FIRST = {"not": 1, "and": 2, "near": 3, "or": 4}
NOT_LAST = {"not": 1, "or": 2, "and": 3, "near": 4}


@dataclass(frozen=True, slots=True)
class Database:
    """One database.

    ``marks``: its wildcards → ours; ``binding``: how tightly its operators bind; ``joining``: words side by
    side are a phrase (else all are wanted); ``exact``: words without quotation marks are looked for as they
    are written (else with their inflections).
    """

    name: str
    rules: Sequence[Rule]
    marks: Mapping[str, str]
    binding: Mapping[str, int] = field(default_factory=lambda: USUAL)
    joining: bool = False
    exact: bool = False

    @property
    def title(self) -> str:
        """What it is called."""
        return DIALECTS[self.name]


DATABASES = MappingProxyType(
    {
        each.name: each
        for each in (
            Database("pubmed", lexers.PUBMED, {"*": "*"}, LEFT_TO_RIGHT, joining=True, exact=True),
            Database(
                "ovid", lexers.OVID, {"*": "*", "$": "*", "?": "?", "#": "#"},
                joining=True, exact=True,
            ),
            Database("embase", lexers.EMBASE, {"*": "*", "?": "#", "$": "?"}, exact=True),
            Database("cochrane", lexers.COCHRANE, {"*": "*", "?": "#"}),
            Database("wos", lexers.WOS, {"*": "*", "?": "#", "$": "?"}),
            Database("scopus", lexers.SCOPUS, {"*": "*", "?": "#"}, OR_FIRST),
            Database("ebsco", lexers.EBSCO, {"*": "*", "?": "#", "#": "?"}, joining=True),
            Database(
                "proquest", lexers.PROQUEST, {"*": "*", "?": "#", "$": "*", "[": "["}, NOT_LAST
            ),
        )
    }
)  # fmt: skip
"""Short name → database."""
