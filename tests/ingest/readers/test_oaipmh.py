"""Dublin Core in two languages, sources of journals' systems, and answers without records."""

from __future__ import annotations

import io

import pytest

from ingest.document import Document, Parsed, Rejected
from ingest.readers.oaipmh import place_in
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named

RECORD = "<record><header><identifier>oai:x:1</identifier></header><metadata><dc>{}</dc></metadata></record>"


def read(inside: str) -> list[Parsed]:
    text = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inside}</OAI-PMH>'
    return list(reader_named("oai").read(io.BytesIO(text.encode()), ReadOptions()))


def test_both_languages_are_kept_the_records_own_first() -> None:
    (paper,) = read(
        RECORD.format(
            '<title xml:lang="en">Noise in towns</title><title xml:lang="es">El ruido en las ciudades</title>'
            '<description xml:lang="en">We study noise.</description>'
            '<description xml:lang="es">Se estudia el ruido.</description><language>spa</language>'
            "<source>Revista de Ruido; Vol. 3 Núm. 2 (2012); 10-20</source><source>1234-5678</source>"
        )
    )
    assert isinstance(paper, Document)
    assert paper.title == "El ruido en las ciudades [Noise in towns]"
    assert paper.abstract == "Se estudia el ruido. We study noise."
    assert (paper.venue, paper.volume, paper.issue, paper.pages) == ("Revista de Ruido", "3", "2", "10-20")
    assert (paper.issn, paper.lang, paper.type) == (("1234-5678",), "es", "article-journal")


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("J Bees; Vol. 12, No 3 (2019): Winter; 12-24", ("J Bees", "12", "3", "12-24")),
        ("J Bees, vol. 3, no. 2, pp. 10-20", ("J Bees", "3", "2", "10-20")),
        ("Revista; v. 3 n. 2 (2012); e10", ("Revista", "3", "2", "e10")),
        ("Журнал; Том 3 № 2 (2015); 45-50", ("Журнал", "3", "2", "45-50")),
        ("J Bees; 2012: Special Issue; 10-20", ("J Bees", "", "", "10-20")),
        ("Journal of Number Theory", ("Journal of Number Theory", "", "", "")),
        ("https://x.example.org/1", ("", "", "", "")),
    ],
)
def test_sources_are_taken_apart(source: str, parts: tuple[str, ...]) -> None:
    place = place_in([source, "ISSN: 1234-5678"])
    assert tuple(place.get(name, "") for name in ("venue", "volume", "issue", "pages")) == parts
    assert place["issn"] == ["1234-5678"]


def test_an_error_is_repeated_and_deleted_records_are_said() -> None:
    (error,) = read('<error code="badArgument">The request has\n bad arguments</error>')
    assert isinstance(error, Rejected)
    assert error.reason == "is an OAI-PMH error (badArgument): The request has bad arguments"
    (deleted,) = read('<record><header status="deleted"><identifier>x</identifier></header></record>')
    assert isinstance(deleted, Rejected)
    assert "deleted" in deleted.reason
