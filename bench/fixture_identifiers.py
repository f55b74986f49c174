"""Identifiers beside the DOI that a bibliographic file plainly has, and whether a document has them.

Of what stands in the fields for it only what is in the shape of the scheme counts: eight digits with the
check digit of an ISSN, ten or thirteen with that of an ISBN. Nothing here imports a reader of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ingest.document import Document

SCHEMES = ("pmid", "pmcid", "arxiv", "issn", "isbn", "wos", "eid")


def _issns(text: str) -> list[str]:
    numbers = re.findall(r"(?<![\w-])\d{4}-?\d{3}[\dXx](?![\w-])", text)
    plain = [number.replace("-", "").upper() for number in numbers]
    return [number for number in plain if _value(number, range(8, 0, -1)) % 11 == 0 and int(number[:7])]


def _isbns(text: str) -> list[str]:
    runs = re.findall(r"(?<![\w-])(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dXx](?![\w-])", text)
    plain = [re.sub("[- ]", "", run).upper() for run in runs]
    ten = [f"978{one[:9]}" for one in plain if len(one) == 10 and _value(one, range(10, 0, -1)) % 11 == 0]
    thirteen = [one[:12] for one in plain if len(one) == 13 and _value(one, (1, 3) * 6 + (1,)) % 10 == 0]
    return [one for one in ten + thirteen if int(one[3:])]


def _value(number: str, weights: Iterable[int]) -> int:
    digits = (10 if sign == "X" else int(sign) for sign in number)
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def _every(pattern: str) -> Callable[[str], list[str]]:
    return lambda text: [match.lower() for match in re.findall(pattern, text, re.IGNORECASE)]


_SHAPES: dict[str, Callable[[str], list[str]]] = {
    "pmid": _every(
        r"(?:^|\n|\bPMID:? ?|pubmed/|pubmed\.ncbi\.nlm\.nih\.gov/)0*([1-9]\d{0,8})(?:\.0)?(?![\w.-])"
    ),
    "pmcid": _every(r"\bPMC\d{4,8}\b"),
    "arxiv": _every(
        r"(?<![\d./])(\d{4}\.\d{4,5}|(?:astro-ph|cond-mat|hep-\w+|math|quant-ph|gr-qc|cs|nucl-th)/\d{7})(?![\d.])"
    ),
    "issn": _issns,
    "isbn": _isbns,
    "wos": _every(r"\bWOS:(\w{15})\b"),
    "eid": _every(r"\b2-s2\.0-\d{6,}\b"),
}


def identifiers(scheme: str, text: str) -> set[str]:
    """The identifiers of a scheme in the text of the fields that a file has for it, in one spelling."""
    return set(_SHAPES[scheme](text))


def identifiers_of(scheme: str, document: Document) -> set[str]:
    """The identifiers of a scheme that a document has, in the same spelling."""
    others = "\n".join(document.other_ids)
    held = {
        "pmid": document.pmid,
        "arxiv": document.arxiv_id,
        "issn": "\n".join(document.issn),
        "isbn": others.replace("isbn:", ""),
        "wos": others.upper(),
    }
    return identifiers(scheme, held.get(scheme, others))
