"""Pairs of records that may be one paper, as text."""

from __future__ import annotations

from litatlas.cli.terminal import wrapped
from litatlas.parts.duplicates.pair_answers import PairAnswer, PairsAnswer


def pairs(answer: PairsAnswer) -> str:
    """Each pair with its reason and its score, and the fields that differ."""
    if not answer["pairs"]:
        return "No pair is left to decide." if not answer["total"] else "No pairs on this page."
    total = answer["total"]
    head = f"{total:,} pair{'s are' if total != 1 else ' is'} not decided; the least sure come first."
    how = "Decide with: litatlas decide-duplicate ID ID same|different"
    return "\n\n".join([head, *map(_pair, answer["pairs"]), how])


def _pair(pair: PairAnswer) -> str:
    state = "one paper now" if pair["together"] else "two papers now"
    rows = [f"{pair['a']['id']}  {pair['b']['id']}  {pair['reason']} ({pair['score']:.2f}), {state}"]
    rows.append(wrapped(f"{pair['a']['collection']}: {pair['a']['title']}"))
    rows.append(wrapped(f"{pair['b']['collection']}: {pair['b']['title']}"))
    for field in pair["fields"]:
        if field["state"] == "differs" and field["name"] not in ("title", "abstract"):
            rows.append(wrapped(f"{field['name']} differs: {field['a']} / {field['b']}"))
    return "\n".join(rows)
