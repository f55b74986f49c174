"""Several authors in one text → one name each, in every style of list that sources write.

``A, B.C.; D, E.F.``, ``A, B.C., D, E.F.``, ``A BC, D EF``, ``B. A, E. D and G. H``, ``张伟；李明``, or a name
a line.
"""

from __future__ import annotations

import html
import re

from ingest.values.affiliation_marks import BEFORE_COMMAS, BEFORE_SEMICOLONS, SUPERSCRIPTS
from ingest.values.author_names import (
    initials_come_last,
    is_either_way,
    is_group,
    is_initials,
    is_particle,
    is_suffix,
    parse_name,
)

_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ENTITY = re.compile(r"&(?:#\w{1,7}|[A-Za-z]\w{1,31});")
_STRONG = re.compile(r"[;；|、•]")
_AND = re.compile(r" (?:and|AND|And|&|und) ")
_WRAPPED = re.compile(r"(?:[,;&]|\band)\Z|.\band\b.", re.IGNORECASE)
_OTHERS = re.compile(
    r"(?:\b(?:and |& ?)?(?:et\.? ?al\b|others\b|colleagues\b)|…|\.\.\.)[ .]{0,5}\Z"
    r"|(?<=[\u4e00-\u9fff，、,; ])等\Z",
    re.IGNORECASE,
)
_ENDS_OF_OTHERS = tuple("lLsS…等.")
_FIRST = re.compile(r"(?:by|and|&) (?=\w)|[:,]", re.IGNORECASE)
_STARTS_OF_FIRST = tuple("bBaA&:,")
_COMPANY = re.compile(r"(?:.* )?(?:inc|ltd|llc|corp|co|gmbh|plc|s\.a|ag|bv)\.?", re.IGNORECASE)
_IDEOGRAPHS = re.compile(r"[\u3005\u4e00-\u9fff·•\uac00-\ud7af]+")
_CJK_COMMA = re.compile(r"[，,、] *")
_CHINESE_FAMILIES = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧"
    "蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬"
    "贺賀赖賴龚龔文欧歐司诸"
)
_KOREAN_FAMILIES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염"
)
_MAYBE_MARKED = re.compile(r"[\d*†‡§¶]")
_DOTTED = re.compile(r"(?:[^\W\d_]\.-?){1,4}")
_ENUMERATED = re.compile(r"(?:(?<=\s)|\A)(\d{1,3})[.)]\s+(?=[^\W\d_])")
_WIDE_GAP = re.compile(r"[ \t]{2,}")
_AFTER_COMMA = re.compile(r",(?=[^\s,])")
_LONGEST_PARTICLE = 5  # and suffix: what may stand behind initials at the end of a name
_LONGEST = 300  # characters of the name of a group
_PLAIN_NAME = r"[A-Z](?:\.|[a-z]+)(?:[ -][A-Z](?:\.|[a-z]+))* [A-Z][a-z]+(?:-[A-Z][a-z]+)?"
_PLAIN_LIST = re.compile(rf"{_PLAIN_NAME}(?:, {_PLAIN_NAME})*(?:,? and {_PLAIN_NAME})?")
"""Most lists of those whose commas separate authors: "Anna B. Berg, C. Costa and Kim Doe"."""
_PLAIN_SEPARATOR = re.compile(r",? and |, ")
_NOT_PLAIN = frozenset(re.findall(r"\w+", "And By Others Colleagues Inc Ltd Llc Corp Co Gmbh Plc Ag Bv"))
_ROUNDS = 3  # of parentheses inside parentheses


