"""bib-dedupe on the labelled duplicates of `bench.duplicate_styles`, counted as litatlas is there.

It runs in an environment of its own (``pip install bib-dedupe``), on the records that
``python -m bench.duplicate_styles FILE --half reported --write RECORDS`` writes::

    OTHER/bin/python bench/duplicate_peers.py RECORDS
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

Pairs = set[frozenset[str]]


def _row(record: dict[str, Any]) -> dict[str, str]:
    """A record as bib-dedupe takes it."""
    return {
        "ID": record["id"],
        "ENTRYTYPE": "article",
        "author": " and ".join(record.get("authors", [])),
        "title": record.get("title", ""),
        "year": str(record.get("year") or ""),
        "journal": record.get("venue", ""),
        "volume": record.get("volume", ""),
        "number": record.get("issue", ""),
        "pages": record.get("pages", "").replace("-", "--"),
        "abstract": record.get("abstract", ""),
        "doi": "",
        "isbn": "",
        "booktitle": "",
        "search_set": record["style"],
    }


def _groups(pairs: Pairs) -> Pairs:
    """All pairs of the groups that pairs make, as a library without duplicates has them."""
    group: dict[str, set[str]] = {}
    for pair in pairs:
        together = set().union(pair, *(group.get(id, set()) for id in pair))
        group.update(dict.fromkeys(together, together))
    return {frozenset(pair) for members in group.values() for pair in combinations(sorted(members), 2)}


def _all_pairs(ids: Iterable[str]) -> Pairs:
    """The pairs of one paper: ids are "PAPER STYLE"."""
    papers: dict[str, list[str]] = {}
    for id in ids:
        papers.setdefault(id.split()[0], []).append(id)
    return {frozenset(pair) for members in papers.values() for pair in combinations(members, 2)}


def main() -> None:
    """Print precision, recall and seconds: of its pairs, and of the groups that they make."""
    import pandas
    from bib_dedupe.bib_dedupe import block, match, prep

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("records", type=Path)
    rows = [_row(json.loads(line)) for line in parser.parse_args().records.read_text().splitlines()]
    began = time.perf_counter()
    matches = match(block(prep(pandas.DataFrame(rows))))
    seconds = round(time.perf_counter() - began, 1)
    found = matches[matches["duplicate_label"] == "duplicate"]
    pairs = {frozenset(pair) for pair in zip(found["ID_1"], found["ID_2"], strict=True)}
    true = _all_pairs(row["ID"] for row in rows)
    for name, joined in (("pairs", pairs), ("groups", _groups(pairs))):
        right = len(true & joined)
        precision, recall = round(right / len(joined), 4), round(right / len(true), 4)
        print(json.dumps({"of": name, "joined": len(joined), "precision": precision, "recall": recall}))
    print(json.dumps({"records": len(rows), "seconds": seconds}))


if __name__ == "__main__":
    main()
