"""What a BibTeX entry's fields mean: the loose values of a document, inherited fields included.

The fields are those of BibTeX and BibLaTeX and what services add to them: Google Scholar, INSPIRE, ADS, DBLP,
Web of Science, Scopus, ACM, IEEE, Elsevier, Zotero, JabRef and Mendeley.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.readers.parsing import extras
from ingest.readers.parsing.bibscan import TYPES, Entry, matching
from ingest.readers.parsing.tagvalues import article_number
from ingest.text.cleaning import clean_text
from ingest.values.author_lists import split_authors, split_before_and, split_listed
from ingest.values.author_names import is_initials, is_suffix
from ingest.values.dates import iso_date, month_number, normal_date, parse_year
from ingest.values.identifiers import (
    doi_of_link,
    isbns_in,
    normal_arxiv_id,
    normal_doi,
    pmcid_named_in,
    pmid_named_in,
)
from ingest.values.tag_lists import split_tags

_BRACED_SIGN = re.compile(r"\{(\\[&%#_$~])(?:\{\})?\}")  # Mendeley: "?a=b{\&}c"
_ESCAPED = re.compile(r"\\([&%#_${}~])")
_NOTED = re.compile(r"\\([&%#_${}])|\\text(backslash|braceleft|braceright|asciitilde|asciicircum)\{\}")
_SIGNS = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
_URL = re.compile(r"\\url\s{0,9}\{([^{}]*)\}|(https?://[^\s{}]+)")
_NAME_PART = re.compile(r"\s{0,3}(?:family|given|prefix|suffix|useprefix)\s{0,3}=")
_NAME_PARTS = re.compile(
    r"([\w-]{3,20})\s{0,3}=\s{0,3}(\{(?:[^{}]|\{[^{}]*\}){0,300}\}|\"[^\"]{0,300}\"|[^,\"]{0,300})"
)
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
_EID = re.compile(r"\beid=(2-s2\.0-\d+)")
_CITED = re.compile(r"(?:cited by|times cited)\D{0,3}(\d{1,7})", re.IGNORECASE)
_ABOUT_ANOTHER = re.compile(
    r"errat|correct|comment|reply|retract|supplement|\bsee\b|also|preprint", re.IGNORECASE
)
_INHERITED_NEVER = frozenset(
    ("crossref", "xdata", "xref", "key", "title", "subtitle", "abstract", "keywords", "keyword", "note",
     "doi", "url", "eprint", "arxivid", "pmid", "pmcid", "pages", "eid", "file", "options", "ids", "annote",
     "address", "booktitle")
)  # fmt: skip
_KEYWORDS = ("keywords", "keyword", "author_keywords", "keywords-plus")
_KINDS = ("type", "document_type", "entrysubtype")
_NOTES = ("note", "annote", "addendum", "comment", "annotation")
_DATES = ("date", "year", "month", "day")
CONTAINERS = frozenset(
    ("proceedings", "book", "collection", "mvbook", "mvcollection", "mvproceedings", "reference",
     "mvreference", "periodical", "xdata", "set")
)  # fmt: skip
"""Kinds of entries that others inherit from."""


def inherit(entry: Entry, parent: Entry) -> None:
    """Give an entry the fields of its ``crossref`` parent or of an ``xdata`` entry that it lacks itself.

    As BibLaTeX does: the parent's title is the child's ``booktitle`` (``journaltitle`` of a periodical).
    What identifies the parent (its DOI, its pages, …) is not handed down.
    """
    fields, inherited = entry.fields, parent.fields
    if parent.kind == "xdata":
        for name, value in inherited.items():
            fields.setdefault(name, value)
        return
    dated = any(fields.get(name) for name in ("date", "year"))
    for name, value in inherited.items():
        if name in _INHERITED_NEVER or (dated and name in _DATES):
            continue
        if name not in ("author", "shortauthor") or parent.kind in ("book", "mvbook", "article"):
            fields.setdefault(name, value)
    name = "journaltitle" if parent.kind == "periodical" else "booktitle"
    title = inherited.get("booktitle") or inherited.get("title") or inherited.get("journal")
    if title and not (fields.get("journal") or fields.get(name)):
        fields[name] = title


def document_values(entry: Entry) -> dict[str, Any]:
    """The loose values of a document that an entry holds."""
    get = entry.fields.get
    title, subtitle = get("title", ""), get("subtitle")
    authors, groups = _people(entry)
    editors, more_groups = names(get("editor", ""))
    links = list(_links(entry))
    raw: dict[str, Any] = {
        "source_id": entry.key,
        "title": unbraced(f"{title}: {subtitle}" if subtitle else title),
        "abstract": unbraced(get("abstract", "")),
        "authors": authors,
        "editors": editors,
        "group_authors": [*groups, *more_groups],
        "date": _date(entry),
        "year": _year(entry),
        "venue": unbraced(_venue(entry)),
        "series": unbraced(get("series", "")),
        "volume": unbraced(get("volume", "")),
        "issue": unbraced(get("number") or get("issue") or ""),
        "pages": _pages(entry),
        "publisher": unbraced(
            get("publisher") or get("institution") or get("school") or get("organization") or ""
        ),
        "url": next(iter(links), ""),
        "lang": unbraced(get("langid") or get("language") or ""),
        "type": TYPES.get(entry.kind, "article"),
        "issn": _ISSN.findall(f"{get('issn', '')} {get('eissn', '')}"[:1_000]),
        "tags": [tag for name in _KEYWORDS for tag in split_tags(unbraced(get(name, "")))],
        "licence": get("license") or get("copyright") or "",
        "notes": [value for name in _NOTES if (value := get(name))],
        "kinds": [unbraced(value) for name in _KINDS if (value := get(name))],
    }
    raw |= _identifiers(entry, links)
    if cited := _CITED.search(f"{get('note', '')[:2_000]} times cited {get('times-cited', '')[:20]}"):
        raw["citations"] = cited[1]
    notes = [
        f"{name}: {_NOTED.sub(_sign, value)}"
        for name, value in entry.fields.items()
        if name.startswith("litatlas-")
    ]
    extras.from_notes(raw, notes)
    return raw


def _bare(match: re.Match[str]) -> str:
    return match[1]


def _sign(match: re.Match[str]) -> str:
    return match[1] or _SIGNS[match[2]]


# --- people


def _people(entry: Entry) -> tuple[list[str], list[str]]:
    """The authors with the collaboration behind them, and those of them in braces."""
    get = entry.fields.get
    authors, groups = names(get("author", ""))
    for text in re.split(r",| and ", unbraced(get("collaboration", ""))):
        name = " ".join(text.split())
        if name and not any(name.lower() in author.lower() for author in authors):
            named = re.search(r"collaborat|group|team|consorti|project", name, re.IGNORECASE)
            authors.append(name if named else f"{name} Collaboration")
    return authors, groups


def names(text: str) -> tuple[list[str], list[str]]:
    """The names of an author field, and those of them that stand in braces as groups do.

    "and" separates names outside braces; where authors were put there with other separators, these do.
    """
    people: list[str] = []
    groups: list[str] = []
    parts = _parts(text)
    if len(parts) > 1 and "," in parts[0] and "{" not in text:
        parts[:1] = split_before_and(parts[0], parts[1:])
    for part in parts:
        if part.startswith("{") and matching(part, 0)[0] == len(part) - 1:
            inner = part[1:-1]
            listed = split_authors(clean_text(unbraced(inner)))
            if len(listed) > 1 and all("," in name or is_initials(name.split()[0]) for name in listed):
                people += listed  # the whole field stood in braces
                continue
            people.append(inner)
            groups += [inner] if " " in inner and "," not in inner else []
        elif extended := _extended(part):
            people.append(extended)
        elif part.lower() != "others":
            people += [_rotated(name) for name in split_listed(clean_text(unbraced(part)))]
    return people, groups


def _parts(text: str) -> list[str]:
    parts, depth = [], 0
    current: list[str] = []
    for piece in re.split(r"([{}]| and(?= ))", " " + " ".join(text.split()) + " ", flags=re.IGNORECASE):
        if piece in ("{", "}"):
            depth += 1 if piece == "{" else -1
        if depth <= 0 and piece.lower() == " and":
            parts.append("".join(current).strip())
            current = []
        else:
            current.append(piece)
    parts.append("".join(current).strip())
    return [part for part in parts if part]


def _extended(name: str) -> str:
    """BibLaTeX's "family=Beethoven, given=Ludwig, prefix=van" with the family name first; "" for others."""
    if not _NAME_PART.match(name):
        return ""
    parts = {key.strip().lower(): value.strip(' "') for key, value in _NAME_PARTS.findall(name)}
    cleaned = {key: clean_text(unbraced(value)) for key, value in parts.items()}
    family = " ".join(filter(None, (cleaned.get("prefix"), cleaned.get("family"))))
    given = cleaned.get("given") or cleaned.get("given-i")
    return ", ".join(filter(None, (family, given, cleaned.get("suffix"))))


