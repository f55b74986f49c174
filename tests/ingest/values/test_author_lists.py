"""Lists of authors in one text, in the styles that services and people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.author_lists import split_authors, split_listed


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Gatica, G.N., Sequeira, F.A., van der Lee, J.", "Gatica, G.N.|Sequeira, F.A.|van der Lee, J."),
        ("Marsh K, Oduya PT, van der Lee J", "Marsh, K|Oduya, PT|van der Lee, J"),
        ("SMITH J.A., VAN DER LEE K.", "SMITH, J.A.|VAN DER LEE, K."),
        ("Müller J., van Dam K., Li X.", "Müller, J.|van Dam, K.|Li, X."),
        ("Berg A1, Costa B2, Wei L1,2", "Berg, A|Costa, B|Wei, L"),
        ("Berg A*, Costa B†", "Berg, A|Costa, B"),
        ("G20 Group; H3Africa Consortium", "G20 Group|H3Africa Consortium"),
        ("김철수, 이영희", "김철수|이영희"),
        ("Roe K, Poe LM; Moss Study Group.", "Roe, K|Poe, LM|Moss Study Group"),
        ("Smith, J.; Doe, K.; Roe, L.", "Smith, J.|Doe, K.|Roe, L."),
        ("Smith J; Doe KL;", "Smith, J|Doe, KL"),
        ("Marsh, Kim; Oduya, Peter T.", "Marsh, Kim|Oduya, Peter T."),
        ("Kim Marsh|Peter T. Oduya", "Kim Marsh|Peter T. Oduya"),
        ("K Marsh, PT Oduya, J van der Lee", "K Marsh|PT Oduya|J van der Lee"),
        ("Smith, J., Doe, K. L., & Roe, L.", "Smith, J.|Doe, K. L.|Roe, L."),
        ("Smith, John, Doe, Jane, and Roe, Ann", "Smith, John|Doe, Jane|Roe, Ann"),
        ("Smith, John A., Doe, Jane B.", "Smith, John A.|Doe, Jane B."),
        ("Smith, J., Jr., Doe, K.", "Smith, J., Jr.|Doe, K."),
        ("Smith JA Jr, Doe K 3rd", "Smith, JA, Jr|Doe, K, 3rd"),
        ("A. One & B. Two", "A. One|B. Two"),
        ("ANNA BERG, BO COSTA AND KIM DOE", "ANNA BERG|BO COSTA|KIM DOE"),
        ("KIM XU; ANNA BERG", "KIM XU|ANNA BERG"),
        ("IEEE FOO GROUP; BERG AB", "IEEE FOO GROUP|BERG, AB"),
        ("A. First AND B. Second", "A. First|B. Second"),
        ("Jane Doe, John Roe", "Jane Doe|John Roe"),
        ("García Márquez, Gabriel José", "García Márquez|Gabriel José"),
        ("García Márquez, Gabriel J.", "García Márquez, Gabriel J."),
        ("van Dam, John A.", "van Dam, John A."),
        ("Smith, John", "Smith, John"),
        ("Berg A.", "Berg, A."),
        ("Jane Doe\nJohn Roe", "Jane Doe|John Roe"),
        ("Smith, J.\nDoe, K.", "Smith, J.|Doe, K."),
        ("A. One, B. Two,\nC. Three and\nD. Four", "A. One|B. Two|C. Three|D. Four"),
        ("张伟；李明；王小波", "张伟|李明|王小波"),
        ("张伟，李明", "张伟|李明"),
        ("张伟,李明,王小波", "张伟|李明|王小波"),
        ("张伟、李明、等", "张伟|李明"),
        ("张伟, 李明", "张伟|李明"),
        ("山田, 太郎", "山田, 太郎"),
        ("Zhang，Wei；Li，Ming", "Zhang, Wei|Li, Ming"),
        ("Smith J., Doe K., et al.", "Smith, J.|Doe, K."),
        ("Smith, J., Doe, K., and others", "Smith, J.|Doe, K."),
        ("Smith J, ...", "Smith, J"),
        ("Barnes and Noble, Inc.", "Barnes and Noble, Inc."),
        ("Centers for Disease Control and Prevention", "Centers for Disease Control and Prevention"),
        ("Ministry of Food and Rural Affairs", "Ministry of Food and Rural Affairs"),
        ("Smith J, Doe K, WHO Study Group", "Smith, J|Doe, K|WHO Study Group"),
        ("Smith, J., Doe, K., World Health Organization", "Smith, J.|Doe, K.|World Health Organization"),
        ("RECOVERY Group and Anna Berg", "RECOVERY Group|Anna Berg"),
        ("Gatica, G. (57190000000); Doe, K. (57190000001)", "Gatica, G.|Doe, K."),
        ("O&#39;Brien, K.; M&uuml;ller, J.", "O'Brien, K.|Müller, J."),
        ("Plato, Aristotle, Socrates", "Plato|Aristotle|Socrates"),
        ("KIM XU", "KIM XU"),  # either way round
        ("KIM XU; BERG AB", "KIM, XU|BERG, AB"),
        ("Jane Doe, John Roe, Jr.", "Jane Doe|John Roe Jr."),
        ("", ""),
        (" ; , ", ""),
    ],
)
def test_styles(text: str, names: str) -> None:
    assert split_authors(text) == [name for name in names.split("|") if name]


def test_what_a_source_knows_of_its_commas() -> None:
    three = ["Marsh, K", "Oduya, PT", "van der Lee, J"]
    assert split_authors("Marsh K, Oduya PT, van der Lee J.", comma=False) == three  # no name is like that
    assert split_authors("Marsh, K., Oduya, P., Roe, L.", comma=False) == [
        "Marsh, K.",
        "Oduya, P.",
        "Roe, L.",
    ]
    assert split_authors("Fonseca C., Efraín R.", comma=False) == ["Fonseca C., Efraín R."]
    assert split_authors("King, Martin Luther, Jr.", comma=False) == ["King, Martin Luther, Jr."]
    assert split_authors("García Márquez, Gabriel José", comma=False) == ["García Márquez, Gabriel José"]
    assert split_authors("Plato, Jane Doe", comma=True) == ["Plato", "Jane Doe"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Smith, J.; Doe, K.; Roe, L.", ["Smith, J.", "Doe, K.", "Roe, L."]),
        ("张伟；李明", ["张伟", "李明"]),
        ("A. One & B. Two", ["A. One", "B. Two"]),
        ("Smith, John, Jr", ["Smith, John, Jr"]),
        ("Barnes & Noble, Inc.", ["Barnes & Noble, Inc."]),
        ("Berg AB", ["Berg AB"]),
    ],
)
def test_several_names_where_a_format_has_one(text: str, names: list[str]) -> None:
    assert split_listed(text) == names


@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(st.sampled_from(["A", "B.", ", ", "; ", " and ", "张", "Jr"])).map("".join),
    )
)
def test_no_list_raises_or_has_an_empty_name(text: str) -> None:
    assert all(name.strip() for name in split_authors(text))


def test_a_name_among_names_is_not_split_at_its_comma() -> None:
    assert split_listed("Fonseca C., Iris R.", alone=False) == ["Fonseca C., Iris R."]
    assert len(split_listed("Berg A., Costa B., Dahl C.", alone=False)) == 3


@pytest.mark.parametrize(
    ("one", "names"),
    [
        ("Smith J, Doe K, et al.", ["Smith, J", "Doe, K"]),
        ("Smith, J. et al.", ["Smith, J."]),
        ("John Smith, Kim Doe, Leo Roe", ["John Smith", "Kim Doe", "Leo Roe"]),
        ("Smith, Jr., John", ["Smith, Jr., John"]),
        ("van der Berg, Jr., John Paul", ["van der Berg, Jr., John Paul"]),
        ("de la Cruz Lopez, Maria Luisa", ["de la Cruz Lopez, Maria Luisa"]),
    ],
)
def test_lists_in_one_place_are_told_from_one_name(one: str, names: list[str]) -> None:
    assert split_listed(one) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anna B. Berg, C. Costa and Kim Doe", ["Anna B. Berg", "C. Costa", "Kim Doe"]),
        ("Anna Berg, Kim Doe, and Wei Li", ["Anna Berg", "Kim Doe", "Wei Li"]),
        ("Berg Costa Inc", ["Berg Costa Inc"]),
        ("Kim Doe And Wei Li", ["Kim Doe", "Wei Li"]),
        ("By Kim Doe, Wei Li", ["Kim Doe", "Wei Li"]),
        ("Kim Doe, Wei Li and Others", ["Kim Doe", "Wei Li"]),
    ],
)
def test_lists_that_look_plain_are_split_as_all_others_are(text: str, names: list[str]) -> None:
    assert split_authors(text, comma=True) == names
    assert split_authors(f" {text}", comma=True) == names  # which is no plain one
