"""DOIs, arXiv identifiers, PMIDs, ISSNs, ISBNs, ORCIDs and languages in one spelling each.

Every function takes what a source may hold and returns ``""`` (or None) for what makes no sense; none raises.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from ingest.values import dates

DOI = r"10\.\d{4,9}/\S+"
"""What a DOI looks like, for patterns that are made of it."""

_DOI = re.compile(rf"\b{DOI}")
_NAMED_DOI = re.compile(
    rf"(?:doi\.org/|\bdoi\b[\s:=]{{0,3}})(?:https?://[^\s/]{{1,100}}/)?({DOI})", re.IGNORECASE
)
_BARE_DOI = re.compile(rf"(?<![\w/.]){DOI}")
_NAMED_PMID = re.compile(
    r"(?:pubmed(?:\.ncbi\.nlm\.nih\.gov|/)/?|\bpmid[\s:]{1,3})(\d{1,8})\b", re.IGNORECASE
)
_NAMED_PMCID = re.compile(
    r"(?:(?:pmc\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pmc)/articles/|\bpmcid[\s:]{1,3})(PMC\d{1,9})\b",
    re.IGNORECASE,
)
LONGEST = dates.LONGEST | {"doi": 2_000, "arxiv_id": 300, "pmid": 200, "issn": 60, "source_id": 500}
"""Characters of a value that are looked at; whoever reads records says where there were more."""
LONGEST_LIST = 1_000
"""Characters of a list of serial numbers that are looked at."""
_PLAIN_DOI = re.compile(r"10\.\d{4,9}/(?:[a-z0-9._/-]*[a-z0-9])?[a-z0-9]")
_ARXIV_NEW = re.compile(r"(?<![\d.])(\d{3,4})\.(\d{1,16})(?:v\d+)?(?![\d])")
_PLAIN_ARXIV = re.compile(
    r"(?:1[5-9]|2\d)(?:0[1-9]|1[0-2])\.(?!00000)\d{5}"
    r"|(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.(?!0000)\d{4}",
    re.ASCII,
)
_ARXIV_OLD = re.compile(r"\b([a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?/(\d{7})(?:v\d+)?\b", re.IGNORECASE)
_ARXIV_URL = re.compile(
    r"arxiv(?:\.org/(?:abs|pdf|html|format)/|[:./\s]+)((?:[a-z-]+(?:\.[a-z]{2})?/)?\d[\w./-]*)", re.IGNORECASE
)
_ISSN = re.compile(r"(?:(?<![\dXx–-])|(?<=[A-WYZa-wyz]-))\d{4}[–-]?\d{3}[\dXx](?![\dXx–-])")
_ISBN = re.compile(
    r"(?:(?<![\w-])|(?<=[A-Za-z]-))(?:\d{3}[-‐‑– ]?)?\d(?:[-‐‑– ]?\d){8}[-‐‑– ]?[\dXx](?![\w-])"
)
_GAP_IN_ISBN = re.compile(r"[‐‑– ]")
_SOLE_DOI = re.compile(rf"(?:https?://)?(?:dx\.)?(?:doi\.org/|doi:\s*)?({DOI})", re.IGNORECASE)
_SOLE_ARXIV = re.compile(
    r"(?:(?:https?://)?(?:(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|arxiv:\s*))?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?/?",
    re.IGNORECASE,
)
_SOLE_PMID = re.compile(
    r"(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})/?"
)
_LINKED_DOI = re.compile(
    r"(?:doi\.org/|/doi/(?:[a-z]{2,10}/){0,2}|\bdoi[:=] ?|/(?:articles?|chapter|book|protocol|content)/)"
    r"(10\.\d{4,9}/[^\s?#&\"<>{}]+)",
    re.IGNORECASE,
)
_PAGE_OF_ARTICLE = re.compile(
    r"(?:/(?:full|abstract|e?pdf|html|meta|fulltext(?:\.html)?|references|summary)|\.full|\.abstract|\.pdf){1,3}\Z",
    re.IGNORECASE,
)


_QUERY = re.compile(r"\?\w{1,30}=.*\Z")
"""What links add for those who count clicks."""


def normal_doi(raw: object) -> str:
    """The bare DOI in lower case: without resolver, ``doi:`` and trailing punctuation; "" when there is
    none."""
    if not isinstance(raw, str):
        return ""
    text = raw.strip()[: LONGEST["doi"]]
    if (lower := text.lower()) and _PLAIN_DOI.fullmatch(lower):
        return lower
    if "%" in text:
        text = unquote(text)
    match = _DOI.search(text)
    if match is None:
        return ""
    doi = _QUERY.sub("", match.group()).rstrip(".,;:'\"”>]}").lower()
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;")
    # A prefix alone names a publisher, not a paper.
    return doi if doi.partition("/")[2] else ""


def sole_identifier(text: str) -> tuple[str, str]:
    """Scheme and identifier where a text is nothing but one DOI, arXiv identifier or address of PubMed; else
    two empty texts."""
    if (match := _SOLE_DOI.fullmatch(text)) and (doi := normal_doi(match[1])):
        return "doi", doi
    if match := _SOLE_ARXIV.fullmatch(text):
        return "arxiv", match[1].lower()
    if match := _SOLE_PMID.fullmatch(text):
        return "pmid", match[1]
    return "", ""


def doi_of_link(link: str) -> str:
    """The DOI in the address of an article: at the resolver, or in a path as publishers write it; else ""."""
    match = _LINKED_DOI.search(unquote(link[:2000])) if "10." in link else None
    doi = normal_doi(_PAGE_OF_ARTICLE.sub("", match[1])) if match else ""
    return "" if doi.startswith("10.1002/central/") else doi  # CENTRAL's own, beside that of the paper


def doi_named_in(text: str) -> str:
    """The DOI after its label or resolver in running text; "" when none is named."""
    match = _NAMED_DOI.search(text)
    return normal_doi(match[1]) if match else ""


def bare_doi_in(text: str) -> str:
    """The DOI that stands in running text without a label, and not inside an address; else ""."""
    match = _BARE_DOI.search(text)
    return normal_doi(match[0]) if match else ""


def arxiv_id_named_in(text: str) -> str:
    """The arXiv identifier after "arXiv" or in an address of arXiv in running text; "" when none is named."""
    match = _ARXIV_URL.search(text)
    return normal_arxiv_id(match[0]) if match else ""


def pmid_named_in(text: str) -> str:
    """The PubMed identifier after "PMID" or in an address of PubMed in running text; else ""."""
    match = _NAMED_PMID.search(text)
    return normal_pmid(match[1]) if match else ""


def pmcid_named_in(text: str) -> str:
    """The identifier of PubMed Central after "PMCID" or in an address of it in running text; else ""."""
    match = _NAMED_PMCID.search(text) if "PMC" in text else None
    return match[1].upper() if match else ""


def arxiv_id_of_doi(doi: str) -> str:
    """The arXiv identifier inside a DataCite DOI of arXiv."""
    return normal_arxiv_id(doi.partition("arxiv.")[2])


def normal_arxiv_id(raw: object) -> str:
    """The bare identifier without version; "" when there is none.

    Mends identifiers that went through a floating-point number, as in some copies of the metadata snapshot:
    ``704.0001`` → ``0704.0001``, ``1801.0131800000001`` → ``1801.01318``, ``1012.548`` → ``1012.5480``.
    """
    if isinstance(raw, float):
        raw = repr(raw)
    if not isinstance(raw, str):
        return ""
    if _PLAIN_ARXIV.fullmatch(raw):
        return raw
    text = raw.strip()[: LONGEST["arxiv_id"]]
    if (named := _ARXIV_URL.search(text)) and named.end() > named.start(1):
        text = named.group(1).removesuffix(".pdf")
    if match := _ARXIV_OLD.search(text):
        return f"{match.group(1).lower()}/{match.group(2)}"
    if match := _ARXIV_NEW.search(text):
        return _mended(match.group(1).zfill(4), match.group(2))
    return ""


def _mended(month: str, number: str) -> str:
    if not 1 <= int(month[2:]) <= 12 or int(month[:2]) < 7:
        return ""
    width = 5 if month >= "1501" else 4
    if len(number) > width + 4:
        number = str(round(int(number) / 10 ** (len(number) - width))).zfill(width)
    elif len(number) > width:
        return ""
    number = number.ljust(width, "0")
    return f"{month}.{number}" if int(number) else ""


def normal_pmid(raw: object) -> str:
    """The digits of a PubMed identifier; "" when there are none."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        return ""
    match = re.fullmatch(
        r"(?:.*(?:pubmed|pmid)\D{0,40})?0*([1-9]\d{0,8})/?", raw.strip()[: LONGEST["pmid"]], re.IGNORECASE
    )
    return match.group(1) if match else ""


