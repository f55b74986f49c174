"""Search strings of other databases: how many are read, and whether their meaning stays.

``python -m bench.syntax FOLDER`` reads a checkout of the library search-query (its tests' strings, compared
with its own trees) or a folder of text files, one string each, named ``anything.DIALECT.txt``. Every string
is translated. A translation is compared on random papers made of the string's own words: the original's tree,
as the library parses it and as it is evaluated here, against the query as the index answers it. Strings with
a remark are compared too, and counted apart.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ingest.text.analysis import ANALYSIS_VERSION, analyzer
from search.authors import author_tokens
from search.engines.contract import IndexedPaper, Request, Stamp
from search.engines.documents import stems
from search.engines.tantivy.engine import TantivyEngine
from search.query.parser import QuerySyntaxError, parse
from search.query.resolve import resolve
from search.query.tree import Query

PLATFORMS = {"pubmed": "pubmed", "wos": "wos", "ebscohost": "ebsco"}
PAPERS = 150
_NOT_A_SEARCH = re.compile(
    r"\x1b|\[\[|^(?:AND|OR|NOT|NEAR|WITHIN|RANGE)\b[\[/]|\b(?:must|should|Test the|operators?|supported|"
    r"redundant|contained|included in|Using default|Replace|deprecated|Cannot|implicit|requires|invalid|"
    r"Check whether|Consider)\b"
)
_SEARCH = re.compile(r"\b(?:AND|OR|NOT|NEAR)\b|\[[a-z/ ]+[\]:]|\b[A-Z]{2}=|\b(?:TI|AB|SU) ", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]{2,}")
_SYNTAX = frozenset(["and", "or", "not", "near", "pre", "within", "english"])
_CODES = re.compile(
    r"\[[^\]]*\]|\b[A-Za-z/ -]+(?==)|^\s*\d+\.|#\d+|\bS\d+\b|\b[NW]\d+\b|NEAR/\d+|"
    r"\b(?:TI|AB|SU|DE|AU|TX|ZY|ti|ab|su)\b(?=\s)", re.MULTILINE
)  # fmt: skip
_SENTENCE = re.compile(r"(?:[\w'*,]+ ){5,}[\w']+\.|.* not found\.", re.DOTALL)

Paper = dict[str, Any]


def strings(folder: Path) -> Iterator[tuple[str, str]]:
    """(dialect, string) of a folder."""
    for path in sorted(folder.glob("*.*.txt")):
        yield path.suffixes[-2][1:], path.read_text("utf-8")
    for platform, dialect in PLATFORMS.items():
        seen: dict[str, None] = {}
        for path in sorted((folder / "test" / platform).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_search(node.value):
                    seen[node.value] = None
        yield from ((dialect, text) for text in seen)


def _is_search(text: str) -> bool:
    return (
        len(text) > 8
        and bool(_SEARCH.search(text))
        and not (_NOT_A_SEARCH.search(text) or _SENTENCE.fullmatch(text))
    )


def lost(text: str, query: Query) -> list[str]:
    """Words of a string that stand neither in its translation nor in a remark."""
    reading = query.reading
    if reading is None:
        return []
    pieces = " ".join(each.piece for each in reading.inexact)
    codes = _CODES.sub(" ", text)
    known = set(_WORD.findall(f"{reading.query} {pieces}".lower())) | _SYNTAX
    return [word for word in _WORD.findall(codes.lower()) if word not in known and not word.isdecimal()]


# --- the original, evaluated by what search-query parses


def library_tree(text: str, platform: str, folder: Path) -> Any | None:
    """The tree of search-query; None where it refuses the string or reads a list of lines."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    from search_query.parser import parse as parse_by_library  # type: ignore[import-not-found, unused-ignore]

    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return parse_by_library(text, platform=platform)
    except Exception:  # the library's own errors have no base that tells
        return None


