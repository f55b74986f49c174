"""Lines of RIS that look like tags and are text, and lines that are tags and do not look like them."""

from __future__ import annotations

import io

import pytest

from ingest.document import Document
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.ris import RisReader

HEAD = "TY  - JOUR\nTI  - First paper on bogs\nAU  - Abel, B.\n"
TAIL = "PY  - 2001\nER  - \n"


def read(text: str) -> list[Document]:
    parsed = list(RisReader().read(io.BytesIO(text.encode()), ReadOptions()))
    assert all(isinstance(one, Document) for one in parsed)
    return [one for one in parsed if isinstance(one, Document)]


@pytest.mark.parametrize(
    "line",
    ["T1 - weighted MRI scans were taken.", "CT  - scans were not taken.", "XQ  - ray scans were taken."],
)
def test_a_line_of_an_abstract_that_looks_like_a_tag_is_kept(line: str) -> None:
    (paper,) = read(f"{HEAD}AB  - BACKGROUND: We study\n{line}\nand more text.\n{TAIL}")
    assert paper.title == "First paper on bogs"
    assert paper.abstract == f"BACKGROUND: We study {' '.join(line.split())} and more text."
    assert paper.year == 2001


def test_tags_with_one_space_stay_tags_where_the_file_has_them() -> None:
    text = f"{HEAD}AB  - Some text.\n{TAIL}".replace("  - ", " - ")
    (paper,) = read(text)
    assert (paper.abstract, paper.year) == ("Some text.", 2001)
    (paper,) = read(f"{HEAD}AB  - Some text.\nXQ  - 123\nPY - 2001\nDO - 10.1234/abc\nER -\n")
    assert (paper.abstract, paper.year, paper.doi) == ("Some text.", 2001, "10.1234/abc")


def test_a_record_without_any_spaces_is_read() -> None:
    tight = "TY-JOUR\nTI-Second paper on fens\nAU-Cain, D.\nAB-Taken as\nT1-weighted scans.\nPY-2002\nER-\n"
    first, second, third = read(f"{HEAD}AB  - Of\nT1-weighted scans\n{TAIL}{tight}{HEAD}{TAIL}")
    assert (first.abstract, third.title) == ("Of T1-weighted scans", "First paper on bogs")
    assert (second.title, second.authors) == ("Second paper on fens", ("Cain, D.",))
    assert (second.abstract, second.year) == ("Taken as T1-weighted scans.", 2002)
    assert RisReader().sniff(tight.encode(), "a.txt") > 0.9
