"""The engine contract over a real Elasticsearch node (make elasticsearch), and what only a cluster can suffer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engine import Engine
from tests.search.conftest import SEVERAL_SHARDS, open_node
from tests.search.engine_contract import PAPERS, STAMP, EngineContract

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
def engine() -> Iterator[Engine]:
    yield from open_node("litatlas-test-fresh")


@pytest.fixture(scope="module")
def filled() -> Iterator[Engine]:
    for opened in open_node("litatlas-test-shelf"):
        opened.create("shelf", STAMP)
        opened.write("shelf", PAPERS, stamp=STAMP)
        yield opened


class TestElasticsearch(EngineContract):
    """The contract on one shard."""
