"""Harvesting against a local server that speaks the sources' protocols and gets into trouble on order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from ingest.errors import InputError
from ingest.harvest import run as running_module
from ingest.harvest.client import Client
from ingest.harvest.crossref import CrossrefSource
from ingest.harvest.errors import BadQueryError, SourceAwayError, SourceRefusedError
from ingest.harvest.harvester import Source, Window, checked_period, halves
from ingest.harvest.oai import OaiSource
from ingest.harvest.openalex import OpenAlexSource
from ingest.harvest.pubmed import PubmedSource
from ingest.harvest.run import HarvestReport, harvest
from ingest.library.library import Library
from ingest.network.addresses import base_url
from ingest.progress import Interrupted, Silent
from tests.ingest.harvest.harvest_server import Entry, Fault, Server, entries, running


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty library: making one takes longer than copying it."""
    path = tmp_path_factory.mktemp("empty") / "library.db"
    Library.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def library(tmp_path: Path, empty: Path) -> Iterator[Library]:
    copy(empty, tmp_path)
    with Library.open(f"sqlite:///{tmp_path / 'library.db'}") as library:
        yield library


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


def client(clock: Clock | None = None, pause: float = 0.0, **options: Any) -> Client:
    clock = clock or Clock()
    return Client(pause, "me@example.org", sleep=clock.sleep, clock=lambda: clock.now, **options)


def oai(server: Server, **options: Any) -> OaiSource:
    return OaiSource(options.pop("client", None) or client(), f"{server.url}/oai", **options)


SOURCES = {
    "oai": lambda server: oai(server),
    "pubmed": lambda server: PubmedSource(client(), "graphs", url=f"{server.url}/eutils", rows=10),
    "openalex": lambda server: OpenAlexSource(client(), "graphs", url=f"{server.url}/openalex", key="paid"),
    "crossref": lambda server: CrossrefSource(
        client(), filters=["type:x"], url=f"{server.url}/crossref", rows=10
    ),
}


def gather(library: Library, source: Source, **options: Any) -> HarvestReport:
    return harvest(library, "Live", source, progress=options.pop("progress", Silent()), **options)


def numbers(library: Library) -> list[int]:
    """The numbers of the entries that the library holds."""
    ids = [member.document.source_id for paper in library.papers() for member in paper.members]
    return sorted(int("".join(sign for sign in id.rpartition("5555/")[2] if sign.isdigit())) for id in ids)


def all_of(count: int) -> list[int]:
    return list(range(1, count + 1))


# -- every source ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SOURCES)
def test_harvest_then_only_what_is_new(name: str, server: Server, library: Library) -> None:
    server.store = entries(35)
    first = gather(library, SOURCES[name](server))
    assert (first.added.read, first.added.added, first.complete, first.total) == (35, 35, True, 35)
    assert numbers(library) == all_of(35)
    assert all("me@example.org" in agent and agent.startswith("litatlas/") for agent in server.agents)
    server.store += [Entry(36, "2024-03-10", "2024-03-10")]
    server.store[4] = replace(server.store[4], changed="2024-03-09", note=" revised")
    second = gather(library, SOURCES[name](server))
    counts = (second.added.read, second.added.added, second.added.updated)
    assert (counts, second.since) == ((2, 1, 1), "2024-03-08")
    assert numbers(library) == all_of(36)
    assert library.collection("Live").source.startswith(name)


@pytest.mark.parametrize("name", SOURCES)
def test_stops_in_trouble_and_goes_on(name: str, server: Server, library: Library) -> None:
    server.store = entries(35)
    pages_before = 3 if name == "pubmed" else 2
    server.faults = [None] * pages_before + [Fault(503)] * 6
    with pytest.raises(SourceAwayError) as caught:
        gather(library, SOURCES[name](server))
    assert "503" in caught.value.message
    assert "20 records were stored" in caught.value.hint
    assert numbers(library) == all_of(20)
    server.asked.clear()
    report = gather(library, SOURCES[name](server))
    assert (report.resumed, report.complete, report.added.read, report.added.unchanged) == (True, True, 15, 0)
    assert numbers(library) == all_of(35)


@pytest.mark.parametrize("name", SOURCES)
def test_forgotten_place_begins_that_part_again(name: str, server: Server, library: Library) -> None:
    server.store = entries(35)
    assert not gather(library, SOURCES[name](server), limit=20).complete
    server.forget_at = 20
    report = gather(library, SOURCES[name](server))
    assert any("lost the position" in notice for notice in report.notices)
    assert (report.complete, report.added.added, report.added.unchanged) == (True, 15, 20)
    assert numbers(library) == all_of(35)


