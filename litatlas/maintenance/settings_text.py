"""The text of ``litatlas.toml`` without some of its settings; comments stay where they can."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection
from pathlib import Path

from litatlas.settings import CONFIG_NAME

_SETTING = re.compile(r"\s*([A-Za-z_]+|\"[A-Za-z_]+\"|'[A-Za-z_]+')\s*=")


def without(text: str, names: Collection[str]) -> str:
    """The text of settings without those of some names, however they are written.

    Lines are left out where that is enough. Where it is not (a value over several lines, a name with an
    escape), what is left is written anew, without its comments.

    Raises:
        tomllib.TOMLDecodeError: it is no text of settings.
    """
    left = {name: value for name, value in tomllib.loads(text).items() if name not in names}
    lines = [line for line in text.splitlines(keepends=True) if _named(line) not in names]
    try:
        if tomllib.loads("".join(lines)) == left:
            return "".join(lines)
    except tomllib.TOMLDecodeError:
        pass
    return "".join(
        f"{json.dumps(name)} = {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in left.items()
        if isinstance(value, str | bool | int | float)
    )


def remember_library(folder: Path, url: str) -> None:
    """Name a database in the settings of a home, which only its owner may read."""
    path = folder / CONFIG_NAME
    others = without(path.read_text("utf-8"), {"library"}) if path.is_file() else ""
    aside = path.with_name(f"{CONFIG_NAME}.new")
    aside.touch(mode=0o600)
    aside.write_text(f"library = {json.dumps(url)}\n{others}", "utf-8")
    aside.replace(path)


def _named(line: str) -> str:
    """The setting that a line begins with; "" for none."""
    match = _SETTING.match(line)
    return match[1].strip("\"'") if match else ""