def split_authors(raw: str, *, comma: bool | None = None) -> list[str]:
    """The names in one text; those that end in initials ("Berg AB") become "Berg, AB".

    Semicolons, bars, line ends, "and" and "&" separate names. Commas do where the text shows it: by initials
    between them ("A, B.C., D, E.F."), by whole names on both sides ("A. One, B. Two"). Affiliations and
    numbers in parentheses and a closing "et al." are left out; groups stay whole.

    Args:
        comma: whether commas separate authors (True) or belong to their names (False); None: by the text.
    """
    if comma and _PLAIN_LIST.fullmatch(raw) and _NOT_PLAIN.isdisjoint(raw.replace(",", "").split()):
        return _PLAIN_SEPARATOR.split(raw)
    text = _semicolons(raw)
    for _ in range(_ROUNDS):
        text = _PARENTHESES.sub(" ", text) if "(" in text or "[" in text else text
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if comma is None and (";" in text or "；" in text):
        comma = False
    marks = BEFORE_SEMICOLONS if ";" in text else BEFORE_COMMAS
    if _MAYBE_MARKED.search(text) and len(marks.findall(text)) > 1:
        text = marks.sub("", text)
        comma = None if comma is False and ";" not in text else comma
    if comma is False and (_is_vancouver(text) or _is_long(text)):
        comma = None
    lines = [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]
    if len(lines) > 1 and any(line.count(",") > 1 or _WRAPPED.search(line) for line in lines):
        lines = [" ".join(lines)]
    names = [name for line in lines for name in _of_line(line, False if len(lines) > 1 else comma)]
    if names and names[-1].endswith(".") and (_closes_the_list(names) or _closes_a_group(names[-1])):
        names[-1] = names[-1][:-1]
    in_capitals = [name for name in names if name.isupper() and "," not in name and " " in name]
    if any(_make(name.split()) == "Anna Berg" and not is_group(name) for name in in_capitals):
        return [name if name.isupper() else _ordered(name) for name in names]  # "BO COSTA AND KIM DOE"
    if all(map(is_either_way, in_capitals)):
        return [name if name in in_capitals else _ordered(name) for name in names]
    return [_ordered(name) for name in names]


def _semicolons(text: str) -> str:
    """A list with semicolons where it has numbers before its names, slashes between names that have commas,
    or a wide gap between them; footnote marks written as superscripts become digits."""
    if not text.isascii() and SUPERSCRIPTS.search(text):
        text = SUPERSCRIPTS.sub("*", text)
    if text.lstrip()[:1].isdigit():
        numbers = _ENUMERATED.findall(text)
        if len(numbers) > 1 and numbers == [str(at + 1) for at in range(len(numbers))]:
            return _ENUMERATED.sub("; ", text).strip("; ")
    if ";" not in text and ("/" in text or "  " in text or "\t" in text):
        for pieces in (text.split("/"), _WIDE_GAP.split(text.strip())):
            if len(pieces) > 1 and all(map(_is_inverted, pieces)):
                return "; ".join(pieces)
    return text


def _is_inverted(piece: str) -> bool:
    """Whether a text is one name that begins with its family name, as "BERG, ANNA" or "Berg A." does."""
    family, comma, given = piece.partition(",")
    if not comma:
        return initials_come_last(piece.split()) > 0 and not is_group(piece)
    return bool(family.strip() and given.strip()) and "," not in given and len(piece) < _LONGEST


def _closes_the_list(names: list[str]) -> bool:
    """Whether the full stop at the end is that of the list, as in "Marsh K, Oduya PT.", not an initial's."""
    last = names[-1].split()[-1][:-1]
    if not last.isupper() or not last.isalpha():
        return False
    others = [words[-1] for name in names[:-1] if len(words := name.split()) > 1]
    return len(last) > 1 or (bool(others) and all(word.isupper() and word.isalpha() for word in others))


def _closes_a_group(name: str) -> bool:
    """Whether a full stop ends the list behind a group, and is not that of "Inc." or "Dept."."""
    return len(name.rpartition(" ")[2]) > len("Dept.") and is_group(name[:-1])


def _is_vancouver(text: str) -> bool:
    """Whether commas separate whole names whatever the rest of a table does: "Berg AB, van der Lee C"."""
    pieces = [words for piece in text.rstrip(" .,").split(",") if (words := piece.split())]
    return len(pieces) > 1 and all(
        _make(words) == "Berg AB" and (words[-1].count(".") != 1 or words[-1][-1] != ".") for words in pieces
    )


def _is_long(text: str) -> bool:
    """Whether a text without semicolons has more commas than one name may have: "Berg, Anna, Jr"."""
    pieces = [words for piece in text.split(",") if (words := piece.split())]
    count = len([words for words in pieces if not is_suffix(words[0])])
    return ";" not in text and (count > 3 or (count == 3 and all(map(_is_whole, pieces))))


def split_listed(name: str, *, alone: bool = True) -> list[str]:
    """The names in a text that a source takes for one: split where separators leave no doubt, else as it is.

    For formats that separate names themselves (a tag or " and " for each) and get several in one place.
    Where a record separates its names (not ``alone``), "Fonseca C., Efraín R." is one of them.
    """
    if _STRONG.search(name) or "，" in name or name.count(",") > 2 or ("," in name and _OTHERS.search(name)):
        return split_authors(name)
    pieces = [words for piece in name.split(",") if (words := piece.split())]
    makes = [_make(words) for words in pieces]
    if len(pieces) == 3 and set(makes) == {"Anna Berg"} and all(map(_is_whole, pieces)):
        return split_authors(name)
    initialled = len(makes) > 1 and len(set(makes)) == 1 and makes[0] in ("Berg AB", "A. Berg")
    # "Berg A, Costa B" may be one name
    initialled = initialled and (len(makes) > 2 or (alone and name.count(".") > 1))
    return split_authors(name) if initialled else _of_piece(name)


