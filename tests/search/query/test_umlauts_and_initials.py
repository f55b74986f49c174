"""Names of authors as people type them."""

from __future__ import annotations

import pytest

from search.authors import author_clause, author_tokens
from search.clauses import AllOf, AnyOf, Clause, Nothing, Term


def finds(query: str, author: str) -> bool:
    """Whether a query for a name finds a paper of this author."""
    tokens = set(author_tokens([author]).split())

    def holds(clause: Clause) -> bool:
        match clause:
            case Term(_, token, _):
                return token in tokens
            case AllOf(children):
                return all(map(holds, children))
            case AnyOf(children):
                return any(map(holds, children))
            case Nothing():
                return False
        raise AssertionError(clause)

    return holds(author_clause(query))


KIM = [
    "Kim SH",
    "Kim S.H.",
    "Kim S. H.",
    "Kim S H",
    "Kim S.-H.",
    "Kim, S.H.",
    "S.H. Kim",
    "kim s.h.",
    "Kim S",
]


@pytest.mark.parametrize("query", KIM)
def test_initials_in_every_punctuation(query: str) -> None:
    assert finds(query, "Kim, Sung-Ho")
    assert finds(query, "Kim, S.-H.")
    assert not finds(query, "Kim, Jin")
    assert not finds(query, "Lee, Sung-Ho")


NAMES = [
    ("Mueller", "Müller, A."),
    ("Müller", "Mueller, A."),
    ("Goethe J", "Göthe, J."),
    ("Soerensen", "Sørensen"),
]


@pytest.mark.parametrize(("query", "author"), NAMES)
def test_umlauts_spelt_out(query: str, author: str) -> None:
    assert finds(query, author)


def test_a_diphthong_is_no_umlaut() -> None:
    assert not finds("Bauer", "Baur, C.")
    assert not finds("Kim", "Müller, A.")
