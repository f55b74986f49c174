"""What a terminal says of an encoder of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litatlas.cli.terminal import counted, plain

Answer = Mapping[str, Any]


def encoded(answer: Answer) -> str:
    """What the encoder did."""
    vectors = counted(answer["vectors"], "paper has a vector", "papers have vectors")
    return f"{plain(answer['encoder'])}: {counted(answer['encoded'], 'paper', 'papers')} encoded; {vectors}"


def encoder_lines(encoder: Answer | None) -> list[str]:
    """What there is of the encoder."""
    if encoder is None:
        return []
    if encoder["state"] in ("none", "damaged"):
        lines = [f"encoder: no vectors that can serve ({encoder['state']}): litatlas encode"]
    else:
        vectors = f"{encoder['vectors']:,} vectors of {encoder['dimensions']} numbers"
        lines = [f"encoder: {plain(encoder['name'])}, {vectors}, {encoder['state']}"]
    if making := encoder["making"]:
        lines.append(f"  being made: {plain(making['name'])}, {making['vectors']:,} vectors")
    return lines
