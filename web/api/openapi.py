"""OpenAPI 3.1, made from the request models that validate and the typed dictionaries that answer."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from litatlas import __version__
from litatlas.accounts.permissions import permission_of
from web.api.operations import OPERATIONS, Operation
from web.api.schemas import schema_of
from web.requests import ExploreRequest, Request, UploadRequest

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "hint"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "hint": {"type": "string", "description": "How to fix it."},
        "mended": {"type": "string", "description": "The query as it was probably meant."},
    },
}


@cache
def description() -> dict[str, Any]:
    """The whole description; it does not change while the server runs."""
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    paths: dict[str, Any] = {}
    for entry in OPERATIONS:
        path = "/api/v1" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", entry.path)
        paths.setdefault(path, {})[entry.method.lower()] = _operation(entry, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "litatlas",
            "version": __version__,
            "description": "Exploratory search over research literature: one map, one query language.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(entry: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    names = re.findall(r"<(?:\w+:)?(\w+)>", entry.path)
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    if entry.body == "none":
        parameters += _query_parameters(entry.request)
    schema = schema_of(entry.answer, schemas)
    content = {media: {"schema": schema} for media in entry.media}
    description: dict[str, Any] = {
        "operationId": entry.name,
        "summary": entry.summary,
        "x-permission": permission_of(f"api.{entry.name}"),
        "parameters": parameters,
        "responses": {
            str(entry.status): {"description": "The answer.", "content": content},
            "default": {
                "description": "What is wrong, and how to fix it.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    if body := _body(entry):
        description["requestBody"] = body
    return description


def _query_parameters(model: type[Request]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": {key: value for key, value in part.items() if key not in ("title", "description")},
            **({"description": part["description"]} if "description" in part else {}),
        }
        for name, part in schema.get("properties", {}).items()
    ]


def _body(entry: Operation) -> dict[str, Any] | None:
    if entry.body == "json":
        schema = entry.request.model_json_schema()
        return {"content": {"application/json": {"schema": schema}}, "required": bool(schema.get("required"))}
    if entry.body == "explore":
        text = ExploreRequest.model_json_schema()
        return {
            "required": True,
            "content": {
                "application/json": {"schema": text},
                "text/plain": {"schema": {"type": "string"}},
                "multipart/form-data": {"schema": _with_file(ExploreRequest)},
            },
        }
    if entry.body in ("upload", "file"):
        model = UploadRequest if entry.body == "upload" else entry.request
        return {"required": True, "content": {"multipart/form-data": {"schema": _with_file(model)}}}
    return None


def _with_file(model: type[Request]) -> dict[str, Any]:
    schema = model.model_json_schema()
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    schema["properties"] = {**schema["properties"], "file": file}
    schema.pop("additionalProperties", None)
    return schema
