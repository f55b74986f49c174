"""Inputs after public bug reports, one a format: what each must be read as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.document import Document, Parsed, Rejected
from ingest.errors import InputError
from ingest.input_files import read_sources

SIGN_BY_SIGN = "".join(f"A1  - {sign}\n" for sign in "['Berg, Anna', 'Ito, Yu B.']")

CASES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "a.ris",  # a list of Python in one tag, as ASReview wrote it
        "TY  - JOUR\nA1  - ['Berg, Anna', 'Ito, Yu B.']\nT1  - Moss\nKW  - ['roof', 'wall']\nER  - \n",
        {"authors": ("Berg, Anna", "Ito, Yu B."), "tags": ("roof", "wall")},
    ),
    ("a.ris", f"TY  - JOUR\nT1  - Moss\n{SIGN_BY_SIGN}ER  - \n", {"authors": ("Berg, Anna", "Ito, Yu B.")}),
    (
        "a.ris",
        "TY  - JOUR\nTI  - Moss\nUR  - https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6500099/\nER  - \n",
        {"other_ids": ("pmcid:PMC6500099",)},
    ),
    *(
        (
            "a.ris",
            f"TY  - JOUR\nTI  - Moss\nVL  - 3\n{tag}  - 104502\nER  - \n",
            {"pages": "104502", "issue": ""},
        )
        for tag in ("M1", "C7", "AR", "SE")
    ),
    (
        "a.ris",  # Scopus, Web of Science, Ovid
        "TY  - JOUR\nTI  - Moss\nPU  - FOO PRESS\nN1  - Export Date: 3 May 2023; Cited By: 5\n"
        "KW  - *Asthma/et, th [Etiology, Therapy]\nKW  - TCP/IP\nER  - \n",
        {"publisher": "FOO PRESS", "citations": 5, "tags": ("Asthma", "TCP/IP")},
    ),
    ("a.ris", "TY  - JOUR\nTI  - Moss\nSP  - 3\nM1  - 4\nER  - \n", {"pages": "3", "issue": "4"}),
    ("a.bib", "@article{a, title={Moss}, note={Art. No. e104501}}", {"pages": "e104501"}),
    ("a.bib", "@article{a, title={Moss}, pages={12--}}", {"pages": "12"}),
    (
        "a.csv",  # bibliometrix writes Web of Science's tags: ID are keywords
        "AU,TI,SO,PY,DE,ID,UT\nBERG K;ITO PT,MOSS,J FOO,2019,MOSS;TEA,BREW,WOS:000400000000001\n",
        {
            "source_id": "WOS:000400000000001",
            "tags": ("MOSS", "TEA", "BREW"),
            "authors": ("BERG, K", "ITO, PT"),
        },
    ),
    (
        "a.csv",  # pybliometrics: source_id is the journal's
        "eid,doi,title,subtypeDescription,author_names,coverDate,publicationName,source_id,volume,"
        "issueIdentifier,article_number,description,authkeywords\n"
        '2-s2.0-9,10.1234/p,Moss,Article,"B, K;I, P",2019-03-15,J Foo,12345,12,3,104877,A.,roof | wall\n',
        {"source_id": "2-s2.0-9", "other_ids": ("scopus:2-s2.0-9",), "issue": "3", "tags": ("roof", "wall")},
    ),
    (
        "a.csv",  # Semantic Scholar
        "paperId,externalIds,title,authors\n"
        "abc,\"{'DOI': '10.1234/s', 'PubMed': '31000002'}\",Moss,\"[{'name': 'Kim Berg'}]\"\n",
        {"doi": "10.1234/s", "pmid": "31000002", "authors": ("Kim Berg",)},
    ),
    (
        "a.csv",  # rcrossref
        "container.title,created,doi,published.print,issued,title,type\n"
        "J Foo,2009-11-01,10.1234/r,1999-03,1998-12-01,Moss,journal-article\n",
        {"year": 1999, "date": "1999-03", "venue": "J Foo"},
    ),
    (
        "a.csv",  # DSpace
        "dc.title,dc.contributor.author,dc.date.issued,dc.identifier.doi,dc.description.abstract,dc.subject\n"
        'Moss,"Berg, Kim||Ito, P.",2019,10.1234/d,We study.,roof||wall\n',
        {"authors": ("Berg, Kim", "Ito, P."), "year": 2019, "doi": "10.1234/d", "tags": ("roof", "wall")},
    ),
    (
        "a.csv",  # arXiv's metadata
        'id,authors,title,categories,abstract\n0704.0001,"K. Berg, P. Ito",Moss,hep-ph cs.LG,We study.\n',
        {"arxiv_id": "0704.0001"},
    ),
    *(
        (
            "a.csv",
            f"{headings}\nMoss,2019,J Foo,12,3,1-9,roof; wall\n",
            {
                "year": 2019,
                "venue": "J Foo",
                "volume": "12",
                "issue": "3",
                "pages": "1-9",
                "tags": ("roof", "wall"),
            },
        )
        for headings in (
            "Título,Año,Revista,Volumen,Número,Páginas,Palabras clave",
            "Titre,Année,Revue,Volume,Numéro,Pages,Mots-clés",
            "Titolo,Anno,Rivista,Volume,Fascicolo,Pagine,Parole chiave",
            "Название,Год,Журнал,Том,Выпуск,Страницы,Ключевые слова",
        )
    ),
    (
        "a.csv",  # one row with a semicolon does not make one author of the other rows' lists
        "PMID,Title,Authors,Citation,Journal/Book,Publication Year\n"
        '1,Moss,"Berg A, Ito YB, van der Lee J.","J Foo. 2019 Apr;12(3):1-9.",J Foo,2019\n'
        '2,Fern,"Roe K, Poe L; Fern Study Group.","J Foo. 2020;13:e104.",J Foo,2020\n',
        {"authors": ("Berg, A", "Ito, YB", "van der Lee, J")},
    ),
    (
        "a.csv",
        'title,authors,year\nMoss,"c(""Berg, Anna"", ""Ito, Yu"")",2001\n',
        {"authors": ("Berg, Anna", "Ito, Yu")},
    ),
    (
        "a.csv",
        "title,authors,year\nMoss,\"['Berg, Anna' 'Ito, Yu']\",2001\n",
        {"authors": ("Berg, Anna", "Ito, Yu")},
    ),
    (
        "a.csv",  # Publish or Perish has noughts for what it does not know
        '"Cites","Authors","Title","Year","Source","GSRank","Volume","Issue","StartPage","EndPage"\n'
        '12,"K Berg","Moss",2015,"J Foo",1,0,0,0,0\n',
        {"volume": "", "issue": "", "pages": "", "citations": 12},
    ),
    (
        "a.csv",  # the day of going online is not the year of the volume
        "Document Title,Authors,Publication Title,Publication Year,Online Date\n"
        "Moss,K. Berg,J Foo,2019,1 Jan 2020\n",
        {"year": 2019, "date": ""},
    ),
    ("a.txt", "PMID-\u00a01\nTI  -\u00a0Moss\n", {"pmid": "1", "title": "Moss"}),
    (
        "a.nbib",
        "PMID- 1\nPB  - Univ Foo\nDP  - 1993\nTI  - Moss\nBTI - Plants\nFED - Adam, Mara\nED  - Adam M\n"
        "FAU - Berg, Anna\nAU  - Berg A\nAU  - Ito YB\nPT  - Book Chapter\n",
        {"authors": ("Berg, Anna", "Ito YB"), "editors": ("Adam, Mara",), "type": "chapter"},
    ),
    (
        "a.nbib",
        "PMID- 1\nTI  - Moss\nLID - 10.1234/m.1 [doi]\nLID - S0001-0002(19)30001-2 [pii]\nLID - e0012345\n",
        {"pages": "e0012345", "doi": "10.1234/m.1"},
    ),
    (
        "a.txt",  # PubMed as text: the language of an article stands between its title and its authors
        "1. J Moss. 2018;11:5.\n\n[Moss in winter].\n\n[Article in German]\n\nRoe L, Poe K.\n\nPMID: 290\n",
        {"title": "Moss in winter", "authors": ("Roe, L", "Poe, K"), "abstract": ""},
    ),
    *(
        (
            "a.txt",
            "Document 1 of 2\n\nMoss in schools\n\nAuthor: Berg, Anna; Ito, Yu\n\n"
            f"Publication info: {info}\n\nPublication year: 2018\n\n"
            "Document 2 of 2\n\nFerns\n\nAuthor: Ho, K\n",
            {"venue": "Journal of Bogs", "volume": "12", "issue": "3", "pages": "100-110", "date": "2018-03"},
        )
        for info in (
            "Journal of Bogs 12.3 (Mar 2018): 100-110.",
            "Journal of Bogs; Uppsala 12.3 (Mar 2018): 100-110.",
            "Journal of Bogs ; Uppsala  Vol. 12, Iss. 3,  (Mar 2018): 100-110.",
        )
    ),
    (
        "a.bib",  # Mendeley
        "@article{a, title={Moss}, abstract={Cysts {\\textless} 5{\\%} of {\\L}ukasz},"
        " url={https://example.org/?a=b{\\&}c={\\~{}}d}}",
        {"abstract": "Cysts < 5% of Łukasz", "url": "https://example.org/?a=b&c=~d"},
    ),
    (
        "a.bib",  # BibLaTeX's names by their parts
        "@article{a, title={Moss}, author={family=Beethoven, given=Ludwig, prefix=van and given={Jo Ann}, "
        "family={Berg}, suffix=Jr and Ito, Yu}, langid={ngerman}}",
        {"authors": ("van Beethoven, Ludwig", "Berg, Jo Ann, Jr", "Ito, Yu"), "lang": "de"},
    ),
    (
        "a.bib",  # Web of Science
        "@article{ WOS:1,\nTitle = {{Moss}},\nType = {{Article; Retracted Publication}}\n}\n",
        {"notices": ("retracted",)},
    ),
    (
        "a.bib",
        "@misc{a, title={Moss}, url={https://pubmed.ncbi.nlm.nih.gov/31000099/}}",
        {"pmid": "31000099"},
    ),
    (
        "a.json",  # what Zotero has no field for is in the note
        '{"items": [{"id": "a", "type": "article-journal", "title": "Moss", "container-title": "J Foo",'
        ' "number": "104877", "note": "PMID: 31000099\\nPMCID: PMC6500001\\narXiv:2001.00003"}]}',
        {"pmid": "31000099", "other_ids": ("pmcid:PMC6500001",), "arxiv_id": "2001.00003", "pages": "104877"},
    ),
    (
        "a.json",
        '{"DOI": "10.1234/a", "type": "journal-article", "title": ["Moss"], "is-referenced-by-count": 0,'
        ' "abstract": "<jats:title>Abstract</jats:title><jats:p>Moss grows.</jats:p>"}',
        {"abstract": "Moss grows."},
    ),
    (
        "a.xml",
        "<xml><records><record><ref-type name='Journal Article'>17</ref-type>"
        "<titles><title>Moss</title></titles>"
        "<accession-num>31000001</accession-num><remote-database-provider>NLM</remote-database-provider>"
        "</record></records></xml>",
        {"pmid": "31000001"},
    ),
    (
        "a.xml",  # a group with its members, a second language
        "<article><front><article-meta><title-group><article-title>Moss in towns</article-title>"
        "<trans-title-group xml:lang='de'><trans-title>Moos in Städten</trans-title></trans-title-group>"
        "</title-group><contrib-group><contrib contrib-type='author'><collab>Moss Group<contrib-group>"
        "<contrib><name><surname>Roe</surname></name></contrib></contrib-group></collab></contrib>"
        "</contrib-group><abstract><p>Moss grows.</p></abstract>"
        "<trans-abstract xml:lang='de'><title>Kurz</title><p>Moos wächst.</p></trans-abstract>"
        "</article-meta></front></article>",
        {
            "title": "Moss in towns [Moos in Städten]",
            "authors": ("Moss Group",),
            "abstract": "Moss grows. Moos wächst.",
        },
    ),
    (
        "a.xml",
        "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>[Moss in towns].</ArticleTitle>"
        "<Abstract><AbstractText>Moss grows.</AbstractText></Abstract>"
        "<VernacularTitle>Moos in Städten.</VernacularTitle></Article>"
        "<OtherAbstract Language='ger'><AbstractText>Moos wächst.</AbstractText></OtherAbstract>"
        "</MedlineCitation></PubmedArticle>",
        {"title": "Moss in towns", "abstract": "Moss grows. Moos wächst."},
    ),
]


def read(tmp_path: Path, name: str, text: str) -> list[Parsed]:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return [parsed for _, parsed in read_sources([path])]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_the_first_paper(tmp_path: Path, name: str, text: str, expected: dict[str, Any]) -> None:
    parsed = read(tmp_path, name, text)
    assert not [one for one in parsed if isinstance(one, Rejected)]
    paper = next(one for one in parsed if isinstance(one, Document))
    assert {field: getattr(paper, field) for field in expected} == expected


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("z.json", '[{"data": {"itemType": "book", "title": "Moss", "creators": []}}]', "Zotero's own JSON"),
        (
            "CITATION.cff",
            "cff-version: 1.2.0\ntitle: Moss software\nauthors:\n  - family-names: Ho\n",
            "settings",
        ),
        ("dois.txt", "10.1234/foo.1\nhttps://doi.org/10.1234/foo.2\n", "list of identifiers"),
        ("pmids.txt", "31000001\n31000002\n", "list of identifiers"),
        ("mail.txt", "Dear Anna,\n\nplease find my files of moss here.\n\nKim\n", "letter"),
        ("README.md", "# My library\n\nThis folder has the exports of moss.\n", "about other files"),
        ("part.txt", "TI = Moss on roofs\nAU = Roe, L.\n", "tagged export"),
        ("a.json", '["Moss on roofs", "Moss on walls"]\n', "does not know"),
        (
            "refs.txt",
            "Berg K, Ito PT. Moss on roofs. Moss J. 2019;12(3):100-110.\n"
            "Kim J. Moss in art. In: Roe K, editor. Plants. Berlin: Foo; 2015. p. 1-9.\n",
            "printed references",
        ),
    ],
)
def test_what_is_no_export_is_refused_by_name(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(tmp_path, name, text)