@pytest.mark.parametrize("name", SOURCES)
def test_cut_bodies_are_asked_for_again(name: str, server: Server, library: Library) -> None:
    server.store = entries(15)
    server.faults = [None, Fault(cut=True), Fault(cut=True), None]
    assert gather(library, SOURCES[name](server)).added.added == 15
    assert numbers(library) == all_of(15)


# -- the client ------------------------------------------------------------------------------------


def test_waits_as_it_is_told(server: Server, library: Library) -> None:
    server.store = entries(5)
    server.faults = [Fault(429, wait="7"), Fault(503), Fault(500)]
    clock = Clock()
    assert gather(library, oai(server, client=client(clock))).added.added == 5
    assert 7 + 1.5 + 3 <= clock.now <= 7 + 2.5 + 5
    assert max(clock.slept) <= 1  # in slices, so that it can be stopped


def test_a_wait_given_as_a_date_is_bounded(server: Server, library: Library) -> None:
    server.faults = [Fault(503, wait="Fri, 31 Dec 2100 23:59:59 GMT")]
    with pytest.raises(SourceAwayError, match="come back in"):
        gather(library, oai(server))
    assert len(server.asked) == 1


def test_keeps_the_pace(server: Server, library: Library) -> None:
    server.store = entries(35)
    clock = Clock()
    gather(library, oai(server, client=client(clock, pause=3)))
    assert clock.now == pytest.approx(9)  # four pages


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(301, to="http://elsewhere.example.com/oai"), "redirects to http://elsewhere.example.com"),
        (Fault(302, to="file:///etc/passwd"), "not an http address"),
        (Fault(endless=True), "sent more than 1 MiB"),
        (Fault(403, body=b"<style>p{}</style><p>No \x1b[31m entry</p>"), "It says: No [31m entry"),
    ],
)  # fmt: skip
def test_refusals_end_it_at_once(fault: Fault, said: str, server: Server, library: Library) -> None:
    server.faults = [fault]
    with pytest.raises(SourceRefusedError) as caught:
        gather(library, oai(server, client=client(max_body=2**20)))
    assert said in caught.value.message
    assert len(server.asked) == 1
    assert library.collections() == []


def test_a_redirect_within_the_site_is_followed(server: Server, library: Library) -> None:
    server.store = entries(3)
    server.faults = [Fault(301, to="/oai?verb=ListRecords&metadataPrefix=oai_dc")]
    assert gather(library, oai(server)).added.added == 3


def test_nobody_there(library: Library) -> None:
    with running() as server:
        url = server.url
    with pytest.raises(SourceAwayError, match="2 attempts"):
        gather(library, OaiSource(client(attempts=2), f"{url}/oai"))


def test_garbage_is_not_taken_for_the_end(server: Server, library: Library) -> None:
    server.faults = [Fault(body=b"<html>Down for maintenance</html>")] * 6
    with pytest.raises(SourceAwayError, match="not OAI-PMH"):
        gather(library, oai(server))
    assert library.collections() == []


@pytest.mark.parametrize(
    "url", ["ftp://x.org/oai", "http://", "https://u:p@x.org", "x.org/a b", "https://x:y/"]
)
def test_wrong_addresses(url: str) -> None:
    with pytest.raises(InputError, match="not the address"):
        base_url(url)


def test_addresses_and_contacts() -> None:
    assert base_url("example.org/oai/") == "https://example.org/oai"
    for contact in ("nobody", "a@b\r\nX-Evil: 1", "<a@b.org>"):
        with pytest.raises(InputError, match="contact"):
            Client(0, contact)


# -- windows and the state -------------------------------------------------------------------------


def test_a_large_window_goes_on_in_halves(
    server: Server, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_module, "WORTH_HALVING", 20)
    server.store = entries(35)
    server.forget_at = 20
    report = gather(library, oai(server, until="2024-01-31"))
    assert (report.complete, report.added.added, report.total) == (True, 35, 35)
    asked = [(row.get("from"), row["until"]) for row in server.asked if "until" in row]
    assert asked == [(None, "2024-01-31"), ("2024-01-01", "2024-01-16"), ("2024-01-17", "2024-01-31")]


def test_a_source_that_always_forgets_is_given_up(server: Server, library: Library) -> None:
    server.store = entries(35)
    server.forget_at, server.forget_times = 10, 10**6
    with pytest.raises(SourceAwayError, match="lost the position in all, 4 times"):
        gather(library, oai(server))
    assert numbers(library) == all_of(10)


def test_pubmed_takes_a_large_search_apart(server: Server, library: Library) -> None:
    server.store = entries(35)
    source = PubmedSource(client(), "graphs", url=f"{server.url}/eutils", rows=10, most=12)
    report = gather(library, source)
    assert (report.added.added, report.complete, report.total) == (35, True, 35)
    terms = [row["term"] for row in server.asked if "term" in row]
    assert terms[0] == "(graphs)"
    assert '"2024/01/01"' in " ".join(terms)