def normal_issn(raw: str) -> str:
    """``NNNN-NNNX``; "" for what is none."""
    match = re.search(r"(?<!\d)(\d{4})\s?[-–]?\s?(\d{3}[\dxX])(?!\w)", raw[: LONGEST["issn"]])
    return f"{match.group(1)}-{match.group(2).upper()}" if match else ""


def issns_in(text: str) -> list[str]:
    """The ISSNs in a text, as they stand there: "1234-5678 (print), 87654321" has two."""
    return _ISSN.findall(text[:LONGEST_LIST])


def isbns_in(text: str) -> list[str]:
    """The ISBNs in a text, of ten digits or thirteen, with their hyphens; spaces become hyphens.

    What stands beside them ("(pbk.)", the address of a registry) is left out. Check digits are not looked at:
    libraries catalogue books by the number that is printed in them.
    """
    return [_GAP_IN_ISBN.sub("-", match) for match in _ISBN.findall(text[:LONGEST_LIST])]


def normal_orcid(raw: object) -> str:
    """``0000-0000-0000-000X``; "" for what is none."""
    if not isinstance(raw, str):
        return ""
    match = re.search(r"(\d{4})[\s-]?(\d{4})[\s-]?(\d{4})[\s-]?(\d{3}[\dXx])(?!\d)", raw[:100])
    return "-".join(match.groups()).upper() if match else ""


