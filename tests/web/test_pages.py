"""Pages as HTML: every page in every state, hostile text, forms, headers."""

from __future__ import annotations

import gzip
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import make_app
from tests.web.fake_atlas import FakeAtlas
from web.assets import VERSION

PAGES = [
    "/",
    "/search",
    "/search?q=heart",
    "/search?q=nothing",
    "/search?q=inflamation",
    "/topics/t0x1",
    "/topics/t2x3",
    "/documents/d0003",
    "/explore",
    "/explore?text=heart",
    "/explore?ids=d0001,d0002",
    "/search?q=heart&marked=d0001,d0029",
    "/collections",
    "/collections/PubMed%202021",
    "/trends",
    "/trends?topic=t0x1",
    "/bridges",
    "/bridges?a=t0x1&b=t0x2",
    "/quality",
    "/help",
    "/api",
]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


class Checker(HTMLParser):
    """Notes what the policy forbids: handlers, inline styles and scripts, addresses of other hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.faults += [f"{tag} {name}" for name in values if name.startswith("on") or name == "style"]
        if (
            tag == "script"
            and values.get("type") != "application/json"
            and not (values.get("src") or "").startswith("/static/")
        ):
            self.faults.append("inline script")
        if tag in ("img", "link", "iframe", "source") and (
            values.get("href") or values.get("src") or ""
        ).startswith("http"):
            self.faults.append(f"{tag} from another host")
        if values.get("id"):
            self.ids.append(str(values["id"]))


def check(html: str) -> Checker:
    found = Checker()
    found.feed(html)
    assert found.faults == []
    assert len(found.ids) == len(set(found.ids)), "an id appears twice"
    return found


@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_within_the_policy(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    check(response.text)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/", "/search?q=x", "/explore", "/collections", "/trends", "/bridges", "/quality"]
)
@pytest.mark.parametrize("papers", [0, 5], ids=["empty", "no model"])
def test_pages_of_an_atlas_without_topics_say_what_to_do(tmp_path: Path, path: str, papers: int) -> None:
    client = make_app(tmp_path, FakeAtlas(papers=papers, sizes=())).test_client()
    response = client.get(path)
    assert response.status_code == 200
    check(response.text)
    assert "data-map" not in response.text
    if path == "/":
        assert ("empty" if papers == 0 else "Build the topics") in response.text


def test_hostile_text_is_only_text(client: FlaskClient, atlas: FakeAtlas) -> None:
    for paper in atlas.documents:
        paper.update(
            title=HOSTILE, abstract=HOSTILE, authors=[HOSTILE], venue=HOSTILE, tags=[HOSTILE],
            url="javascript:alert(1)", doi='10.1/"><script>',
        )  # fmt: skip
    for topic in atlas.topic_list:
        topic["label"] = HOSTILE
    for path in ("/search?q=" + HOSTILE, "/documents/d0003", "/topics/t0x1", "/explore?text=" + HOSTILE):
        html = client.get(path).text
        check(html)
        assert "javascript:" not in html
        assert "<img" not in html


@pytest.mark.parametrize(
    "title", ["x" * 5_000, "عنوان من اليمين إلى اليسار", "深度学习综述", "a \ud800 b", "", "\x00\x1b[31m"]
)
def test_odd_titles_are_shown(client: FlaskClient, atlas: FakeAtlas, title: str) -> None:
    for paper in atlas.documents:
        paper["title"] = title
    for path in ("/search?q=x", "/documents/d0003"):
        response = client.get(path)
        assert response.status_code == 200
        assert 'dir="auto"' in response.text


def test_ten_thousand_authors_are_counted_not_listed(client: FlaskClient, atlas: FakeAtlas) -> None:
    atlas.documents[3]["authors"] = [f"Author {n}" for n in range(10_000)]
    html = client.get("/documents/d0003").text
    assert "9\u202f992 more" in html
    assert len(html) < 120_000


def test_a_retracted_paper_says_so_first(client: FlaskClient, atlas: FakeAtlas) -> None:
    atlas.documents[3].update(retracted=True, notices=["retracted"])
    html = client.get("/documents/d0003").text
    assert html.index("This paper was retracted") < html.index("<h1")


def test_a_paper_carries_the_tags_of_reference_managers_and_its_citations(client: FlaskClient) -> None:
    html = client.get("/documents/d0003").text
    assert '<meta name="citation_doi" content="10.1000/3">' in html
    assert html.count('name="citation_author"') == 4
    response = client.get("/documents/d0003/cite.bibtex")
    assert response.headers["Content-Disposition"] == 'attachment; filename="citation.bib"'
    assert response.text.startswith("@article")
    assert client.get("/documents/d0003/cite.exe").status_code == 404


def test_search_shows_counts_highlights_facets_and_other_pages(client: FlaskClient) -> None:
    html = client.get("/search?q=heart&limit=5&offset=5").text
    assert "<mark>inflammation</mark>" in html
    assert 'aria-label="Page 3"' in html
    assert "collection=PubMed+2021" in html
    assert "/api/v1/export?q=heart&amp;format=bibtex" in html
    assert "Near in topic" in html


def test_did_you_mean_notices_and_mended_queries(client: FlaskClient) -> None:
    assert 'href="/search?q=inflammation"' in client.get("/search?q=inflamation").text
    assert "these have some" in client.get("/search?q=some").text
    response = client.get("/search?q=%22open")
    assert response.status_code == 400
    assert 'href="/search?q=%22open%22"' in response.text


def test_two_years_become_a_filter(client: FlaskClient) -> None:
    response = client.get("/search?q=x&from=1990&to=1999&lang=en")
    assert response.status_code == 303
    assert response.location == "/search?q=x&lang=en&year=1990-1999"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/topics/none", 404),
        ("/documents/none", 404),
        ("/collections/none", 404),
        ("/jobs/none", 404),
        ("/x", 404),
        ("/search?q=" + "a" * 100_000, 400),
        ("/search?limit=0", 400),
    ],
)
def test_errors_are_pages_with_a_way_out(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    check(response.text)
    assert 'class="lead"' in response.text


def test_an_upload_goes_to_its_job_and_accounts_for_everything(client: FlaskClient, atlas: FakeAtlas) -> None:
    response = client.post(
        "/collections", data={"collection": "  My  own ", "file": (io.BytesIO(b"x"), "ü ber.txt")}
    )
    assert response.status_code == 303
    assert atlas.uploaded[0][0] == "My own"
    html = client.get(response.location).text
    check(html)
    assert "no title, no abstract" in html
    assert "/collections/My%20own" in html


def test_a_table_is_read_by_its_columns(client: FlaskClient, atlas: FakeAtlas) -> None:
    data = {"file": (io.BytesIO(b"x"), "a.csv"), "format": "csv", "map.title": "Name", "map.year": ""}
    client.post("/collections/Mine", data=data)
    assert atlas.uploaded == [
        ("Mine", b"x", "a.csv", {"format": "csv", "encoding": None, "mapping": {"title": "Name"}})
    ]


def test_a_topic_that_is_gone_leads_to_its_successor(client: FlaskClient, atlas: FakeAtlas) -> None:
    atlas.by_id["old"] = atlas.by_id["t1x2"]
    response = client.get("/topics/old")
    assert (response.status_code, response.location) == (302, "/topics/t1x2")


def test_a_running_job_refreshes_itself_without_scripts(client: FlaskClient, atlas: FakeAtlas) -> None:
    job = atlas.submit_build()
    html = client.get(f"/jobs/{job['id']}").text
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html
    assert client.post(f"/jobs/{job['id']}/cancel").status_code == 303
    assert "refresh" not in client.get(f"/jobs/{job['id']}").text


def test_a_draft_is_shown_with_what_it_changes(client: FlaskClient, atlas: FakeAtlas) -> None:
    atlas.waiting = {"levels": [3, 9], "papers": 30, "difference": {"kept": ["t1"], "new": ["t2", "t3"]}}
    html = client.get("/collections").text
    assert "<b>2</b> new" in html
    assert client.post("/drafts/publish").status_code == 303
    assert client.post("/drafts/discard").status_code == 303
    assert atlas.waiting is None


def test_rename_and_build_by_form(client: FlaskClient, atlas: FakeAtlas) -> None:
    assert client.post("/topics/t0x1/rename", data={"label": "Mine", "who": ""}).location == "/topics/t0x1"
    assert atlas.renamed == [("t0x1", "Mine", "")]
    client.post("/builds", data={"levels": "", "method": "concat", "base": "", "preview": "true"})
    assert atlas.built[0]["preview"] is True
    assert atlas.built[0]["levels"] is None


def test_rejects_cannot_run_in_a_spreadsheet(client: FlaskClient) -> None:
    table = client.get("/collections/PubMed%202021/rejects.csv").text
    assert "'=1+1" in table
    assert "\na.xml," in table.replace("\r", "")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
@pytest.mark.parametrize("path", ["/builds", "/api/v1/builds", "/topics/t0x1/rename"])
def test_forms_of_other_sites_are_refused(
    client: FlaskClient, atlas: FakeAtlas, headers: dict[str, str], path: str
) -> None:
    response = client.post(path, data={"label": "x"}, headers=headers)
    assert response.status_code == 403
    assert atlas.built == []
    assert client.post("/builds", headers={"Origin": "http://localhost"}).status_code == 303


def test_a_read_only_atlas_reads(tmp_path: Path, atlas: FakeAtlas) -> None:
    client = make_app(tmp_path, atlas, read_only=True).test_client()
    assert client.post("/builds").status_code == 403
    assert client.post("/api/v1/collections/X/documents").status_code == 403
    assert client.post("/explore", data={"text": "heart"}).status_code == 200
    assert client.post("/api/v1/explore", json={"text": "heart"}).status_code == 200
    assert "data-upload" not in client.get("/collections").text


def test_uploads_over_the_limit_leave_nothing_behind(tmp_path: Path, atlas: FakeAtlas) -> None:
    client = make_app(tmp_path, atlas, upload_megabytes=1).test_client()
    for size in (1_500_000, 3_000_000):
        parts = (
            b'--edge\r\nContent-Disposition: form-data; name="collection"\r\n\r\nX\r\n'
            b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n',
            b"x" * size + b"\r\n--edge--\r\n",
        )
        response = client.post(
            "/collections", data=b"".join(parts), content_type="multipart/form-data; boundary=edge"
        )
        assert response.status_code == 413
        assert "litatlas add" in response.text
    assert atlas.uploaded == []
    uploads = tmp_path / "uploads"
    assert not uploads.exists() or list(uploads.iterdir()) == []


def test_pages_are_compressed_and_small(tmp_path: Path, fake_atlas: FakeAtlas) -> None:
    client = make_app(tmp_path, fake_atlas).test_client()
    response = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.data).decode()
    files = {re.sub(r"#.*", "", path) for path in re.findall(r'/static/[^"]+', html)}
    total = len(response.data)
    static = Path(__file__).parents[2] / "web" / "static"
    total += sum(len(gzip.compress(path.read_bytes())) for path in static.rglob("*") if path.is_file())
    assert len(files) >= 4
    assert total < 200_000


def test_static_files_are_kept_for_ever_and_stay_inside(client: FlaskClient) -> None:
    response = client.get(f"/static/{VERSION}/css/litatlas.css")
    assert "immutable" in response.headers["Cache-Control"]
    assert response.mimetype == "text/css"
    assert "immutable" not in client.get("/static/old/js/main.js").headers["Cache-Control"]
    assert client.get(f"/static/{VERSION}/../app.py").status_code == 404
    assert client.get(f"/static/{VERSION}/%2e%2e/app.py").status_code == 404
