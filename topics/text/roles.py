"""What a sentence of an abstract says of its paper; apart from what tells it, which takes more to import."""

from __future__ import annotations

from typing import Literal, TypedDict

Role = Literal["method", "result", "significance"]
ROLES: tuple[Role, ...] = ("method", "result", "significance")


class Finding(TypedDict):
    """A sentence of an abstract, and what it says of the paper."""

    kind: Role
    text: str
