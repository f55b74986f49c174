"""The example dashboard asks for figures that the server has, in expressions that are whole."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from web import create_app

FILE = Path(__file__).parents[1] / "deploy" / "grafana-dashboard.json"
NAME = re.compile(r"\blitatlas_\w+")
PAIRS = {"(": ")", "[": "]", "{": "}"}


def panels() -> list[dict[str, Any]]:
    return list(json.loads(FILE.read_text("utf-8"))["panels"])


def expressions() -> list[str]:
    return [target["expr"] for panel in panels() for target in panel["targets"]]


def test_every_figure_is_one_that_the_server_has(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with Atlas(settings) as atlas:
        atlas.live()
        told = '{"file": "/b", "bytes": 1, "created": "2026-01-01T00:00:00+00:00"}'
        atlas.home.last_backup.write_text(told, "utf-8")
        client = create_app(settings, atlas=atlas).test_client()
        client.get("/healthz")
        there = set(re.findall(r"^(\w+)", client.get("/metrics").text, re.MULTILINE))
    wanted = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(wanted) >= 10
    assert wanted <= there


def test_every_expression_is_whole() -> None:
    for expression in expressions():
        opened: list[str] = []
        for sign in expression:
            if sign in PAIRS:
                opened.append(PAIRS[sign])
            elif sign in PAIRS.values():
                assert opened.pop() == sign, expression
        assert not opened, expression
        assert '{job="$job"' in expression


def test_panels_lie_side_by_side() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())
