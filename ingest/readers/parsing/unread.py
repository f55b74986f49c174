"""Files that hold no papers, or in a format that is not read: refused by name, never taken for text."""

from __future__ import annotations

import re
from typing import NamedTuple

_SAVE = "Export the records as RIS, BibTeX or CSV there instead."
_ZOTERO = "Choose another format in Zotero's export: RIS, BibTeX or CSL JSON."


class Refusal(NamedTuple):
    """What a file is, to follow its name ("is a RAR archive"), and what to do instead."""

    what: str
    hint: str


OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""How files of Office before 2007 begin; of them workbooks are read."""
_MAGIC = (
    (b"{\\rtf", Refusal("is an RTF text", "Save it as plain text first.")),
    (b"7z\xbc\xaf\x27\x1c", Refusal("is a 7z archive", "Unpack it, or make it a .zip or .tar.")),
    (b"Rar!", Refusal("is a RAR archive", "Unpack it, or make it a .zip or .tar.")),
    (b"SQLite format 3", Refusal("is a database (SQLite)", _SAVE)),
)
_PACKED = (
    (b"word/document.xml", Refusal("is a Word document", "Save it as plain text, or export the references.")),
    (b"ppt/presentation.xml", Refusal("is a presentation", _SAVE)),
    (
        b"application/vnd.oasis",
        Refusal("is an OpenDocument file", "Save it as .xlsx, .csv or plain text first."),
    ),
    (b"application/epub", Refusal("is an e-book (EPUB)", _SAVE)),
)
_ROOT = re.compile(
    r"(?:<\?[^>]{0,500}\?>|<!--(?:(?!-->).){0,2000}-->|<!DOCTYPE[^>]{0,500}>|\s)*<([\w.-]+:)?([\w.-]+)",
    re.DOTALL,
)
_CROSSREF = Refusal("is Crossref XML", "Ask Crossref for JSON.")
_ROOTS = {
    "rdf": Refusal("is RDF", _ZOTERO),
    "mods": Refusal("is MODS", _SAVE),
    "modscollection": Refusal("is MODS", _SAVE),
    "mets": Refusal("is METS", _SAVE),
    "tei": Refusal("is TEI", _SAVE),
    "marc": Refusal("is MARC XML", _SAVE),
    "feed": Refusal("is a feed (Atom)", _SAVE),
    "rss": Refusal("is a feed (RSS)", _SAVE),
    "sources": Refusal("is Word's list of sources", _SAVE),
    "doi_batch": _CROSSREF,
    "crossref_result": _CROSSREF,
    "doi_records": _CROSSREF,
    "resource": Refusal("is DataCite XML", "Ask DataCite for BibTeX or RIS."),
    "dblp": Refusal("is DBLP's XML", "Take its BibTeX."),
    "svg": Refusal("is a picture (SVG)", _SAVE),
    "opml": Refusal("is an outline (OPML)", _SAVE),
    "plist": Refusal("is a property list", _SAVE),
    "esearchresult": Refusal("is a list of PubMed numbers", "Save the records: Save → Format: PubMed."),
}
_EXPORTS = (
    (r"--[A-Z]{2}-- ", "is Biblioscape's format", _SAVE),
    (r"\(https?://www\.sciencedirect\.com/science/article/", "is ScienceDirect's text export", _SAVE),
    (r"[A-Z]{2} ~ ", "is Inspec's format", _SAVE),
    (r"Record \d+ of \d+(?: in |\s*\n)", "is SilverPlatter's format", _SAVE),
)
_EXPORT = tuple((re.compile(rf"(?:\A|\n)\s{{0,3}}{start}"), Refusal(*rest)) for start, *rest in _EXPORTS)
_TAGGED = re.compile(
    r"[\s>|]{0,4}(?:([A-Z][A-Z0-9]{1,3})\s{0,3}[-–—:~=]\s|--([A-Z]{2})--|%([A-Z0-9])\s"
    r"|\{([A-Z][\w ]{2,20})\}:|[#=](\d{3})\s|:([A-Z]{2})\s)"
)
_CODE = tuple(
    re.compile(rf"\s*{form}")
    for form in (
        r"(?:#!|#include|#define|//|/\*|\*/|<\?php|--\[|@\w+\s*(?:\(|$)|<[/!?\w]|\$ |>>> )",
        r"[\]})]+[;,)]*\s*$",
        r"(?:end|fi|done|esac|else|endif|begin|pass|break|continue)\s*[;:]?\s*$",
        r"(?:import|from|package|using|namespace|require|library|use|export|include)\b[^.!?]*(?:\.\w+)*;?\s*$",
        r"(?:def|class|function|func|fn|sub|proc|interface|struct|enum|impl|module|trait)\s+\w+\b.*[({:;]\s*$",
        r"(?:public|private|protected|static|const|let|var|void|int|char|bool|double|auto)\s+[\w<>$*&]+",
        r"(?:if|elif|for|while|switch|case|try|except|catch|with|return|raise|throw|yield|echo|print)\b.*[:{;)\]]\s*$",
        r"[\w.$\[\]\"'*-]{1,60}\s*(?::?=|\+=|-=|<-|=>)\s*\S",
        r"[\w.\"'*-]{1,60}:\s+[^\s.]{1,60}[;,]?\s*$",
        r"[^.!?]*[;{}(\[\\]\s*$",
        r"[A-Za-z_.]+\([^)]*\)\s*[;:]?\s*$",
        r"(?:SELECT|INSERT|CREATE|UPDATE|DELETE|ALTER|DROP) \w",
    )
)
_LOG = (
    re.compile(
        r"\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|\[?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|"
        r"\d{1,3}(?:\.\d{1,3}){3} |\[?(?:DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|TRACE|CRITICAL)\b|Traceback |"
        r"\s+at \w+\.|\[?\d\d:\d\d:\d\d)"
    ),
)
_COMMENT = re.compile(r"\s*(?:#|--|\*|//|;;)")
_PROGRAMS = tuple(
    f".{suffix}"
    for suffix in re.findall(
        r"\w+",
        "py pyi js mjs ts tsx jsx css scss less sh bash zsh bat ps1 c h cc cpp hpp cs java kt scala go rs rb "
        "php pl pm lua r jl m swift sql toml yml yaml cff ini cfg conf log lock po pot properties gradle vue",
    )
)
_ABOUT_FILES = re.compile(
    r"(?:.*[/\\])?(?:readme|changelog|licen[cs]e|contributing|copying)(?:[._-]\w{1,10})?\Z", re.IGNORECASE
)
_GREETING = re.compile(
    r"\s*(?:dear|hi|hello|sehr geehrte[rs]?|liebe[r]?|cher|chère)\b.{0,80}[,!]\s*\Z", re.IGNORECASE
)
_OFTEN = frozenset(("TI", "T1", "AU", "PMID", "TY"))
_IDENTIFIER = re.compile(
    r"\s*(?:(?:https?://(?:dx\.)?doi\.org/|doi:? ?)?10\.\d{4,9}/\S+|(?:pmid:? ?)?\d{6,9}|pmc\d{5,9}"
    r"|(?:arxiv:? ?)?\d{4}\.\d{4,5}(?:v\d+)?)[,;]?\s*\Z",
    re.IGNORECASE,
)
_IDENTIFIERS = Refusal(
    "is a list of identifiers", "Add them as they are, in place of a file: litatlas add 10.… pmid:… arxiv:…."
)
_TITLE = re.compile(r"\s*title\s*[:=]", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\s*(?:\[?\d{1,4}[\].)]{1,2}\s{1,3})?(?:"
    r"[^\W\d_][\w '’-]{1,40}, (?:[A-Z]\.[ -]?){1,4}[^()]{0,400}\((?:19|20)\d\d[a-z]?[^()]{0,20}\)"
    r"|[^\W\d_][\w '’-]{1,40} [A-Z]{1,3}(?:, |\. ).{10,600}[.;, ](?:19|20)\d\d"
    r"(?: [A-Z][a-z]{2}[ \d-]{0,6})?(?:;\s?\d|\. ?(?:pp?\.|doi|https?:|\Z))"
    r"|(?:[A-Z]\. ){1,3}[^\W\d_][\w '’-]{1,40}.{0,400}[\"“].{10,400}[,.][\"”].{0,300}\b(?:19|20)\d\d\b)"
)
"""A reference as styles print it: APA and Harvard, Vancouver, IEEE."""
_REFERENCES = Refusal(
    "is a list of printed references",
    "Export them as RIS or BibTeX where they are kept, or add their DOIs: litatlas add 10.….",
)
_JSON_LINE = re.compile(r"[^\w\"]{0,9}\s{0,40}[\[{,\s]{0,9}\"[\w@.-]{1,60}\"\s?:")
_SAMPLED = 400
_NOT_PAPERS = "RIS, BibTeX, CSV and more are read; --format text reads it as plain text all the same."


def refused_bytes(head: bytes) -> Refusal | None:
    """What a file is that is no text and not read, by its first bytes."""
    for magic, refusal in _MAGIC:
        if head.startswith(magic):
            return refusal
    if head.startswith(b"PK"):
        return next((refusal for name, refusal in _PACKED if name in head), None)
    return None


def refused_markup(head: bytes) -> Refusal | None:
    """What an XML file is whose root says that it is of a kind that is not read."""
    if not head[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    match = _ROOT.match(head[:10_000].decode("utf-8", "replace").lstrip("\ufeff"))
    if match is None:
        return None
    name = match[2].lower()
    if (match[1] or "").lower() == "marc:" or (
        name in ("collection", "record") and b"MARC21" in head[:4_000]
    ):
        name = "marc"
    if name == "resource" and b"datacite" not in head[:4_000]:
        return None
    return _ROOTS.get(name)


def refused_text(head: bytes, name: str) -> Refusal | None:
    """What a text is that no reader knows, where it is anything but papers: an export, a program, a log."""
    if refusal := _refused_name(name):
        return refusal
    text = head.decode("utf-8", "replace").lstrip("\ufeff")
    if text.lstrip().startswith("<") and not text.lstrip()[1:2].isdigit():
        return None  # a page is judged when it is read; "<1>" is Ovid's
    if text.lstrip().startswith(('{"', "[{", "[]", "{}")):
        zotero = '"itemType"' in text and '"creators"' in text
        return Refusal("is Zotero's own JSON", _ZOTERO) if zotero else None  # else JSON of no known keys
    for start, refusal in _EXPORT:
        if start.search(text[:5_000]):
            return refusal
    lines = [line for line in text.splitlines()[:_SAMPLED] if line.strip()]
    if _share(lines, (_JSON_LINE,)) > 0.3:
        return Refusal("is damaged JSON", "Save or download it again.")
    if refusal := _refused_lines(lines):
        return refusal
    code = [line for line in lines if not _COMMENT.match(line)]
    shebang = text.startswith("#!") or _is_packed_code(text)
    if shebang or (_share(code, _CODE) > 0.4 and not any(map(_TITLE.match, lines))):
        return Refusal("looks like a program or a file of settings", _NOT_PAPERS)
    if len(lines) > 1 and _share(lines, (_REFERENCE,)) > 0.6:
        return _REFERENCES
    if _is_table(lines):
        return Refusal("looks like a table without headings", "Give its columns names, such as Title.")
    return None


def _refused_name(name: str) -> Refusal | None:
    if _ABOUT_FILES.match(name):
        return Refusal("is a file about other files by its name", _NOT_PAPERS)
    if name.lower().endswith(_PROGRAMS):
        return Refusal("is a program or a file of settings by its name", _NOT_PAPERS)
    return None


def _refused_lines(lines: list[str]) -> Refusal | None:
    """What a text is whose lines are all of one kind that is no paper's."""
    tags = [match[match.lastindex or 0] for line in lines if (match := _TAGGED.match(line))]
    rest_of_export = len(tags) > 0.9 * len(lines) and not _OFTEN.isdisjoint(tags)
    if len(tags) > 0.3 * len(lines) and (len(set(tags)) > 2 or rest_of_export):
        return Refusal("is a tagged export of an unknown kind", _SAVE)
    if _share(lines, (_IDENTIFIER,)) > 0.8:
        return _IDENTIFIERS
    if lines and _GREETING.match(lines[0]):
        return Refusal("looks like a letter", _NOT_PAPERS)
    return Refusal("looks like a log", _NOT_PAPERS) if _share(lines, _LOG) > 0.4 else None


def _share(lines: list[str], patterns: tuple[re.Pattern[str], ...]) -> float:
    good = sum(1 for line in lines if any(pattern.match(line[:500]) for pattern in patterns))
    return good / max(1, len(lines))


def _is_packed_code(text: str) -> bool:
    """Whether a text is a program without line ends, by its signs."""
    signs = text.count(";") > 0.004 * len(text) and text.count("{") + text.count("}") > 0.01 * len(text)
    return signs and "@" not in text[:200] and text.count("\n") < len(text) / 500


def _is_table(lines: list[str]) -> bool:
    """Whether most lines have the same number, three or more, of one separator."""
    for separator in "\t,;|":
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        if usual > 2 and counts.count(usual) > 0.7 * len(lines) and len(lines) > 2:
            return True
    return False
