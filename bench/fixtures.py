"""Real fixture files of public projects: what our readers make of them, against an independent count.

Nothing of the files belongs to this repository. `--from` copies what may be bibliographic out of the git
directories below a folder (`git clone --bare` is enough) and prints their commits; then every file in which
the independent count (`bench.fixture_counts`) sees records is read, each within `--seconds`. Records are
paired by their titles, and each field that the count sees is compared by its letters and digits.
"""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from bench.fixture_counts import Count, counted
from bench.fixture_identifiers import SCHEMES, identifiers, identifiers_of
from ingest.document import Document
from ingest.errors import LitatlasError
from ingest.input_files import read_sources

FIELDS = ("title", "authors", "year", "venue", "doi", "abstract")
SUFFIXES = (
    ".ris", ".nbib", ".enw", ".ciw", ".isi", ".refer", ".medline", ".txt", ".xml", ".bib", ".bibtex", ".json",
    ".csv", ".tsv", ".xlsx", ".ref", ".end", ".import",
)  # fmt: skip
MOST_BYTES = 6_000_000


def main() -> None:
    """Copy where asked, read, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--from", dest="mirrors", type=Path, help="a folder of git directories")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--only", default="", help="a format")
    parser.add_argument("--differences", type=int, default=0, help="how many of each field to show")
    options = parser.parse_args()
    if options.mirrors:
        _copy(options.mirrors, options.folder)
    signal.signal(signal.SIGALRM, _too_long)
    tally = _Tally(options.differences)
    for path in sorted(options.folder.rglob("*")):
        if path.is_file() and path.suffix.lower() in SUFFIXES and (found := counted(path.read_bytes(), path)):
            name, counts = found
            if options.only in ("", name):
                tally.add(name, path.relative_to(options.folder), counts, _read(path, options.seconds))
    print(tally.table())


def _too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError


def _copy(mirrors: Path, folder: Path) -> None:
    """Every file of a fitting name out of the newest commit of each git directory."""
    for head in sorted(mirrors.glob("*/**/HEAD")):
        git = ["git", "--git-dir", str(head.parent)]
        if not (head.parent / "objects").is_dir():
            continue
        commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
        project = head.relative_to(mirrors).parts[0].replace("+", "/")
        paths = list(_fitting(git))
        for path, blob in paths:
            target = folder / project.replace("/", "+") / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(subprocess.run([*git, "cat-file", "blob", blob], capture_output=True).stdout)
        print(f"{project} {commit[:12]}: {len(paths)} files")


def _fitting(git: Sequence[str]) -> Iterator[tuple[str, str]]:
    listing = subprocess.run([*git, "ls-tree", "-r", "-l", "-z", "HEAD"], capture_output=True, text=True)
    for line in listing.stdout.split("\0"):
        meta, _, path = line.partition("\t")
        _mode, _kind, blob, size = meta.split() if meta else ("", "", "", "")
        if size.isdigit() and 0 < int(size) <= MOST_BYTES and path.lower().endswith(SUFFIXES):
            yield path, blob


def _read(path: Path, seconds: int) -> list[Document] | str:
    """The documents of a file, or why there are none."""
    signal.alarm(seconds)
    try:
        return [parsed for _, parsed in read_sources([path]) if isinstance(parsed, Document)]
    except LitatlasError as error:
        return f"refused: {error.message}"
    except TimeoutError:
        return f"took more than {seconds} s"
    finally:
        signal.alarm(0)


def _key(text: str) -> str:
    """Letters and digits alone, without accents, markup and LaTeX."""
    text = re.sub(r"</?[a-zA-Z][^<>]{0,80}>|\\[a-zA-Z]+ ?|\\.", "", unescape(unescape(text)))
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if sign.isalnum()).lower()


def _family(name: str) -> str:
    name = name.strip("{} ")
    return _key(name.partition(",")[0] if "," in name else name.split()[-1] if name else "")


class _Tally:
    """What was wanted and what was read, by format."""

    def __init__(self, differences: int) -> None:
        self._wanted: dict[str, Counter[str]] = defaultdict(Counter)
        self._read: dict[str, Counter[str]] = defaultdict(Counter)
        self._seconds: dict[str, float] = defaultdict(float)
        self._most = differences
        self._begun = time.monotonic()

    def add(self, name: str, path: Path, counts: list[Count], documents: list[Document] | str) -> None:
        """Compare one file."""
        self._wanted[name]["files"] += 1
        self._wanted[name]["records"] += len(counts)
        if isinstance(documents, str):
            self._differ("file", path, f"{len(counts)} records", documents)
            documents = []
        pairs = list(_paired(counts, documents))
        self._read[name]["records"] += len(pairs)
        if len(pairs) < len(counts):
            there = {_key(one.title) for one in documents}
            missing = [one.title[:60] for one in counts if _key(one.title) not in there][:3]
            self._differ(
                "records", path, f"{len(counts)} {missing}", f"{len(documents)}, {len(pairs)} paired"
            )
        for count, document in pairs:
            self._compare(name, path, count, document)

    def _compare(self, name: str, path: Path, count: Count, document: Document) -> None:
        for field in FIELDS:
            if not (wanted := getattr(count, field)):
                continue
            self._wanted[name][field] += 1
            good = _agrees(field, wanted, document)
            self._read[name][field] += good
            if not good:
                value = document.authors if field == "authors" else str(getattr(document, field))[:200]
                self._differ(field, path, str(wanted)[:200], str(value)[:200])
        for scheme in SCHEMES:
            if numbers := identifiers(scheme, count.identifiers.get(scheme, "")):
                held = identifiers_of(scheme, document)
                self._wanted[name][scheme] += 1
                self._read[name][scheme] += numbers <= held
                if not numbers <= held:
                    self._differ(scheme, path, f"{numbers} of {count.title[:60]}", str(held))

    def _differ(self, what: str, path: Path, wanted: str, read: str) -> None:
        if self._most:
            print(f"{what} | {path} | wanted {wanted!r} | read {read!r}")

    def table(self) -> str:
        """A row a format: files, records, and the share of each field that agrees."""
        rows: list[list[str]] = []
        for name, wanted in sorted(self._wanted.items()):
            read = self._read[name]
            shares = [
                f"{read[what] / wanted[what]:.4f} of {wanted[what]:,}" if wanted[what] else "–"
                for what in ("records", *FIELDS, *SCHEMES)
            ]
            rows.append([name, str(wanted["files"]), *shares])
        whole = sum(self._wanted.values(), Counter[str]())
        read = sum(self._read.values(), Counter[str]())
        shares = [f"{read[w] / max(1, whole[w]):.4f} of {whole[w]:,}" for w in ("records", *FIELDS, *SCHEMES)]
        rows.append(["all", str(whole["files"]), *shares])
        lines = [
            ["format", "files", "records", *FIELDS, *SCHEMES],
            ["---"] * (len(FIELDS) + len(SCHEMES) + 3),
            *rows,
        ]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _paired(counts: list[Count], documents: list[Document]) -> Iterator[tuple[Count, Document]]:
    """Records and documents of one title (a subtitle may follow); of the rest the most alike, in order."""
    by_title: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_title[_key(document.title)[:60]].append(document)
    left = []
    for count in counts:
        if same := by_title.get(_key(count.title)[:60]):
            years = [str(document.year) in count.year for document in same]
            yield count, same.pop(years.index(True) if True in years else 0)
        else:
            left.append(count)
    over = [document for some in by_title.values() for document in some]
    for count in left:
        alike = [(_likeness(count.title, document.title), -n) for n, document in enumerate(over)]
        best, place = max(alike, default=(0.0, 0))
        if best > 0.6:
            yield count, over.pop(-place)


def _likeness(wanted: str, read: str) -> float:
    want, have = _key(wanted), _key(read)
    if want and have.startswith(want):
        return 1.0
    return SequenceMatcher(None, want[:200], have[:200], autojunk=False).ratio()


def _agrees(field: str, wanted: str | list[str], document: Document) -> bool:
    if isinstance(wanted, list):
        return _same_people(wanted, document.authors)
    if field == "year":
        years = re.findall(r"\d{4}", wanted)
        return not years or str(document.year) in years
    if field == "doi":
        name = re.search(r"10\.\d{4,9}/\S+", unquote(wanted))
        return name is None or (bool(document.doi) and _key(document.doi) in _key(name[0]))
    want, have = _key(wanted), _key(getattr(document, field))
    if "\\" in wanted or "$" in wanted:  # LaTeX: what is a letter in one is a command in the other
        return SequenceMatcher(None, want[:300], have[:300], autojunk=False).ratio() > 0.85
    if field == "venue":
        have = have or _key(document.publisher)
        named = [_key(one) for one in wanted.split("\n")]
        return not want or (bool(have) and any(one in have or have in one for one in named if one))
    if field == "abstract":
        return not want or (want[30:90] in have and len(have) >= 0.85 * len(want))
    return not want or want[:200] in have or (have in want and len(have) > 0.8 * len(want))


def _same_people(wanted: list[str], authors: Sequence[str]) -> bool:
    """As many, and the first of one family; a table's cell alone says only that there are some."""
    wanted = [name for name in wanted if name.strip("{} .,").lower() not in ("others", "et al")]
    if not wanted:
        return True
    if not authors:
        return False
    alike = _family(wanted[0]) in _key(authors[0]) or _family(authors[0]) in _key(wanted[0])
    return alike and len(wanted) in (1, len(authors))


if __name__ == "__main__":
    main()
