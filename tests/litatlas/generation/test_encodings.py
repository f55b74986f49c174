"""An atlas with an encoder of its own: vectors are made aside, and done without when it fails."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.arrays import ArraysError
from ingest.library.library import Paper
from litatlas.atlas import Atlas
from litatlas.errors import InputError, LitatlasError
from litatlas.settings import Settings
from litatlas.worker import JobProgress, run_job, tidy
from search.encoders import queries
from search.notices import WITHOUT_ENCODER
from tests.commands import quiet
from tests.embeddings_server import Endpoint, endpoint

QUERY = "galaxy telescope"


@pytest.fixture
def told() -> Iterator[Endpoint]:
    with endpoint() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, told: Endpoint, built_home: Path) -> Settings:
    home = shutil.copytree(built_home, tmp_path / "home")
    return Settings(home=home, encoder=told.url, processes=1)


def state(atlas: Atlas) -> dict[str, Any]:
    encoder = atlas.reports.status()["encoder"]
    assert encoder is not None
    return encoder


_WITHOUT = """
import sys
from pathlib import Path
from litatlas.atlas import Atlas
from litatlas.settings import Settings
with Atlas(Settings(home=Path(sys.argv[1]))) as atlas:
    assert atlas.reports.status()["encoder"] is None
    assert atlas.search("galaxy telescope")["total"]
