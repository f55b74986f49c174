"""The registry of sources: what may be harvested, and what is refused before anything is sent."""

from __future__ import annotations

import pytest

from ingest.errors import InputError
from ingest.harvest.sources import HARVESTERS, HarvestRequest, open_source
from ingest.readers.registry import reader_named

WITH_ADDRESS = {"oai": "https://example.org/oai"}


@pytest.mark.parametrize("name", [harvester.name for harvester in HARVESTERS])
def test_every_source_opens_by_its_name_and_has_a_reader(name: str) -> None:
    request = HarvestRequest(name, query="  gene \n therapy ", since="2021", url=WITH_ADDRESS.get(name, ""))
    source = open_source(request, keys={"pubmed": "secret"})
    assert source.name == name
    assert reader_named(source.format)
    assert source.request["from"] == "2021-01-01"
    assert source.request.get("query", "gene therapy") == "gene therapy"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (HarvestRequest("dblp", query="x"), "no source 'dblp'"),
        (HarvestRequest("pubmed"), "everything that pubmed has"),
        (HarvestRequest("crossref", filters=("type",)), "'type' is not a filter"),
        (HarvestRequest("openalex", query="x" * 10_001), "more than 10,000 characters"),
    ],
)
def test_a_request_without_sense_is_refused(request_: HarvestRequest, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        open_source(request_)
    assert raised.value.hint
    assert "arxiv, pubmed" in raised.value.hint or "dblp" not in message
