"""The code of templates, kept from one start to the next beside them, as Python keeps that of its modules."""

from __future__ import annotations

import hashlib
import marshal
import os
from contextlib import suppress
from pathlib import Path

import jinja2
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket, bc_magic

WEB = Path(__file__).parents[1]
KEPT = WEB / "templates" / "__pycache__" / "templates.bin"
"""Where it is kept, where that may be written: so the user of a server need not be who installed it."""


class CompiledTemplates(BytecodeCache):
    """The code of templates, by their names; Jinja compares a hash of their texts.

    Read, or compiled, once by the process that forks the others: a page's take a fifth of a second, and each
    thread that comes to them first would do it anew.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._code: dict[str, bytes] | None = None
        self._is_kept = True

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's code, if it is known."""
        if code := self._known().get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code."""
        self._known()[bucket.key] = bucket.bytecode_to_string()
        self._is_kept = False

    def keep(self) -> None:
        """Leave what was compiled here for the next start."""
        if self._is_kept:
            return
        new = self._file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(exist_ok=True)
            new.write_bytes(_stamp() + marshal.dumps(self._known()))
            new.replace(self._file)
        self._is_kept = True

    def _known(self) -> dict[str, bytes]:
        if self._code is None:
            self._code = {}
            with suppress(OSError, ValueError, TypeError, EOFError):
                kept, stamp = self._file.read_bytes(), _stamp()
                if kept.startswith(stamp):
                    self._code = dict(marshal.loads(kept[len(stamp) :]))  # noqa: S302  (as a .pyc is)
        return self._code


COMPILED = CompiledTemplates(KEPT)
"""Those of this process, and of the processes that are forked from it."""


def compile_all(app: Flask) -> None:
    """Compile all templates of an application that have changed since they were last compiled."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    COMPILED.keep()


def _stamp() -> bytes:
    """What code depends on beside a template's text: Jinja, and what filters make of constants."""
    told = hashlib.sha256(bc_magic + jinja2.__version__.encode())
    for file in sorted([WEB / "app.py", WEB / "locales.py", *(WEB / "rendering").glob("*.py")]):
        told.update(file.read_bytes())
    return told.digest()
