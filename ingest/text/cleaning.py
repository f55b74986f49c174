"""Raw titles, abstracts and names → plain Unicode text, with math kept as ``$…$``.

The functions never raise and are idempotent: each repeats its work until nothing changes. The machinery
(LaTeX, markup, mojibake) runs only where a cheap expression finds something to correct.
"""

from __future__ import annotations

import re
import unicodedata

import ftfy

from ingest.text.boilerplate import strip_boilerplate
from ingest.text.forms import full_width
from ingest.text.latex import TIE, mend_latex
from ingest.text.markup import mend_markup
from ingest.values.affiliation_marks import without_marks
from ingest.values.dates import parse_year
from ingest.values.identifiers import normal_arxiv_id, normal_doi

__all__ = [
    "clean_abstract",
    "clean_author",
    "clean_text",
    "clean_title",
    "normal_arxiv_id",
    "normal_doi",
    "parse_year",
]

CONJUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        "and or nor to versus vs und oder bis sowie bzw et ou y e o u ed och eller og en of i lub oraz "
        "и или või ja tai",
    )
)
"""Words before which a hyphen stands for the end of the word before: "sex- and habitat-specific"."""
_OPEN_END = re.compile(r"\w[-‐‑]\Z")
_RANGE = re.compile(r"\d[–—]\Z")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff65]")
_MAX_RAW = 400_000
_ROUNDS = 8
_SUSPECT = re.compile(r"[\\${}`\x00-\x1f\x7f]")
_TAG_LIKE = re.compile(r"<[/!?]?[A-Za-z\[]|]]>")
_ENTITY_LIKE = re.compile(r"&#?\w{2,31};")
# A formula that nothing in this module would change.
_SETTLED = re.compile(
    r"\$(?![\s_^]|\{?\\[A-Za-z]+\}?\$|\\.\$)(?:[^$\\&\s\x7f-\xff]|\\[^\s()\[\]]| (?! ))+(?<![ \\])\$(?!\$)",
    re.ASCII,
)
_SUSPECT_UNICODE = re.compile(
    "[\x80-\xa0\xad\u0300-\u036f\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3000\ufb00-\ufb06\ufeff\uff61-\uffdc\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff]"
)
# The first bytes of UTF-8 read as Latin-1 or Windows-1252, followed by a byte that may continue them.
_MOJIBAKE = re.compile(
    "[\xc2\xc3\xc5\xc6\xcb\xce\xcf\xd0\xd1\xe2][\x80-\xbf\u0152-\u0192\u02c6-\u02dc\u2013-\u203a\u20ac\u2122]"
)
_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)
_LIGATURE = re.compile("[\ufb00-\ufb06\u2028\u2029]")
_JOINING_SCRIPTS = "\u0600-\u06ff\u0900-\u0dff"
"""Arabic and the scripts of India, in which zero-width joiners are spelling."""
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\uffff\ud800-\udfff\ue000-\uf8ff]"
    f"|[\u200c\u200d](?![{_JOINING_SCRIPTS}])|(?<![{_JOINING_SCRIPTS}])[\u200c\u200d]"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What `_INVISIBLE` finds in ASCII, five times as fast."""
_LINE_HYPHEN = re.compile(r"([^\W\d_]{2})-[ \t]*\n\s*([^\W\d_]{2,})")
_WORD_END = re.compile(r"\w+\Z")
_LONGEST_WORD = 60
_CONTEXT = 20_000  # characters before and after, in which the same word is looked for with its hyphen
_NUMBER_HYPHEN = re.compile(r"(\w)-[ \t]*\n\s*(\d)")
_KEEP_HYPHEN = frozenset(
    re.findall(
        r"\w+",
        "non self semi quasi multi anti co pre post sub inter intra cross high low long short one two "
        "three four first second third half well near large small full real single double fine coarse "
        "state end open closed time data model free based order case hand left right mid meta pseudo "
        "ultra hyper bi tri re ex all off on of to the and in by over under up down",
    )
)
"""Words that are joined to the next one by a hyphen more often than they are broken by one."""
_SPACE_BEFORE = re.compile(r"(?<! ) +([,;.](?:\s|$))")


def clean_text(raw: str) -> str:
    """Plain Unicode text of LaTeX, HTML, JATS, mojibake and ligatures; math stays as ``$…$``."""
    text = (raw if len(raw) <= _MAX_RAW else raw[:_MAX_RAW]).strip()
    for _ in range(_ROUNDS):
        if not _suspect(text) or ("$" in text and _settled(text)):
            return text
        mended = _mend(text)
        if mended == text:
            return text
        text = mended
    # Text made to uncover something new at every pass: nothing is left for it to uncover.
    return clean_text(re.sub(r"[\\${}<>&`~-]+", " ", text))


def _settled(text: str) -> bool:
    """Whether formulas are all that is left to look at, and each of them is in its final form."""
    if "\\label" in text or "\\nonumber" in text or "<" in text:
        return False
    return not _suspect(_SETTLED.sub("0", text))


def _suspect(text: str) -> bool:
    if (
        _SUSPECT.search(text)
        or "  " in text
        or "--" in text
        or "''" in text
        or text[:1] == " "
        or text[-1:] == " "
    ):
        return True
    if "<" in text and _TAG_LIKE.search(text):
        return True
    if "&" in text and _ENTITY_LIKE.search(text):
        return True
    if "~" in text and TIE.search(text):
        return True
    if (" ." in text or " ," in text or " ;" in text) and _SPACE_BEFORE.search(text):
        return True
    if text.isascii():
        return False
    if _SUSPECT_UNICODE.search(text) or _MOJIBAKE.search(text):
        return True
    return not unicodedata.is_normalized("NFC", text)


def _mend(text: str) -> str:
    if not text.isascii():
        text = _mend_unicode(text)
    else:
        text = _CONTROLS.sub("", text)
    if "<" in text or "&" in text:
        text = mend_markup(text)
    if "-\n" in text or "- \n" in text:
        text = _NUMBER_HYPHEN.sub(r"\1-\2", _LINE_HYPHEN.sub(_joined, text))
    text = mend_latex(text)
    text = " ".join(text.split()).rstrip("\\ ")
    return _SPACE_BEFORE.sub(r"\1", text) if " ." in text or " ," in text or " ;" in text else text


def _mend_unicode(text: str) -> str:
    if _MOJIBAKE.search(text):
        text = ftfy.fix_encoding(text)
    if _LIGATURE.search(text):
        text = text.translate(_LIGATURES)
    text = full_width(_INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text)


def _joined(match: re.Match[str]) -> str:
    """A word broken at a line's end, whole again; a real hyphen stays."""
    text, start = match.string, match.start()
    before = _WORD_END.search(text, max(0, start - _LONGEST_WORD), match.end(1))
    left, right, end = before[0] if before else match[1], match[2], match[1]
    if suspends(right):
        return f"{end}- {right}"  # "sex- and habitat-specific"
    near = max(0, start - _CONTEXT), start + _CONTEXT
    keep = left.lower() in _KEEP_HYPHEN or right[0].isupper() or left[-1].isupper()
    keep = keep or (text.find(f"{left}-{right}", *near) >= 0 and text.find(left + right, *near) < 0)
    return f"{end}-{right}" if keep else end + right


