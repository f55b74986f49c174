"""A labelled set of duplicates: real papers as five sources write them, each pair of one paper known.

The papers are those of MEDLINE files (and of arXiv), with titles that many papers have (letters, replies,
corrections, short titles) drawn more often than they occur. Each is written by two to four of the sources:

- Scopus: "Berg A.B.", journal in full, index keywords, a publisher's line behind the abstract.
- Web of Science: "Berg, AB", capitals, abbreviated or shouted journal, Greek letters in words.
- PubMed: "Berg AB", the journal's abbreviation, short page ranges ("123-33").
- Cochrane: "Berg A", the first authors alone, often no abstract, a year that may be that of the issue.
- Google Scholar: "Berg, Anna B" and "others", no abstract, title in title case, fields left out.

All leave fields out, misspell now and then and differ in years. Nothing that identifies a record is left, so
that only what it says can tell. Hard negatives are made besides: parts of a series, the same authors' next
paper, a column of the same title in another issue, a reply. Papers are split by their identifier: rules are
chosen on one half ("chosen") and reported on the other ("reported"). A paper that the source has twice, with
one title, page, volume, issue and first author (a journal's two editions, two corrections on one page), is
two by its labels though nothing in its records tells them apart; ``--once`` leaves the second one out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import chain, combinations
from pathlib import Path
from random import Random

from ingest.document import Document
from ingest.duplicates.normalized_titles import normal_title, weakness
from ingest.input_files import read_sources
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent

Style = Callable[[Document, str, Random], Document]
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu"}
_SMALL = frozenset("a an and as at but by for from in into of on or the to via with".split())  # noqa: SIM905


def _parts(author: str) -> tuple[str, str]:
    family, _, given = author.partition(", ")
    return family, given


def _initials(given: str) -> str:
    return "".join(part[0] for part in re.split(r"[\s.-]+", given) if part)


def _plain(text: str) -> str:
    """Without accents, and Greek letters in words."""
    text = "".join(_GREEK.get(letter, letter) for letter in text)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _title_case(title: str) -> str:
    words = title.split()
    return " ".join(w if n and w.lower() in _SMALL else w[:1].upper() + w[1:] for n, w in enumerate(words))


def _short_range(pages: str) -> str:
    """ "1123-1133" → "1123-33"."""
    first, dash, last = pages.partition("-")
    if not dash or not (first.isdigit() and last.isdigit() and len(first) == len(last)):
        return pages
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(last) - 1)
    return f"{first}-{last[same:]}"


def _long_range(pages: str) -> str:
    first, dash, last = pages.partition("-")
    if not dash or not (first.isdigit() and last.isdigit() and len(last) < len(first)):
        return pages
    return f"{first}-{first[: len(first) - len(last)]}{last}"


def scopus(document: Document, _short: str, rng: Random) -> Document:
    """As Scopus exports it."""
    names = [_parts(author) for author in document.authors]
    authors = [f"{family} {'.'.join(_initials(given))}." if given else family for family, given in names]
    abstract = document.abstract
    if abstract:
        abstract += f" © {document.year} {rng.choice(('Elsevier B.V.', 'The Author(s).', 'Springer Nature'))}"
    pages = _long_range(document.pages)
    return replace(
        document, authors=tuple(authors), abstract=abstract, pages=pages, tags=("article", "human")
    )


def wos(document: Document, short: str, rng: Random) -> Document:
    """As Web of Science exports it."""
    names = [_parts(_plain(author)) for author in document.authors]
    authors = tuple(f"{family}, {_initials(given)}" if given else family for family, given in names)
    title = _plain(document.title)
    title = rng.choice((title, title.upper(), _title_case(title)))
    venue = rng.choice((document.venue.upper(), short.upper()))
    pages = _long_range(document.pages)
    return replace(
        document, title=title, authors=authors, venue=venue, pages=pages, abstract=_plain(document.abstract)
    )


def pubmed(document: Document, short: str, _rng: Random) -> Document:
    """As PubMed's summary and CSV give it."""
    names = [_parts(author) for author in document.authors]
    authors = tuple(f"{family} {_initials(given)}".strip() for family, given in names)
    return replace(
        document, authors=authors, venue=short, pages=_short_range(document.pages), tags=("Humans",)
    )


