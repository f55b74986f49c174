"""Damaging a file of a home, and asking the home afterwards what readers are told and what `doctor` finds."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from litatlas.atlas import Atlas
from litatlas.errors import LitatlasError
from litatlas.settings import load

_SECONDS = 280
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.warm"])


def flipped(share: float) -> Callable[[bytes], bytes]:
    """What flips a byte at a share of a file."""

    def flip(data: bytes) -> bytes:
        at = min(len(data) - 1, int(share * len(data)))
        return data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :] if data else b"\x11"

    return flip


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "flip the first byte": flipped(0),
    "flip a byte at a third": flipped(1 / 3),
    "flip a byte at two thirds": flipped(2 / 3),
    "flip the last byte": flipped(1),
    "cut in half": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"" if data else None,
    "delete": lambda data: None,
}


def put_damaged_copy(whole: Path, home: Path, name: str, kind: str) -> None:
    """Put a copy of a whole home in the place of a home, with one file damaged."""
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(whole, home)
    data = DAMAGES[kind]((home / name).read_bytes())
    (home / name).unlink()
    if data is not None:
        (home / name).write_bytes(data)


def never_wrong(answers: dict[str, Any], reference: dict[str, Any], case: object) -> None:
    """Every answer is right, refused, or (suggestions) absent."""
    for question, answer in answers.items():
        refused = isinstance(answer, dict) and "error" in answer
        absent = answer in ([[]] * 4, "", None) if question in ("suggestions", "did you mean") else False
        assert refused or absent or answer == reference[question], (case, question, answer)


def answers_of(home: Path, scratch: Path) -> dict[str, Any]:
    """What readers are told, asked of a copy in a process of its own: what is refused is told as an error."""
    copy, told = scratch / "asked", scratch / "answers.json"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    told.unlink(missing_ok=True)
    process = _context.Process(target=_ask, args=(copy, told))
    process.start()
    process.join(_SECONDS)
    if process.exitcode is None:
        process.kill()
        raise AssertionError(f"a reader was told nothing in {_SECONDS} seconds")
    assert process.exitcode == 0, "a reader's process crashed"
    answers: dict[str, Any] = json.loads(told.read_text("utf-8"))
    return answers


def _ask(home: Path, told: Path) -> None:
    answers: dict[str, Any] = {}
    try:
        with Atlas(load(home)) as atlas:
            for question, look in QUESTIONS.items():
                answers[question] = _asked(atlas, look)
    except LitatlasError as error:
        answers = {question: {"error": error.message} for question in QUESTIONS}
    told.write_text(json.dumps(answers), "utf-8")


def _asked(atlas: Atlas, look: Callable[[Atlas], Any]) -> Any:
    try:
        return look(atlas)
    except LitatlasError as error:
        return {"error": error.message}


def _search(query: str) -> Callable[[Atlas], Any]:
    return lambda atlas: {k: v for k, v in atlas.search(query).items() if k != "took_ms"}


def _first(atlas: Atlas) -> str:
    return next((str(hit["id"]) for hit in atlas.search("galaxy")["documents"]), "none")


QUESTIONS: dict[str, Callable[[Atlas], Any]] = {
    "galaxy": _search("galaxy"),
    "valve surgery": _search("valve surgery"),
    '"stellar galaxy"': _search('"stellar galaxy"'),
    "has:topic": _search("has:topic"),
    "total": lambda atlas: atlas.search("")["total"],
    "topics": lambda atlas: atlas.topics.all(),
    "nearest": lambda atlas: atlas.explore("galaxy halo redshift survey")["documents"],
    "paper": lambda atlas: atlas.papers.one(_first(atlas)),
    "similar": lambda atlas: atlas.papers.similar(_first(atlas)),
    "quality": lambda atlas: atlas.reports.quality(),
    "suggestions": lambda atlas: [atlas.suggest(typed) for typed in ("ga", "tra", "s", "neu")],
    "did you mean": lambda atlas: atlas.search("galaxi")["notice"],
}