def clean_title(raw: str) -> str:
    """A title in one line, without the full stop and the brackets that catalogues put around it."""
    text = clean_text(raw)
    for _ in range(_ROUNDS):
        if text[-1:] not in (".", "]"):
            break
        shorter = text
        if (
            shorter.endswith(".")
            and not shorter.endswith((" al.", "..", " etc."))
            and not _ends_in_initial(shorter)
        ):
            shorter = shorter[:-1].rstrip()
        if shorter.startswith("[") and _closes_at_end(shorter):
            shorter = shorter[1:-1].strip()
        if shorter == text:
            break
        text = clean_text(shorter)
    return text


def _closes_at_end(text: str) -> bool:
    """Whether the bracket that opens the text is closed by its last character."""
    depth = 0
    for index, sign in enumerate(text):
        depth += (sign == "[") - (sign == "]")
        if depth == 0:
            return index == len(text) - 1
    return False


def _ends_in_initial(text: str) -> bool:
    """True for "… of the U.S." whose last full stop belongs to the word."""
    return re.search(r"(?:^|[\s.])[A-Z]\.$", text) is not None


def clean_abstract(raw: str) -> str:
    """An abstract as text, without "Abstract:" and copyright lines."""
    text = clean_text(raw)
    for _ in range(_ROUNDS):
        stripped = strip_boilerplate(text)
        shorter = stripped if stripped == text else clean_text(stripped)
        if shorter == text:
            break
        text = shorter
    return text


_PLAIN_NAME = re.compile(
    r"(?!(?i:and|by)\s)[A-Za-z]+(?:(?:\.(?! *$)|, (?=[A-Za-z])|[ '-](?=[A-Za-z]))[A-Za-z]*)*\.?", re.ASCII
)
_LONGEST_NAME = 1_000
_NAME_FURNITURE = re.compile(r"^(?:and|by|&)\s+|(?<!\s)\s*\((?:[^()]{0,300})\)\s*$", re.IGNORECASE)


def clean_author(raw: str) -> str:
    """One author's name as plain text, without footnote marks, affiliations in parentheses and DBLP's numbers
    of people who share a name ("Wei Wang 0001")."""
    raw = raw[:_LONGEST_NAME]
    if _PLAIN_NAME.fullmatch(raw):
        return raw
    text = clean_text(raw)
    for _ in range(_ROUNDS):
        shorter = _NAME_FURNITURE.sub("", without_marks(text.strip(" ,;{}"))).strip(" ,;{}")
        shorter = clean_text(shorter)
        if shorter == text:
            break
        text = shorter
    return text


def suspends(right: str) -> bool:
    """Whether the word after a hyphen at a line's end shows that the hyphen is no part of a compound."""
    match = _FIRST_WORD.match(right)
    return match is not None and match[0] in CONJUNCTIONS


def joint(text: str, line: str) -> str:
    """What stands between a text and the line that goes on with it: nothing, a space or a line end.

    For sources that break lines at spaces and after hyphens alone, where a hyphen at the end is the author's
    own: "child-" "centred" is child-centred. Chinese and Japanese are joined without a space.
    """
    if not text or not line:
        return ""
    if _OPEN_END.search(text[-2:]) and line[0].isalnum():
        return " " if suspends(line) else ""
    range_ = _RANGE.search(text[-2:]) and line[0].isdigit()
    return "" if range_ or (_UNSPACED.match(text[-1]) and _UNSPACED.match(line)) else "\n"
