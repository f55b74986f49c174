"""Papers that are like a set of papers, by their words and by their tags.

What sets a set off from all others is the mean of its rows minus the mean of the others' (Rocchio 1971), and
where its papers are enough to learn from, a linear support vector machine (Joachims, ECML 1998) that tells
them from near papers and from an even sample of all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.context import Context
from search.engines.contract import Request
from search.engines.filters import filter_clause
from search.evidence.evidence import Floats
from search.evidence.tfidf import unit
from search.request import Visible
from search.similarity.separation import margins

_LEARNED = 20  # papers in a set that are enough to learn from
_NEAR, _OTHERS = 1_000, 3_000  # papers that a set is told from: near ones, and an even sample of all
_SLACK = 0.1  # the machine's C
_PSEUDO = 20  # stems that every paper is thought to have besides, so that a title alone says less
_TAGS_FEW, _TAGS = 0.3, 0.5  # what tags weigh beside words (1): in few papers, in enough to learn from

_SHARED = 0.1  # of the set: so many share a tag by which candidates are looked up
_ASKED, _TELLING = 30, 10  # tags that the index is asked about, and that give candidates
_RARE = 300, 1_000  # papers that may have such a tag: three times as many as the set, within these bounds


def alike(
    context: Context, own: Sequence[str], members: Sequence[str], limit: int, visible: Visible = None
) -> list[tuple[str, float]]:
    """The papers most like a set of papers, best first.

    Args:
        own: the set, or a sample of it.
        members: all of the set; none of them is given.
        visible: the collections that the reader may see; others' papers are neither given nor learned from.
        limit: how many are wanted, at most.

    Returns:
        Papers with how surely they belong to the set (0 to 1), or of a small set, how far they lie in its
        direction (above 0).
    """
    evidence, cosine = context.evidence, context.cosine
    if evidence is None or cosine is None or not own:
        return []
    models, held = evidence.models.ids, set(members)
    inside = evidence.rows(members)
    near = cosine.towards(cosine.papers(own), max(_NEAR, limit), inside[inside >= 0])
    tags = context.library.tags_of(own, visible)
    wanted = {*(models[row] for row in near.tolist()), *_tagged(context, tags.values(), visible)} - held
    even = {models[row] for row in evenly(len(models), _OTHERS)}
    tags |= context.library.tags_of(
        [*wanted, *(even - wanted - held)], visible
    )  # of those that are still there
    ids = sorted(tags)
    ids = [ids[at] for at in np.argsort(evidence.rows(ids) < 0, kind="stable")]  # as `Cosine.papers` has them
    positive, candidate, sample = (
        np.array([id in of for id in ids], dtype=bool) for of in (held, wanted, even)
    )
    if not candidate.any() or not positive.any():
        return []
    enough = len(own) >= _LEARNED
    by_tags = _tag_rows([tags[id] for id in ids], sample) * (_TAGS if enough else _TAGS_FEW)
    rows = sparse.hstack([cosine.papers(ids, _PSEUDO), by_tags], format="csr")
    scores = _surely(rows, positive) if enough else _direction(rows, positive, sample)
    best = [at for at in np.argsort(-scores, kind="stable").tolist() if candidate[at] and scores[at] > 0]
    return [(ids[at], float(scores[at])) for at in best[:limit]]


def evenly(count: int, most: int) -> list[int]:
    """At most so many places, evenly spread."""
    if count <= most:
        return list(range(count))
    return [int(at) for at in np.linspace(0, count - 1, most)]


def _tagged(context: Context, own: Collection[frozenset[str]], visible: Visible) -> list[str]:
    """Papers with a tag that several of the set (given by its tags) share and few others have."""
    tags = Counter(tag for paper in own for tag in paper)
    ids: list[str] = []
    chosen = 0
    most = min(max(_RARE[0], 3 * len(own)), _RARE[1])
    for tag, count in tags.most_common(_ASKED):
        if count < max(2, _SHARED * len(own)) or chosen == _TELLING:
            break
        clause = filter_clause("tag", (tag,))
        request = Request(query=clause, collections=visible, sort="id", limit=most)
        answer = context.engine.search(context.index, request)
        if answer.total <= most:
            ids += [hit.id for hit in answer.hits]
            chosen += 1
    return ids


def _tag_rows(tags: Sequence[frozenset[str]], sample: NDArray[np.bool_]) -> sparse.csr_matrix:
    """Unit rows (papers × tags); a tag weighs more the fewer papers of the sample have it."""
    folded = [sorted({tag.casefold() for tag in paper}) for paper in tags]
    columns: dict[str, int] = {}
    places = [columns.setdefault(tag, len(columns)) for paper in folded for tag in paper]
    starts = np.cumsum([0, *map(len, folded)])
    shape = (len(tags), max(len(columns), 1))
    rows = sparse.csr_matrix((np.ones(len(places), dtype=np.float32), places, starts), shape=shape)
    holders = np.asarray(rows[sample].sum(axis=0)).ravel()
    rows.data = np.log((sample.sum() + 2) / (holders + 1)).astype(np.float32)[rows.indices]
    return unit(rows)


def _surely(rows: sparse.csr_matrix, positive: NDArray[np.bool_]) -> Floats:
    """How surely each row belongs to a set (0 to 1), which is told from all the other rows."""
    return np.asarray(1 / (1 + np.exp(-margins(rows, positive, _SLACK))), dtype=np.float32)


def _direction(rows: sparse.csr_matrix, positive: NDArray[np.bool_], sample: NDArray[np.bool_]) -> Floats:
    """How far each row lies in the direction that sets a set off from the sample."""
    telling = np.asarray(rows[positive].mean(axis=0)) - np.asarray(rows[sample & ~positive].mean(axis=0))
    return np.asarray(rows @ telling.ravel(), dtype=np.float32)