def test_pubmed_says_when_a_day_is_too_much(server: Server, library: Library) -> None:
    server.store = entries(10)
    source = PubmedSource(client(), "graphs", url=f"{server.url}/eutils", rows=5, most=6)
    report = gather(library, source)
    assert any("only the first 6 can be had" in notice for notice in report.notices)


def test_crossref_takes_a_large_answer_apart_unless_it_is_ranked(server: Server, library: Library) -> None:
    server.store = entries(35)
    url = f"{server.url}/crossref"
    report = gather(library, CrossrefSource(client(), filters=["type:x"], url=url, rows=10, large=12))
    assert (report.added.added, report.complete) == (35, True)
    server.asked.clear()
    gather(library, CrossrefSource(client(), "graphs", url=url, rows=10, large=12), limit=10)
    assert [row.get("filter") for row in server.asked] == [None]


@pytest.mark.parametrize("name", ["pubmed", "crossref"])
def test_what_was_left_out_is_asked_for_again(name: str, server: Server, library: Library) -> None:
    server.store = entries(8)
    server.hidden = 3
    report = gather(library, SOURCES[name](server))
    assert numbers(library) == all_of(8)
    assert "sent 5 of 8 records" in report.notices[0]


def test_openalex_without_a_plan_reads_the_last_year_again(server: Server, library: Library) -> None:
    server.store = [Entry(1, "2020-01-01", "2020-01-01"), Entry(2, "2024-01-01", "2024-01-01")]
    url = f"{server.url}/openalex"
    gather(library, OpenAlexSource(client(), "graphs", url=url))
    server.store.append(Entry(3, "2024-03-09", "2024-03-09"))
    report = gather(library, OpenAlexSource(client(), "graphs", url=url))
    assert (report.added.added, report.added.unchanged) == (1, 1)
    assert "does not report what changed" in report.notices[0]


def test_a_period_that_is_over_has_nothing_new(server: Server, library: Library) -> None:
    server.store = entries(5)
    gather(library, oai(server, since="2024-01-01", until="2024-01-31"))
    server.asked.clear()
    for _ in range(2):
        report = gather(library, oai(server, since="2024-01-01", until="2024-01-31"))
        assert (report.complete, report.added.read, server.asked) == (True, 0, [])


def test_pages_without_end_are_given_up(server: Server, library: Library) -> None:
    token = "<ListRecords><resumptionToken>{}</resumptionToken></ListRecords>"
    server.faults = [Fault(body=_page(token.format(number))) for number in range(60)]
    with pytest.raises(SourceAwayError, match="without end"):
        gather(library, oai(server))
    assert len(server.asked) == 51
    server.faults = [Fault(body=_page(token.format("same")))] * 9
    with pytest.raises(SourceAwayError, match="the same page"):
        gather(library, oai(server), again=True)


def _page(inner: str) -> bytes:
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inner}</OAI-PMH>'.encode()


def test_deleted_records_are_counted(server: Server, library: Library) -> None:
    server.store = [*entries(3), Entry(9, "2024-01-09", "2024-01-09", "deleted")]
    report = gather(library, oai(server))
    assert (report.added.added, report.deleted) == (3, 1)


def test_nothing_found_is_a_collection_without_papers(server: Server, library: Library) -> None:
    report = gather(library, oai(server))
    assert (report.complete, report.added.read) == (True, 0)
    assert library.collection("Live").documents == 0


def test_again_and_a_collection_made_anew_begin_from_the_start(server: Server, library: Library) -> None:
    server.store = entries(12)
    gather(library, oai(server), limit=10)
    report = gather(library, oai(server), again=True)
    assert (report.resumed, report.added.unchanged, report.added.added) == (False, 10, 2)
    library.rename_collection("Live", "Other")
    library.rename_collection("Other", "Live")
    assert gather(library, oai(server)).since  # a name that changed is still the same collection


def test_an_error_of_the_protocol_may_have_a_status(server: Server, library: Library) -> None:
    server.faults = [Fault(422, body=_page('<error code="noRecordsMatch">none</error>'))]
    assert gather(library, oai(server)).complete


_ODD_JSON = (
    b"", b"null", b"[]", b"{}", b'{"message": [], "meta": 5, "results": {}}', b"[" * 100_000,
)  # fmt: skip
_ODD_XML = (
    b"",
    b"<eSearchResult/>",
    b"<eSearchResult><Count>9</Count></eSearchResult>",
    b"<!DOCTYPE a [<!ENTITY",
)