def _rotated(name: str) -> str:
    """ "Last, Jr, First" as "Last, First, Jr"."""
    pieces = [piece.strip() for piece in name.split(",")]
    if len(pieces) == 3 and not is_suffix(pieces[2]):
        return ", ".join([pieces[0], pieces[2], pieces[1]])
    return name


# --- where and when it appeared


_MACRO = re.compile(r"\\([a-z]{2,8})")
_JOURNALS = {
    "aj": "Astronomical Journal", "actaa": "Acta Astronomica",
    "araa": "Annual Review of Astronomy and Astrophysics", "apj": "Astrophysical Journal",
    "apjl": "Astrophysical Journal, Letters", "apjs": "Astrophysical Journal, Supplement",
    "ao": "Applied Optics", "aap": "Astronomy and Astrophysics", "apss": "Astrophysics and Space Science",
    "aapr": "Astronomy and Astrophysics Review", "aaps": "Astronomy and Astrophysics, Supplement",
    "icarus": "Icarus", "jcap": "Journal of Cosmology and Astroparticle Physics",
    "mnras": "Monthly Notices of the Royal Astronomical Society", "nat": "Nature",
    "pasp": "Publications of the Astronomical Society of the Pacific",
    "pasj": "Publications of the Astronomical Society of Japan",
    "pasa": "Publications of the Astronomical Society of Australia", "pra": "Physical Review A",
    "prb": "Physical Review B", "prc": "Physical Review C", "prd": "Physical Review D",
    "pre": "Physical Review E", "prl": "Physical Review Letters", "solphys": "Solar Physics",
    "ssr": "Space Science Reviews", "jgr": "Journal of Geophysical Research",
    "planss": "Planetary and Space Science",
}  # fmt: skip
"""Macros of the AAS for journals, as ADS writes them."""


