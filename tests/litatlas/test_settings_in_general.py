"""Settings of every kind from every place, errors as they reach people, and what the doors may offer."""

from __future__ import annotations

import errno
from dataclasses import fields
from pathlib import Path

import pytest

from ingest.writers.formats import WRITERS
from litatlas import vocabulary
from litatlas.errors import SettingsError, is_disk_full
from litatlas.settings import CONFIG_NAME, Settings, load, reference, trainer_named
from search.request import SearchRequest

NUMBERS = [
    entry.name
    for entry in fields(Settings)
    if isinstance(entry.default, int) and not isinstance(entry.default, bool)
]
FLAGS = [entry.name for entry in fields(Settings) if isinstance(entry.default, bool)]


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_from_the_environment_and_the_file(tmp_path: Path, name: str) -> None:
    assert getattr(load(tmp_path, {f"LITATLAS_{name.upper()}": "7"}), name) == 7
    (tmp_path / CONFIG_NAME).write_text(f"{name} = 9\n", "utf-8")
    assert getattr(load(tmp_path, {}), name) == 9
    for wrong in ("-1", "seven", "1.5", " "):
        with pytest.raises(SettingsError, match=name) as error:
            load(tmp_path, {f"LITATLAS_{name.upper()}": wrong})
        assert "whole number" in error.value.hint


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("TRUE", True), ("yes", True), ("0", False), ("False", False), ("no", False)],
)
def test_flags(tmp_path: Path, name: str, text: str, value: bool) -> None:
    assert getattr(load(tmp_path, {f"LITATLAS_{name.upper()}": text}), name) is value
    with pytest.raises(SettingsError) as error:
        load(tmp_path, {f"LITATLAS_{name.upper()}": "perhaps"})
    assert "true or false" in error.value.hint


def test_an_empty_variable_is_none_and_the_home_of_the_file_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / CONFIG_NAME).write_text('engine = "http://a:9200"\nhome = "/elsewhere"\n', "utf-8")
    settings = load(tmp_path, {"LITATLAS_ENGINE": "", "LITATLAS_HOME": "/other"})
    assert settings.engine == "http://a:9200"
    assert settings.home == tmp_path
    assert load(None, {"LITATLAS_HOME": "~/x"}).home == Path("~/x").expanduser()


def test_what_is_derived_from_settings(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert settings.library_url == f"sqlite:///{tmp_path / 'library.db'}"
    assert Settings(home=tmp_path, library="postgresql://x").library_url == "postgresql://x"
    assert 1 <= settings.process_count <= 4
    assert (Settings(processes=9).process_count, Settings(web_processes=7).web_process_count) == (9, 7)


def test_every_setting_is_documented_once() -> None:
    rows = reference()
    assert [key for key, _, _, _ in rows] == [entry.name for entry in fields(Settings)]
    assert all(variable == f"LITATLAS_{key.upper()}" for key, variable, _, _ in rows)
    assert all(text.endswith((".", "?", ")")) and len(text) > 20 for _, _, _, text in rows)


def test_trainers_by_name() -> None:
    assert [trainer_named(name) for name in ("auto", "bigartm", "portable")] == [None, "bigartm", "portable"]
    with pytest.raises(SettingsError, match="trainer is 'torch'"):
        trainer_named("torch")


def chained(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left"), True),
        (OSError(errno.EDQUOT, "Quota"), True),
        (OSError(errno.EACCES, "Denied"), False),
        (RuntimeError("database or disk is full"), True),
        (chained(RuntimeError("writing failed"), OSError(errno.ENOSPC, "x")), True),
        (chained(RuntimeError("a"), ValueError("b")), False),
        (None, False),
    ],
)
def test_a_full_disk_is_told_however_deep_it_lies(error: Exception | None, full: bool) -> None:
    assert is_disk_full(error) == full


def test_whatever_the_doors_offer_can_be_asked_for() -> None:
    for sort in vocabulary.SORTS:
        assert SearchRequest("x", sort=sort).sort == sort
    for ranking in vocabulary.RANKINGS:
        assert SearchRequest("x", ranking=ranking).ranking == ranking
    for match in vocabulary.MATCHES:
        assert SearchRequest("x", match=match).match == match
    assert SearchRequest("x", filters={name: ["1"] for name in vocabulary.FILTERS}).chosen
    assert set(vocabulary.FACETS) <= set(vocabulary.FILTERS)
    assert set(vocabulary.EXPORTS) == set(WRITERS)
    assert not set(vocabulary.NOTICES) & {""}


def test_the_registries_cannot_be_changed_by_who_reads_them() -> None:
    for registry in (
        vocabulary.FIELDS,
        vocabulary.FACETS,
        vocabulary.FILTERS,
        vocabulary.SORTS,
        vocabulary.EXPORTS,
    ):
        with pytest.raises(TypeError):
            registry["x"] = None  # type: ignore[index]
