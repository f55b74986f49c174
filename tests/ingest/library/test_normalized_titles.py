"""Titles as duplicates are told by: their letters, and those that many papers have."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.duplicates.normalized_titles import about, bare_title, normal_title, weakness

TITLE = "Load and knee pain in rowers"


@pytest.mark.parametrize(
    ("title", "letters"),
    [
        ("The Größe: of $x$!", "thegrosseofx"),
        ("Éditorial — a  second_look (2nd ed.)", "editorialasecondlook2nded"),
        (r"Decay of $B^{+} \\to K_S \\mu$ mesons", "decayofbksmesons"),
        (r"\\textit{Candida} sp.", "candidasp"),
        ("文献计量学", "文献计量学"),
        ("…", ""),
        ("", ""),
    ],
)
def test_letters_and_digits_of_a_title(title: str, letters: str) -> None:
    assert normal_title(title) == letters


@pytest.mark.parametrize(
    "spelling", ["{}", "RETRACTED: {}", "[Retracted] {}", "RETRACTED ARTICLE: {}", "{} (Retracted article)"]
)
def test_a_mark_of_retraction_is_no_part_of_a_title(spelling: str) -> None:
    assert bare_title(spelling.format(TITLE)) == "loadandkneepaininrowers"
    assert about(spelling.format(TITLE)) == weakness(spelling.format(TITLE)) == ""
    assert weakness(spelling.format("Editorial")) == "generic"
    assert about(spelling.format(f"{TITLE} - Reply")) == "reply"


def test_a_notice_of_retraction_is_another_paper() -> None:
    assert bare_title(f"Retraction of: {TITLE}") != bare_title(TITLE)


# -- titles about other papers -----------------------------------------------------------------------------

BEGINNINGS = {
    "correction": "Erratum: {}|Errata - {}|Corrigendum to {}|Addendum: {}|Correction: {}|"
    "Author’s correction: {}|Publisher Correction: {}|Fe de erratas: {}|Errata corrige: {}|Berichtigung: {}",
    "retraction": "Retraction: {}|Notice of retraction: {}|Expression of concern: {}|"
    "Editorial expression of concern: {}",
    "reply": "Reply to {}|In reply: {}|Replies: {}|The authors' reply: {}|Authors’ response: {}|"
    "Response to {}|Responses: {}|Réponse à {}|Respuesta a {}|Resposta a {}|Rejoinder: {}|"
    "Erwiderung: {}|Ответ: {}",
    "review": "Book review: {}|Review of {}|Book Reviews. {}",
    "comment": "Comment on {}|Comments to {}|Commentary on “{}”|Invited comment: {}|Editorial comment: {}|"
    "Discussion: {}|Discussion of {}|Re: {}|“Re: {}”|RE : {}",
    "letter": "Letter: {}|Letters. {}",
}
ENDINGS = {
    "correction": "{} - Erratum|{}: errata|{} (Correction)|{} — Corrigendum",
    "retraction": "{}. Retraction",
    "reply": "{} - Reply|{}: authors’ response|{} (Reply to the letter)|{} — Schlusswort|{}. Risposta|"
    "{}, Antwort|{}: réponse|{} - Erwiderung|{} - rejoinder|{} - replies|{} - ответ|{}; respuesta|"
    "{} - Reply.)|{} — Reply”",
    "comment": "{} - Comment|{}: commentary|{} [Discussion]|{}: Kommentar|{}: comentario|{} - комментарий",
    "letter": "{} (Letter)|{}: letters to the editor",
}


@pytest.mark.parametrize(
    ("kind", "spelling"),
    [(kind, one) for table in (BEGINNINGS, ENDINGS) for kind, all in table.items() for one in all.split("|")],
)
def test_a_title_about_another_paper(kind: str, spelling: str) -> None:
    assert about(spelling.format(TITLE)) == kind
    assert weakness(spelling.format(TITLE)) == "about"
    long = "Loads on the knees of elite rowers in a season of training at altitude, by new force plates"
    assert about(spelling.format(long)) == kind


@pytest.mark.parametrize(
    "title",
    [
        "Load and knee pain in rowers", "Response of yeast to salt", "Corrections of myopia in children",
        "Lettered tiles in Etruscan houses", "Reviewing the reviewers of reviews",
        "Responses of yeast to salt",
        "Retractions of the scapula in swimmers", "Discussions in online forums of patients",
        "Commentary tracks of old films", "Recovery: a study of rowers", "Load in rowers: a matched cohort",
        "Load in rowers: the quick and certain response of their knees to weights",
        "Load in rowers - the knee",
        "Quality of editorial letters and of replies by authors", "Load in rowers: reply times", "", "…",
        "Load in rowers [Editorial]", "Load in rowers: from the editor",
        "Load in rowers. Reply-to addresses of knees that answer letters by themselves at night",
    ],
)  # fmt: skip
def test_most_titles_are_about_no_other_paper(title: str) -> None:
    assert about(title) == ""


def test_a_comment_on_a_comment_is_neither_the_comment_nor_the_paper() -> None:
    spellings = ["{}", "Reply to {}", "Erratum: {}", "Comment on: {}", "Comment on: Editorial comment: {}",
                 "Reply: comment on: {}", "Reply to {} - reply", "Letter: reply: comment on {}"]  # fmt: skip
    kinds = [about(spelling.format(TITLE)) for spelling in spellings]
    assert kinds == ["", "reply", "correction", "comment", "comment comment",
                     "comment reply", "reply reply", "comment letter reply"]  # fmt: skip
    assert all(one != other for one, other in combinations(kinds, 2))


def test_the_words_of_a_beginning_are_counted_to_three_and_the_ending_counts_too() -> None:
    assert about(f"Erratum: Letter: Re: Reply: {TITLE} - comment") == "comment comment correction letter"


# -- titles that many papers have --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Introduction", "Letter to the Editor", "Table of contents", "Short notices", "Authors' Reply.",
        "Éditorial", "Carta al director", "От редакции", "前言", "Editorial Board, Volume 12, Issue 3",
        "Buchbesprechungen", "Notes & news", "Book Reviews (J)", "EDITORIAL: X", "Preface 2",
        "Index of authors and subject index of journal, Volume II, No. 3",  # twelve words
        "…",
    ],
)  # fmt: skip
def test_a_title_that_names_a_kind_of_text(title: str) -> None:
    assert weakness(title) == "generic"


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Schizophrenia", "short"), ("UV notes", "short"), ("文献计量学", "short"),
        ("The sleep apnea", "short"),        ("Sleep apnea", "short"), ("On the sleep of us", "short"),
        ("Electroencephalography in chimpanzees", "short"), ("Electroencephalography for chimpanzees", ""),
        ("Old cats saw men us", "short"), ("Old cats saw mens us", ""),  # 15 letters and 16
        ("文献计量学分", ""), ("中国城市居民文献计量学研究", ""),
        ("Deep learning of galaxy shapes", ""), ("Introduction to knots of rope", ""), ("", ""),
        # One word more than a list of an issue's parts has.
        ("Index of authors and subject index of the journal, Volume II, No. 3", ""),
    ],
)  # fmt: skip
def test_a_title_is_weak_when_it_has_few_words(title: str, why: str) -> None:
    assert weakness(title) == why


@given(st.text(max_size=300))
def test_any_text_has_a_kind(title: str) -> None:
    assert weakness(title) in ("", "generic", "about", "short")
    assert about(title) == about(title)
    assert bare_title(title) == normal_title(bare_title(title)) or not bare_title(title).isascii()
