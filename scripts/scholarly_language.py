"""Counts the words of scholarly English: ``python -m scripts.scholarly_language NAME=FILE ... > topics/text/scholarly_en.txt``.

Each file holds papers of a field, in any format that litatlas reads; files of one NAME are one field. Papers
with arXiv's categories belong to the archive of their first one (``math``, ``cs``), and small archives to one
field together. Every field weighs the same, so that none is what the others are held against. The table holds
the most frequent forms by the logarithm of their probability, rounded to tenths, and no sentence of any paper.

That of the repository: the first 50,000 records of a sample of arXiv's metadata (CC0), abstracts of the ACL
Anthology (CC BY 4.0), and the labelled reviews of medicine and of public administration of SYNERGY (CC0) and of
Bannach-Brown et al. (2019, CC BY 4.0).
"""  # noqa: E501

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from ingest.document import Document
from ingest.input_files import read_sources
from ingest.text.analysis import analyzer
from topics.naming.arxiv_categories import CATEGORY_NAMES

FORMS = 20_000
LEAST = 2  # times that a form must stand in a field
SMALL = 1_000  # papers, below which an archive is no field of its own


def fields(files: Sequence[str], first: int) -> dict[str, Counter[str]]:
    """Field → how often each form stands in its papers."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    papers: Counter[str] = Counter()
    archives = set()
    for given in files:
        name, _, file = given.partition("=")
        for paper in islice(_papers(file), first):
            category = next((tag for tag in paper.tags if tag in CATEGORY_NAMES), "")
            field = category.partition(".")[0] or name
            if category:
                archives.add(field)
            papers[field] += 1
            counts[field].update(analyzer().forms(f"{paper.title} {paper.abstract}"))
    for field in sorted(archives):
        if papers[field] < SMALL:
            counts["other archives"] += counts.pop(field)
            papers["other archives"] += papers.pop(field)
    print(dict(papers), file=sys.stderr)
    return counts


def _papers(file: str) -> Iterator[Document]:
    for _, parsed in read_sources([file]):
        if isinstance(parsed, Document) and parsed.abstract:
            yield parsed


def table(counts: dict[str, Counter[str]]) -> Iterator[str]:
    """Lines of a logarithm and the forms that have it, the most frequent first."""
    mean: Counter[str] = Counter()
    for field in counts.values():
        total = field.total() * len(counts)
        mean.update({form: count / total for form, count in field.items() if count >= LEAST})
    rounded = defaultdict(list)
    for form, share in mean.most_common(FORMS):
        rounded[round(math.log(share), 1)].append(form)
    for value, forms in rounded.items():
        yield f"{value} {' '.join(sorted(forms))}"


def main() -> None:
    """Read the files, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", metavar="NAME=FILE")
    parser.add_argument("--first", type=int, default=50_000, help="so many papers of each file at most")
    options = parser.parse_args()
    for line in table(fields(options.files, options.first)):
        print(line)


if __name__ == "__main__":
    main()
