"""A server under load: many readers who search, read papers and topics, look at the map, type and explore.

    python -m bench.load HOME [--clients 20,50,200] [--seconds 30] [--beside FILE] [--json FILE] [--log FILE]
    python -m bench.load --address http://127.0.0.1:8000 [--clients 50]

With HOME (a copy of a built atlas: the server writes there) the server is started on a free port, with no
worker; otherwise one that runs on this machine is asked, and no other. Each client asks its next question as
soon as it has read the answer, on one connection that it keeps, by a fixed seed. Questions are drawn from 400
searches, 200 papers and every topic, so that some have been asked before and many have not.

With ``--beside`` there is a worker, and in the last round FILE is uploaded and a build is asked for; the idle
server to compare with is a run of its own, with one client. Of a server that was started here, memory and
open descriptors of all its processes are noted every ten seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import random
import statistics
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.beside import jobs, upload, watched
from bench.web import get, served

TIMEOUT = 10.0
SEARCHES, PAPERS = 400, 200
PAUSE = 0.5
"""Seconds that a client waits who was refused; the server asks for more."""
LOCAL = ("127.0.0.1", "localhost", "::1")
MIX = {"search page": 20, "search": 15, "paper": 20, "topic": 15, "map": 5, "suggest": 15, "explore": 10}
"""How often of a hundred questions each kind is asked."""

Draw = Callable[[random.Random], tuple[str, str, bytes]]
"""Draws a question: method, path, body."""
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Tally:
    """What the clients of one round saw."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in MIX})
    statuses: Counter[int] = field(default_factory=Counter)
    longest_refusal: float = 0.0
    timeouts: int = 0
    broken: int = 0

    def summary(self, clients: int, wall: float) -> dict[str, Any]:
        """The numbers of the round."""
        all_seconds = [one for values in self.seconds.values() for one in values]
        answered = sum(count for status, count in self.statuses.items() if status < 500)
        return {
            "clients": clients,
            "requests_per_second": round(answered / wall, 1),
            **{f"p{share}_ms": round(1000 * quantile(all_seconds, share), 1) for share in (50, 95, 99)},
            "refused_503": self.statuses[503],
            "other_5xx": sum(n for status, n in self.statuses.items() if status >= 500 and status != 503),
            "longest_ms": round(1000 * max(all_seconds, default=0.0), 1),
            "longest_refusal_ms": round(1000 * self.longest_refusal, 1),
            "timeouts": self.timeouts,
            "broken": self.broken,
            "p95_ms_by_kind": {
                kind: round(1000 * quantile(values, 95), 1) for kind, values in self.seconds.items()
            },
        }


def quantile(values: list[float], share: int) -> float:
    """The value that ``share`` of a hundred stay below; 0 for none."""
    return statistics.quantiles(values, n=100)[share - 1] if len(values) > 1 else sum(values)


def questions(address: str) -> dict[str, Draw]:
    """What may be asked of this atlas, by kind."""
    api = f"{address}/api/v1"
    topics = json.loads(get(f"{api}/topics"))["topics"]
    words = [term.replace("_", " ") for topic in topics for term, _ in topic["terms"][:6]]
    chance = random.Random(7)
    searches = [" ".join(chance.sample(words, chance.choice((1, 2, 2, 3)))) for _ in range(SEARCHES)]
    papers: list[str] = []
    while len(papers) < PAPERS:
        query = urllib.parse.quote(chance.choice(words))
        hits = json.loads(get(f"{api}/search?q={query}&limit=20"))["documents"]
        papers += [hit["id"] for hit in hits]

    def searched(path: str) -> Draw:
        return lambda chance: ("GET", path + urllib.parse.quote(chance.choice(searches)), b"")

    def typed(chance: random.Random) -> tuple[str, str, bytes]:
        begin = chance.choice(words)[: chance.randint(2, 6)]
        return "GET", "/api/v1/suggest?q=" + urllib.parse.quote(begin), b""

    def explored(chance: random.Random) -> tuple[str, str, bytes]:
        text = " ".join(chance.choice(searches) for _ in range(12))
        return "POST", "/api/v1/explore", json.dumps({"text": text}).encode()

    return {
        "search page": searched("/search?q="),
        "search": searched("/api/v1/search?q="),
        "paper": lambda chance: ("GET", f"/documents/{chance.choice(papers)}", b""),
        "topic": lambda chance: ("GET", f"/topics/{chance.choice(topics)['id']}", b""),
        "map": lambda _: ("GET", "/api/v1/map", b""),
        "suggest": typed,
        "explore": explored,
    }


