"""What every room's tests share: real parts are demanded in CI, and skips are said loudly at the end."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ingest.text.headwords import spacy_files
from tests import word_frequencies

REQUIRED = {name for name in os.environ.get("LITATLAS_TEST_REQUIRE", "").split(",") if name}
"""Real parts (``elasticsearch``, ``browser``) whose absence is a failure here, not a skip."""


# How fast a machine is says nothing about what is right. Where every part is required, the examples are the
# same each time, so that a change is judged by what it changes; everywhere else others are tried.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(REQUIRED)
)
settings.load_profile("patient")

# Every open model maps a dozen files, and one process of the suite opens many models.
_SOFT, _HARD = resource.getrlimit(resource.RLIMIT_NOFILE)
if _SOFT != resource.RLIM_INFINITY and _SOFT < 16_384:
    _MOST = 16_384 if _HARD == resource.RLIM_INFINITY else min(_HARD, 16_384)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(_SOFT, _MOST), _HARD))


HEAVY_FIRST = ("tests/web/", "tests/litatlas/", "tests/search/", "tests/topics/", "tests/ingest/")
"""Rooms by the time that their longest files take: short ones come last, so that all workers end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the rooms with the longest files first; the files of a room stay in their order."""

    def place(item: pytest.Item) -> int:
        for number, room in enumerate(HEAVY_FIRST):
            if item.nodeid.startswith(room):
                return number
        return len(HEAVY_FIRST)

    items.sort(key=place)


def missing(part: str, why: str) -> None:
    """Skip a test for want of a real part; fail where that part is required (CI)."""
    if part in REQUIRED:
        pytest.fail(f"{part} is required here: {why}")
    pytest.skip(f"MISSING {part}: {why}")


@pytest.fixture(scope="session", autouse=True)
def _word_frequencies_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spacy_files, "table", word_frequencies.table)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of development data that is not part of the repository."""
    folder = Path(os.environ.get("LITATLAS_SHARED", Path(__file__).parents[2] / "shared")) / "data"
    if not folder.is_dir():
        missing("shared_data", f"{folder} is not there")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the very end, loudly, which real parts were not there."""
    reasons = sorted(
        {
            str(report.longrepr[2])
            for report in terminalreporter.stats.get("skipped", [])
            if isinstance(report.longrepr, tuple) and "MISSING " in str(report.longrepr[2])
        }
    )
    if reasons:
        terminalreporter.section(
            "NOT TESTED: real parts that this machine lacks", sep="!", red=True, bold=True
        )
        for reason in reasons:
            terminalreporter.line(reason)