def _venue(entry: Entry) -> str:
    get = entry.fields.get
    venue = get("journal") or get("journaltitle") or get("fjournal") or get("booktitle") or get("eventtitle")
    if venue:
        if (macro := _MACRO.fullmatch(venue.strip("{} "))) and macro[1] in _JOURNALS:
            return _JOURNALS[macro[1]]
        subtitle = get("booksubtitle") if venue == get("booktitle") else None
        return f"{venue}: {subtitle}" if subtitle else venue
    published = get("howpublished", "")
    return "" if _URL.search(published) else published


def _pages(entry: Entry) -> str:
    get = entry.fields.get
    names = ("pages", "eid", "article-number", "articleno", "art_number", "article_number")
    pages = next((value for name in names if (value := get(name))), "")
    pages = pages or article_number(value for name in _NOTES if (value := get(name)))
    pages = pages.rstrip("-‐‑–— ")
    return re.sub(r"\s?(?:-{1,3}|[‐–—])\s?", "-", unbraced(pages))


def _year(entry: Entry) -> str:
    get = entry.fields.get
    date = get("date", "")
    return unbraced(get("year", "")) or ("" if normal_date(date) else unbraced(date))


def _date(entry: Entry) -> str:
    get = entry.fields.get
    if date := normal_date(unbraced(get("date", "")).split("/")[0]):
        return date
    year = unbraced(get("year", ""))
    known = parse_year(year)
    month, day = unbraced(get("month", "")), re.sub(r"\D", "", get("day", ""))
    if word := re.search(r"[^\W\d_]{3,}", month):  # "10~" # jan, "jul # {~4}"
        day = day or re.sub(r"\D", "", month[: word.start()] + month[word.end() :][:6])
        month = word[0]
    if not month and known and len(year) > 4:
        return normal_date(year)
    return iso_date(known, month_number(month), int(day) if day and len(day) < 3 else 0)


