"""Writes the reference pages of the documentation from the code: ``python -m scripts.reference``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ingest.readers.registry import READERS
from ingest.writers.formats import WRITERS
from litatlas.accounts.permissions import PERMISSIONS, ROLES, SCOPES
from litatlas.cli.main import cli
from litatlas.settings import reference as settings_reference
from scripts import query_language
from web.api.openapi import description

MADE_BY = "<!-- Made by `make docs` from the code; a test checks that it is current. -->\n\n"


def pages() -> dict[str, str]:
    """Every generated page by its file name in docs/."""
    return {
        "api.md": api(),
        "commands.md": commands(),
        "formats.md": formats(),
        "query-language.md": query_language.page(query_language.read_corpus()),
        "settings.md": settings(),
    }


def commands() -> str:
    """The command line: every command with its help, as the terminal shows it."""
    parts = [MADE_BY, "# Commands\n\n"]
    parts.append(
        "`litatlas [--home DIR] COMMAND`. Reading commands take `--json`: one JSON document on standard\n"
        "output and nothing else. Progress and errors go to standard error. Exit status: 0 success, 1 bad\n"
        "input, 2 bad usage, 130 interrupted.\n"
    )
    # A parent, as in the terminal: it names the help options, which click remembers in each command.
    # A fixed width, so that the page is the same in every terminal.
    parent = click.Context(cli, info_name="litatlas", terminal_width=96, **cli.context_settings)
    for name, command in _walk(cli, ""):
        context = click.Context(command, parent=parent, info_name=name)
        parts.append(f"\n## {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "".join(parts)


def _walk(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    for name in sorted(group.commands):
        command = group.commands[name]
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from _walk(command, f"{prefix}{name} ")


def settings() -> str:
    """Every setting with its default and help."""
    lines = [
        MADE_BY + "# Settings\n",
        "By environment variable, or by key in `litatlas.toml` in the home folder; the environment wins, and",
        "`--home` wins over `LITATLAS_HOME`.\n",
        "| key | environment | default | what it is |",
        "|---|---|---|---|",
    ]
    for key, variable, default, text in settings_reference():
        lines.append(f"| `{key}` | `{variable}` | {f'`{default}`' if default else ''} | {text} |")
    return "\n".join(lines) + "\n"


def formats() -> str:
    """What `add` reads and `export` writes."""
    lines = [
        MADE_BY + "# Formats\n",
        "`litatlas add` finds the format by content; `--format NAME` overrides. Any may be compressed (gz,",
        "bz2, xz, zst), archived (zip, tar), in a folder, or on standard input.\n",
        "| name | what | files | fields |",
        "|---|---|---|---|",
    ]
    for reader in READERS:
        fields = ", ".join(reader.fields)
        lines.append(f"| `{reader.name}` | {reader.title} | {' '.join(reader.suffixes)} | {fields} |")
    lines += ["", "`litatlas export` writes:", "", "| name | media type | files |", "|---|---|---|"]
    lines += [f"| `{name}` | {writer.media_type} | {writer.suffix} |" for name, writer in WRITERS.items()]
    return "\n".join(lines) + "\n"


def api() -> str:
    """Every endpoint of the JSON API with its parameters, from the same description that OpenAPI has."""
    openapi = description()
    parts = [MADE_BY, "# The JSON API\n\n"]
    parts.append(
        "The same answers as the pages and the command line, under `/api/v1/`. The full description, with\n"
        "the shape of every answer, is OpenAPI 3.1 at `/api/v1/openapi.json`; `/api` on your server shows\n"
        "examples. Errors are `application/problem+json` (RFC 9457) with a `hint` that says how to fix the\n"
        "request.\n"
    )
    parts.extend(_permissions())
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            parts.append(f"\n## {method.upper()} {path}\n\n{operation['summary']}")
            parts.append(f" Needs `{operation['x-permission']}`.\n")
            parts.extend(_parameter_table(operation["parameters"]))
            if body := operation.get("requestBody"):
                parts.append(f"\nBody: {', '.join(f'`{media}`' for media in body['content'])}.\n")
    return "".join(parts)


def _permissions() -> Iterator[str]:
    """What users and tokens may do, where there are accounts."""
    yield "\nWhere there are accounts, each needs a permission of its user or token:\n\n"
    yield "| permission | lets one | readers | editors | keepers | scopes of tokens |\n"
    yield "|---|---|---|---|---|---|\n"
    for name, text in PERMISSIONS.items():
        roles = ["yes" if name == "open" or name in granted else "" for granted in ROLES.values()]
        scopes = ", ".join(scope for scope, granted in SCOPES.items() if name in granted)
        yield f"| `{name}` | {text} | {' | '.join(roles)} | {scopes} |\n"


def _parameter_table(parameters: list[dict[str, Any]]) -> Iterator[str]:
    if not parameters:
        return
    yield "\n| parameter | in | default | what it is |\n|---|---|---|---|\n"
    for parameter in parameters:
        schema = parameter["schema"]
        default = f"`{schema['default']}`" if schema.get("default") not in (None, "", []) else ""
        choices = ", ".join(f"`{value}`" for value in schema.get("enum", ()))
        text = parameter.get("description", "") or choices
        yield f"| `{parameter['name']}` | {parameter['in']} | {default} | {text} |\n"


def main() -> None:
    """Write the pages into the folder named as argument (default: docs)."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