_FIELDS = {
    "[tiab]": ("title", "abstract"), "[title/abstract]": ("title", "abstract"), "[ti]": ("title",),
    "[title]": ("title",), "[tw]": ("title", "abstract", "tags"),
    "[text word]": ("title", "abstract", "tags"),
    "[all]": ("title", "abstract", "tags"), "[mh]": ("heading",), "[mesh terms]": ("heading",),
    "TI=": ("title",), "AB=": ("abstract",), "TS=": ("title", "abstract", "tags"), "TI": ("title",),
    "ALL=": ("title", "abstract", "tags"), "AB": ("abstract",), "TX": ("title", "abstract", "tags"),
    "SU": ("tags",), "DE": ("heading",), "": ("title", "abstract", "tags"),
}  # fmt: skip
_MARKS = {
    "pubmed": {"*": ".*"},
    "wos": {"*": ".*", "?": ".", "$": ".?"},
    "ebsco": {"*": ".*", "?": ".", "#": ".?"},
}


class Original:
    """The meaning of a tree of search-query over papers, worked out word by word."""

    def __init__(self, dialect: str) -> None:
        self._marks = _MARKS[dialect]

    def holds(self, node: Any, paper: Paper, field: str = "") -> bool:
        """Whether a paper is found. ``LookupError``: a field that is not compared."""
        field = node.field.value if node.field else field
        if not node.operator:
            return any(self._spans(node.value, paper, name) for name in self._names(field))
        if node.value in ("NEAR", "WITHIN"):
            return self._near(node, paper, field)
        if node.value not in ("AND", "OR", "NOT"):
            raise LookupError(node.value)
        children = [self.holds(child, paper, field) for child in node.children]
        if node.value == "NOT":
            return children[0] and not any(children[1:])
        return all(children) if node.value == "AND" else any(children)

    def _names(self, field: str) -> tuple[str, ...]:
        names = _FIELDS.get(field) or _FIELDS.get(field.lower())
        if names is None:
            raise LookupError(field)
        return names

    def _spans(self, text: str, paper: Paper, name: str) -> list[tuple[int, int]]:
        words = [self._pattern(word) for word in re.findall(r"[\w*?$#]+(?:\.\d+)?", text.lower())]
        if name == "heading":
            return [(0, 0)] if text.strip('"').lower() in paper["tags"] else []
        if name == "tags":
            return [
                (1_000 * at + first, 1_000 * at + end)  # far apart, as no distance reaches into another tag
                for at, tag in enumerate(paper["tags"])
                for first, end in _places(words, tag.split())
            ]
        return _places(words, paper[name])

    def _pattern(self, word: str) -> re.Pattern[str]:
        return re.compile("".join(self._marks.get(sign, re.escape(sign)) for sign in word))

    def _near(self, node: Any, paper: Paper, field: str) -> bool:
        if len(node.children) == 1:  # PubMed's words in any order
            words = node.children[0].value.strip('"').split()
            if len(words) != 2:
                raise LookupError("several words")
            field = node.children[0].field.value if node.children[0].field else field
            sides = [[word] for word in words]
        else:
            sides = [self._alternatives(child) for child in node.children]
        for name in self._names(field):
            first, second = (
                [span for text in side for span in self._spans(text, paper, name)] for side in sides
            )
            pairs = [(a, b) for a in first for b in second]
            pairs += [(b, a) for a, b in pairs] if node.value == "NEAR" else []
            if any(0 <= b[0] - a[1] <= node.distance for a, b in pairs):
                return True
        return False

    def _alternatives(self, node: Any) -> list[str]:
        if not node.operator:
            return [node.value]
        if node.value != "OR":
            raise LookupError("AND in NEAR")
        return [text for child in node.children for text in self._alternatives(child)]


def _places(words: list[re.Pattern[str]], stream: list[str]) -> list[tuple[int, int]]:
    return [
        (at, at + len(words))
        for at in range(len(stream) - len(words) + 1)
        if words and all(word.fullmatch(stream[at + offset]) for offset, word in enumerate(words))
    ]


# --- random papers, and the translation's answer


def random_papers(text: str, seed: int) -> list[Paper]:
    """Papers of a string's own words, some of its phrases side by side."""
    dice = random.Random(seed)
    phrases = [
        " ".join(re.findall(r"[\w*]+(?:\.\d+)?", part)).lower().replace("*", dice.choice(("", "s", "ing")))
        for part in re.split(r"\b(?:AND|OR|NOT|NEAR|TI|AB|TS|SU|DE|TX|ALL)\b|[()=\[\]\"]|/\d+|\bN\d+", text)
    ]
    phrases = [phrase for phrase in phrases if phrase.strip()] or ["word"]
    phrases += [word for phrase in phrases for word in phrase.split()]

    def stream(count: int) -> list[str]:
        return " ".join(dice.choice([*phrases, "filler", "between"]) for _ in range(count)).split()

    return [
        {
            "title": stream(dice.randint(1, 4)),
            "abstract": stream(dice.choice((0, 3, 8))),
            "tags": [dice.choice(phrases) for _ in range(dice.choice((0, 1, 2)))],
        }
        for _ in range(PAPERS)
    ]


