"""Small PDFs of papers, made in the tests."""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF

TITLE = "Load and knee pain in rowers of the north: a cohort study"
ABSTRACT = (
    "We followed 412 rowers for two seasons and asked them every week about knee pain. Load was measured by "
    "sensors in the boats. Rowers whose load rose by more than a tenth from one week to the next had twice "
    "as much pain, and those who rested for a week had less. Training plans should raise the load slowly."
)
BODY = (
    "Rowing is a sport in which the knee is bent deeply in every stroke. Little is known about how the load "
    "of training and pain go together, and what is known comes from small groups (Lund 1998; Weber 2004). "
) * 12


def paper(
    *,
    title: str = TITLE,
    authors: str = "Anna Berg*, Kim Marsh and Peter T. Oduya",
    head: str = "Journal of Foo 12 (2015) 100-110",
    foot: str = "https://doi.org/10.1234/foo.77",
    columns: int = 2,
    heading: str = "Abstract",
    wide: bool = False,
    properties: Sequence[str] = ("", ""),
    padding: int = 0,
) -> bytes:
    """A paper of two pages in one or two columns; ``wide``: its abstract runs over both of them.

    ``padding``: bytes that it is larger by.
    """
    pdf = FPDF(format="A4")
    pdf.set_creator("x" * padding)
    pdf.set_title(properties[0])
    pdf.set_author(properties[1])
    pdf.set_auto_page_break(True, margin=20)
    pdf.add_page()
    _running(pdf, head, foot, 1)
    pdf.set_xy(20, 25)
    pdf.set_font("Helvetica", "B", 18)
    pdf.multi_cell(170, 8, title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "", 12)
    pdf.multi_cell(0, 8, authors, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "I", 9)
    pdf.multi_cell(
        0, 5, "Department of Movement, University of X, 12345 Town", align="C", new_x="LMARGIN", new_y="NEXT"
    )
    pdf.ln(6)
    top = pdf.get_y()
    if wide:
        _text(pdf, 20, top, 170, heading, ABSTRACT, 9)
        pdf.multi_cell(170, 5, "Keywords: rowing; knee pain; training load", new_x="LMARGIN", new_y="NEXT")
        top = pdf.get_y() + 6
        _text(pdf, 20, top, 170 if columns == 1 else 80, "1. Introduction", BODY[:900], 9)
    else:
        _text(pdf, 20, top, 170 if columns == 1 else 80, heading, ABSTRACT, 9)
        pdf.set_x(20)
        pdf.multi_cell(80, 5, "Keywords: rowing; knee pain; training load", new_x="LMARGIN", new_y="NEXT")
        _text(pdf, 20, pdf.get_y() + 5, 170 if columns == 1 else 80, "1. Introduction", BODY[:900], 9)
    if columns == 2:
        _text(pdf, 110, top, 80, "", BODY[900:2000], 9)
    pdf.add_page()
    _running(pdf, "A. Berg et al. / Load and knee pain", foot, 2)
    _text(pdf, 20, 30, 170, "2. Methods", BODY, 9)
    return bytes(pdf.output())


def _running(pdf: FPDF, head: str, foot: str, number: int) -> None:
    pdf.set_font("Helvetica", "", 7)
    pdf.text(20, 12, head)
    pdf.text(20, 288, foot)
    pdf.text(185, 288, str(number))


def _text(pdf: FPDF, x: float, y: float, width: float, heading: str, text: str, size: int) -> None:
    pdf.set_xy(x, y)
    if heading:
        pdf.set_font("Helvetica", "B", size + 2)
        pdf.multi_cell(width, 6, heading, new_x="LEFT", new_y="NEXT")
    pdf.set_font("Helvetica", "", size)
    pdf.multi_cell(width, 4.5, text, align="L", new_x="LEFT", new_y="NEXT")


def scan() -> bytes:
    """A page that is a picture."""
    from PIL import Image

    pdf = FPDF()
    pdf.add_page()
    pdf.image(Image.new("L", (40, 60), 200), 10, 10, 180)
    return bytes(pdf.output())


def locked(password: str) -> bytes:
    """A paper that only its owner can open; with "" everybody can, who may only not copy it."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_encryption(owner_password="owner", user_password=password)
    pdf.set_font("Helvetica", "", 18)
    pdf.cell(0, 10, "A paper that is locked away")
    return bytes(pdf.output())


def drawn(content: bytes, resources: bytes = b"", more: Sequence[bytes] = ()) -> bytes:
    """A page by its drawing operators; object 5 is a font whose signs 1 and 2 are the ligatures fi and fl."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> " + resources + b" >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman "
        b"/Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >> >>",
        *more,
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(data))
