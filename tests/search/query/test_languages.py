"""In which language a query speaks, and that the function words of that language are not looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent
from ingest.text.analysis import ANALYSIS_VERSION, analyzer
from search.clauses import TEXT, AllOf, AnyOf, Term
from search.engines.contract import Stamp
from search.engines.documents import index_papers
from search.engines.tantivy.engine import TantivyEngine
from search.query.languages import OTHER_LANGUAGES, Speech, spoken
from search.query.parser import parse
from search.query.resolve import resolve
from search.request import SearchRequest
from search.searcher import Searcher

LANGS = ("en", "fr", "de", "it")


@pytest.mark.parametrize(
    ("query", "lang"),
    [
        ("machine learning for the diagnosis of retinal disease", "en"),
        ("war veterans", "en"),
        ("die casting", "en"),
        ("vitamin c", "en"),
        ("the of", "en"),
        ("maladie de Crohn", "fr"),
        ("les effets de la chaleur sur le coeur", "fr"),
        ("die Behandlung der Depression", "de"),
        ("", "en"),
    ],
)
def test_the_language_of_a_query(query: str, lang: str) -> None:
    assert spoken(analyzer().forms(query), analyzer(), LANGS) == lang
    assert Speech.of(parse(query), analyzer(), LANGS).langs[0] == lang


def test_a_library_without_papers_speaks_english() -> None:
    assert Speech.of(parse("stars"), analyzer(), ()).langs == ("en",)


def test_function_words_of_the_query_are_dropped_in_every_language() -> None:
    query = parse("learning for the retina")
    clause = resolve(query, analyzer(), speech=Speech.of(query, analyzer(), LANGS))
    assert isinstance(clause, AllOf)
    tokens = {word.children[0].token for word in clause.children if isinstance(word, AnyOf)}
    assert tokens == {"learn", "retina"}
    assert not tokens & {"for", "the"}


def test_the_stems_of_other_languages_count_less() -> None:
    query = parse("Küsten")
    clause = resolve(query, analyzer(), speech=Speech(analyzer(), ("en", "de")))
    german = AllOf((Term("lang", "de"), Term(TEXT, "kust", OTHER_LANGUAGES)))
    assert clause == AnyOf((Term(TEXT, "kusten", 1.0), german))


def test_inflections_are_looked_for_in_every_language_of_a_library() -> None:
    speech = Speech(analyzer(), ("en", "zh", "ja", "ko", "cs", "fa", "he", "fr", "es", "ru"))
    assert speech.elsewhere("почва")["почв"] == ("ru",)
    assert speech.elsewhere("habitos") == {
        "habitos": ("zh", "ja", "ko", "cs", "fa", "he", "fr", "ru"),
        "habit": ("es",),
    }


def test_english_function_words_do_not_find_a_paper_in_french(
    tmp_path: Path,
) -> None:
    english = [
        Document(f"e{n}", f"Machine learning for the diagnosis of retinal disease, part {n}", lang="en")
        for n in range(3)
    ] + [Document(f"x{n}", f"The habits of the common frog for year {n}", lang="en") for n in range(20)]
    french = Document("f", "The Thesaurus of the poor, for the reader of the time", lang="fr")
    with Library.open(f"sqlite:///{tmp_path}/library.db") as library:
        add(library, "A", [("t", one) for one in [*english, french]], processes=1, progress=Silent())
        engine = TantivyEngine(tmp_path / "index")
        stamp = Stamp(sequence=library.sequence(), analysis=ANALYSIS_VERSION, dims=0)
        engine.create("i", stamp)
        engine.write("i", index_papers(library.papers(), analyzer(), None), stamp=stamp)
        searcher = Searcher(engine, "i", library, analyzer())
        found = searcher.search(SearchRequest("machine learning for the diagnosis of retinal disease"))
        assert [hit["source_id"][0] for hit in found["documents"]] == ["e", "e", "e"]
        assert searcher.search(SearchRequest("thesaurus of the poor"))["documents"][0]["source_id"] == "f"
        engine.close()
