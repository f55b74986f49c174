"""What the first text in a language costs a server that is warm.

    python -m bench.first_texts HOME [--langs de pl …] [--json FILE]

A process for each language opens the atlas, reads in what a server reads in before it answers, explores an
English text, and then twice a text in the language: spaCy's example sentences, some 80 words on the news. It
prints the processor time of both in milliseconds, and how much memory, of its own and of files, the process
has more than before them. Tables of words that are not kept yet are read in by the process: ``--make`` makes
them before.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from runpy import run_path
from typing import Any

ENGLISH = (
    "Moderate exercise and a diet of vegetables lowered the blood pressure of older patients with diabetes. "
    "We followed two hundred women for five years and compared them with a control group in a cohort study."
)


def main(argv: list[str] | None = None) -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--langs", nargs="*", help="default: all of which spaCy has sentences")
    parser.add_argument("--make", action="store_true", help="make the missing tables of words first")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args(argv)
    if arguments.make:
        from ingest.text.headwords.kept_tables import make_missing

        make_missing()
    rows = []
    for lang in arguments.langs or languages():
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            row = pool.submit(first, str(arguments.home), lang).result()
        rows.append(row)
        print("{lang} ({told}): first {first:.0f}, second {second:.0f} ms; memory {mb:+.0f} MB".format(**row))
        sys.stdout.flush()
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1), "utf-8")
    return 0


def first(home: str, lang: str) -> dict[str, Any]:
    """The processor time of the first and the second text in a language, in a process of its own."""
    from ingest.text.language_detection import detect, load_model
    from ingest.text.shared_folder import share_languages
    from litatlas.atlas import Atlas
    from litatlas.settings import Settings

    text = sentences(lang)
    with tempfile.TemporaryDirectory() as folder, Atlas(Settings(home=Path(home))) as atlas:
        share_languages(Path(folder))
        searcher = atlas.live().searcher
        analyzer = searcher.context.analyzer
        analyzer.lemma("papers")
        atlas.live().warm()
        load_model()
        searcher.explore(ENGLISH)
        before, times = _memory(), []
        for _ in range(2):
            begun = time.process_time()
            searcher.explore(text)
            times.append(1000 * (time.process_time() - begun))
        told = detect(text[:1_000], analyzer.forms(text[:1_000]))
        return {
            "lang": lang,
            "told": told,
            "first": times[0],
            "second": times[1],
            "mb": _memory() - before,
        }


def languages() -> list[str]:
    """The languages of which spaCy has sentences."""
    return sorted(path.parent.name for path in _folder().glob("*/examples.py") if path.parent.name != "xx")


def sentences(lang: str) -> str:
    """Sentences in a language, some 80 words."""
    return " ".join(run_path(str(_folder() / lang / "examples.py"))["sentences"])


def _folder() -> Path:
    spec = find_spec("spacy")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "lang"


def _memory() -> float:
    """Megabytes that this process holds, its mapped files among them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


if __name__ == "__main__":
    raise SystemExit(main())