@pytest.mark.parametrize(
    ("name", "body"),
    [(name, body) for name in ("openalex", "crossref") for body in _ODD_JSON]
    + [(name, body) for name in ("oai", "pubmed") for body in _ODD_XML],
)
def test_odd_answers_are_not_the_end(name: str, body: bytes, server: Server, library: Library) -> None:
    server.faults = [Fault(body=body)]
    source = SOURCES[name](server)
    source.client = client(attempts=1)
    with pytest.raises((SourceAwayError, BadQueryError)):
        gather(library, source)
    assert library.collections() == []


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("openalex", b'{"meta": {"count": "x", "next_cursor": 5}, "results": [5, {"id": [], "title": {}}]}'),
        ("crossref", b'{"message": {"items": [null, {"DOI": 5, "title": 7}], "total-results": -1}}'),
        ("oai", b'<OAI-PMH><record><header/></record><resumptionToken completeListSize="x"/></OAI-PMH>'),
    ],
)  # fmt: skip
def test_odd_records_are_rejected_one_by_one(
    name: str, body: bytes, server: Server, library: Library
) -> None:
    server.faults = [Fault(body=body)]
    report = gather(library, SOURCES[name](server))
    assert report.complete
    assert report.added.rejected + report.added.added == report.added.read > 0


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda s: oai(s, set_="nowhere"), "badArgument. no such <set>"),
        (lambda s: PubmedSource(client(), "((", url=f"{s.url}/eutils"), "unbalanced brackets"),
        (lambda s: OpenAlexSource(client(), filters=["nonsense:1"], url=f"{s.url}/openalex"), "not a valid"),
        (lambda s: CrossrefSource(client(), "x", url=f"{s.url}/nowhere"), "404"),
    ],
)  # fmt: skip
def test_bad_queries_leave_nothing_behind(make: Any, said: str, server: Server, library: Library) -> None:
    with pytest.raises(BadQueryError) as caught:
        gather(library, make(server))
    assert said in caught.value.message
    assert library.collections() == []


def test_pubmed_repeats_what_the_source_remarks(server: Server, library: Library) -> None:
    server.store = entries(2)
    report = gather(library, PubmedSource(client(), "blorgh", url=f"{server.url}/eutils"))
    assert "blorgh" in report.notices[0]


def test_it_can_be_stopped_between_pages(server: Server, library: Library) -> None:
    server.store = entries(35)

    class Stop:
        def step(self, name: str, done: float, total: float) -> None:
            seen.append((name, done, total))
            if done >= 20:
                raise Interrupted("stop")

    seen: list[tuple[str, float, float]] = []
    with pytest.raises(Interrupted):
        gather(library, oai(server), progress=Stop())
    assert seen[-1] == ("Harvesting oai", 20, 35)
    assert gather(library, oai(server)).added.added == 15


def test_periods() -> None:
    assert checked_period("2024", "2024-02") == ("2024-01-01", "2024-02-29")
    assert checked_period("", "2023") == ("", "2023-12-31")
    for since, until in (
        ("2024-13", ""),
        ("last week", ""),
        ("", "2024-02-30"),
        ("2024", "2023"),
        ("0000", ""),
    ):
        with pytest.raises(InputError):
            checked_period(since, until)
    assert halves(Window("2024-01-01", "2024-01-01"), "1900-01-01", "2024-01-01") == [
        Window("2024-01-01", "2024-01-01")
    ]
    assert halves(Window(), "2024-01-01", "2024-01-02") == [
        Window("2024-01-01", "2024-01-01"), Window("2024-01-02", "2024-01-02"),
    ]  # fmt: skip


# -- killed, and from the command line -------------------------------------------------------------


def test_killed_in_the_middle_goes_on_without_loss(server: Server, library: Library, tmp_path: Path) -> None:
    server.store = entries(35)
    script = (
        "import sys\n"
        "from ingest.harvest.client import Client\n"
        "from ingest.harvest.oai import OaiSource\n"
        "from ingest.harvest.run import harvest\n"
        "from ingest.library.library import Library\n"
        "from ingest.progress import Silent\n"
        "library = Library.open(sys.argv[1])\n"
        "harvest(library, 'Live', OaiSource(Client(0), sys.argv[2]), progress=Silent())\n"
    )
    address = f"sqlite:///{tmp_path / 'library.db'}"
    command = [sys.executable, "-c", script, address, f"{server.url}/oai"]
    killed: list[subprocess.Popen[bytes]] = []
    server.faults = [None, None, Fault(do=lambda: os.kill(killed[0].pid, signal.SIGKILL), endless=True)]
    killed.append(subprocess.Popen(command))
    assert killed[0].wait(120) == -signal.SIGKILL
    assert numbers(library) == all_of(20)
    report = gather(library, oai(server))
    assert (report.resumed, report.added.added, report.added.unchanged) == (True, 15, 0)
    assert numbers(library) == all_of(35)
