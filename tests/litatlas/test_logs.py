"""Structured logs: a line an event in each format, whatever the event holds; files that are moved away."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from litatlas.errors import SettingsError
from litatlas.operations import logs
from litatlas.settings import Settings
from tests.litatlas.conftest import run_module

log = logging.getLogger("litatlas.test")
NASTY = 'a "b" = c\nlevel=error forged\x1b[31m\u2028 \\ é \ud800'


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "litatlas.log"
    logs.configure(Settings(), "test", stderr=False)


def settings(file: Path, **values: str) -> Settings:
    return replace(Settings(), log_file=str(file), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("format", ["text", "logfmt", "json"])
def test_an_event_is_one_line_whatever_it_holds(file: Path, format: str) -> None:
    logs.configure(settings(file, log_format=format), "test")
    logs.request_id.set("r-1")
    fields = {"fields": {"value": NASTY, "stages": {"index": 1.5}}}
    record = log.makeRecord(log.name, logging.WARNING, "", 0, "%s", (NASTY,), None, extra=fields)
    # Ours alone: pytest keeps what is logged for its report, and cannot hand half a surrogate pair on.
    (own,) = (each for each in logging.getLogger().handlers if isinstance(each, logs._Handler))
    own.handle(record)
    logs.request_id.set("")
    lines = file.read_bytes().decode("utf-8", "strict").splitlines()
    assert len(lines) == 1
    assert lines[0].isprintable()
    assert "1.5" in lines[0]
    assert "r-1" in lines[0]
    assert "level=error" not in lines[0].split('"')[0]


def test_json_holds_what_was_logged(file: Path) -> None:
    logs.configure(settings(file, log_format="json"), "test")
    try:
        raise ValueError("broken\nthing")
    except ValueError:
        log.exception("it failed", extra={"fields": {"job": "j1", "nothing": ""}})
    record = json.loads(file.read_text("utf-8"))
    assert record["level"] == "error"
    assert record["logger"] == "litatlas.test"
    assert record["process"].startswith("test/")
    assert record["message"] == "it failed"
    assert record["job"] == "j1"
    assert "broken" in record["trace"]
    assert "nothing" not in record


def test_a_warning_has_its_error_in_a_word_and_no_trace(file: Path) -> None:
    logs.configure(settings(file, log_format="json"), "test")
    try:
        raise ConnectionError("node away")
    except ConnectionError:
        logging.getLogger("elsewhere").warning("asked again", exc_info=True)
    record = json.loads(file.read_text("utf-8"))
    assert record["error"] == "ConnectionError: node away"
    assert "trace" not in record


def test_levels_hold_and_other_packages_only_warn(file: Path) -> None:
    logs.configure(settings(file, log_level="info"), "test")
    log.debug("too small")
    logging.getLogger("elsewhere").info("of others")
    log.info("told")
    logging.getLogger("elsewhere").warning("a warning")
    assert [line.split("message=")[1].strip('"') for line in file.read_text("utf-8").splitlines()] == [
        "told",
        "a warning",
    ]


def test_a_file_is_its_owners_and_made_anew_when_it_was_moved(file: Path) -> None:
    logs.configure(settings(file), "test")
    log.info("one")
    assert file.stat().st_mode & 0o077 == 0
    file.rename(file.with_suffix(".1"))
    writer = logs.current()
    assert writer is not None
    writer._writer._looked = 0.0
    log.info("two")
    assert "one" in file.with_suffix(".1").read_text("utf-8")
    assert "two" not in file.with_suffix(".1").read_text("utf-8")
    assert "two" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "value"), [("log_level", "loud"), ("log_format", "xml"), ("log_file", "/no/such/folder/log")]
)
def test_a_wrong_setting_is_said(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        logs.configure(replace(Settings(), **{name: value}), "test")  # type: ignore[arg-type]


def test_commands_log_to_the_file_alone(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITATLAS_LOG_FILE", str(file))
    monkeypatch.setenv("LITATLAS_LOG_FORMAT", "json")
    outcome = run_module(tmp_path / "home", "search", "graphene")
    assert outcome.status == 1
    assert "time" not in outcome.err
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert records[0]["command"] == "search"
    assert "There is no atlas" in records[1]["message"]
    assert records[-1]["status"] == 1
    assert "graphene" not in file.read_text("utf-8")
