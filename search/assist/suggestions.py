"""Suggestions while a reader types: topics, terms, authors, tags, titles, from arrays mapped into memory.

``build_suggestions`` writes them when an atlas is published; ``Suggestions`` answers from them. Each word
of an entry that is not a function word gives a key: the folded text from that word on, cut at 20 bytes. The
keys of each kind are sorted, so that a prefix is a range found by bisection; entries are numbered by falling
weight, so that the best of a range are its smallest numbers, found by the minima of blocks however long the
range is.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.arrays import Layout, read_arrays, write_arrays
from ingest.text import forms as words
from ingest.text.analysis import analyzer
from search.fields import MAX_TYPED, QUERY_NAMES
from search.query.printer import print_query, quote
from search.query.tree import Value

SUGGESTIONS = Layout("suggestions", "suggestions.json", 2, "Run: litatlas reindex")
"""How their folder is laid out."""

KINDS = ("topic", "term", "author", "tag", "title")
"""The kinds of suggestions, in the order in which they are shown."""

_KEY = 20  # bytes of a key
_WORDS = 12  # word starts of an entry that give a key
_LONGEST = 300  # characters of an entry
_BLOCK = 512  # keys whose smallest entry number is kept
_TIE = 64  # bytes of a folded text by which entries of one weight are ordered
_CANDIDATES = 24  # entries of a kind that are looked at, at least
_SCANNED = 1 << 18  # keys looked at where a reader may see only some collections
_EDGES = ".,;:!?'\"()[]-"
_START = re.compile(r"(?<![^\-/(\[\"'“‘])\w")
_UNSPACED = re.compile(f"[{words.UNSPACED}]")
_WORD = re.compile(r"(?<!\S)[-(]*(?=[^\s(-])")  # the begin of a word; a minus and parentheses stay
_FIELD = re.compile(r'(?:^|(?<=\s))-?([A-Za-z_]+):=?\s*"?([^":()]*)$')
_SPARE = 4  # times as many are looked at, for a reader may not know all
_SAME = ("topic", "term", "tag")  # kinds whose equal texts are shown once


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to suggest.

    ``weight`` orders the entries of a kind (papers, citations, …); ``target`` is the id of a topic or paper;
    ``collections`` are those that it comes from, none where every reader may see it.
    """

    text: str
    kind: str
    weight: float
    target: str = ""
    collections: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion, and the whole query that choosing it makes."""

    text: str
    kind: str
    target: str
    query: str


@lru_cache(maxsize=1 << 15)
def _fold_word(word: str) -> str:
    return words.fold(word).strip(_EDGES)


def _fold(text: str) -> str:
    """The text as it is compared: case and accents folded, one space between words, edge marks off."""
    if text.isascii():
        return " ".join(filter(None, (word.strip(_EDGES) for word in text.lower().split())))
    return " ".join(filter(None, map(_fold_word, text.split())))


@lru_cache(maxsize=1 << 15)
def _inner_starts(word: str) -> tuple[int, ...]:
    """Where keys begin in a word: not in a function word; also after a hyphen, at each Chinese sign."""
    if analyzer().is_stop(word):
        return ()
    if word.isascii() and word.isalnum():
        return (0,)
    starts = {match.start() for match in _START.finditer(word)}
    if not word.isascii():
        starts.update(match.start() for match in _UNSPACED.finditer(word))
    return tuple(sorted(starts))


def _starts(folded: str) -> list[int]:
    """Where the keys of a folded text begin: at words that tell something, at the first one in any case."""
    starts: list[int] = []
    at = 0
    for word in folded.split(" "):
        starts += [at + inner for inner in _inner_starts(word)] or ([at] if not at else [])
        at += len(word) + 1
        if len(starts) >= _WORDS:
            break
    return starts[:_WORDS]


# --- building


class _Gathered:
    """The entries of one kind as they come, in runs of bytes and typed columns.

    An entry has a spelling or more, and a part for each of them and each set of collections.
    """

    def __init__(self, *, merging: bool) -> None:
        self._count = 0
        self._folded = bytearray()
        self._blob = bytearray()
        self._ends = array("Q")
        self._parts = array("L")  # entry, spelling, set, one after the other
        self._weights = array("d")  # of each part
        self._keys = bytearray()
        self._owners = array("L")
        self._merging = merging
        self._numbers: dict[str, int] = {}
        self._spellings: dict[str, int] = {}

    def add(self, entry: Entry, folded: str, table: _SetTable) -> None:
        """Take an entry; where equal ones are merged, it becomes a part of the first."""
        number = self._count
        if self._merging:
            number = self._numbers.setdefault(f"{folded}\0{entry.target}", number)
        if number == self._count:
            self._begin(folded)
        text = f"{entry.text[:_LONGEST]}\0{entry.target}"
        spelling = len(self._ends)
        if self._merging:
            spelling = self._spellings.setdefault(text, spelling)
        if spelling == len(self._ends):
            self._blob += text.encode(errors="replace")
            self._ends.append(len(self._blob))
        self._parts.extend((number, spelling, table.number(entry.collections)))
        self._weights.append(entry.weight)

    def _begin(self, folded: str) -> None:
        self._folded += folded.encode(errors="replace")[:_TIE].ljust(_TIE, b"\0")
        for at in _starts(folded):
            self._keys += folded[at : at + _KEY].encode(errors="replace")[:_KEY].ljust(_KEY, b"\0")
            self._owners.append(self._count)
        self._count += 1

    def section(self) -> dict[str, NDArray[Any]]:
        """The arrays to write: entries by falling weight, then by text, with their parts; sorted keys."""
        self._numbers, self._spellings = {}, {}
        owners, spellings, sets = np.array(self._parts, np.int64).reshape(-1, 3).T
        parts = np.array(self._weights, np.float64)
        weights = np.bincount(owners, weights=parts, minlength=self._count)
        places = np.empty(self._count, np.uint32)
        by_text = np.argsort(np.frombuffer(self._folded, f"S{_TIE}"), kind="stable")
        places[by_text] = np.arange(self._count, dtype=np.uint32)
        order = np.lexsort((places, -weights))
        rank = np.empty(self._count, np.uint32)
        rank[order] = np.arange(self._count, dtype=np.uint32)
        by_entry = np.argsort(rank[owners], kind="stable")
        return {
            **self._sorted_keys(rank),
            "weights": weights[order],
            "places": places[order],
            "starts": np.concatenate([[0], np.cumsum(np.bincount(rank[owners], minlength=self._count))]),
            "parts": parts[by_entry],
            "sets": sets[by_entry].astype(np.uint32),
            "spellings": spellings[by_entry].astype(np.uint32),
            "offsets": np.array([0, *self._ends], np.uint64),
            "blob": np.frombuffer(self._blob, np.uint8),
        }

    def _sorted_keys(self, rank: NDArray[np.uint32]) -> dict[str, NDArray[Any]]:
        keys = np.frombuffer(self._keys, f"S{_KEY}")
        by_key = np.argsort(keys, kind="stable")
        numbers = rank[np.array(self._owners, np.int64)[by_key]]
        blocks = np.arange(0, len(numbers), _BLOCK)
        minima = np.minimum.reduceat(numbers, blocks) if len(blocks) else numbers
        return {"keys": keys[by_key], "numbers": numbers, "minima": minima}


class _SetTable:
    """Sets of collections as numbers; 0 is the empty one, which every reader may see."""

    def __init__(self) -> None:
        self.sets: list[frozenset[str]] = [frozenset()]
        self._numbers = {frozenset[str](): 0}

    def number(self, names: frozenset[str]) -> int:
        number = self._numbers.setdefault(names, len(self.sets))
        if number == len(self.sets):
            self.sets.append(names)
        return number


def build_suggestions(entries: Iterable[Entry], folder: Path) -> int:
    """Write the folder of suggestions; returns how many entries it holds.

    Entries may come in any order and as they are met (an author once for each paper): those of one kind with
    the same folded text and target are joined, weights added up. Titles are taken as they come. Memory: about
    100 bytes an entry and 30 a word.
    """
    gathered = {kind: _Gathered(merging=kind != "title") for kind in KINDS}
    table = _SetTable()
    for entry in entries:
        if folded := _fold(entry.text[:_LONGEST]):
            gathered[entry.kind].add(entry, folded, table)
    arrays: dict[str, NDArray[Any]] = {}
    for kind in KINDS:
        arrays |= {f"{kind}.{name}": part for name, part in gathered.pop(kind).section().items()}
    count = sum(len(arrays[f"{kind}.weights"]) for kind in KINDS)
    header = {"sets": [sorted(names) for names in table.sets], "entries": count}
    write_arrays(SUGGESTIONS, folder, header, arrays)
    return count


# --- answering


class _Section:
    """The entries of one kind, read from the mapped arrays."""

    def __init__(self, kind: str, arrays: dict[str, NDArray[Any]]) -> None:
        self.kind = kind
        names = ("keys", "numbers", "minima", "weights", "places", "starts", "parts", "sets", "spellings")
        self._keys, self._numbers, self._minima, self._weights, self._places, *rest = (
            arrays[f"{kind}.{name}"] for name in names
        )
        self._starts, self._parts, self._sets, self._spellings = rest
        self._offsets = arrays[f"{kind}.offsets"]
        self._blob = arrays[f"{kind}.blob"]

    def best(self, prefix: str, limit: int, seen: NDArray[np.bool_] | None) -> list[tuple[str, str]]:
        """(text, target) of the heaviest entries with a word that begins so; whole beginnings first.

        ``seen`` says of each set of collections whether the reader may see one of it: weights and spellings
        are then those of the parts that they may see, as if there were no others.
        """
        encoded = prefix.encode(errors="replace")
        low, high = self._range(encoded[:_KEY])
        count = max(_CANDIDATES, 2 * limit)
        numbers = self._heaviest(low, high, count) if seen is None else self._seen(low, high, count, seen)
        matches: list[tuple[bool, str, str]] = []
        for number in numbers.tolist():
            text, target = self._entry(number, seen)
            folded = _fold(text)
            if len(encoded) <= _KEY or any(folded.startswith(prefix, at) for at in _starts(folded)):
                matches.append((not folded.startswith(prefix), text, target))
        matches.sort(key=lambda item: item[0])
        return [(text, target) for _, text, target in matches[:limit]]

    def _range(self, key: bytes) -> tuple[int, int]:
        low = np.searchsorted(self._keys, np.array(key, f"S{_KEY}"), "left")
        high = np.searchsorted(self._keys, np.array(key.ljust(_KEY, b"\xff"), f"S{_KEY}"), "right")
        return int(low), int(high)

    def _heaviest(self, low: int, high: int, count: int) -> NDArray[np.uint32]:
        """The smallest entry numbers among the keys ``low:high``."""
        if high - low > 4 * _BLOCK * count:
            return self._heaviest_of_blocks(low, high, count)
        return _distinct(self._numbers[low:high], count)

    def _heaviest_of_blocks(self, low: int, high: int, count: int) -> NDArray[np.uint32]:
        """The same over a long range: they lie in the blocks with the smallest minima, or at its ends."""
        first, last = -(-low // _BLOCK), high // _BLOCK
        blocks = first + np.argpartition(self._minima[first:last], 2 * count)[: 2 * count]
        pieces = [self._numbers[block * _BLOCK : (block + 1) * _BLOCK] for block in blocks]
        ends = [self._numbers[low : first * _BLOCK], self._numbers[last * _BLOCK : high]]
        return _distinct(np.concatenate([*pieces, *ends]), count)

    def _seen(self, low: int, high: int, count: int, seen: NDArray[np.bool_]) -> NDArray[np.uint32]:
        """The same for who may see some parts alone, by the weights of these.

        What an entry weighs in all bounds what it weighs for one reader, so that most need not be looked at.
        """
        numbers, most = self._numbers[low : min(high, low + _SCANNED)], 4 * count
        while True:
            some = _distinct(numbers, most)
            weights, known = self._weights_of(some, seen)
            order = np.lexsort((self._places[some[known]], -weights[known]))[:count]
            best, heaviest = some[known][order], weights[known][order]
            if len(some) < most or (
                len(best) == count
                and (heaviest[-1], -int(self._places[best[-1]]))
                >= (self._weights[some[-1]], -int(self._places[some[-1]]))
            ):
                return best
            most *= 8

    def _weights_of(
        self, numbers: NDArray[np.uint32], seen: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """What the visible parts of entries weigh together, and whether there is one."""
        starts = self._starts[numbers].astype(np.int64)
        sizes = self._starts[numbers.astype(np.int64) + 1] - starts
        firsts = np.cumsum(sizes) - sizes
        at = np.repeat(starts - firsts, sizes) + np.arange(int(sizes.sum()))
        present = seen[self._sets[at]]
        if not len(at):
            return np.zeros(0), np.zeros(0, np.bool_)
        weights = np.add.reduceat(np.where(present, self._parts[at], 0.0), firsts)
        return weights, np.logical_or.reduceat(present, firsts)

    def _entry(self, number: int, seen: NDArray[np.bool_] | None) -> tuple[str, str]:
        """The text and the target of an entry, in the spelling that weighs most."""
        place = slice(int(self._starts[number]), int(self._starts[number + 1]))
        parts = zip(self._spellings[place].tolist(), self._sets[place], self._parts[place], strict=True)
        weights: dict[int, float] = {}
        for spelling, names, weight in parts:
            if seen is None or seen[names]:
                weights[spelling] = weights.get(spelling, 0.0) + float(weight)
        texts = {self._text(spelling): weight for spelling, weight in weights.items()}
        text, _, target = max(texts, key=lambda text: (texts[text], text)).partition("\0")
        return text, target

    def _text(self, spelling: int) -> str:
        raw = self._blob[int(self._offsets[spelling]) : int(self._offsets[spelling + 1])]
        return raw.tobytes().decode(errors="replace")


def _distinct(numbers: NDArray[np.uint32], count: int) -> NDArray[np.uint32]:
    """The ``count`` smallest numbers; none comes more than ``_WORDS`` times."""
    if len(numbers) > count * _WORDS:
        numbers = np.partition(numbers, count * _WORDS)[: count * _WORDS]
    distinct: NDArray[np.uint32] = np.unique(numbers)[:count]
    return distinct


class Suggestions:
    """Answers from mapped arrays; nothing of them is read before it is asked for."""

    def __init__(self, folder: Path) -> None:
        """Map the arrays of a folder; raises ``ArraysError`` when it is missing or damaged."""
        header, arrays = read_arrays(SUGGESTIONS, folder)
        try:
            self._collections: list[frozenset[str]] = [frozenset(names) for names in header["sets"]]
            self._sections = {kind: _Section(kind, arrays) for kind in KINDS}
        except (KeyError, TypeError) as error:
            raise SUGGESTIONS.error(folder, "are incomplete") from error

    def suggest(
        self,
        typed: str,
        limit: int = 8,
        collections: Collection[str] | None = None,
        known: Callable[[str, str, str], bool] | None = None,
    ) -> list[Suggestion]:
        """What the reader may be about to type; the kinds take turns, and are shown kind by kind.

        A field being typed (``author:smi``) asks for its kind only. Where nothing goes on from all that is
        typed, its last words are completed. ``collections`` are those that the reader may see (None: all);
        ``known``, where it is given, says of a kind, text and target that come from everywhere whether the
        reader may know them.
        """
        typed = typed[-MAX_TYPED:]
        seen = None if collections is None else self._seen(collections)
        for head, prefix, kinds in _ways(typed):
            if matches := list(self._turns(prefix, kinds, limit, seen, known)):
                matches.sort(key=lambda item: KINDS.index(item[0]))
                return [
                    Suggestion(text, kind, target, head + _query(kind, text, target))
                    for kind, text, target in matches
                ]
        return []

    def _seen(self, collections: Collection[str]) -> NDArray[np.bool_]:
        allowed = frozenset(collections)
        return np.array([not names or bool(names & allowed) for names in self._collections])

    def _turns(
        self,
        prefix: str,
        kinds: tuple[str, ...],
        limit: int,
        seen: NDArray[np.bool_] | None,
        known: Callable[[str, str, str], bool] | None,
    ) -> Iterator[tuple[str, str, str]]:
        columns = []
        for kind in kinds:
            column = [(kind, *entry) for entry in self._sections[kind].best(prefix, _SPARE * limit, seen)]
            columns.append([entry for entry in column if known is None or known(*entry)][:limit])
        taken: set[str] = set()
        for row in zip_longest(*columns):
            for item in filter(None, row):
                kind, text, _ = item
                folded = _fold(text) if kind in _SAME else ""
                if len(taken) < limit and (not folded or folded not in taken):
                    taken.add(folded or f"{kind}\0{item[1]}\0{item[2]}")
                    yield item


def _ways(typed: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """How what is typed may go on: (what stays, the folded prefix, the kinds), the likeliest first."""
    field = _FIELD.search(typed)
    if field:
        kind = QUERY_NAMES.get(field[1].lower(), "")
        prefix = _prefix(field[2])
        if kind in KINDS and prefix:
            yield typed[: field.start(1)], prefix, (kind,)
        if " " not in field[2].strip():
            return
    starts = [match.end() for match in _WORD.finditer(typed)]
    for start in starts[:1] + starts[1:][-2:]:
        prefix = _prefix(typed[start:])
        if prefix and (start == starts[0] or len(prefix) > 2):
            yield (
                typed[:start],
                prefix,
                KINDS if start == starts[0] else tuple(k for k in KINDS if k != "title"),
            )


def _prefix(typed: str) -> str:
    folded = _fold(typed.lstrip(' "-('))
    return folded + " " if folded and typed[-1:].isspace() else folded


def _query(kind: str, text: str, target: str) -> str:
    """The query that finds what a suggestion names."""
    match kind:
        case "topic":
            return print_query(Value("topic", target or text))
        case "author" | "tag":
            return print_query(Value(kind, text))
        case "term":
            return quote(text) if " " in text else text
        case _:
            return text
