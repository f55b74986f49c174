"""Which record is which: numbers that repeat, corrections, fields that go missing, rows that move."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

import pytest

from ingest.document import Document
from ingest.intake import AddReport, add
from ingest.library.identity import CROWD, with_what_it_lacks
from ingest.library.library import Library
from ingest.progress import Silent


def take(library: Library, *documents: Document, collection: str = "A") -> AddReport:
    report = add(library, collection, [("f", d) for d in documents], processes=1, progress=Silent())
    kinds = (report.added, report.updated, report.unchanged, report.duplicates, report.rejected)
    assert report.read == sum(kinds) == len(documents)
    return report


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.duplicates


def stored(library: Library, collection: str = "A") -> list[Document]:
    return [one.document for one in library.documents(collection)]


REINDEER = Document(
    "1", "Snow depth and reindeer winter survival", authors=("Lahti, M.",), year=2011, venue="J Snow"
)
HANDS = Document("1", "Handwashing compliance in dental clinics", authors=("Okoye, P.",), year=2018)
LETTER = Document("1", "Letter to the editor", venue="J Foo", volume="3", issue="1", pages="17", year=2001)


def test_a_number_that_two_libraries_give_is_two_papers(library: Library) -> None:
    assert counts(take(library, REINDEER)) == (1, 0, 0, 0)
    report = take(library, HANDS)
    assert counts(report) == (1, 0, 0, 0)
    (warning,) = report.warnings
    assert (warning.field, warning.source) == ("id", "f")
    assert HANDS.title in warning.value
    assert "another paper" in warning.reason
    before = {one.id for one in library.documents("A")}
    assert counts(take(library, HANDS, REINDEER)) == (0, 0, 2, 0)
    assert {one.id for one in library.documents("A")} == before
    corrected = replace(HANDS, title="Handwashing compliance in dental clinics of Lagos", pages="7-9")
    assert counts(take(library, corrected)) == (0, 1, 0, 0)
    assert stored(library) == [replace(REINDEER, lang="en"), replace(corrected, lang="en")]
    assert len(list(library.rejects("A", kind="warning"))) == 0  # of the last reading of this file


def test_a_number_twice_in_one_file(library: Library) -> None:
    assert counts(take(library, REINDEER, HANDS, REINDEER)) == (2, 0, 1, 0)
    assert counts(take(library, REINDEER, HANDS)) == (0, 0, 2, 0)


def test_one_cell_too_many_gives_every_row_the_same_number(library: Library) -> None:
    words = ("salt", "yeast", "snow", "peat", "knees", "hands", "tides", "stars", "bread", "noise")
    rows = [Document("Scopus", f"Of {one} and {other} in the far north") for one in words for other in words]
    assert counts(take(library, *rows))[0] == len(rows) > CROWD
    assert counts(take(library, *rows)) == (0, 0, len(rows), 0)


@pytest.mark.parametrize(
    "newer",
    [
        replace(REINDEER, title="Snow depth and reindeer's winter survival"),
        replace(REINDEER, title="Snow depth and reindeer winter survival: a cohort study"),
        replace(REINDEER, year=2001),
        replace(REINDEER, authors=("Lahti, Maija", "Berg, A")),
        replace(REINDEER, abstract="We counted reindeer.", pages="1-9", doi="10.1000/snow"),
        replace(REINDEER, title="SNOW DEPTH AND REINDEER WINTER SURVIVAL.", venue="Journal of Snow"),
    ],
)
def test_a_correction_updates(library: Library, newer: Document) -> None:
    take(library, REINDEER)
    assert counts(take(library, newer)) == (0, 1, 0, 0)
    assert stored(library) == [replace(newer, lang="en")]


def test_an_identifier_lets_the_title_change(library: Library) -> None:
    old = replace(REINDEER, doi="10.1000/snow")
    take(library, old)
    assert counts(take(library, replace(old, title="How deep snow kills"))) == (0, 1, 0, 0)
    assert counts(take(library, replace(old, title="How deep snow kills", doi="10.1000/snow.2"))) == (
        0,
        1,
        0,
        0,
    )
    assert [one.doi for one in stored(library)] == ["10.1000/snow.2"]


@pytest.mark.parametrize(
    "other",
    [
        replace(REINDEER, title="Handwashing compliance in dental clinics"),
        replace(REINDEER, title="Snow depth and moose summer losses in parks", authors=()),
        replace(REINDEER, authors=("Okoye, P.",)),
        replace(REINDEER, title="Snow depth and reindeer winter losses", doi="10.1000/b", year=2012),
        replace(LETTER, volume="4"),
        replace(LETTER, pages="19"),
        replace(LETTER, venue="Bar Rev"),
    ],
)
def test_other_content_is_another_paper(library: Library, other: Document) -> None:
    take(library, replace(REINDEER, doi="10.1000/a") if other.doi else REINDEER)
    take(library, replace(LETTER, source_id="2"))
    number = "2" if other.title == LETTER.title else "1"
    assert counts(take(library, replace(other, source_id=number))) == (1, 0, 0, 0)
    assert len(list(library.papers())) == 3


def test_two_letters_without_a_number_are_two(library: Library) -> None:
    one, other = replace(LETTER, source_id=""), replace(LETTER, source_id="", pages="19")
    report = take(library, one, other)
    assert counts(report) == (2, 0, 0, 0)
    assert report.warnings == []  # nobody gave them a number
    assert counts(take(library, other, one)) == (0, 0, 2, 0)


def test_chapters_under_their_books_doi(library: Library) -> None:
    chapter = Document("doi:10.1000/book", "Growth of yeast in salt", authors=("Doe, J",), doi="10.1000/book")
    other = replace(chapter, title="A history of the telescope", authors=("Roe, A",))
    assert counts(take(library, chapter, other)) == (2, 0, 0, 0)


def test_what_a_newer_record_lacks_is_kept_and_said(library: Library) -> None:
    whole = replace(REINDEER, abstract="We counted reindeer.", pages="1-9", date="2011-03", tags=("deer",))
    take(library, whole)
    report = take(library, replace(REINDEER, title="Snow depth and the reindeer's winter survival"))
    assert counts(report) == (0, 1, 0, 0)
    assert report.warnings[0].field == "abstract, date, pages, tags"
    assert stored(library)[0] == replace(
        whole, title="Snow depth and the reindeer's winter survival", lang="en"
    )
    again = take(library, replace(REINDEER, title="Snow depth and the reindeer's winter survival"))
    assert counts(again) == (0, 0, 1, 0)


def test_fields_that_hang_on_others_are_not_kept_beside_new_ones() -> None:
    old = replace(REINDEER, date="2011-03", orcids=("0000-0001-0000-0000",))
    new = Document("1", REINDEER.title, authors=("Lahti, Maija", "Berg, A"), year=2012)
    found, kept = with_what_it_lacks(new, old)
    assert kept == ["venue"]
    assert (found.date, found.orcids, found.venue) == ("", (), "J Snow")


def test_rows_that_move_down_a_table_are_known(library: Library) -> None:
    titles = ("Snow and reindeer", "Handwashing in clinics", "Letters", "Peat fires and lungs", "Letters")
    rows = [Document(str(at), title, abstract=f"Text {at}") for at, title in enumerate(titles, 1)]
    take(library, *rows)
    new = Document("1", "Tides of a narrow strait")
    moved = [new, *(replace(row, source_id=str(at)) for at, row in enumerate(rows, 2))]
    report = take(library, *moved)
    assert counts(report) == (1, 0, 5, 0)
    assert len(list(library.papers())) == 6
    assert counts(take(library, *moved)) == (0, 0, 6, 0)


def test_the_same_records_in_two_collections(library: Library) -> None:
    one = replace(REINDEER, pmid="77")
    take(library, one, replace(HANDS, source_id="2"))
    report = take(
        library, replace(one, title="Snow, depth and reindeer winter survival"), HANDS, collection="B"
    )
    assert counts(report) == (0, 0, 0, 2) or counts(report) == (0, 0, 0, 1)


def test_arrivals_are_kept_over_updates(library: Library) -> None:
    take(library, REINDEER)
    with library.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET added = '2020-01-02T03:04:05+00:00'")
    take(library, replace(REINDEER, pages="1-9"))
    with library.reading() as connection:
        (added,) = connection.exec_driver_sql("SELECT added FROM documents").scalars()
    assert added == "2020-01-02T03:04:05+00:00"


# --- Any sequence of imports, against a simple model


WORDS = re.findall(
    r"\w+",
    "peat snow yeast tides noise bread stars knees hands moss lungs rivers bees glass wool clay salt rust",
)
FIELDS = ("doi", "pages", "abstract", "volume")


@dataclass
class Model:
    """What must be in a collection: (number, paper) → what its records said last of each field."""

    held: dict[tuple[str, int], dict[str, str]]

    def take(self, rows: list[tuple[str, int, dict[str, str]]]) -> None:
        moved = False
        for number, paper, told in rows:
            key = (number, paper)
            contested = any(held == number for held, _ in self.held)
            if key in self.held:
                self.held[key] |= {name: value for name, value in told.items() if value}
            elif (contested or moved) and any(
                (paper, told) == (at, held) for (_, at), held in self.held.items()
            ):
                moved = True
            else:
                self.held[key] = dict(told)


def papers(rng: random.Random, count: int) -> list[Document]:
    """Papers of which no two have much in common."""
    found = []
    for at in range(count):
        words = rng.sample(WORDS, 6)
        authors = (f"{rng.choice(WORDS).title()}son{at}, A", f"{rng.choice(WORDS).title()}sen{at}, B")
        found.append(Document("", " ".join(words).capitalize(), authors=authors, year=2000 + at))
    return found


def state(rng: random.Random, paper: Document, at: int) -> dict[str, str]:
    title = paper.title
    if rng.random() < 0.3:  # a misprint, or its correction
        cut = rng.randrange(len(title) - 1)
        title = title[:cut] + title[cut + 1] + title[cut] + title[cut + 2 :]
    told = {"title": title} | dict.fromkeys(FIELDS, "")
    for name in FIELDS:
        if rng.random() < 0.4:
            told[name] = f"10.1000/{at}" if name == "doi" else f"{at}{rng.randrange(3)}"
    return told


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(4, 20))]
)
def test_any_sequence_of_imports(library: Library, seed: int) -> None:
    """A thousand sequences in all, each of several imports of files whose numbers clash."""
    for sequence in range(50):
        rng = random.Random(f"{seed} {sequence}")
        known, model = papers(rng, 5), Model({})
        files: list[list[tuple[str, int, dict[str, str]]]] = []
        for _ in range(rng.randrange(2, 5)):
            if files and rng.random() < 0.3:
                rows = rng.choice(files)
            else:
                rows = [
                    (str(rng.randrange(3)), at, state(rng, known[at], at))
                    for at in rng.choices(range(5), k=rng.randrange(1, 6))
                ]
                files.append(rows)
            model.take(rows)
            records = [replace(known[at], source_id=number, **told) for number, at, told in rows]
            take(library, *records, collection=f"C{sequence}")
        held = {}
        for document in stored(library, f"C{sequence}"):
            at = next(at for at, paper in enumerate(known) if paper.authors == document.authors)
            assert (document.source_id, at) not in held
            held[document.source_id, at] = {name: getattr(document, name) for name in ("title", *FIELDS)}
        assert held == model.held, (seed, sequence)
