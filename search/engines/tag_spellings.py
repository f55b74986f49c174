"""How most papers spell a tag: what facets show in the place of the keys that they count by."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from search.clauses import AnyOf, Clause, Everything, Term
from search.engines.contract import Engine, FacetRequest, Request
from search.engines.facets import MOST_BUCKETS, TAG_SPELLING
from search.tags import most_used

_READERS = 6  # different sets of collections whose spellings are kept
_KNOWN = 50_000  # tags of one reader that are remembered beside the frequent ones
_AT_ONCE = 1_000  # tags of the same papers that are counted together
_ASKED = 4  # times that the index is asked about a few tags before it is asked about all


@dataclass(slots=True)
class _Known:
    """What is known of the spellings in what a reader sees of an index, in one state of it."""

    sequence: int
    frequent: Mapping[str, str] | None = None
    others: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def missing(self, keys: Sequence[str]) -> list[str]:
        """The keys whose spelling is not known."""
        frequent = self.frequent or {}
        return [key for key in keys if key not in frequent and key not in self.others]

    def usual(self, key: str) -> str:
        """A key's spelling; the key itself where there is none."""
        return (self.frequent or {}).get(key) or self.others.get(key, key)


class TagSpellings:
    """The usual spellings in one index; safe for threads.

    A search asks for twenty tags, of which some are always new, and counting the papers of some frequent tags
    takes as long as the rest of the search. So whoever asks more than a few times has all spellings counted,
    once for each state of the index; only the rarest tags are then looked up when they are asked for.
    """

    def __init__(self, engine: Engine, index: str) -> None:
        self._engine, self._index = engine, index
        self._lock = Lock()
        self._known: OrderedDict[frozenset[str] | None, _Known] = OrderedDict()

    def usual(self, keys: Sequence[str], visible: frozenset[str] | None, sequence: int) -> dict[str, str]:
        """Tags by their keys, each as most of the papers that a reader may see spell it.

        Args:
            keys: of tags (`search.tags`); one that no such paper has stands for itself.
            visible: the collections that the reader may see; None for all.
            sequence: that of the index: what was counted in another state of it is forgotten.
        """
        known = self._of(visible, sequence)
        missing = known.missing(keys)
        if missing and known.frequent is None:
            known.asked += 1
            if known.asked > _ASKED:
                self.count_all(visible, sequence)
                missing = known.missing(keys)
        while missing:  # again for those that more frequent tags of the same papers crowd out
            used = most_used(self._count(AnyOf(tuple(Term("tag_keys", key) for key in missing)), visible))
            known.others.update({key: used[key] for key in missing if key in used})
            rest = [key for key in missing if key not in used]
            if len(rest) == len(missing):
                break
            missing = rest
        return {key: known.usual(key) for key in keys}

    def count_all(self, visible: frozenset[str] | None, sequence: int) -> None:
        """Count all spellings now, so that no search need wait for it."""
        known = self._of(visible, sequence)
        with self._lock:  # whoever comes meanwhile waits, and does not count them too
            if known.frequent is None:
                known.frequent = most_used(self._count(Everything(), visible, MOST_BUCKETS))

    def _of(self, visible: frozenset[str] | None, sequence: int) -> _Known:
        with self._lock:
            known = self._known.get(visible)
            if known is None or known.sequence != sequence or len(known.others) > _KNOWN:
                known = self._known[visible] = _Known(sequence)
            self._known.move_to_end(visible)
            if len(self._known) > _READERS:
                self._known.popitem(last=False)
            return known

    def _count(
        self, clause: Clause, visible: frozenset[str] | None, most: int = _AT_ONCE
    ) -> list[tuple[str, int]]:
        """The spellings in some papers, the most frequent ones, with how many have each."""
        counted = FacetRequest(TAG_SPELLING, most)
        request = Request(query=clause, collections=visible, facets=(counted,), limit=0)
        return self._engine.search(self._index, request).facets[TAG_SPELLING]