_LANGUAGES = {
    "af": "afr afrikaans", "ar": "ara arabic", "az": "aze azerbaijani", "bg": "bul bulgarian",
    "bs": "bos bosnian", "ca": "cat catalan", "cs": "cze ces czech", "cy": "wel cym welsh",
    "da": "dan danish", "de": "ger deu german deutsch", "el": "gre ell greek", "en": "eng english",
    "eo": "epo esperanto", "es": "spa spanish español castilian", "et": "est estonian",
    "eu": "baq eus basque", "fa": "per fas persian farsi", "fi": "fin finnish",
    "fr": "fre fra french français", "ga": "gle irish", "gl": "glg galician", "he": "heb hebrew",
    "hi": "hin hindi", "hr": "hrv scr croatian", "hu": "hun hungarian", "hy": "arm hye armenian",
    "id": "ind indonesian", "is": "ice isl icelandic", "it": "ita italian italiano", "ja": "jpn japanese",
    "ka": "geo kat georgian", "kk": "kaz kazakh", "ko": "kor korean", "la": "lat latin",
    "lt": "lit lithuanian", "lv": "lav latvian", "mk": "mac mkd macedonian", "ml": "mal malayalam",
    "ms": "may msa malay", "nb": "nob", "nl": "dut nld dutch", "nn": "nno", "no": "nor norwegian",
    "pl": "pol polish", "pt": "por portuguese português", "ro": "rum ron romanian",
    "ru": "rus russian русский", "sk": "slo slk slovak", "sl": "slv slovenian", "sq": "alb sqi albanian",
    "sr": "srp scc serbian", "sv": "swe swedish", "ta": "tam tamil", "th": "tha thai", "tr": "tur turkish",
    "uk": "ukr ukrainian", "ur": "urd urdu", "vi": "vie vietnamese", "zh": "chi zho chinese mandarin",
}  # fmt: skip
_OF_LATEX = {
    "de": "ngerman austrian naustrian swissgerman nswissgerman", "es": "mexican", "hu": "magyar",
    "en": "british american ukenglish usenglish canadian australian newzealand", "nb": "bokmål bokmal",
    "fr": "francais frenchb canadien acadian", "nn": "nynorsk", "no": "norsk", "sl": "slovene",
    "pt": "brazilian brazil portuges",
}  # fmt: skip
"""Names that babel has, and BibLaTeX in ``langid``, beside the English ones."""
_LANGUAGE_OF = {
    name: code
    for table in (_LANGUAGES, _OF_LATEX)
    for code, names in table.items()
    for name in (code, *names.split())
}


def normal_language(raw: str) -> str:
    """ISO 639-1 of a code (two or three letters, ``en-US``) or an English name; "" when it is not known."""
    text = raw.strip().lower()
    return _LANGUAGE_OF.get(text) or _LANGUAGE_OF.get(re.split(r"[-_;,\s]", text, maxsplit=1)[0], "")


_OPENALEX = re.compile(r"(?:https?://openalex\.org/)?(W\d{8,11})", re.ASCII)


def openalex_work(text: str) -> str:
    """``openalex:W…`` of the number or the address of a work in OpenAlex; "" of anything else."""
    match = _OPENALEX.fullmatch(text.strip())
    return f"openalex:{match[1]}" if match else ""


def spellings(text: str) -> list[str]:
    """What an identifier that somebody typed may be in our spelling, the likeliest first."""
    doi, arxiv, pmid = normal_doi(text), normal_arxiv_id(text), normal_pmid(text)
    scheme, _, value = text.strip().partition(":")
    other = (
        f"{scheme.lower()}:{value.strip()}" if value and not value.startswith("//") else openalex_work(text)
    )
    named = (("doi", doi), ("arxiv", "" if doi else arxiv), ("pmid", "" if doi or arxiv else pmid))
    return [f"{scheme}:{value}" for scheme, value in named if value] + ([other] if other else [])