names = ("search.encoders", "onnx", "onnxruntime", "tokenizers", "usearch", "safetensors")
assert not [name for name in sys.modules if name.startswith(names)], sys.modules
"""


def test_without_the_setting_nothing_of_it_is_imported(settings: Settings) -> None:
    subprocess.run([sys.executable, "-c", _WITHOUT, str(settings.home)], check=True, env=quiet())
    with Atlas(replace(settings, encoder="")) as atlas, pytest.raises(InputError, match="No encoder is set"):
        atlas.models.encode()


def test_vectors_serve_once_they_are_whole_and_are_one_more_scorer(settings: Settings) -> None:
    with Atlas(settings) as atlas:
        assert state(atlas)["state"] == "none"
        before = atlas.search(QUERY, explain=True)
        assert all("encoder" not in hit["explanation"] for hit in before["documents"])
        answer = atlas.models.encode()
        assert answer["encoded"] == answer["vectors"] == state(atlas)["papers"]
        assert state(atlas)["state"] == "whole"
        after = atlas.search(QUERY, explain=True)
        assert all("encoder" in hit["explanation"] for hit in after["documents"])
        assert after["total"] == before["total"], "totals are lexical"
        assert after["notice"] == before["notice"]
        assert atlas.models.encode()["encoded"] == 0, "nothing is done twice"


def test_papers_near_in_meaning_come_beside_the_results(settings: Settings) -> None:
    with Atlas(settings) as atlas:
        atlas.models.encode()
        answer = atlas.search(QUERY, limit=10)
        found = {hit["id"] for hit in atlas.search(QUERY, limit=100)["documents"]}
        assert answer["related"]
        assert not {hit["id"] for hit in answer["related"]} & found


def test_what_was_encoded_is_kept_when_the_encoder_fails(
    settings: Settings, told: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litatlas.generation.encodings._PART", 10)

    class Failing:
        def step(self, name: str, done: float, total: float) -> None:
            if name == "Encoding" and done >= 30:
                told.mode = "nan"

    with Atlas(settings) as atlas:
        with pytest.raises(LitatlasError, match="NaN"):
            atlas.models.encode(progress=Failing())
        assert state(atlas)["state"] == "none"
        assert state(atlas)["making"]["vectors"] == 30
        assert atlas.search(QUERY)["notice"] == "", "what is not whole does not serve"
        told.mode = "right"
        assert atlas.models.encode()["encoded"] == state(atlas)["papers"] - 30


@pytest.mark.parametrize("mode", ["slow", "nan", "few", "html", "fault"])
def test_search_goes_on_without_an_encoder_that_fails_and_says_so(
    settings: Settings, told: Endpoint, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr("litatlas.generation.encodings._QUERY_SECONDS", 0.3 if mode == "slow" else 60)
    with Atlas(settings) as atlas:
        plain = [hit["id"] for hit in atlas.search(QUERY)["documents"]]
        atlas.models.encode()
        told.mode = mode
        asked = len(told.asked)
        answer = atlas.search(QUERY)
        assert answer["notice"].endswith(WITHOUT_ENCODER)
        assert [hit["id"] for hit in answer["documents"]] == plain
        atlas.search("halo dust")
        assert len(told.asked) == asked + 1, "it is left alone for a while"
        monkeypatch.setattr(queries, "_PAUSE", 0.0)
        told.mode = "right" if mode != "slow" else mode
        assert mode == "slow" or atlas.search(QUERY)["notice"] == ""


def test_vectors_of_another_encoder_serve_until_the_new_ones_are_whole(
    settings: Settings, told: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litatlas.generation.encodings._PART", 10)
    with Atlas(settings) as atlas:
        atlas.models.encode()
    other = replace(settings, encoder=f"{told.url}#newer")
    served: list[str] = []

    class Looking:
        def step(self, name: str, done: float, total: float) -> None:
            if name == "Encoding" and 0 < done < total:
                answer = reader.search(f"galaxy telescope {done}", match="any", explain=True)
                assert all("encoder" in hit["explanation"] for hit in answer["documents"])
                served.append(state(reader)["version"])

    with Atlas(other) as atlas, Atlas(other) as reader:
        assert state(atlas)["state"] == "behind"
        atlas.models.encode(progress=Looking())
        assert set(served) == {"unnamed"}
        assert {asked["model"] for asked in told.asked if "model" in asked} == {"newer"}
        assert state(reader)["version"] == "newer"
        assert len([path for path in (settings.home / "vectors").iterdir() if path.is_dir()]) == 1


def test_an_endpoint_that_changes_its_model_in_silence_is_noticed(settings: Settings, told: Endpoint) -> None:
    with Atlas(settings) as atlas:
        atlas.models.encode()
        told.dimensions = 32
        notice = atlas.search(QUERY)["notice"]
        assert "32 numbers; those of the papers have 64" in notice


def test_papers_added_later_are_encoded_by_the_worker(settings: Settings, tmp_path: Path) -> None:
    with Atlas(settings) as atlas:
        atlas.models.encode()
        source = tmp_path / "more.jsonl"
        source.write_text(
            '{"id": "x1", "title": "Quasars of the halo", "abstract": "A telescope sees them."}\n'
        )
        atlas.collections.add([source], "more")
        assert state(atlas)["state"] == "behind"
        tidy(atlas)
        tidy(atlas)
        job = atlas.library.claim_job("test")
        assert job is not None
        assert job.kind == "encode"
        run_job(atlas, job, JobProgress(atlas.library, job.id, threading.Event()))
        assert atlas.library.job(job.id).result["encoded"] == 1
        assert state(atlas)["state"] == "whole"
        tidy(atlas)
        assert atlas.library.claim_job("test") is None


def test_damaged_vectors_are_named_and_made_anew(settings: Settings) -> None:
    from litatlas.generation.encodings import Encodings

    with Atlas(settings) as atlas:
        atlas.models.encode()
        (path,) = (settings.home / "vectors").glob("*/000001/vectors.npy")
        path.write_bytes(path.read_bytes()[:-1] + b"\x55")
        encodings = Encodings(atlas.home, atlas.library, settings)
        with pytest.raises(ArraysError, match="damaged"):
            encodings.check()
    with Atlas(settings) as atlas:
        assert state(atlas)["state"] == "damaged"
        assert atlas.search(QUERY)["total"] > 0
        assert atlas.models.encode()["encoded"] == state(atlas)["papers"]
        assert atlas.generations.encodings is not None
        ok, message, hint = atlas.generations.encodings.check()
        assert ok
        assert "checksums are right" in message
        assert hint == ""


def test_the_text_of_a_paper_is_its_title_and_abstract(settings: Settings, told: Endpoint) -> None:
    with Atlas(settings) as atlas:
        atlas.models.encode()
        paper: Paper = next(atlas.library.papers())
        sent = {text for asked in told.asked for text in asked["input"]}
        assert f"{paper.merged.title}\n{paper.merged.abstract}" in sent
