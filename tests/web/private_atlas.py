"""An atlas with a collection that one reader may not see, and the same atlas without it, model and all.

The private papers say words that nothing else says; some are records of papers that are public too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.papers import papers, write
from tests.web.built_atlas import NOTED, copied

SECRET, DECOY = "Zyxquarr holdings", "Decoy of nobody"
CANARIES = (
    "zyxquarr", "vrelmok", "kwimblat", "drostvyn", "pluxander", "hesperquill", "tragmorn", "yulvestra",
)  # fmt: skip
"""Words of the private collection alone: in its name, and in titles, abstracts, tags, authors, venues."""
PASSWORD = "a password of some words"


@dataclass(frozen=True)
class Pair:
    """Homes of the two atlases."""

    with_secret: Path
    without: Path


def settings(home: Path, **more: Any) -> Settings:
    """Settings of an atlas with accounts that everybody may read."""
    return replace(Settings(home=home, processes=1, trainer="portable", accounts="on"), **more)


def secret_records() -> list[dict[str, Any]]:
    """Papers on subjects of public ones, with words of their own; and a private record of a public one."""
    records = []
    for number, record in enumerate(papers(60, seed=11)):
        records.append(
            record
            | {
                "id": f"secret-{number}",
                "doi": f"10.9999/pluxander.{number}",
                "title": f"Vrelmok and {record['title']}",
                "abstract": f"{record['abstract']} The kwimblat drostvyn of vrelmok is kwimblat drostvyn.",
                "tags": [*record["tags"], "hesperquill tagging"],
                "authors": ["Tragmorn, Ada", *record.get("authors", [])],
                "venue": "Annals of Yulvestra",
                "year": 2031,
                "references": ["doi:10.1000/3", "doi:10.1000/2"],
            }
        )
    twin = {**NOTED, "id": "secret-twin", "abstract": "Kwimblat drostvyn, said of a public paper in private."}
    twin |= {
        "tags": ["hesperquill tagging"],
        "venue": "Annals of Yulvestra",
        "url": "https://zyxquarr.example",
    }
    return [*records, twin]


def make(built: Path, folder: Path) -> Pair:
    """Make both atlases from the small one; their model is learned from all papers, private ones too."""
    home = copied(built, folder / "with")
    with Atlas(settings(home)) as atlas:
        for name, role in (("kim", "keeper"), ("ada", "editor"), ("bo", "editor"), ("cy", "editor")):
            atlas.accounts.add(name, role, PASSWORD)
        atlas.collections.add([write(folder / "secret.jsonl", secret_records())], SECRET)
        decoy = [record | {"id": f"decoy-{n}"} for n, record in enumerate(papers(8, seed=77))]
        atlas.collections.add([write(folder / "decoy.jsonl", decoy)], DECOY)
        atlas.models.build(levels=(4, 8, 24))
        _share(atlas, SECRET, "ada")
        _share(atlas, DECOY, "cy")
        for name in ("ada", "bo"):  # of ada's run, which finds private papers, bo sees nothing
            books = atlas.seen_by(_reader(atlas, name)).books
            books.freeze(books.new(f"Book of {name}", "galaxy\n#1 OR halo"))
    without = copied(home, folder / "without")
    with Atlas(settings(home)) as atlas:
        secret = [one.id for one in atlas.library.documents(SECRET)]
        ada = atlas.seen_by(_reader(atlas, "ada"))
        list_ = ada.lists.make("Hesperquill reading", secret[:3])
        ada.lists.share(list_, private=True)
        ada.judgements.judge("paper", atlas.topics.all()["topics"][0]["id"], secret[0], "yes")
        ada.books.run(ada.books.new("Vrelmok book", "kwimblat"))
        ada.books.share("Vrelmok book", private=True)
        ada.jobs.submit_add(SECRET, home / "uploads" / "tragmorn.ris")
    with Atlas(settings(without)) as atlas:
        atlas.collections.remove(SECRET)
        atlas.models.reindex()
    return Pair(home, without)


def _share(atlas: Atlas, name: str, owner: str) -> None:
    number = atlas.accounts.named(owner).number
    with atlas.generations.changing(None):
        atlas.library.share_collection(name, private=True, owner=number)


def _reader(atlas: Atlas, name: str) -> Any:
    from litatlas.accounts.reader import person

    return person(atlas.accounts.named(name))