# --- identifiers


def _links(entry: Entry) -> Iterator[str]:
    """Addresses in the fields that hold some."""
    for name in ("url", "link", "ee", "howpublished", "bdsk-url-1", "adsurl", "note"):
        value = _BRACED_SIGN.sub(_bare, entry.fields.get(name, ""))
        if name == "url" and "://" not in value and "\\url" not in value and value.strip():
            yield _unescaped(value)
        for match in _URL.finditer(value[:4_000]):
            if link := _unescaped(match[1] or match[2]):
                yield link


def _unescaped(link: str) -> str:
    return _ESCAPED.sub(_bare, link).strip().strip("{}")


def _identifiers(entry: Entry, links: list[str]) -> dict[str, Any]:
    get = entry.fields.get
    archive = (get("archiveprefix") or get("eprinttype") or "").strip("{} ").lower()
    eprint, note = unbraced(get("eprint", "")), get("note", "")
    doi = normal_doi(_ESCAPED.sub(_bare, get("doi", "")).replace("{", "").replace("}", ""))
    if not doi and archive == "doi":
        doi = normal_doi(eprint)
    if not doi:
        doi = next((link_doi for link in links if (link_doi := doi_of_link(link))), "")
    if not doi and note.lower().count("10.") == 1 and not _ABOUT_ANOTHER.search(note):
        doi = normal_doi(unbraced(note))
    other_ids = [f"isbn:{isbn}" for isbn in isbns_in(unbraced(get("isbn", "")))]
    pmcid = get("pmcid") or next(filter(None, map(pmcid_named_in, links)), "")
    other_ids += [f"pmcid:{pmcid}"] if pmcid else []
    if match := _EID.search(" ".join(links)):
        other_ids.append(f"scopus:{match[1]}")
    if unique := get("unique-id", "").strip("{} "):
        other_ids.append(f"wos:{unique.replace('ISI:', 'WOS:')}")
    return {
        "doi": doi or get("doi", ""),
        "arxiv_id": _arxiv(entry, archive, eprint, links),
        "pmid": eprint
        if archive in ("pubmed", "pmid", "medline")
        else get("pmid") or next(filter(None, map(pmid_named_in, links)), ""),
        "other_ids": other_ids,
    }


def _arxiv(entry: Entry, archive: str, eprint: str, links: list[str]) -> str:
    get = entry.fields.get
    if archive == "arxiv" or (not archive and normal_arxiv_id(eprint)):
        return eprint
    if archive and archive in eprint:  # "hep-th/9901001" with the prefix "hep-th"
        return eprint
    if get("arxivid") or get("arxiv"):
        return get("arxivid") or get("arxiv") or ""
    named = [link for link in links if "arxiv.org/" in link.lower()]
    places = ("journal", "journaltitle", "howpublished", "note", "number", "publisher", "series")
    texts = [value for name in places if "arxiv" in (value := get(name, "")).lower()]
    if (volume := get("volume", "")).startswith("abs/"):  # DBLP's CoRR
        texts.append(volume)
    return next((arxiv_id for text in (*named, *texts) if (arxiv_id := normal_arxiv_id(unbraced(text)))), "")


# --- braces

_TOKEN = re.compile(r"\$(?:[^$\\]|\\.){0,1500}\$|\\(?:[A-Za-z]+|.)\s{0,9}|[{}]|\$|[^{}\\$]+", re.DOTALL)


def unbraced(text: str) -> str:
    """Without the braces that only protect letters; those of macros, scripts and formulas are their own."""
    if "{" not in text and "}" not in text:
        return text
    pieces: list[str] = []
    opened: list[bool] = []  # whether each open brace is kept
    argument = False  # whether a brace that comes now is an argument of what stands before it
    tokens = _TOKEN.findall(text)
    for at, piece in enumerate(tokens):
        if piece == "{":
            printed = argument or (at + 1 < len(tokens) and tokens[at + 1][0] == "\\")
            opened.append(printed)
            argument = False
        elif piece == "}":
            argument = printed = opened.pop() if opened else False
        else:
            printed = True
            argument = piece[-1] in "^_" or (piece[0] == "\\" and piece[1:2] not in "{}&%$#_\\ ")
        pieces.append(piece if printed else "")
    return "".join(pieces)
