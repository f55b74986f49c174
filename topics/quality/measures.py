"""How good topics are, on papers that the model never saw.

NPMI is the mean over the pairs of a topic's ten shown words of the normalised pointwise mutual
information of their occurrence in papers (a pair never seen counts −1); diversity the share of distinct words
among the 25 shown of all topics; junk a topic that is incoherent (NPMI < 0.05), generic (at least 4 of its 10
words occur in more than max(4 %, 1.5/K) of the papers) or a duplicate (6 of 10 words of an earlier topic).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]

SHOWN = 25
"""Words of a topic that its diversity is measured on; a reader sees at least so many."""

TOP = 10
INCOHERENT = 0.05
SAME_WORDS = 6
CLEAR_PARENT = 0.5


class Reference:
    """Papers to judge words by: in how many of them two words stand together."""

    def __init__(self, counts: sparse.csr_matrix) -> None:
        """Take counts (papers × terms) of papers that the judged model never saw."""
        binary = counts.tocsc().astype(np.float32)
        binary.data[:] = 1
        self._columns = binary
        self.papers = int(counts.shape[0])
        self.documents = np.diff(binary.indptr).astype(np.float64)

    def npmi_matrix(self, words: NDArray[np.intp]) -> NDArray[np.float64]:
        """NPMI of every pair of the given words (n × n)."""
        chosen = self._columns[:, words]
        together = np.asarray((chosen.T @ chosen).todense(), dtype=np.float64) / self.papers
        single = self.documents[words] / self.papers
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(together / np.outer(single, single)) / -np.log(together)
        npmi[together == 0] = -1
        npmi[together == 1] = 1
        return npmi

    def coherence(self, words: NDArray[np.intp]) -> float:
        """The mean NPMI over the pairs of a topic's words."""
        return float(self.npmi_matrix(words)[np.triu_indices(len(words), 1)].mean())


@dataclass
class LevelQuality:
    """The quality of one level and of each of its topics."""

    npmi: NDArray[np.float64]  # (K,)
    junk: NDArray[np.bool_]  # (K,)
    diversity: float

    def row(self, level: int) -> dict[str, Any]:
        """The level as ``quality`` prints it."""
        worst = np.sort(self.npmi)[: max(1, round(len(self.npmi) / 10))]
        return {
            "level": level,
            "topics": len(self.npmi),
            "npmi": round(float(self.npmi.mean()), 4),
            "npmi_worst_tenth": round(float(worst.mean()), 4),
            "diversity": round(self.diversity, 4),
            "junk_share": round(float(self.junk.mean()), 4),
        }


def judge_level(words: NDArray[np.intp], reference: Reference) -> LevelQuality:
    """Judge the shown words (K × 25) of a level on reference papers."""
    top = words[:, :TOP]
    known, places = np.unique(top, return_inverse=True)
    table = reference.npmi_matrix(known)
    pairs = np.triu_indices(top.shape[1], 1)
    npmi = np.array([table[np.ix_(row, row)][pairs].mean() for row in places.reshape(top.shape)])
    return LevelQuality(npmi, junk_topics(top, npmi, reference), diversity(words))


def diversity(words: NDArray[np.intp]) -> float:
    """The share of distinct words among the shown words of all topics."""
    return len(np.unique(words)) / max(words.size, 1)


def junk_topics(top: NDArray[np.intp], npmi: NDArray[np.float64], reference: Reference) -> NDArray[np.bool_]:
    """Which topics are incoherent, generic or duplicates of an earlier one."""
    common = max(0.04, 1.5 / len(top)) * reference.papers
    generic = (reference.documents[top] > common).sum(axis=1) >= 4
    return np.asarray((npmi < INCOHERENT) | generic | duplicate_topics(top), dtype=np.bool_)


def duplicate_topics(top: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which topics share at least six of their ten words with an earlier one."""
    sets = [set(row.tolist()) for row in top]
    duplicate = [
        any(len(words & seen) >= SAME_WORDS for seen in sets[:row]) for row, words in enumerate(sets)
    ]
    return np.asarray(duplicate, dtype=np.bool_)


def judge_edges(
    words: Sequence[NDArray[np.intp]], parents: Sequence[Floats], reference: Reference
) -> dict[str, Any]:
    """Clear parents and CoocSim AUC of each step of the tree.

    Args:
        words: the shown words of every level, from the top (K × 25 each).
        parents: p(parent|child) of every level but the top (K × K above).
        reference: papers that the model never saw.
    """
    clear, auc = [], []
    for number, share in enumerate(parents):
        clear.append(round(float((share.max(axis=1) >= CLEAR_PARENT).mean()), 4))
        auc.append(_edge_auc(words[number][:, :TOP], words[number + 1][:, :TOP], share, reference))
    return {"clear_parents": clear, "coocsim_auc": auc}


def _edge_auc(
    above: NDArray[np.intp], below: NDArray[np.intp], share: Floats, reference: Reference
) -> float | None:
    """The chance that the true parent's words go better with the child's than another parent's."""
    if len(above) < 2:
        return None
    known = np.unique(np.concatenate([above.ravel(), below.ravel()]))
    table = reference.npmi_matrix(known)
    high, low = np.searchsorted(known, above), np.searchsorted(known, below)
    wins = []
    for child, best in enumerate(share.argmax(axis=1).tolist()):
        scores = np.array([_similarity(table, words, low[child]) for words in high])
        others = np.delete(scores, best)
        wins.append(float((scores[best] > others).mean() + 0.5 * (scores[best] == others).mean()))
    return round(float(np.mean(wins)), 4)


def _similarity(table: NDArray[np.float64], left: NDArray[np.intp], right: NDArray[np.intp]) -> float:
    """How well the words of two topics go together: mean NPMI over pairs of different words."""
    different = left[:, None] != right[None, :]
    return float(table[np.ix_(left, right)][different].mean()) if different.any() else 1.0


def agreement(topics: NDArray[np.intp], labels: NDArray[np.intp]) -> tuple[float, float]:
    """NMI (arithmetic) and purity of the papers' best topics against one label each."""
    table = sparse.coo_matrix((np.ones(len(topics)), (topics, labels))).toarray()
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    purity = float(table.max(axis=1).sum() / table.sum())
    joint = table / table.sum()
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    entropy = -float((rows * np.log(rows)).sum()) - float((columns * np.log(columns)).sum())
    seen = joint > 0
    mutual = float((joint[seen] * np.log(joint[seen] / np.outer(rows, columns)[seen])).sum())
    return (2 * mutual / entropy if entropy > 0 else 1.0), purity
