"""JSON Schema of the typed dictionaries that the atlas answers with.

Written out here because pydantic takes typed dictionaries of the standard library on Python 3.12 and later
only; what it covers is what ``litatlas/answers.py`` uses, and anything else is an error at start.
"""

from __future__ import annotations

import types
from typing import (
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    bytes: {},  # a file, of the media type that is named beside it
    type(None): {"type": "null"},
    Any: {},
    object: {},
}
PREFIX = "#/components/schemas/"


def schema_of(hint: Any, known: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; typed dictionaries are added to ``known`` and referred to.

    Raises:
        TypeError: a type that no answer has used so far.
    """
    if hint in PLAIN:
        return dict(PLAIN[hint])
    if is_typeddict(hint):
        if hint.__name__ not in known:
            known[hint.__name__] = {}
            known[hint.__name__] = _object(hint, known)
        return {"$ref": PREFIX + hint.__name__}
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Required, NotRequired):
        return schema_of(inner[0], known)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(part, known) for part in inner]}
    if origin is list:
        return {"type": "array", "items": schema_of(inner[0], known)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(inner[1], known)}
    if origin is tuple:
        parts = [schema_of(part, known) for part in inner]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
    raise TypeError(f"No schema for {hint!r}")


def _object(hint: Any, known: dict[str, Any]) -> dict[str, Any]:
    fields = get_type_hints(hint, include_extras=True)
    return {
        "type": "object",
        "description": (hint.__doc__ or "").strip().partition("\n")[0],
        "properties": {name: schema_of(part, known) for name, part in fields.items()},
        "required": [
            n for n, part in fields.items() if hint.__total__ and get_origin(part) is not NotRequired
        ],
    }
