"""PDFs of papers: served in ranges, beside the abstract on request, to those alone who see the record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from ingest.document import Document
from litatlas.accounts.reader import person
from litatlas.atlas import Atlas
from litatlas.cli.main import run
from litatlas.parts.pdfs import pdf_links
from litatlas.settings import Settings
from tests.ingest import pdfs
from tests.papers import papers, write
from tests.web.conftest import EmptyAtlas, Served, make_app
from web import create_app

PDF = pdfs.paper(padding=600_000)
RECORD = {
    "id": "r1",
    "title": pdfs.TITLE,
    "abstract": pdfs.ABSTRACT,
    "doi": "10.1234/foo.77",
    "url": "https://papers.example/foo.pdf",
}
PASSWORD = "a password of some words"


def filled(atlas: Atlas, folder: Path) -> str:
    """Add a record, other papers and the PDF of the record; the id of what the PDF is."""
    (folder / "rowers.pdf").write_bytes(PDF)
    atlas.collections.add([write(folder / "r.jsonl", [RECORD, *papers(5)])], "References")
    atlas.collections.add([folder / "rowers.pdf"], "Files")
    (record,) = atlas.library.documents("Files")
    return str(record.id)


@pytest.fixture
def site(empty_atlas: EmptyAtlas, tmp_path: Path) -> tuple[Atlas, FlaskClient, str]:
    atlas = empty_atlas()
    id = filled(atlas, tmp_path)
    return atlas, make_app(atlas).test_client(), id


def test_it_is_served_whole_and_in_ranges(site: tuple[Atlas, FlaskClient, str]) -> None:
    _, client, id = site
    for address in (f"/documents/{id}/pdf", f"/api/v1/documents/{id}/pdf"):
        whole = client.get(address)
        assert (whole.status_code, whole.data) == (200, PDF)
        assert (whole.mimetype, whole.headers["Accept-Ranges"]) == ("application/pdf", "bytes")
        part = client.get(address, headers={"Range": "bytes=262000-530000"})
        assert (part.status_code, part.data) == (206, PDF[262_000:530_001])
        assert part.headers["Content-Range"] == f"bytes 262000-530000/{len(PDF)}"
        assert client.get(address, headers={"Range": "bytes=-9"}).data == PDF[-9:]
        assert client.get(address, headers={"Range": "bytes=0-1,5-6"}).data == PDF
        assert client.get(address, headers={"Range": f"bytes={len(PDF)}-"}).status_code == 416
        again = client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.head(address).content_length == len(PDF)


def test_nothing_in_it_can_run_and_no_other_site_frames_it(site: tuple[Atlas, FlaskClient, str]) -> None:
    _, client, id = site
    headers = client.get(f"/documents/{id}/pdf").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("inline; filename=berg")
    assert "private" in headers["Cache-Control"]


def test_the_page_shows_it_on_request_alone(site: tuple[Atlas, FlaskClient, str]) -> None:
    atlas, client, id = site
    paper = atlas.search("knee")["documents"][0]["id"]
    closed = client.get(f"/documents/{paper}")
    text = closed.get_data(as_text=True)
    assert "<object" not in text
    assert f"/documents/{paper}?pdf={id}#pdf" in text
    assert 'href="https://papers.example/foo.pdf" rel="noreferrer">PDF at papers.example</a>' in text
    assert "object-src" not in closed.headers["Content-Security-Policy"]
    opened = client.get(f"/documents/{paper}?pdf={id}")
    assert f'<object data="/documents/{id}/pdf' in opened.get_data(as_text=True)
    assert "object-src 'self'" in opened.headers["Content-Security-Policy"]
    for strange in ("nothing", "https://evil.example/x.pdf", '"><script>'):
        page = client.get(f"/documents/{paper}", query_string={"pdf": strange})
        assert page.status_code == 200
        assert "<object" not in page.get_data(as_text=True)


def test_papers_without_one_say_so(site: tuple[Atlas, FlaskClient, str]) -> None:
    atlas, client, _ = site
    other = next(one for one in atlas.library.documents("References") if one.document.source_id != "r1")
    answer = client.get(f"/api/v1/documents/{other.id}").get_json()
    assert (answer["pdfs"], answer["pdf_links"]) == ([], [])
    missing = client.get(f"/api/v1/documents/{other.id}/pdf")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")
    assert client.get("/documents/nothing/pdf").status_code == 404


def test_a_private_file_is_seen_by_those_who_see_its_record(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", processes=1, accounts="on")
    with Atlas(settings) as atlas:
        for name in ("ada", "bo"):
            atlas.accounts.add(name, "editor", PASSWORD)
        id = filled(atlas, tmp_path)
        number = atlas.accounts.named("ada").number
        with atlas.generations.changing(None):
            atlas.library.share_collection("Files", private=True, owner=number)
        public = next(
            one.id for one in atlas.library.documents("References") if one.document.source_id == "r1"
        )
        client = create_app(settings, atlas=atlas).test_client()
        answer = client.get(f"/api/v1/documents/{public}").get_json()
        assert (answer["pdfs"], answer["collections"]) == ([], ["References"])
        for address in (f"/documents/{id}/pdf", f"/documents/{public}/pdf"):
            assert client.get(address).status_code == 404
        assert "<object" not in client.get(f"/documents/{public}?pdf={id}").get_data(as_text=True)
        ada, bo = (atlas.seen_by(person(atlas.accounts.named(name))) for name in ("ada", "bo"))
        assert [one["id"] for one in ada.papers.one(public)["pdfs"]] == [id]
        assert bo.papers.one(public)["pdfs"] == []


def test_none_is_kept_where_that_is_set(empty_atlas: EmptyAtlas, tmp_path: Path) -> None:
    atlas = empty_atlas(keep_pdfs=False)
    id = filled(atlas, tmp_path)
    assert atlas.papers.one(id)["pdfs"] == []
    assert atlas.library.pdf_totals() == (0, 0)


def test_the_command_writes_it_here_and_from_a_server(
    empty_atlas: EmptyAtlas, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    atlas = empty_atlas()
    id = filled(atlas, tmp_path)
    home = ["--home", str(atlas.settings.home)]
    assert run([*home, "pdf", id, "--output", str(tmp_path / "out.pdf")]) == 0
    assert (tmp_path / "out.pdf").read_bytes() == PDF
    capsysbinary.readouterr()
    served = Served(atlas)
    try:
        assert run(["--server", served.address, "pdf", id]) == 0
        assert capsysbinary.readouterr().out == PDF
        assert run(["--server", served.address, "pdf", "nothing"]) == 1
        assert capsysbinary.readouterr().out == b""
    finally:
        served.close()


@pytest.mark.parametrize(
    ("fields", "urls"),
    [
        ({"arxiv_id": "1706.03762"}, ["https://arxiv.org/pdf/1706.03762"]),
        ({"arxiv_id": "hep-th/9901001"}, ["https://arxiv.org/pdf/hep-th/9901001"]),
        ({"other_ids": ("pmcid:PMC12",)}, ["https://pmc.ncbi.nlm.nih.gov/articles/PMC12/pdf/"]),
        ({"other_ids": ("acl:P19-1001",)}, ["https://aclanthology.org/P19-1001.pdf"]),
        ({"url": "https://a.example/x.PDF?v=1#p"}, ["https://a.example/x.PDF?v=1#p"]),
        ({"open_access_url": "http://www.a.example/pdf/7"}, ["http://www.a.example/pdf/7"]),
        # One link a host, and that which follows from a number comes first.
        (
            {"arxiv_id": "1706.03762", "open_access_url": "https://arxiv.org/pdf/1706.03762v5"},
            ["https://arxiv.org/pdf/1706.03762"],
        ),
        ({"url": "https://a.example/pdf-help", "open_access_url": "https://a.example/abs/7"}, []),
        ({"url": "javascript:alert(1)//x.pdf", "open_access_url": "ftp://a.example/x.pdf"}, []),
        ({"url": "https://[bad/x.pdf", "open_access_url": "https:///x.pdf"}, []),
        ({"other_ids": ("pmcid:../../x", "acl:a/b c")}, []),
    ],
)
def test_open_addresses(fields: dict[str, Any], urls: list[str]) -> None:
    document = replace(Document("1", title="T"), **fields)
    links = pdf_links(document)
    assert [one["url"] for one in links] == urls
    assert all("www." not in one["host"] for one in links)