def cochrane(document: Document, _short: str, rng: Random) -> Document:
    """As the Cochrane Library's RIS gives it."""
    names = [_parts(author) for author in document.authors]
    authors = tuple(f"{family} {_initials(given)[:1]}".strip() for family, given in names)
    if rng.random() < 0.4:
        authors = authors[: rng.choice((1, 3, 6))]
    abstract = "" if rng.random() < 0.4 else document.abstract
    year = document.year + rng.choice((0, 0, 0, 0, 0, 0, 1, -1)) if document.year else None
    title = document.title + ("." if rng.random() < 0.3 else "")
    return replace(document, title=title, authors=authors, abstract=abstract, year=year, tags=())


def scholar(document: Document, _short: str, rng: Random) -> Document:
    """As Google Scholar's BibTeX gives it."""
    authors = tuple(document.authors[: rng.choice((3, 5, 8, 100))])
    lost = rng.choice(("", "", "volume", "issue", "pages", "venue"))
    fields: dict[str, str] = {"abstract": "", **({lost: ""} if lost else {})}
    title = rng.choice((document.title, _title_case(document.title), document.title.replace(": ", "--")))
    return replace(document, title=title, authors=authors, tags=(), **fields)  # type: ignore[arg-type]


STYLES: dict[str, Style] = {
    "scopus": scopus, "wos": wos, "pubmed": pubmed, "cochrane": cochrane, "scholar": scholar,
}  # fmt: skip


def _worn(document: Document, rng: Random) -> Document:
    """What happens to a record of any source: a misprint, a field left out, another year."""
    title = document.title
    if rng.random() < 0.03 and len(title) > 20:
        at = rng.randrange(len(title) - 1)
        title = title[:at] + title[at + 1] + title[at] + title[at + 2 :]
    if rng.random() < 0.05:
        title = title.replace("&", "and") if "&" in title else title.replace(" and ", " & ", 1)
    if rng.random() < 0.03 and ": " in title:
        title = title.replace(": ", rng.choice((". ", " - ", " ")), 1)
    gone = {name: "" for name in ("volume", "issue", "pages") if rng.random() < 0.05}
    year = document.year
    if year and rng.random() < 0.03:
        year += rng.choice((1, -1))
    return replace(document, title=title, year=year, date="", **gone)  # type: ignore[arg-type]


def bare(document: Document, source_id: str) -> Document:
    """A record without anything that identifies it but what it says."""
    return replace(
        document, source_id=source_id, doi="", arxiv_id="", pmid="", other_ids=(), url="", references=(),
        issn=(), orcids=(), notices=(), lang="", collection="",
    )  # fmt: skip


def abbreviations(path: Path) -> dict[str, str]:
    """The journals' names in full → abbreviated, of a MEDLINE file."""
    text = gzip.decompress(path.read_bytes()).decode()
    pairs = re.findall(r"<Title>([^<]+)</Title>\s*<ISOAbbreviation>([^<]+)</ISOAbbreviation>", text)
    return {_plain(full).casefold(): short.replace(".", "") for full, short in pairs}


def _place(document: Document) -> tuple[str, ...]:
    """What tells a paper from others once its identifiers are gone; empty where its place is not known."""
    place = (document.volume, document.issue, document.pages)
    return (normal_title(document.title), *document.authors[:1], *place) if all(place) else ()


