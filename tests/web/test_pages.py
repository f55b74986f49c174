"""Pages as HTML: every page in every state, hostile text, forms, headers."""

from __future__ import annotations

import errno
import gzip
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from ingest.document import Document
from litatlas.atlas import Atlas
from tests.web.built_atlas import take, work
from tests.web.conftest import EmptyAtlas, Names, make_app
from tests.web.generated_map import generated_map
from web.assets import VERSION
from web.rendering.atlas_map import MapDrawing
from web.rendering.map_outline import Outline

PAGES = [
    "/",
    "/search",
    "/search?q=galaxy",
    "/search?q=nothing",
    "/search?q=galxay",
    "/topics/{top}",
    "/topics/{leaf}",
    "/documents/{noted}",
    "/documents/{retracted}",
    "/explore",
    "/explore?text=galaxy",
    "/explore?ids={noted},{older}",
    "/search?q=galaxy&marked={noted},{older}",
    "/collections",
    "/collections/PubMed%202021",
    "/trends",
    "/trends?topic={top}",
    "/bridges",
    "/bridges?a={top}&b={other}",
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
def test_pages_answer_within_the_policy(client: FlaskClient, names: Names, path: str) -> None:
    response = client.get(names.path(path))
    assert response.status_code == 200
    check(response.text)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_of_trends_says_since_when_topics_rise(client: FlaskClient) -> None:
    assert "since the last gap of three years" in client.get("/trends").text


@pytest.mark.parametrize(
    "path", ["/", "/search?q=x", "/explore", "/collections", "/trends", "/bridges", "/quality"]
)
@pytest.mark.parametrize("papers", [0, 5], ids=["empty", "no model"])
def test_pages_of_an_atlas_without_topics_say_what_to_do(
    empty_atlas: EmptyAtlas, path: str, papers: int
) -> None:
    atlas = empty_atlas()
    if papers:
        take(atlas, "Mine", [Document("", title=f"A paper {number}") for number in range(papers)])
    response = make_app(atlas).test_client().get(path)
    assert response.status_code == 200
    check(response.text)
    assert "data-map" not in response.text
    if path == "/":
        assert ("empty" if papers == 0 else "Build the topics") in response.text


def test_hostile_text_is_only_text(own_client: FlaskClient, own_atlas: Atlas, names: Names) -> None:
    hostile = Document(
        "x", title=HOSTILE, abstract=HOSTILE, authors=(HOSTILE,), venue=HOSTILE, tags=(HOSTILE,),
        url="javascript:alert(1)", doi='10.1/"><script>', year=2001, references=(HOSTILE,),
    )  # fmt: skip
    [paper] = take(own_atlas, "Mine", [hostile])
    own_atlas.topics.rename(names.top, HOSTILE[:100])
    own_atlas.topics.describe(names.top, HOSTILE, who=HOSTILE)
    paths = ("/search?q=" + HOSTILE, "/search?q=alert", f"/documents/{paper}", f"/topics/{names.top}", "/")
    for path in (*paths, "/explore?text=" + HOSTILE, f"/explore?ids={paper}", f"/lists?ids={paper}"):
        html = own_client.get(path).text
        check(html)
        assert 'href="javascript:' not in html
        assert "<img" not in html


@pytest.mark.parametrize(
    "title", ["x" * 5_000, "عنوان من اليمين إلى اليسار", "深度学习综述", "a \ud800 b", "", "\x00\x1b[31m"]
)
def test_odd_titles_are_shown(empty_atlas: EmptyAtlas, title: str) -> None:
    atlas = empty_atlas()
    [paper] = take(atlas, "Mine", [Document("x", title=title, abstract="Something odd")])
    client = make_app(atlas).test_client()
    for path in ("/search?q=odd", f"/documents/{paper}"):
        response = client.get(path)
        assert response.status_code == 200
        assert 'dir="auto"' in response.text
        assert f"/documents/{paper}" in response.text


def test_ten_thousand_authors_are_counted_not_listed(empty_atlas: EmptyAtlas) -> None:
    atlas = empty_atlas()
    authors = tuple(f"Author {n}" for n in range(10_000))
    [paper] = take(atlas, "Mine", [Document("x", title="Many", authors=authors)])
    html = make_app(atlas).test_client().get(f"/documents/{paper}").text
    assert "9\u202f992 more" in html
    assert html.count('class="author"') == 8
    assert html.count('name="citation_author"') == 200


def test_a_retracted_paper_says_so_first(client: FlaskClient, names: Names) -> None:
    html = client.get(f"/documents/{names.retracted}").text
    assert html.index("This paper was retracted") < html.index("<h1")


def test_a_paper_names_what_its_abstract_says_or_sums_it_up(empty_atlas: EmptyAtlas) -> None:
    atlas = empty_atlas()
    told = (
        "BACKGROUND: Peat burns. METHODS: We measured smoke at 12 bogs in two summers. "
        "RESULTS: Wet bogs gave half as much smoke (p < 0.01). CONCLUSIONS: Bogs should be kept wet by law."
    )
    plain = "Moor und Torf brennen lange. Wir haben Rauch gemessen. Nasses Moor raucht weniger als trockenes."
    [named] = take(atlas, "Mine", [Document("a", title="Peat", abstract=told)])
    [summed_up] = take(atlas, "Mine", [Document("b", title="Torf", abstract=plain, lang="de")])
    client = make_app(atlas).test_client()
    html = client.get(f"/documents/{named}").text
    assert re.findall(r"<dt>(\w+)</dt><dd dir=\"auto\">(\w+)", html) == [
        ("Method", "We"),
        ("Result", "Wet"),
        ("Significance", "Bogs"),
    ]
    assert "Key findings" in html
    findings = client.get(f"/api/v1/documents/{named}").get_json()["findings"]
    assert [finding["kind"] for finding in findings] == ["method", "result", "significance"]
    html = client.get(f"/documents/{summed_up}").text
    assert "Summary" in html
    assert "Key findings" not in html


def test_a_paper_carries_the_tags_of_reference_managers_and_its_citations(
    client: FlaskClient, names: Names
) -> None:
    html = client.get(f"/documents/{names.noted}").text
    assert '<meta name="citation_doi" content="10.1000/3">' in html
    assert html.count('name="citation_author"') == 4
    response = client.get(f"/documents/{names.noted}/cite.bibtex")
    assert (key := re.match(r"@article\{(\w+),", response.text))
    assert response.headers["Content-Disposition"] == f"attachment; filename={key[1]}.bib"
    assert client.get(f"/documents/{names.noted}/cite.exe").status_code == 404


def test_search_shows_counts_highlights_facets_and_other_pages(client: FlaskClient) -> None:
    html = client.get("/search?q=galaxy&limit=5&offset=5").text
    assert "<mark>galaxy</mark>" in html
    assert 'aria-label="Page 3"' in html
    assert "collection=PubMed+2021" in html
    assert "/api/v1/export?q=galaxy&amp;format=bibtex" in html
    assert "Near in topic" in client.get("/search?q=galaxy").text


def test_did_you_mean_notices_and_mended_queries(client: FlaskClient) -> None:
    assert 'href="/search?q=galaxy"' in client.get("/search?q=galxay").text
    assert "these have some of them" in client.get("/search?q=galaxy+bypass+qubit").text
    response = client.get("/search?q=%22dark+galaxy")
    assert response.status_code == 400
    assert 'href="/search?q=%22dark+galaxy%22"' in response.text


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


def test_an_upload_goes_to_its_job_and_accounts_for_everything(
    own_client: FlaskClient, own_atlas: Atlas
) -> None:
    file = (io.BytesIO(b'{"title": "One"}\n{"id": "2"}\n'), "ü ber.jsonl")
    response = own_client.post("/collections", data={"collection": "  My  own ", "file": file})
    assert response.status_code == 303
    [job] = work(own_atlas)
    assert job["result"] is not None
    assert (job["result"]["collection"], job["result"]["added"], job["result"]["rejected"]) == (
        "My own",
        1,
        1,
    )
    html = own_client.get(response.location).text
    check(html)
    assert job["result"]["rejects"][0]["reason"] in html
    assert "/collections/My%20own" in html


def test_a_table_is_read_by_its_columns(own_client: FlaskClient, own_atlas: Atlas) -> None:
    data = {"file": (io.BytesIO(b"Name,Sort\nA title,x\n"), "a.csv"), "format": "csv", "map.title": "Name"}
    own_client.post("/collections/Mine", data=data | {"map.year": ""})
    assert work(own_atlas)[0]["state"] == "done"
    assert own_atlas.search("collection:Mine", facets=False)["documents"][0]["title"] == "A title"


def test_a_topic_that_is_gone_leads_to_its_successor(
    own_client: FlaskClient, own_atlas: Atlas, names: Names
) -> None:
    own_atlas.live().successors["old"] = [names.topic]
    response = own_client.get("/topics/old")
    assert (response.status_code, response.location) == (302, f"/topics/{names.topic}")


def test_a_running_job_refreshes_itself_without_scripts(own_client: FlaskClient, own_atlas: Atlas) -> None:
    job = own_atlas.jobs.submit_build()
    html = own_client.get(f"/jobs/{job['id']}").text
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html
    assert own_client.post(f"/jobs/{job['id']}/cancel").status_code == 303
    assert "refresh" not in own_client.get(f"/jobs/{job['id']}").text


def test_a_build_is_previewed_and_its_draft_published_or_thrown_away(
    own_client: FlaskClient, own_atlas: Atlas
) -> None:
    before = own_atlas.reports.status()["generation"]
    form = {"levels": "2,4", "method": "concat", "base": "", "seed": "2", "preview": "true"}
    response = own_client.post("/builds", data=form)
    assert [job["state"] for job in work(own_atlas)] == ["done"]
    assert own_atlas.reports.status()["generation"] == before
    draft = own_atlas.models.draft()
    assert draft is not None
    assert draft["levels"] == [2, 4]
    counted = {key: len(ids) for key, ids in draft["difference"].items()}
    for html in (own_client.get("/collections").text, own_client.get(response.location).text):
        assert f"<b>{counted['gone']}</b> gone" in html
    published = own_client.post("/drafts/publish")
    assert published.status_code == 303
    assert [job["state"] for job in work(own_atlas)] == ["done"]
    assert own_atlas.reports.status()["generation"] > before
    assert own_atlas.models.draft() is None
    assert own_client.post("/drafts/discard").status_code == 404


def test_a_topic_is_renamed_by_form(own_client: FlaskClient, own_atlas: Atlas, names: Names) -> None:
    renamed = own_client.post(f"/topics/{names.top}/rename", data={"label": "Mine", "who": ""})
    assert renamed.location == f"/topics/{names.top}"
    assert own_atlas.topics.one(names.top)["label"] == "Mine"


def test_rejects_cannot_run_in_a_spreadsheet(own_client: FlaskClient, own_atlas: Atlas) -> None:
    file = (io.BytesIO(b'{"title": "One"}\n{"year": "=1+1"}\n'), "=a.jsonl")
    own_client.post("/collections/Mine", data={"file": file})
    work(own_atlas)
    table = own_client.get("/collections/Mine/rejects.csv").text.replace("\r", "").splitlines()
    assert len(table) >= 2
    assert all(not cell.startswith(("=", "+", "-", "@")) for line in table for cell in line.split(","))


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
@pytest.mark.parametrize("path", ["/builds", "/api/v1/builds", "/topics/{top}/rename"])
def test_forms_of_other_sites_are_refused(
    client: FlaskClient, atlas: Atlas, names: Names, headers: dict[str, str], path: str
) -> None:
    response = client.post(names.path(path), data={"label": "x"}, headers=headers)
    assert response.status_code == 403
    assert atlas.jobs.all() == []
    assert (
        client.post("/explore", data={"text": "x"}, headers={"Origin": "http://localhost"}).status_code == 200
    )


def test_a_read_only_atlas_reads(atlas: Atlas) -> None:
    client = make_app(atlas, read_only=True).test_client()
    assert client.post("/builds").status_code == 403
    assert client.post("/api/v1/collections/X/documents").status_code == 403
    assert client.post("/explore", data={"text": "galaxy"}).status_code == 200
    assert client.post("/api/v1/explore", json={"text": "galaxy"}).status_code == 200
    assert "data-upload" not in client.get("/collections").text


def test_uploads_over_the_limit_leave_nothing_behind(empty_atlas: EmptyAtlas) -> None:
    atlas = empty_atlas()
    client = make_app(atlas, upload_megabytes=1).test_client()
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
    assert atlas.jobs.all() == []
    assert not any(path.is_file() for path in atlas.uploads.waiting.rglob("*"))


def test_pages_are_compressed_and_small(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.data).decode()
    files = {re.sub(r"#.*", "", path) for path in re.findall(r'/static/[^"]+', html)}
    assert len(files) >= 4
    drawing = MapDrawing(generated_map((12, 60, 300)))
    with client.application.test_request_context():
        tree = Outline(drawing).html()
    total = len(response.data) + len(gzip.compress((drawing.unlit + tree).encode()))
    static = Path(__file__).parents[2] / "web" / "static"
    total += sum(len(gzip.compress(path.read_bytes())) for path in static.rglob("*") if path.is_file())
    assert total < 200_000


def test_static_files_are_kept_for_ever_and_stay_inside(client: FlaskClient) -> None:
    response = client.get(f"/static/{VERSION}/css/litatlas.css")
    assert "immutable" in response.headers["Cache-Control"]
    assert response.mimetype == "text/css"
    assert "immutable" not in client.get("/static/old/js/main.js").headers["Cache-Control"]
    assert client.get(f"/static/{VERSION}/../app.py").status_code == 404
    assert client.get(f"/static/{VERSION}/%2e%2e/app.py").status_code == 404


@pytest.mark.parametrize(
    "name", ["WoS/Scopus 2020", "a//b", "/x", "a/../b", "100% = ?&#", "ü, и", "x/rejects"]
)
def test_a_collection_of_any_name_has_a_page(empty_atlas: EmptyAtlas, name: str) -> None:
    atlas = empty_atlas()
    take(atlas, name, [Document("x", title="Ferns")])
    client = make_app(atlas).test_client()
    address = re.search(r'<th scope="row"><a href="(/collections[^"]+)"', client.get("/collections").text)
    assert address is not None
    page = client.get(address[1].replace("&amp;", "&"))
    assert page.status_code == 200
    assert f'<h1 dir="auto">{escape(name)}</h1>' in page.text
    path = "/api/v1/collections/" + quote(name, safe="")
    assert client.get(path).get_json()["name"] == name
    assert client.get("/api/v1/coverage/" + quote(name, safe="")).get_json()["collection"] == name
    sent = {"file": (io.BytesIO(b'{"title": "Mosses"}'), "m.jsonl")}
    assert client.post(path + "/documents", data=sent).status_code == 202
    work(atlas)
    assert atlas.collections.one(name)["documents"] == 2


def test_a_full_disk_is_said(own_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.mkdir", full)
    own_client.application.testing = False
    sent = {"file": (io.BytesIO(b"{}"), "m.jsonl")}
    answer = own_client.post("/api/v1/collections/Q/documents", data=sent)
    assert answer.status_code == 507
    assert answer.get_json()["detail"] == "The disk is full."
