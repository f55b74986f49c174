"""Names taken apart: the styles in which sources write one person, and groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.author_names import Name, is_group, parse_name, parse_names


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