def split_before_and(first: str, others: list[str]) -> list[str]:
    """The names in what stands before an "and": "John Smith, Mary Jones" of "John Smith, Mary Jones and Peter
    Lee" is two people, as whole names without commas stand behind it."""
    pieces = [piece.split() for piece in first.split(",")]
    rest = [other.split() for other in others]
    whole = len(pieces) > 1 and all(map(_is_whole, pieces)) and all(map(_is_whole, rest))
    if not whole or any("," in other for other in others) or any(map(is_group, [first, *others])):
        return [first]
    return [" ".join(words) for words in pieces] if len(set(map(_make, [*pieces, *rest]))) == 1 else [first]


def _is_whole(words: list[str]) -> bool:
    """Whether words are a whole name, as in "Kim Doe": no suffix, no family name with its particle."""
    return len(words) > 1 and not is_particle(words[0]) and not any(map(is_suffix, words))


def _of_line(line: str, comma: bool | None) -> list[str]:
    line = _trimmed(line)
    if _STRONG.search(line):
        pieces = [piece for part in _STRONG.split(line) if (piece := _trimmed(part))]
        if len(pieces) > 1:
            return [name for piece in pieces for name in _of_piece(_ascii_commas(piece))]
        line = pieces[0] if pieces else ""
    if not line:
        return []
    if (names := _of_ideographs(line)) is not None:
        return names
    parts = _between_ands(_ascii_commas(line))
    return [name for part in parts for name in _by_commas(part, comma)]


def _ascii_commas(text: str) -> str:
    return " ".join(text.replace("，", ", ").split()) if "，" in text else text


def _trimmed(text: str) -> str:
    text = text.strip(" ,;")
    if text.endswith(_ENDS_OF_OTHERS):
        text = _OTHERS.sub("", text)
    if text.startswith(_STARTS_OF_FIRST) and (match := _FIRST.match(text)):
        text = text[match.end() :]
    return text.strip(" ,;")


def _of_piece(piece: str) -> list[str]:
    """What stands between two semicolons: one name, now and then two with "and", or a list of its own."""
    if piece.count(",") > 2 or _is_vancouver(piece):
        return _by_commas(piece, None)
    sides = _AND.split(piece)
    people = all(len(side.replace(",", " ").split()) > 1 and not is_group(side) for side in sides)
    return [_trimmed(side) for side in sides] if len(sides) > 1 and people else [piece]


def _of_ideographs(line: str) -> list[str] | None:
    """Chinese, Japanese or Korean names with commas between them; None: it is no such list."""
    if line.isascii():
        return None
    pieces = [piece.strip() for piece in _CJK_COMMA.split(line)]
    if len(pieces) < 2 or not all(_IDEOGRAPHS.fullmatch(piece.replace(" ", "")) for piece in pieces):
        return None
    chinese = all(piece[0] in _CHINESE_FAMILIES and 2 <= len(piece) <= 4 for piece in pieces)
    korean = all(piece[0] in _KOREAN_FAMILIES and len(piece) == 3 for piece in pieces)
    # "山田, 太郎" is one person, as is every family name with a comma after it.
    return pieces if len(pieces) > 2 or chinese or korean or "," not in line else None


def _between_ands(line: str) -> list[str]:
    """The parts between "and"; an "and" inside the name of a group or a company is none."""
    sides = [side.strip(" ,") for side in _AND.split(line)]
    parts = sides[:1]
    words = _AND.findall(line) if len(sides) > 1 else []
    for word, side in zip(words, sides[1:], strict=True):
        last = parts[-1]
        company = _COMPANY.fullmatch(side.rpartition(",")[2].strip()) and len(side.split()) < 4
        whole = (
            len(last) < _LONGEST
            and ("," not in last or " of " in last)
            and is_group(last)
            and not any(map(is_initials, side.replace(",", " ").split()))
        )
        if company or (whole and _links(last, side)):
            parts[-1] = f"{last}{word}{side}"
        elif side:
            parts.append(side)
    return parts


def _links(group: str, rest: str) -> bool:
    """Whether "Ministry of Health" and "Care" are one group: it goes on with no name of a person."""
    return len(rest.split()) == 1 or (
        any(f" {link} " in group for link in ("of", "for", "on")) and "," not in rest
    )


