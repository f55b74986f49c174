"""The demo from files to the served page: time and memory of each step, latency of searches over HTTP.

    python -m bench.demo FOLDER [--json FILE]

FOLDER holds the two MEDLINE files of the demo (`litatlas demo` leaves them in the home folder's ``demo``).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from litatlas.demo import COLLECTIONS

QUERIES = (
    "cancer", "insulin resistance", "covid-19 vaccine", "rat liver enzyme", "myocardial infarction",
    "title:pregnancy", "year:1978 hypertension", '"double blind"', "author:smith", "neuro*",
    "randomized trial of statins", "machine learning for the diagnosis of retinal disease",
    "year:2021 depression OR anxiety",
)  # fmt: skip
ROUNDS = 10
PORT = 8765


def command(home: Path, *arguments: str) -> dict[str, float]:
    """Run one command; seconds by the clock and of the processors."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "litatlas", "--home", str(home), *arguments], check=True)
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - started
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seconds": round(seconds, 1),
        "processor": round(processor, 1),
        "peak_mb": after.ru_maxrss // 1000,
    }


def latencies(address: str) -> dict[str, float]:
    """Milliseconds of a search over HTTP, each query once to warm up and then several times."""
    taken = []
    for number in range(ROUNDS + 1):
        for query in QUERIES:
            started = time.perf_counter()
            with urllib.request.urlopen(f"{address}/api/v1/search?q={urllib.parse.quote(query)}") as answer:
                answer.read()
            if number:
                taken.append(1000 * (time.perf_counter() - started))
    cuts = statistics.quantiles(taken, n=100)
    return {"p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1), "queries": len(taken)}


def serving(home: Path) -> dict[str, Any]:
    """Start the server, wait for its first page, search, and read its memory."""
    started = time.perf_counter()
    line = [
        sys.executable,
        "-m",
        "litatlas",
        "--home",
        str(home),
        "serve",
        "--port",
        str(PORT),
        "--workers",
        "0",
    ]
    server = subprocess.Popen(line, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{PORT}"
    try:
        while True:
            try:
                urllib.request.urlopen(address).read()
                break
            except OSError:
                time.sleep(0.05)
        ready = round(time.perf_counter() - started, 1)
        searched = latencies(address)
        pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
        memory = pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000
        return {"start_to_page_s": ready, "search": searched, "server_mb": memory}
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        result: dict[str, Any] = {"machine": f"{platform.machine()}, {os.cpu_count()} cores"}
        for collection in COLLECTIONS:
            path = str(arguments.folder / collection.file)
            result[f"add {collection.name}"] = command(home, "add", path, "--collection", collection.name)
        result["build and publish"] = command(home, "build")
        result["serve"] = serving(home)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
