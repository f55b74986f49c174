"""How a query was run, and what is offered where it finds little or nothing.

A corrected query is offered only where it finds papers, and so is matching any of the words; a script or a
language that no paper is in is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from search.answers import SearchAnswer
from search.assist.absent_languages import absence
from search.assist.assistance import Assistance
from search.assist.spelling import FEWEST
from search.clauses import AnyOf, Clause, Term
from search.context import Context
from search.engines.contract import Answer, Request
from search.query.languages import Speech
from search.query.resolve import resolve
from search.query.tree import Query, Word, disjunction, written
from search.request import Visible

_EXACT = ("title_exact", "abstract_exact")


@dataclass(frozen=True, slots=True)
class Run:
    """A query as it was run; ``notice`` says what was loosened, ``every`` that all words count."""

    query: Query
    speech: Speech
    clause: Clause
    stems: Mapping[str, int]
    answer: Answer
    notice: str = ""
    every: bool = False


def matches(
    context: Context, query: Query, request: Request, match: str, speech: Speech
) -> tuple[Clause, Answer]:
    """What a query means when all or any of its bare words are wanted, and the engine's answer to it."""
    clause = resolve(
        query,
        context.analyzer,
        match="any" if match == "any" else "all",
        speech=speech,
        topics=context.topic_ids,
        cited=context.cited_papers(request.collections),
    )
    clause = context.weighed(clause, request.collections)
    return clause, context.engine.search(context.index, replace(request, query=clause))


def add_remedies(
    answer: SearchAnswer,
    context: Context,
    assistance: Assistance | None,
    run: Run,
    request: Request,
    match: str,
) -> None:
    """Put into an answer what helps where it has few papers, or papers with only some of the words."""
    counting = replace(request, facets=(), offset=0, limit=0, cursor=None)
    if assistance is not None and (meant := _meant(context, assistance, run, counting)):
        answer["suggestion"] = meant
    if not run.answer.total and match == "all" and len(run.query.bare) > 1:
        _, looser = matches(context, run.query, counting, "any", run.speech)
        if looser.total:
            answer["any_matches"] = looser.total
    if run.notice or not (run.answer.total and run.every):
        visible = request.collections
        scripts = assistance.scripts if assistance is not None and visible is None else None
        absent = absence(list(written(run.query)), context.analyzer, context.langs(visible), scripts)
        if absent is not None:
            answer["absent"] = absent
            answer["notice"] = f"{answer['notice']} {absent['sentence']}".lstrip()


def _meant(context: Context, assistance: Assistance, run: Run, counting: Request) -> str:
    """Did you mean: the query with its wrong words corrected, or ""; never to a word that no paper has that
    the reader may see, nor to words that no paper has together."""
    visible, speech = counting.collections, run.speech
    least = run.answer.total if run.every and not run.notice else 0

    def known(form: str) -> bool:
        stems = speech.stems(form)
        if visible is not None:
            return _papers_with(context, form, visible) >= FEWEST
        counted = context.engine.statistics(context.index, stems) if stems else None
        return counted is not None and any(counted.frequencies.values())

    def finds(corrected: Query) -> int:
        wanted = corrected if run.every or run.notice else _changed(corrected, run.query)
        total = _together(context, wanted, counting)
        return total if total > least else 0

    def finds_some(corrected: Query) -> int:
        return _together(context, _with_some(corrected, run.query, speech), counting)

    def meant(finds: Callable[[Query], int]) -> str:
        return assistance.did_you_mean(
            run.query,
            context.analyzer,
            has_hits=run.answer.total > 0 and not run.notice,
            known=known,
            seen=None if visible is None else lambda word: _papers_with(context, word, visible),
            finds=finds,
        )

    # Where some of the words are enough, a right one that no paper has beside the others must not hinder.
    return meant(finds) or (meant(finds_some) if run.notice else "")


def _together(context: Context, wanted: Query, counting: Request) -> int:
    """How many papers have all that a query asks for."""
    speech = context.speech(wanted, counting.collections)
    return matches(context, wanted, counting, "all", speech)[1].total


def _with_some(corrected: Query, before: Query, speech: Speech) -> Query:
    """The words that were corrected, and any of those that were not."""
    changed = _changed(corrected, before)
    kept = [word for word in corrected.bare if word not in changed.clauses]
    telling = [word for word in kept if any(map(speech.stems, speech.analyzer.forms(word.text)))]
    return Query((*changed.clauses, disjunction(tuple(telling)))) if telling else changed


def _changed(corrected: Query, before: Query) -> Query:
    """Of a description, any word of which may match, the words that were corrected and all that must hold."""
    kept = set(before.bare)
    return Query(tuple(one for one in corrected.clauses if not isinstance(one, Word) or one not in kept))


def _papers_with(context: Context, word: str, visible: Visible) -> int:
    """How many of the papers that a reader may see have a word in title or abstract."""
    clause = AnyOf(tuple(Term(name, word) for name in _EXACT))
    request = Request(query=clause, collections=visible, limit=0)
    return context.engine.search(context.index, request).total
