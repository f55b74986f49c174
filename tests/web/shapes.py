"""Checks answers against the API's own description."""

from __future__ import annotations

from typing import Any


class Shape:
    """Checks values against the schemas of the description; it knows all that the description uses."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.schemas = description["components"]["schemas"]

    def faults(self, schema: dict[str, Any], value: Any, where: str = "$") -> list[str]:
        if "$ref" in schema:
            return self.faults(self.schemas[schema["$ref"].rsplit("/", 1)[1]], value, where)
        if "anyOf" in schema:
            tried = [self.faults(part, value, where) for part in schema["anyOf"]]
            return [] if not all(tried) else tried[0]
        if "enum" in schema:
            return [] if value in schema["enum"] else [f"{where}: {value!r} is none of {schema['enum']}"]
        kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}
        kind = schema.get("type")
        if kind in kinds:
            return [] if isinstance(value, kinds[kind]) else [f"{where}: {value!r} is no {kind}"]
        if kind == "array":
            items = schema.get("prefixItems") or [schema["items"]] * len(value)
            if len(items) != len(value):
                return [f"{where}: {len(value)} items"]
            return [f for n, part in enumerate(items) for f in self.faults(part, value[n], f"{where}[{n}]")]
        return self._object(schema, value, where) if kind == "object" else []

    def _object(self, schema: dict[str, Any], value: Any, where: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no object"]
        found = [f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        for name, part in schema.get("properties", {}).items():
            if name in value:
                found += self.faults(part, value[name], f"{where}.{name}")
        return found


def schema_of(description: dict[str, Any], operation: str) -> dict[str, Any]:
    """The schema of an operation's good answer."""
    for methods in description["paths"].values():
        for entry in methods.values():
            if entry["operationId"] == operation:
                good = next(code for code in entry["responses"] if code.startswith("2"))
                found = entry["responses"][good]["content"]["application/json"]["schema"]
                assert isinstance(found, dict)
                return found
    raise KeyError(operation)