async def ask(streams: Streams, method: str, path: str, body: bytes) -> tuple[int, bool]:
    """Ask one question and read the whole answer: its status, and whether the connection stays open."""
    reader, writer = streams
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"\r\n" + body)
    await writer.drain()
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    await reader.readexactly(int(headers.get("content-length", 0)))
    return int(lines[0].split(" ")[1]), headers.get("connection", "").lower() != "close"


async def client(host: str, port: int, kinds: dict[str, Draw], seed: int, until: float, tally: Tally) -> None:
    """One reader until the round is over."""
    chance = random.Random(seed)
    streams: Streams | None = None
    while time.perf_counter() < until:
        kind = chance.choices(list(MIX), list(MIX.values()))[0]
        question = kinds[kind](chance)
        began, status, stays = time.perf_counter(), 0, False
        try:
            async with asyncio.timeout(TIMEOUT):
                streams = streams or await asyncio.open_connection(host, port)
                status, stays = await ask(streams, *question)
        except TimeoutError:
            tally.timeouts += 1
        except (OSError, asyncio.IncompleteReadError):
            tally.broken += 1
        if status:
            tally.statuses[status] += 1
        if status and status < 500:
            tally.seconds[kind].append(time.perf_counter() - began)
        elif status:
            tally.longest_refusal = max(tally.longest_refusal, time.perf_counter() - began)
        if not stays and streams is not None:
            streams[1].close()
            streams = None
        if status == 503:
            await asyncio.sleep(PAUSE)
    if streams is not None:
        streams[1].close()


async def load_round(
    address: str, clients: int, seconds: float, kinds: dict[str, Draw], first_seed: int
) -> dict[str, Any]:
    """Some readers at once for some seconds, who ask by their own seeds: no round repeats another's."""
    url = urllib.parse.urlsplit(address)
    if url.hostname not in LOCAL:
        raise SystemExit("This asks servers on this machine alone: http://127.0.0.1:PORT")
    tally, began = Tally(), time.perf_counter()
    readers = [
        client(url.hostname, url.port or 80, kinds, first_seed + number, began + seconds, tally)
        for number in range(clients)
    ]
    await asyncio.gather(*readers)
    return tally.summary(clients, time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("--address")
    parser.add_argument("--clients", default="20,50,200")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--log", type=Path, help="where the server started here says what went wrong")
    options = parser.parse_args()
    if options.beside and not options.home:
        parser.error("--beside needs a home folder")
    if (options.home is None) == (options.address is None):
        parser.error("name a home folder, or the address of a running server")
    server = (
        served(options.home, 1 if options.beside else 0, options.log)
        if options.home
        else nullcontext(options.address)
    )
    with server as address:
        kinds = questions(address.rstrip("/"))
        rounds: list[dict[str, Any]] = []
        clients = [int(count) for count in options.clients.split(",")]
        for turn, count in enumerate(clients):
            with watched(options.home is not None) as looks:
                begun = upload(address, options.beside) if options.beside and turn == len(clients) - 1 else []
                told = asyncio.run(load_round(address, count, options.seconds, kinds, 10_000 * turn))
            rounds.append(told | {"held": looks, "jobs": jobs(address, begun)})
    answer = {"machine": platform.platform(), "seconds": options.seconds, "mix": MIX, "rounds": rounds}
    print(json.dumps(answer, indent=2))
    if options.json:
        options.json.write_text(json.dumps(answer, indent=2) + "\n")


if __name__ == "__main__":
    main()
