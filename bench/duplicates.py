"""Precision and recall of joining duplicates, on a labelled set made from real records.

    .venv/bin/python -m bench.duplicates [--arxiv 20000] [--copies 3000] [--show 20] [--unseen]

How the set is made (seed 7): the first records of ``arxiv-150k.jsonl.xz`` and all ACL Anthology records with
an abstract, every identifier taken away, so that only text can tell.

- Positive, by construction: copies of random arXiv records, each changed in one or two of the ways in which
  sources differ (``CHANGES``).
- Positive, real: an arXiv record and an ACL record that arXiv's own DOI links, or that have the same
  normalised title and share half of their authors.
- Negative: every other pair; above all hard ones: sequels ("Part II" with another abstract by the same
  authors), errata and comments on a paper, and another paper by the same authors in the same year.

With ``--unseen`` the arXiv records come from 60,000 on, and the copies are changed in other ways
(``UNSEEN_CHANGES``, seed 23): no threshold was chosen on these, and they were measured once.

Distinct arXiv records are distinct papers, so that any join among them counts as wrong (arXiv has a few real
doubles: the reported precision is a lower bound).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations, islice
from pathlib import Path

from ingest.document import Document
from ingest.duplicates.normalized_fields import family_name
from ingest.duplicates.normalized_titles import normal_title
from ingest.input_files import read_sources
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent

SHARED = Path(os.environ.get("LITATLAS_SHARED", Path(__file__).parent.parent.parent / "shared"))
Pair = tuple[str, str]
Changes = tuple[Callable[[Document, random.Random], Document], ...]
UNSEEN_FROM = 60_000


def _typo(text: str, rng: random.Random) -> str:
    at = rng.randrange(max(1, len(text) - 1))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=\.) ", text)


def _title_typo(document: Document, rng: random.Random) -> Document:
    return replace(document, title=_typo(document.title, rng))


def _title_case(document: Document, _rng: random.Random) -> Document:
    return replace(document, title=document.title.upper() + ".")


def _title_word(document: Document, rng: random.Random) -> Document:
    """Drop one word of a title of six or more: a revised title."""
    words = document.title.split()
    if len(words) >= 6:
        del words[rng.randrange(len(words))]
    return replace(document, title=" ".join(words))


def _subtitle(document: Document, _rng: random.Random) -> Document:
    """Drop a subtitle, or add one."""
    head, colon, _ = document.title.partition(": ")
    return replace(document, title=head if colon and len(head) > 30 else document.title + ": a case study")


def _abstract_cut(document: Document, _rng: random.Random) -> Document:
    return replace(document, abstract=document.abstract[: max(200, len(document.abstract) // 2)])


def _abstract_gone(document: Document, _rng: random.Random) -> Document:
    return replace(document, abstract="")


def _abstract_edited(document: Document, rng: random.Random) -> Document:
    """Drop a sentence and change some words, as between a preprint and the published paper."""
    sentences = _sentences(document.abstract)
    if len(sentences) > 3:
        del sentences[rng.randrange(len(sentences))]
    words = " ".join(sentences).split()
    for _ in range(len(words) // 20):
        words[rng.randrange(len(words))] = rng.choice(("novel", "results", "show", "approach", "present"))
    return replace(document, abstract=" ".join(words))


def _authors_short(document: Document, _rng: random.Random) -> Document:
    """``Family, G.`` for everyone."""
    short = []
    for author in document.authors:
        family, _, given = author.partition(", ")
        short.append(f"{family}, {given[:1]}." if given else author)
    return replace(document, authors=tuple(short))


def _authors_cut(document: Document, _rng: random.Random) -> Document:
    return replace(document, authors=document.authors[:3])


def _year_later(document: Document, rng: random.Random) -> Document:
    return replace(document, year=document.year and document.year + rng.choice((1, 2)), date="")


CHANGES: Changes = (
    _title_typo, _title_case, _title_word, _subtitle, _abstract_cut, _abstract_gone, _abstract_edited,
    _authors_short, _authors_cut, _year_later,
)  # fmt: skip


def _plain_letters(document: Document, _rng: random.Random) -> Document:
    """No accents, no formulas: an export to ASCII."""

    def plain(text: str) -> str:
        letters = unicodedata.normalize("NFKD", re.sub(r"\$[^$]*\$", " ", text))
        return letters.encode("ascii", "ignore").decode()

    authors = tuple(map(plain, document.authors))
    return replace(document, title=plain(document.title), abstract=plain(document.abstract), authors=authors)


def _authors_as_medline(document: Document, _rng: random.Random) -> Document:
    """``Family GM``, as MEDLINE writes them."""
    names = []
    for author in document.authors:
        family, _, given = author.partition(", ")
        names.append(f"{family} {''.join(part[:1] for part in given.split())}".strip())
    return replace(document, authors=tuple(names))


def _authors_turned(document: Document, _rng: random.Random) -> Document:
    """In the order of their names."""
    return replace(document, authors=tuple(sorted(document.authors)))


def _abstract_structured(document: Document, _rng: random.Random) -> Document:
    """With the headings of a structured abstract, and a publisher's line at the end."""
    sentences = _sentences(document.abstract)
    middle = max(1, len(sentences) // 2)
    parts = ["BACKGROUND:", *sentences[:middle], "RESULTS:", *sentences[middle:]]
    return replace(document, abstract=" ".join([*parts, "Copyright 2015 The Authors. All rights reserved."]))


def _abstract_short(document: Document, _rng: random.Random) -> Document:
    """Cut within a word at 250 characters, as some indexes give it."""
    return replace(document, abstract=document.abstract[:250] + "...")


def _abstract_turned(document: Document, _rng: random.Random) -> Document:
    """The last sentence first."""
    sentences = _sentences(document.abstract)
    return replace(document, abstract=" ".join(sentences[-1:] + sentences[:-1]))


def _title_hyphens(document: Document, _rng: random.Random) -> Document:
    """Spaces for hyphens, and British spelling."""
    title = document.title.replace("-", " ").replace("ization", "isation").replace("Modeling", "Modelling")
    return replace(document, title=title)


def _title_marked(document: Document, rng: random.Random) -> Document:
    """What sources put around a title."""
    mark = rng.choice(("[{}].", "{} (extended abstract)", "{} (preprint)", "{} [version 2]"))
    return replace(document, title=mark.format(document.title))


UNSEEN_CHANGES: Changes = (
    _plain_letters, _authors_as_medline, _authors_turned, _abstract_structured, _abstract_short,
    _abstract_turned, _title_hyphens, _title_marked,
)  # fmt: skip


def bare(document: Document, source_id: str) -> Document:
    """A record without anything that identifies it but its text."""
    return replace(
        document, source_id=source_id, doi="", arxiv_id="", pmid="", other_ids=(), url="", references=()
    )


def labelled(arxiv: int, copies: int, *, unseen: bool) -> tuple[dict[str, Document], set[Pair]]:
    """The records by their id, and the pairs that are one paper."""
    rng = random.Random(23 if unseen else 7)
    changes: Changes = UNSEEN_CHANGES if unseen else CHANGES
    originals = [d for d in _documents("arxiv-150k.jsonl.xz", None) if d.abstract]
    originals = originals[UNSEEN_FROM:] + originals[:UNSEEN_FROM] if unseen else originals
    anthology = [d for d in _documents("acl-anthology-xml.tar.xz", None) if d.abstract]
    linked = list(_linked(originals, anthology))
    chosen = {d.source_id: d for d in [*originals[:arxiv], *(one for one, _ in linked)]}
    records = {f"arxiv:{id}": bare(d, f"arxiv:{id}") for id, d in chosen.items()}
    records |= {f"acl:{d.source_id}": bare(d, f"acl:{d.source_id}") for d in anthology}
    pairs = {(f"arxiv:{one.source_id}", f"acl:{other.source_id}") for one, other in linked}
    sample = rng.sample(originals[:arxiv], copies * 2)
    for document in sample[:copies]:
        copy = document
        for change in rng.sample(changes, rng.choice((1, 2))):
            copy = change(copy, rng)
        id = f"copy:{document.source_id}"
        records[id] = bare(copy, id)
        pairs.add((f"arxiv:{document.source_id}", id))
    for at, document in enumerate(sample[copies:]):
        id = f"hard:{document.source_id}"
        records[id] = bare(_hard(document, originals[arxiv + at], at % 4), id)
    return records, pairs


def _hard(document: Document, other: Document, kind: int) -> Document:
    """Another paper that looks much like this one."""
    if kind == 0:
        return replace(document, title=f"{document.title} II", abstract=other.abstract)
    if kind == 1:
        return replace(document, title=f"Erratum: {document.title}", abstract="")
    if kind == 2:
        return replace(document, title=f'Comment on "{document.title}"', authors=other.authors, abstract="")
    return replace(other, authors=document.authors, year=document.year)


def _documents(name: str, limit: int | None) -> Iterator[Document]:
    parsed = (item for _, item in read_sources([SHARED / "data" / name]))
    return islice((item for item in parsed if isinstance(item, Document)), limit)


def _linked(arxiv: Iterable[Document], anthology: Iterable[Document]) -> Iterator[tuple[Document, Document]]:
    """The pairs that arXiv's DOI links, or that have one title and half of the authors in common."""
    by_title, by_doi = defaultdict(list), {}
    for other in anthology:
        by_title[normal_title(other.title)].append(other)
        by_doi[(other.doi or f"10.18653/v1/{other.source_id}").lower()] = other
    for one in arxiv:
        twins = {by_doi[one.doi].source_id: by_doi[one.doi]} if one.doi in by_doi else {}
        families = set(map(family_name, one.authors))
        for other in by_title.get(normal_title(one.title), ()):
            shared = families & set(map(family_name, other.authors))
            if 2 * len(shared) >= min(len(families), len(other.authors)):
                twins[other.source_id] = other
        yield from ((one, other) for other in twins.values())


def joined(records: dict[str, Document]) -> dict[Pair, str]:
    """The pairs of records that the library joins, with its reason."""
    order = sorted(records, key=lambda id: id.startswith(("copy:", "hard:")))
    with tempfile.TemporaryDirectory() as folder, Library.open(f"sqlite:///{folder}/library.db") as library:
        stream = (("bench", records[id]) for id in order)
        add(library, "bench", stream, processes=1, progress=Silent())
        pairs: dict[Pair, str] = {}
        for paper in library.papers():
            ids = [member.document.source_id for member in paper.members]
            pairs |= dict.fromkeys(combinations(ids, 2), paper.reason)
        return pairs


def closure(pairs: set[Pair]) -> set[frozenset[str]]:
    """All pairs that follow: two copies of one paper are one paper too."""
    group: dict[str, set[str]] = {}
    for a, b in pairs:
        merged = group.get(a, {a}) | group.get(b, {b})
        for id in merged:
            group[id] = merged
    return {frozenset(pair) for members in group.values() for pair in combinations(sorted(members), 2)}


def main() -> None:
    """Measure and print one JSON line, and the first mistakes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arxiv", type=int, default=20_000)
    parser.add_argument("--copies", type=int, default=3_000)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--unseen", action="store_true", help="records and changes that nothing was tuned on")
    options = parser.parse_args()
    records, pairs = labelled(options.arxiv, options.copies, unseen=options.unseen)
    reasons = {frozenset(pair): reason for pair, reason in joined(records).items()}
    true, answered = closure(pairs), set(reasons)
    wrong, missed = sorted(map(sorted, answered - true)), sorted(map(sorted, true - answered))
    result: dict[str, object] = {
        "records": len(records),
        "positive_pairs": len(true),
        "joined_pairs": len(answered),
        "precision": round(len(answered & true) / max(1, len(answered)), 4),
        "recall": round(len(answered & true) / len(true), 4),
    }
    for kind in ("acl:", "copy:"):
        mine = {pair for pair in true if any(id.startswith(kind) for id in pair)}
        result[f"recall_{kind[:-1]}"] = round(len(mine & answered) / max(1, len(mine)), 4)
        result[f"pairs_{kind[:-1]}"] = len(mine)
    print(json.dumps(result))
    for name, mistakes in (("WRONG", wrong), ("MISSED", missed)):
        for a, b in mistakes[: options.show]:
            reason = reasons.get(frozenset((a, b)), "")
            print(name, a, b, reason, "|", records[a].title[:90], "|", records[b].title[:90])


if __name__ == "__main__":
    main()
