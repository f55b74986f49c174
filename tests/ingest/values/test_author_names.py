"""Names taken apart: the styles in which sources write one person, and groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.author_names import (
    Name,
    initials_come_last,
    is_group,
    is_initials,
    is_particle,
    is_suffix,
    parse_name,
    parse_names,
)


@pytest.mark.parametrize(
    "text",
    ["Berg, Anna B.", "Berg, A.B.", "Berg, AB", "Berg AB", "Berg A.B.", "Berg A. B.", "A. B. Berg",
     "A.B.Berg", "AB Berg", "Anna B. Berg", "BERG Anna B.", "BERG AB", "Berg, A.-B.", "Berg A-B"],
)  # fmt: skip
def test_one_person_in_every_style(text: str) -> None:
    name = parse_name(text)
    assert (name.family.title(), name.initials, name.particle, name.suffix) == ("Berg", "AB", "", "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("van der Lee J", Name("Lee", "J", "van der")),
        ("van der Lee, Jan Peter", Name("Lee", "Jan Peter", "van der")),
        ("Jan Peter van der Lee", Name("Lee", "Jan Peter", "van der")),
        ("Beethoven, Ludwig van", Name("Beethoven", "Ludwig", "van")),
        ("Lee J van der", Name("Lee", "J", "van der")),
        ("Dirk Van Dam", Name("Van Dam", "Dirk")),
        ("De Smet, P.", Name("De Smet", "P.")),
        ("de la Cruz", Name("Cruz", "", "de la")),
        ("José Ortega y Gasset", Name("Ortega y Gasset", "José")),
        ("Oliver St. John", Name("St. John", "Oliver")),
        ("Ben Smith", Name("Smith", "Ben")),
        ("García Márquez G", Name("García Márquez", "G")),
        ("Mohammed bin Salman", Name("Salman", "Mohammed", "bin")),
        ("King, Martin, Jr", Name("King", "Martin", "", "Jr")),
        ("King, Jr., Martin", Name("King", "Martin", "", "Jr.")),
        ("King Jr, Martin", Name("King", "Martin", "", "Jr")),
        ("King, Martin III", Name("King", "Martin", "", "III")),
        ("Martin King, Jr.", Name("King", "Martin", "", "Jr.")),
        ("King ML 3rd", Name("King", "ML", "", "3rd")),
        ("John Lee IV", Name("Lee", "John", "", "IV")),
        ("Lee IV", Name("Lee", "IV")),
        ("Lee, IV", Name("Lee", "IV")),
        ("Jane Doe, PhD", Name("Doe", "Jane")),
        ("Madonna", Name("Madonna")),
        ("Ivanov Yu. P.", Name("Ivanov", "Yu. P.")),
        ("Иванов И. П.", Name("Иванов", "И. П.")),
        ("山田 太郎", Name("山田", "太郎")),
        ("张伟", Name("张伟")),
        ("LI X", Name("LI", "X")),
        ("X. Li", Name("Li", "X.")),
        ("KIM SH", Name("KIM", "SH")),
        ("J. P. LI", Name("LI", "J. P.")),
        ("", Name()),
    ],
)
def test_parts(text: str, name: Name) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["World Health Organization", "ATLAS Collaboration", "Barnes and Noble, Inc.", "WHO Study Grp",
     "World Bank", "Centers for Disease Control and Prevention", "Investigators, RECOVERY",
     "Universität Wien", "Smith & Sons", "The Lancet", "Anonymous", "中国医学会"],
)  # fmt: skip
def test_groups_stay_whole(text: str) -> None:
    assert parse_name(text) == Name(literal=text)
    assert parse_name(text).inverted == parse_name(text).natural == text


@pytest.mark.parametrize("text", ["Press, William H.", "Ian Banks", "On Lee", "World, Anna", "May The"])
def test_people_with_words_of_groups_are_people(text: str) -> None:
    assert not is_group(text)


def test_a_source_may_say_that_a_name_is_a_group() -> None:
    names = parse_names(("Knee Board", "Kim Marsh"), groups=("Knee Board",))
    assert names == [Name(literal="Knee Board"), Name("Marsh", "Kim")]


@pytest.mark.parametrize(
    ("authors", "inverted"),
    [
        (["KIM XU"], ["KIM XU"]),
        (["KIM XU", "LEE HO"], ["KIM XU", "LEE HO"]),
        (["KIM XU", "ANNA BERG"], ["XU, KIM", "BERG, ANNA"]),
        (["KIM XU", "BERG AB"], ["KIM, XU", "BERG, AB"]),
        (["KIM XU", "ANNA BERG", "ROTH AB"], ["KIM XU", "BERG, ANNA", "ROTH, AB"]),
        (["KIM XU", "WORLD HEALTH ORGANIZATION"], ["KIM XU", "WORLD HEALTH ORGANIZATION"]),
        (["SMITH MA"], ["SMITH, MA"]),
        (["NG TP"], ["NG, TP"]),
        (["KIM, XU"], ["KIM, XU"]),
    ],
)
def test_a_name_in_capitals_is_read_as_the_others_of_its_paper_are(
    authors: list[str], inverted: list[str]
) -> None:
    assert [name.inverted for name in parse_names(authors)] == inverted


def test_both_orders_can_be_written() -> None:
    name = parse_name("King M van der, Jr")
    assert name.inverted == "van der King, M, Jr"
    assert name.natural == "M van der King Jr"
    assert parse_name("Marsh, Kim").natural == "Kim Marsh"


@given(st.text(max_size=400))
def test_no_name_raises_and_what_is_written_parses_alike(text: str) -> None:
    name = parse_name(text)
    assert isinstance(name.initials, str)
    assert not name.literal or name == Name(literal=name.literal)


@pytest.mark.parametrize(
    ("text", "initials"),
    [
        ("J.", True),
        ("J. P.", True),
        ("J.-P.", True),
        ("S.‐H.", True),
        ("ABC", True),
        ("ABCD", False),
        ("A.B.C.D", True),
        ("A.B.C.D.E", True),
        ("A.B.C.D.E.F", False),
        ("Yu.", True),
        ("Yu", False),
        ("Anna.", False),
        ("St.", False),
        ("Jr.", False),
        ("jp.", False),
        ("J2", False),
        ("-", False),
        ("A B C D", True),
        ("A B C D E", False),
        ("", False),
        ("Ж.", True),
    ],
)
def test_what_is_nothing_but_initials(text: str, initials: bool) -> None:
    assert is_initials(text) is initials


@pytest.mark.parametrize(
    ("given", "initials"),
    [
        ("Anna Berta", "AB"),
        ("anna", "A"),
        ("A.-B.", "AB"),
        ("ABC", "ABC"),
        ("ABCD", "A"),
        ("J.‐P.", "JP"),
        ("(Bob) 'Al'", "BA"),
        ("ИВ", "И"),  # a short name as often as two initials
        ("", ""),
    ],
)
def test_the_letters_of_given_names(given: str, initials: str) -> None:
    assert Name("Berg", given).initials == initials


@pytest.mark.parametrize("word", ["van", "der", "de", "la", "'t", "bin", "und", "von"])
def test_particles_are_in_lower_case(word: str) -> None:
    assert is_particle(word)
    assert not is_particle(word.upper())


@pytest.mark.parametrize("text", ["Jr", "jr.", "SR", "Jnr", "snr.", "2nd", "3rd", "4th", "II", "III.", "IV"])
def test_generations(text: str) -> None:
    assert is_suffix(text)
    assert not is_suffix(f"{text}x")
    assert parse_name(f"King, Martin Luther, {text}").suffix == text


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("Berg A B", 1),
        ("van der Lee J P", 3),
        ("García Márquez G", 2),
        ("Lee J van", 1),
        ("Lee van", 0),
        ("J P", 0),
        ("J. P. LI", 0),
        ("JP Li", 0),
        ("LI X", 1),
        ("VAN DAM KL", 2),
        ("A B", 0),
        ("Berg", 0),
    ],
)
def test_how_many_words_before_initials_are_the_family(words: str, family: int) -> None:
    assert initials_come_last(words.split()) == family


@pytest.mark.parametrize(
    "text",
    ["National Zoo", "International Desk", "European Peat", "United Rowers", "Federal Peat", "The Peat",
     "Peat and Fire", "Peat of Wales", "Peat for All", "Peat on Fire", "Peat against Fire", "Peat für Alle",
     "Peat pour Tous", "anonymous", "研究院", "中国科学院大学", "日本学会"],
)  # fmt: skip
def test_words_that_begin_or_link_the_names_of_groups(text: str) -> None:
    assert is_group(text)


@pytest.mark.parametrize(
    "text", ["Of Peat", "And Peat", "Peat, National", "Anonymous Author", "", "Peat", "Für Alle", "学 张"]
)
def test_names_that_only_look_like_those_of_groups(text: str) -> None:
    assert not is_group(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jane Doe PhD", Name("Doe", "Jane")),
        ("Jane Doe MSc PhD", Name("Doe", "Jane")),
        ("Doe MD", Name("Doe", "MD")),  # two initials sooner than a degree
        ("Jane Doe, M.D., Ph.D.", Name("Doe", "Jane")),
        ("PhD", Name(literal="PhD")),
        ("Lee II", Name("Lee", "II")),
        ("Ann Lee II", Name("Lee", "Ann", "", "II")),
        ("Lee Jr", Name("Lee", "", "", "Jr")),
        ("Ann Lee Jr.", Name("Lee", "Ann", "", "Jr.")),
        ("Lee, Jr", Name("Lee", "", "", "Jr")),
        ("van, Lee", Name("van", "Lee")),
        ("van Lee, Ann", Name("Lee", "Ann", "van")),
        ("van der, Ann", Name("der", "Ann", "van")),
        ("Lee, van", Name("Lee", "van")),
        ("Lee, Ann van der", Name("Lee", "Ann", "van der")),
        ("Ann y Lee", Name("Lee", "Ann y")),
        ("Ann Ruiz y Lee", Name("Ruiz y Lee", "Ann")),
        ("y Lee", Name("Lee", "y")),
        ("Ann Saint Clair", Name("Saint Clair", "Ann")),
        ("Ann St. Clair", Name("St. Clair", "Ann")),
        ("Ann St Clair", Name("Clair", "Ann St")),
        ("St. Clair", Name("Clair", "St.")),
        ("De Lee", Name("Lee", "De")),
        ("Ann De La Cruz", Name("De La Cruz", "Ann")),
        ("van Lee", Name("Lee", "", "van")),
        ("BERG ANNA", Name("ANNA", "BERG")),
        ("BERG Anna ROE", Name("BERG", "Anna ROE")),
        ("ann b. lee", Name("lee", "ann b.")),
        ("a b c d e f g h i j", Name("j", "a b c d e f g h i")),
        ("a b c d e f g h i j k", Name(literal="a b c d e f g h i j k")),
        ("Lee,", Name("Lee")),
        (",", Name(literal=",")),
        ("  Ann \t Lee ", Name("Lee", "Ann")),
    ],
)
def test_names_at_the_edges_of_the_rules(text: str, name: Name) -> None:
    assert parse_name(text) == name


def test_only_the_beginning_of_an_endless_name_is_read() -> None:
    assert parse_name("Lee, " + "A" * 1_000) == parse_name("Lee, " + "A" * 295)
    assert is_group("x " * 150 + "University") is False
    assert is_group("x " * 140 + "University") is True