def papers(
    paths: Sequence[Path], count: int, rng: Random, *, once: bool = False
) -> list[tuple[Document, str]]:
    """Papers with their journals' abbreviations: up to half of them with titles that many papers have.

    Args:
        once: whether to leave out the second of two whose records would say the same.
    """
    weak: list[tuple[Document, str]] = []
    other: list[tuple[Document, str]] = []
    for path in paths:
        short = abbreviations(path) if path.name.endswith(".xml.gz") else {}
        for _, parsed in read_sources([path]):
            if isinstance(parsed, Document) and parsed.title:
                name = short.get(_plain(parsed.venue).casefold(), parsed.venue)
                (weak if weakness(parsed.title) else other).append((parsed, name))
    rng.shuffle(weak)
    rng.shuffle(other)
    weak = weak[: count // 2]
    drawn = weak + other[: count - len(weak)]
    if not once:
        return drawn
    places = [_place(document) for document, _ in drawn]
    return [pair for at, pair in enumerate(drawn) if not places[at] or places[at] not in places[:at]]


def _hard(document: Document, other: Document, rng: Random) -> Document:
    """Another paper that looks much like this one; ``other`` is a paper that is not in the set."""
    kind = rng.randrange(4)
    if kind == 0:
        return replace(document, title=f"{document.title}. Part II", abstract=other.abstract, pages="901-910")
    if kind == 1 and weakness(document.title) in ("generic", "short"):
        issue, volume = str(rng.randrange(13, 40)), str(rng.randrange(300, 400))
        return replace(document, issue=issue, volume=volume, pages=f"{rng.randrange(900, 999)}", abstract="")
    if kind in (1, 2):
        return replace(other, authors=document.authors, year=document.year, venue=document.venue)
    title = rng.choice(("{} - Reply", "Comment on: {}", "Erratum: {}")).format(document.title)
    return replace(document, title=title, abstract="", pages=f"{rng.randrange(900, 999)}")


def half_of(document: Document) -> str:
    """The half that a paper belongs to, for ever."""
    name = document.pmid or document.arxiv_id or document.source_id
    return ("chosen", "reported")[blake2b(name.encode(), digest_size=1).digest()[0] & 1]


def labelled(
    found: Sequence[tuple[Document, str]], half: str, rng: Random
) -> tuple[dict[str, list[Document]], set[frozenset[str]]]:
    """Source → its records, and the pairs of records that are one paper."""
    records: dict[str, list[Document]] = {name: [] for name in STYLES}
    pairs: set[frozenset[str]] = set()
    mine = [pair for pair in found if half_of(pair[0]) == half]
    spare = iter(mine[1::5])
    mine = [pair for at, pair in enumerate(mine) if at % 5 != 1]
    for at, (document, short) in enumerate(mine):
        written = [(document, f"p{at}")]
        if at % 4 == 0 and at < len(mine) - 4:
            written.append((_hard(document, next(spare)[0], rng), f"h{at}"))
        for one, name in written:
            ids = []
            for style in rng.sample(sorted(STYLES), rng.choice((2, 3, 4))):
                id = f"{name} {style}"
                records[style].append(bare(_worn(STYLES[style](one, short, rng), rng), id))
                ids.append(id)
            pairs |= set(map(frozenset, combinations(ids, 2)))
    return records, pairs


def joined(records: dict[str, list[Document]], order: Iterable[str]) -> dict[frozenset[str], str]:
    """The pairs that the library joins, with why."""
    with tempfile.TemporaryDirectory() as folder, Library.open(f"sqlite:///{folder}/library.db") as library:
        for style in order:
            stream = ((style, document) for document in records[style])
            add(library, style, stream, processes=1, progress=Silent())
        pairs: dict[frozenset[str], str] = {}
        for paper in library.papers():
            name = {member.id: member.document.source_id for member in paper.members}
            for one, other in combinations(name, 2):
                pairs[frozenset((name[one], name[other]))] = paper.reason_for(other, one)
        return pairs


def measure(true: set[frozenset[str]], found: Iterable[frozenset[str]]) -> dict[str, float]:
    """Precision and recall of pairs."""
    pairs = set(found)
    right = len(true & pairs)
    return {
        "positive_pairs": len(true),
        "joined_pairs": len(pairs),
        "precision": round(right / max(1, len(pairs)), 4),
        "recall": round(right / max(1, len(true)), 4),
    }


def main() -> None:
    """Measure and print a JSON line, and the first mistakes; or write the records for other programs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="MEDLINE (.xml.gz) or arXiv (.jsonl.xz) files")
    parser.add_argument("--papers", type=int, default=4_000)
    parser.add_argument("--half", choices=("chosen", "reported"), default="chosen")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--once", action="store_true", help="papers that the source has twice but once")
    parser.add_argument("--write", type=Path, help="a file for the records, one JSON object a line")
    options = parser.parse_args()
    rng = Random(11)
    records, true = labelled(papers(options.files, options.papers, rng, once=options.once), options.half, rng)
    by_id = {document.source_id: document for document in chain.from_iterable(records.values())}
    if options.write:
        lines = (json.dumps({"style": s} | d.to_json()) for s, found in records.items() for d in found)
        options.write.write_text("\n".join(lines) + "\n")
        return
    found = joined(records, sorted(STYLES))
    print(json.dumps({"half": options.half, "records": len(by_id)} | measure(true, found)))
    for name, mistakes in (("WRONG", set(found) - true), ("MISSED", true - set(found))):
        for pair in sorted(map(sorted, mistakes))[: options.show]:
            print(name, found.get(frozenset(pair), ""))
            for id in pair:
                one = by_id[id]
                told = (
                    one.title[:90],
                    one.authors[:3],
                    one.year,
                    one.venue[:40],
                    one.volume,
                    one.issue,
                    one.pages,
                )
                print("    ", id, *told, bool(one.abstract))


if __name__ == "__main__":
    main()
