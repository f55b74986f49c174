"""A real Elasticsearch node for the tests that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from search.engines.contract import Engine, EngineOptions
from search.engines.opening import open_engine
from tests.conftest import missing

NODE = os.environ.get("LITATLAS_TEST_ELASTICSEARCH", "http://127.0.0.1:9200")
"""Where the node of `make elasticsearch` answers."""


def open_node(prefix: str, options: EngineOptions | None = None) -> Iterator[Engine]:
    """An engine on the real node, its indices removed before and after; the test is skipped where there
    is none."""
    try:
        urlopen(f"{NODE}/_cluster/health", timeout=5).close()
    except (URLError, OSError) as error:
        missing("elasticsearch", f"nothing answers at {NODE} ({error}); run make elasticsearch")
    engine = open_engine(NODE, Path(), options or EngineOptions(prefix=prefix, timeout=30))
    _clear(engine)
    yield engine
    _clear(engine)
    engine.close()


def _clear(engine: Engine) -> None:
    for index in engine.indices():
        engine.drop(index)
