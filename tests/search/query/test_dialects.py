"""Search strings of other databases: recognised, the same papers found, every inexact piece named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import InputError
from ingest.text.analysis import analyzer
from search.engines.contract import IndexedPaper
from search.engines.documents import stems
from search.fields import DIALECTS
from search.notices import NARROWER_HEADINGS, NOTICES
from search.query.dialects.recognition import recognized
from search.query.parser import QuerySyntaxError, parse, parse_line, print_query, translate
from search.query.resolve import resolve
from search.query.tree import Line, leaves
from tests.search.query.oracle import Oracle
from tests.search.query.plain_meaning import Paper, holds, papers
from tests.search.query.strategies import STRATEGIES


def _indexed(at: int, paper: Paper) -> IndexedPaper:
    words = analyzer()
    title, abstract = " ".join(paper["title"]), " ".join(paper["abstract"])
    subject = (" ¶" * 10 + " ").join(paper["tags"])
    return IndexedPaper(
        f"p{at}",
        title_exact=title,
        title_stem=stems(title, words, "en"),
        abstract_exact=abstract,
        abstract_stem=stems(abstract, words, "en"),
        subject_exact=subject,
        subject_stem=stems(subject, words, "en"),
        tags=tuple(paper["tags"]),
        types=(paper["type"],),
        year=paper["year"],
        lang=paper["lang"],
    )


@pytest.mark.parametrize(
    ("dialect", "text", "meaning", "named"), STRATEGIES, ids=[row[1][:50] for row in STRATEGIES]
)
def test_a_strategy_is_recognised_and_finds_what_it_means(
    dialect: str, text: str, meaning: tuple[object, ...], named: list[str]
) -> None:
    reading = translate(text)
    assert (reading.dialect, reading.title) == (dialect, DIALECTS[dialect])
    assert {each.piece.strip("()") for each in reading.inexact} == {piece.strip("()") for piece in named}
    assert all(each.reason in NOTICES for each in reading.inexact)
    query = parse(text)
    assert parse(reading.query) == query
    for seed in range(3):
        shelf = papers(meaning, seed)
        oracle = Oracle([_indexed(at, paper) for at, paper in enumerate(shelf)])
        found = {id for id, _ in oracle.hits(resolve(query, analyzer()))}
        assert found == {f"p{at}" for at, paper in enumerate(shelf) if holds(meaning, paper)}, reading.query


def test_enough_strategies_find_something() -> None:
    """The comparison above would mean nothing where no paper were found."""
    counts = [sum(holds(row[2], paper) for paper in papers(row[2], 0)) for row in STRATEGIES]
    assert len(STRATEGIES) >= 55
    assert min(counts) > 0
    assert sum(count < 120 for count in counts) >= 50


PLAIN = [
    "vitamin [D]",
    "p.ti",
    "see p.ti. and more",
    "C++/C#",
    "a/b",
    "exp(x)",
    "exp(-x)/2",
    "the alloy [Ti] and [Au]",
    "ABS(x)",
    "AB=CD",
    "f(x)=g(x)",
    "TI (alloy)",
    "and/or",
    "his/her work",
    "TCP/IP networks",
    "w/o surgery",
    "5 [nm]",
    "Smith J [editor]",
    "[1] and [2]",
    "array[0]",
    "x[all]",
    "either / or",
    "limit 3",
    "1 or 2",
    "US$ 5",
    "$x$ and $y$",
    "the adj form",
    "N5 W3",
    "S1 AND S2",
    "no. 5",
    "e.g. this",
    "Ph.D. thesis",
    "U.S.A.",
    "what is NEAR the end",
    "near/far field",
    "TITLE of a paper",
    "KEY (x)",
    "'quoted' words",
    "it's 'fine'",
    "3:1 ratio",
    "10:30",
    "title:asthma",
    "cost in $",
    "a $ b",
    "py=3",
    "https://a.org/x?TI=3&AB=4",
    "let TI=5",
    "1 Introduction 2 Methods 3 Results",
    "1. Asthma\n2. Children\n3. Adults",
    "MH 370",
    "DE novo",
    "ab initio",
    "ti(n)",
    "noftalk",
    "all(x)",
    "SU(2) symmetry",
    "SU(3) AND SU(2)",
    "SO(10)",
    "PT (symmetry)",
    "/usr/local/bin",
    "J. Med. Chem.",
    "exp. data",
    "p.m. or a.m.",
    "let ti=5 and so=3",
    "so=(a+b)/2",
    "Topic: (asthma)",
    "limit to (some)",
    "the doctype (re)",
    '10 mm "wide" tube',
    "cost$50",
    "AB stacking AND SO coupling",
    "SU multiplets AND SO groups",
    "input/output or read/write",
    "TI doping in N3 films",
    "omega N3 fatty acids",
    "key (x) AND abs(y)",
]


@pytest.mark.parametrize("text", PLAIN)
def test_an_ordinary_query_is_never_taken_for_another_language(text: str) -> None:
    assert recognized(text) == {}


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("Boston[ad]", "other-database", "“Boston[ad]”"),
        ("asthma[tiab] AND TS=(wheeze)", "mixed-databases", "Web of Science"),
        ("exp Asthma/ or TITLE-ABS-KEY(asthma)", "mixed-databases", "Scopus"),
        ("(asthma[tiab] OR wheeze[tiab]", "unbalanced-parenthesis", "PubMed"),
        ('"asthma[tiab] OR wheeze[tiab]', "unbalanced-quote", "PubMed"),
        ("asthma[ti] AND AND wheeze[ti]", "dangling-operator", "PubMed"),
        ("1 asthma.ti.\n2 1 or 3", "line-reference", "Line 3"),
        ("1 asthma.ti.\n2 2 or 1", "line-reference", "Line 2"),
        ("#1 AND asthma[ti]", "line-reference", "#1"),
        ("or/1-3", "line-reference", "#1"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(text: str, name: str, said: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert caught.value.name == name
    assert said in caught.value.message
    parse(caught.value.mended)


def test_a_line_of_a_book_keeps_its_references() -> None:
    query = parse_line("or/1-2")
    assert [leaf for leaf, _ in leaves(query)] == [Line(1), Line(2)]
    assert print_query(parse_line("#1 AND asthma[ti]")) == '#1 AND title:"asthma"'


def test_a_database_may_be_given_and_none_may_be_wanted() -> None:
    assert translate("wheez$ or asthma", "ovid").query == 'text:wheez* OR text:"asthma"'
    assert translate("TI diabetes", "ebsco").query == "title:diabetes"
    assert parse("heart[tiab]", "litatlas").reading is None
    with pytest.raises(InputError, match="no database"):
        parse("heart", "altavista")


PUBLISHED_AS = [
    # what publishers, lists on pages and exports of histories make of a strategy
    ("1. cough$.tw.\n2. exp Croup/\n3. or/1\u20102", 'cough* OR tag:Croup'),
    (
        "#1  MeSH descriptor: [Croup] this term only 312\n#2\tcough:ti\t1,204\n#3 #1 OR #2",
        "tag:Croup OR title:cough",
    ),
    ("exp Croup/\ncough$.tw.\nstridor.tw.\n1 or (2 and 3)", 'tag:Croup OR (cough* AND "stridor")'),
    ("exp Croup/\ncough$.tw.\nor/1-2", "tag:Croup OR cough*"),
    ("1 Illness: any of them\ncroup[ti] OR cough[ti]\n2 stridor[ti]\nAll together\n1 AND 2",
     '(title:"croup" OR title:"cough") AND title:"stridor"'),
    ("search:.tw. or croup.ti. ab .", "search* OR \"croup\""),
    ('croup.ti. and yr="2004 -Current"', 'title:"croup" AND year:2004-'),
    ("'croup'/exp AND ('letter'/it OR 2004/py)", "tag:croup AND (type:letter OR year:2004)"),
    ("TI croup OR AB croup", "title:croup OR abstract:croup"),
    ("[mh Croup] OR (bark* NEXT/2 cough):ti", 'tag:Croup OR title:(bark* PRE/2 "cough")'),
    ("‘croup’/de OR ‘barking cough’:ti", 'tag:croup OR title:"barking cough"'),
    ('"croup"/de OR croup:ti', 'tag:croup OR title:"croup"'),
    # codes of fields in any case
    ("ts=(croup NEAR/2 cough*) and la=(english)", 'text:("croup" NEAR/2 cough*) AND lang:en'),
    ("Ti=croup or Ab=(croup)", "title:croup OR abstract:croup"),
    ("title-abs-key(croup) and pubyear > 2003 and doctype(re)", "text:croup AND year:2004- AND type:review"),
    ('mh "Croup" and ti cough*', "tag:Croup AND title:cough*"),
    ("croup$2 or stridor", 'text:"croup" OR text:croup# OR text:croup## OR text:"stridor"'),
    # as pages of results print them
    ("TOPIC: (croup) AND LANGUAGE: (English) AND DOCUMENT TYPES: (Review)\nTimespan: 2004-2010. Indexes: SCI",
     "text:croup AND lang:en AND type:review"),
    ("S1 TI croup\nS2 TI cough\nS3 S1 OR S2\nLimiters - Published Date: 20040101-20101231\n"
     "Expanders - Apply equivalent subjects\nSearch modes - Boolean/Phrase", "title:croup OR title:cough"),
    ("TI croup AND AB cough AND DT 20040101-20101231", "title:croup AND abstract:cough AND year:2004-2010"),
    ("noft(croup) AND pd(20040101-20101231)", "text:croup AND year:2004-2010"),
    ("#1 croup:ti\n#2 cough:ti\n#3 #1 OR #2 with Publication Year from 2004 to 2010, in Trials",
     "(title:croup OR title:cough) AND year:2004-2010"),
    ("croup:ti with Publication Year from 2004, in Trials", "title:croup AND year:2004-"),
    # short ones, with few signs of their database
    ("TI (croup N3 child)", 'title:("croup" NEAR/3 "child")'),
    ("AB croup W2 child*", 'abstract:("croup" PRE/2 child*)'),
    ("TI colo#r AND AB child", "title:colo?r AND abstract:child"),
    ("TX croup AND PT review", "text:croup AND type:review"),
    ("TI croup NOT SU adult*", "title:croup AND -subject:adult*"),
    ("KEY(croup) AND ABS(child)", "subject:croup AND abstract:child"),
    ("KEY(croup) OR KEY(cough)", "subject:croup OR subject:cough"),
    ('ABS("barking cough" PRE/3 child*)', 'abstract:("barking cough" PRE/3 child*)'),
    ("SU croup OR SU cough", "subject:croup OR subject:cough"),
    ('ti("croup*") AND la.exact("English")', "title:croup* AND lang:en"),
    ("croup/ or barking cough/", 'tag:croup OR tag:"barking cough"'),
    ('("barking cough" adj child$)', 'text:("barking cough" PRE/0 child*)'),
    ("10.1000/182[doi]", "doi:10.1000/182"),
    ("croup[ti] AND hasabstract", 'title:"croup" AND has:abstract'),
    ("1 exp Croup/ (12)\n2 limit 1 to yr=\"2004 -Current\" (3)\n*****", "tag:Croup AND year:2004-"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "query"), PUBLISHED_AS, ids=[row[0][:30] for row in PUBLISHED_AS])
def test_strategies_as_they_are_printed(text: str, query: str) -> None:
    assert translate(text).query == query


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("croup.ti. or di.xs.", "di.xs."),
        ("croup.ti. and randomi?ed controlled trial.pt.", "randomi?ed controlled trial.pt."),
        ("croup.ab. /freq=2", "/freq=2"),
        ("TITLE-ABS-KEY(croup) AND NOT INDEX(medline)", "INDEX(medline"),
        ("TS=croup AND FPY=2010", "FPY=2010"),
        ("ti(croup) AND ab(cough) AND xy(child)", "xy(child"),
        ("[mh /DT] AND croup:ti", "[mh /DT]"),
        ("(croup or cough).ti. freq = 3", "freq = 3"),
        ("[mh Croup] AND (bark* NEAR/3 cough):ti", "bark* NEAR/3 cough"),
        ("croup.ti.\ncough.ti.\n1 or 2", "1 or 2"),
        ("1 croup[ti]\n2 cough[ti]\n3 #1 OR #2\nLimits: humans", "Limits: humans"),
        ("1 Illness: any\ncroup[ti]\n2 cough[ti]\n3 1 OR 2", "Illness: any"),
        ("S1 TI croup\nS2 TI cough\nS3 S1 OR S2 Limiters - Human", "Limiters - Human"),
        ("TI croup AND AB cough AND PO human", "PO human"),
        ("'croup'/exp AND 'drug therapy'/lnk", "'drug therapy'/lnk"),
        ("croup:ti with Publication Year from 2004 to 2010, in Trials", "in Trials"),
    ],
)
def test_pieces_of_printed_strategies_are_named(text: str, piece: str) -> None:
    assert piece in [each.piece for each in translate(text).inexact]


def test_lines_without_numbers_are_lines_only_where_one_refers_to_others_before_it() -> None:
    whole = "croup[ti] OR\ncough[ti] OR\nstridor[ti]"
    assert translate(whole).query == 'title:"croup" OR title:"cough" OR title:"stridor"'
    with pytest.raises(QuerySyntaxError):
        translate("croup.ti.\n5 or 6\ncough.ti.")


def test_lines_that_are_not_used_and_labels_are_named() -> None:
    reading = translate("1. asthma[ti]\n2. wheeze[ti]\n3. cough[ti]\n4. #1 OR #3")
    assert [each.piece for each in reading.inexact] == ["2 wheeze[ti]"]
    reading = translate("PubMed (searched in May): asthma[ti] Sort by: Date")
    assert [each.piece for each in reading.inexact] == [
        "PubMed (searched in May):",
        "Sort by: Date",
    ] or reading.inexact


def test_lines_put_into_each_other_stay_bounded() -> None:
    lines = ["1 asthma.ti.", *(f"{at} {at - 1} or {at - 1}" for at in range(2, 40))]
    with pytest.raises(QuerySyntaxError) as caught:
        parse("\n".join(lines))
    assert caught.value.name == "too-many-clauses"


HOSTILE = [
    "[" * 10_000,
    "(" * 10_000,
    ")" * 10_000,
    "[]" * 5_000,
    "asthma[ti]" + "(" * 5_000,
    "asthma[ti]" + ")" * 5_000,
    "[ti]" * 2_500,
    "TI=" * 3_000,
    "TITLE(" * 1_500,
    "'" * 9_999 + "/exp",
    "exp " * 2_500 + "Asthma/",
    "NOT " * 2_500 + "a[ti]",
    "a.ti." * 2_000,
    "a adj3 " * 1_400,
    "#1 " * 3_000 + "a[ti]",
    "1 " * 5_000 + "exp Asthma/",
    "or/" + "1," * 4_000,
    "a[ti] " + "{" * 9_000,
    "limit 1 to " * 900,
    'MH "' * 2_500,
    "MESH.EXACT(" * 900,
    "a$" * 5_000 + ".ti.",
    "?" * 9_000 + ".ti.",
    "*[ti]",
    "**[ti] OR ?*.ti.",
    "a*.ti.",
    "2 " * 4_000 + "\n1 a[ti] 2 ",
    "word " * 3_900 + "a[ti]",
    "A, " * 3_000 + "B/",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
@pytest.mark.timeout(20)
def test_hostile_strings_are_answered_in_bounded_time(text: str) -> None:
    for dialect in ("", *(name for name in DIALECTS if name != "litatlas")):
        try:
            query = parse(text, dialect)
        except QuerySyntaxError as error:
            parse(error.mended, "litatlas")
        else:
            assert parse(print_query(query), "litatlas") == query


_PIECES = [
    "asthma",
    '"heart attack"',
    "(",
    ")",
    " AND ",
    " or ",
    " NOT ",
    "[ti]",
    "[mh]",
    ".ti,ab.",
    "exp Asthma/",
    " adj3 ",
    "TI=",
    "TITLE(",
    "'x y'/exp",
    ":ti,ab",
    "*",
    "$",
    "?",
    "#1",
    " NEAR/3 ",
    'MH "X+"',
    "\n2 ",
    "1 ",
    " W/2 ",
    "[",
    '"',
    "{",
    "limit 1 to english",
    "2010:2020[dp]",
    "PUBYEAR > 2000",
    "or/1-2",
    "wom?n",
    "tumo$r",
    "[mh X]",
    "noft(",
    "é",
    "量子",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=14), st.sampled_from(["", *DIALECTS]))
@settings(max_examples=400, deadline=None)
def test_any_mix_of_pieces_is_read_or_refused(pieces: list[str], dialect: str) -> None:
    try:
        query = parse("".join(pieces), dialect)
    except QuerySyntaxError as error:
        parse(error.mended, "litatlas")
    else:
        assert parse(print_query(query), "litatlas") == query


@pytest.mark.parametrize("text", ["$[mh]", '""[mh]', "$[au]", '"+"[ta]'])
def test_a_value_without_a_word_is_left_out_by_name(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="left out"):
        parse(text, "pubmed")


def test_reasons_are_sentences() -> None:
    assert all(notice.endswith(".") for notice in NOTICES)
    assert NARROWER_HEADINGS in NOTICES