def _by_commas(text: str, comma: bool | None) -> list[str]:
    pieces = [piece for part in text.split(",") if (piece := _trimmed(part))]
    if comma is False and len(pieces) > 1 and all(_make(piece.split()) == "A. Berg" for piece in pieces):
        return pieces  # "A. Berg, B. Costa": no family name begins with an initial
    if comma is False or len(pieces) < 2 or (len(pieces) == 2 and _COMPANY.fullmatch(pieces[-1])):
        return [", ".join(pieces)] if pieces else []
    if comma:
        return _suffixed(pieces, " ")
    count = len([piece for piece in pieces if not is_suffix(piece)])
    if all(map(_ends_in_dots, pieces)):
        return pieces
    if any(map(is_initials, pieces)):
        return _pairs(pieces)
    if count == 2 and not _separate(pieces):
        return [", ".join(pieces)]
    singles = [len(piece.split()) == 1 or is_particle(piece.split()[0]) for piece in pieces]
    if len(pieces) % 2 == 0 and count == len(pieces) and all(singles[::2]) and not is_group(text):
        return _pairs(pieces)
    return _suffixed(pieces, " ")


def _ends_in_dots(piece: str) -> bool:
    """Whether a piece is a whole name as "SMITH J.A." is, which shouted particles and short names hide."""
    first, *rest = piece.split()
    return bool(rest) and len(first) > 1 and "." not in first and _DOTTED.fullmatch(rest[-1]) is not None


def _separate(pieces: list[str]) -> bool:
    """Whether the two sides of one comma are two people: both whole names of the same make."""
    left, right = (piece.split() for piece in pieces[:2])
    if len(left) < 2 or len(right) < 2 or is_particle(left[0]):
        return False
    if all(len(words[-1]) > 2 and "".join(words).isupper() for words in (left, right)):
        return len(left[0]) > 2  # "ANNA BERG, BO COSTA", where short given names look like initials
    return _make(left) == _make(right) or is_group(pieces[0]) or is_group(pieces[1])


def _make(words: list[str]) -> str:
    if initials_come_last(words):
        return "Berg AB"
    return "A. Berg" if len(words) > 1 and is_initials(words[0]) else "Anna Berg"


def _pairs(pieces: list[str]) -> list[str]:
    """Names of "Berg", "A.", "Costa", "Bea", …: a family name takes what follows it as its given names."""
    even = len(pieces) % 2 == 0 and not any(is_initials(piece) or is_group(piece) for piece in pieces[::2])
    alternating = even and not any(map(is_suffix, pieces)) and all(len(p.split()) < 4 for p in pieces[1::2])
    names: list[str] = []
    at = 0
    while at < len(pieces):
        name, at = pieces[at], at + 1
        if at < len(pieces) and (alternating or (is_initials(pieces[at]) and not is_initials(name))):
            name, at = f"{name}, {pieces[at]}", at + 1
        names.append(name)
    return _suffixed(names, ", ")


def _suffixed(pieces: list[str], between: str) -> list[str]:
    """Pieces with "Jr." put back to the name before it."""
    names: list[str] = []
    for piece in pieces:
        if names and is_suffix(piece) and not is_initials(piece):
            names[-1] += between + piece
        else:
            names.append(piece)
    return names


def _ordered(name: str) -> str:
    """A name with its family name first where initials at the end say which it is."""
    if "," in name:
        return _AFTER_COMMA.sub(", ", name)
    words = name.split()
    if words and len(words[-1]) > _LONGEST_PARTICLE and words[-1][-1].islower():  # nearly every name
        return name
    words = [word for word in words if not is_suffix(word)]
    return parse_name(name).inverted if initials_come_last(words) and not is_group(name) else name


_CAMEL = frozenset(
    re.findall(
        r"\w+", "Mc Mac De Di Da Do La Le Lo Du Van Von Fitz O Des Del Della El Al Ben Abd St Ter Ten Vande"
    )
)
"""What a capital letter inside one family name may follow: "McDonald", "DeVito"."""


def split_glued(raw: str) -> list[str]:
    """The names in a list without separators, as Springer writes it: "Anna BergKim J. Marsh"."""
    text = " ".join(_PARENTHESES.sub(" ", raw).split())
    names, start, word = [], 0, 0
    for at in range(1, len(text)):
        if text[at - 1] in " -":
            word = at
        elif (
            text[at].isupper()
            and text[word:at] not in _CAMEL
            and (text[at - 1].islower() or (text[at - 1] == "." and text[at : at + 3].isalpha()))
        ):
            names.append(text[start:at])
            start = word = at
    names.append(text[start:])
    return [name for part in names if (name := part.strip(" ,;"))]