def answer(query: Query, papers: list[Paper], folder: Path) -> set[int]:
    """The places of the papers that the index finds."""
    engine, words = TantivyEngine(folder), analyzer()
    stamp = Stamp(1, ANALYSIS_VERSION)
    engine.create("syntax", stamp)
    engine.write("syntax", [_indexed(at, paper) for at, paper in enumerate(papers)], stamp=stamp)
    clause = resolve(query, words, match="all")
    hits = engine.search("syntax", Request(clause, limit=PAPERS, sort="id")).hits
    engine.close()
    return {int(hit.id[1:]) for hit in hits}


def _indexed(at: int, paper: Paper) -> IndexedPaper:
    words = analyzer()
    streams = {name: words.joined(" ".join(paper[name])) for name in ("title", "abstract")}
    streams["subject"] = (" ¶" * 10 + " ").join(map(words.joined, paper["tags"]))
    parts: dict[str, Any] = {f"{name}_exact": text for name, text in streams.items()}
    parts |= {f"{name}_stem": stems(text, words, "en") for name, text in streams.items()}
    return IndexedPaper(f"p{at:04d}", tags=tuple(paper["tags"]), author_tokens=author_tokens([]), **parts)


def measure(folder: Path, show: Callable[[str], None]) -> dict[str, Any]:
    """The counts of a folder."""
    counts: Counter[str] = Counter()
    slowest = 0.0
    for seed, (dialect, text) in enumerate(strings(folder)):
        counts["strings"] += 1
        start = time.perf_counter()
        try:
            query = parse(text, dialect)
        except QuerySyntaxError as error:
            counts["refused by name"] += 1
            show(f"refused ({error.name}): {text[:100]!r}")
            continue
        finally:
            slowest = max(slowest, time.perf_counter() - start)
        counts["translated"] += 1
        counts["translated with a remark"] += bool(query.reading and query.reading.inexact)
        if words := lost(text, query):
            counts["with words lost in silence"] += 1
            show(f"LOST {words}: {text[:200]!r} → {query.reading and query.reading.query}")
        _compare(dialect, text, query, (folder, seed), counts, show)
    return {**counts, "slowest, ms": round(slowest * 1000, 1)}


def _compare(
    dialect: str,
    text: str,
    query: Query,
    where: tuple[Path, int],
    counts: Counter[str],
    show: Callable[[str], None],
) -> None:
    folder, seed = where
    platform = next((name for name, own in PLATFORMS.items() if own == dialect), "")
    tree = library_tree(text, platform, folder) if (folder / "search_query").is_dir() and platform else None
    if tree is None:
        return
    papers, original = random_papers(text, seed), Original(dialect)
    try:
        expected = {at for at, paper in enumerate(papers) if original.holds(tree, paper)}
    except LookupError:
        return
    with tempfile.TemporaryDirectory() as place:
        answered = answer(query, papers, Path(place))
    remarks = bool(query.reading and any("PubMed adds" not in each.reason for each in query.reading.inexact))
    counts["compared"] += 1
    if answered == expected:
        counts["compared, the same papers"] += 1
    else:
        counts["compared, other papers, named" if remarks else "compared, OTHER PAPERS, NOT NAMED"] += 1
        show(f"OTHER ({len(expected - answered)} missing, {len(answered - expected)} more): {text[:200]!r}")
        show(f"   → {query.reading and query.reading.query}")


def main() -> None:
    """Measure a folder and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, help="File for the counts.")
    parser.add_argument("--quiet", action="store_true", help="Show the counts alone.")
    options = parser.parse_args()
    counts = measure(options.folder.resolve(), (lambda _: None) if options.quiet else print)
    print(json.dumps(counts, indent=2))
    if options.json:
        options.json.write_text(json.dumps(counts, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
