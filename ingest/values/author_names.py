"""One author's name taken apart, once for everything: exports, duplicates, search.

The parts are those of CSL and BibLaTeX: family name, given names, particle ("van der"), suffix ("Jr").
Sources write one person as "Berg, Anna B.", "Berg AB", "A. B. Berg", "BERG Anna" or "Anna B. Berg";
groups ("World Health Organization") have no parts and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "van von vom der den de del della dei degli di da do dos das du des la las le les el al bin ibn ben "
        "abu ter ten te zu zur zum af av aus auf 't op in het und",
    )
)
_CAPITAL_PARTICLES = frozenset(
    re.findall(r"\w+", "Van Von Der Den De Del Della Di Da Dos Das Du La Le El Ter Ten")
)
"""Particles that belong to the family name also where they are written with a capital: "Van Dam"."""
_SUFFIX = re.compile(r"(?:jr|sr|jnr|snr)\.?|2nd|3rd|4th|I{2,3}\.?|IV\.?", re.IGNORECASE)
_LONGEST_SUFFIX = 4
_DEGREE = re.compile(
    r"(?:ph\.? ?d|m\.d|m\.?sc|b\.?sc|mph|mba|d\.?phil|pharm\.?d|d\.?sc|facs|frcp|mbbs)\.?", re.IGNORECASE
)
_LONGEST_DEGREE = 8
_LIKE_INITIALS = frozenset(("MD", "MS", "MA", "BA", "BS", "RN", "DO", "DDS", "DVM", "JD", "PHD"))
"""Degrees that may be initials: "Roe, MD"."""
_TITLES = re.compile(
    r"(?:(?:(?:professor|prof|dr)\b\.?|(?:univ|priv|doz|dipl|ing|med|rer|nat|phil|habil|h\. ?c)\.)[- ]*){1,8}"
    r"(?=[^\W\d_])",
    re.IGNORECASE,
)
_TITLED = re.compile(r"(?:(?:prof|dr)\b(?:\.|(?= ))|professor (?=\w))", re.IGNORECASE)
_ROMAN = frozenset(("II", "IV"))
"""As a suffix they look like initials."""
_IN_INITIALS = str.maketrans("", "", ".-‐‑–'’")
_GLUED = re.compile(r"\.(?=[^\W\d_]{2,})")
_GROUP_WORDS = frozenset(
    re.findall(
        r"\S+",
        "academy administration agence agencia agency alliance association authority bureau center centers "
        "centre centres centro clinic coalition college collaboration collaborations collaborative "
        "collaborators comité comisión commission committee company consortia consortium corporation council "
        "department dept directorate division facility faculty federation foundation fundación gesellschaft "
        "gmbh government group groupe groups grp gruppe grupo hospital inc inc. initiative institut "
        "institute institutes institution instituto investigators istituto laboratories laboratory league "
        "llc ltd ltd. ministerio ministry museum nations network observatory organisation organisations "
        "organization organizations programme project registry researchers school secretariat section "
        "seminar sociedad society société subcommittee taskforce team union universidad universidade "
        "universitet university università université universität verband verein working workgroup "
        "академия институт министерство университет",
    )
)
_GROUP_STARTS = frozenset(("the", "world", "national", "international", "european", "united", "federal"))
_GROUP_LINKS = frozenset(("and", "&", "of", "for", "on", "against", "für", "pour"))
_CJK = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_CJK_GROUP = re.compile(
    r"(?:组|組|组织|中心|委员会|委員会|协会|協会|学会|研究所|研究院|大学|医院|公司|部会|機構|연구소|학회|위원회)\Z"
)
_LIKE_FAMILIES = frozenset(
    re.findall(
        r"\w+",
        "AN BAE BAI CAI CAO CHA CHO CHU CUI DAI DAO DAS DO DOE DU FAN FU GAO GU GUO HA HAN HE HO HOU "
        "HU IM ITO JIA JIN KIM KO KOU LAI LAM LAU LE LEE LEI LI LIM LIN LIU LO LU LUO LY MA MAI MAO "
        "MO MOK NA NG NGO NI OH ONO PAN PAK QI QIN RAO ROE ROY SEN SEO SHI SIM SON SU SUN TAN TAO TO "
        "TU VO VU WAN WEI WEN WOO WU XIA XIE XU XUE YAN YAO YE YEH YI YIN YOO YU ZHU ZOU",
    )
)
"""Frequent family names that in capitals look like initials."""
_LONGEST = 300
_MOST_WORDS = 10


class Name(NamedTuple):
    """The parts of a name; a group, or what cannot be taken apart, is ``literal`` and has no other part."""

    family: str = ""  # without its particle: "Lee" of "van der Lee"
    given: str = ""  # as written: "Anna B.", "AB", "J.-P."
    particle: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def whole_family(self) -> str:
        """The family name with its particle, as in "van der Lee"; "" of a group."""
        return f"{self.particle} {self.family}" if self.particle else self.family

    @property
    def initials(self) -> str:
        """The first letters of the given names: "AB" of "Anna B.", of "AB" and of "A.-B."."""
        return "".join(map(_initials_of, re.split(r"[\s.‐‑–-]+", self.given)))

    @property
    def inverted(self) -> str:
        """Family name first, as in "van der Lee, Jan, Jr"; a group as it is."""
        return self.literal or ", ".join(filter(None, (self.whole_family, self.given, self.suffix)))

    @property
    def natural(self) -> str:
        """Given names first, as in "Jan van der Lee Jr"; a group as it is."""
        return self.literal or " ".join(filter(None, (self.given, self.whole_family, self.suffix)))


def parse_name(text: str) -> Name:
    """The parts of one author's name, in whatever order and punctuation it is written. Never raises.

    With a comma the family name stands before it. Without one, initials at the end ("Berg AB", "van der
    Lee J") or a first word in capitals ("BERG Anna") say that the family name comes first; else it is the
    last word with the particles before it. A name of one word is a family name.
    """
    return _parsed(text[:_LONGEST])


@lru_cache(maxsize=1 << 16)
def _parsed(text: str) -> Name:
    text = " ".join(text.split())
    if is_group(text):
        return Name(literal=text)
    pieces = [piece for part in text.split(",") if (piece := part.strip()) and not _is_degree(piece)]
    if not pieces:
        return Name(literal=text)
    return _with_comma(pieces) if len(pieces) > 1 else _without_comma(pieces[0])


def parse_names(authors: Iterable[str], groups: Iterable[str] = ()) -> list[Name]:
    """The parts of each author of a document; ``groups`` are those that its source says are groups.

    What may be either way round is read as the document's other names are, and stays whole where none tells.
    """
    known, everyone = frozenset(groups), [*authors]
    names = [Name(literal=author) if author in known else parse_name(author) for author in everyone]
    for at, author in enumerate(everyone):
        if is_either_way(author) and author not in known:
            names[at] = _by_the_others(author, everyone)
    return names


def is_either_way(text: str) -> bool:
    """Whether a name in capitals may have its family name first or last: "KIM XU" is Kim Xu, or X. U. Kim."""
    if not text.isupper() or len(text) > len("KIM LEE"):
        return False
    first, _, last = text.partition(" ")
    return 1 < len(first) <= 3 and first.isalpha() and last in _LIKE_FAMILIES


def _by_the_others(author: str, everyone: Iterable[str]) -> Name:
    """A name that is either way round, as the other names in capitals of its document are: "ANNA BERG" or
    "BERG AB"."""
    others = [name for name in everyone if name.isupper() and "," not in name and not is_either_way(name)]
    whole = [words for name in others if len(words := name.split()) > 1 and not is_group(name)]
    family_first = {initials_come_last(words) > 0 for words in whole}
    if len(family_first) != 1:
        return Name(literal=author)
    first, last = author.split()
    return Name(first, last) if True in family_first else Name(last, first)


def is_group(text: str) -> bool:
    """Whether a name is that of a group, an institution or a company, by its words."""
    return _is_group(text[:_LONGEST])


@lru_cache(maxsize=1 << 14)
def _is_group(text: str) -> bool:
    words = text.replace(",", " ").split()
    lower = text.lower().replace(",", " ").split()
    if len(words) < 2:
        return lower == ["anonymous"] or _CJK_GROUP.search(text) is not None
    if not _GROUP_WORDS.isdisjoint(lower):
        return True
    if not _GROUP_LINKS.isdisjoint(words[1:]):  # in lower case alone: "On" is a name
        return True
    return lower[0] in _GROUP_STARTS and "," not in text


def is_initials(text: str) -> bool:
    """Whether a text is nothing but initials: "J.", "AB", "J. P.", "S.-H."."""
    words = text.split()
    return 0 < len(words) <= 4 and all(map(_is_initial, words))


def is_suffix(text: str) -> bool:
    """Whether a text is a generation ("Jr", "III"), which follows a name and is none."""
    return len(text) <= _LONGEST_SUFFIX and _SUFFIX.fullmatch(text) is not None


def _is_degree(text: str) -> bool:
    return len(text) <= _LONGEST_DEGREE and _DEGREE.fullmatch(text) is not None


def without_titles(text: str) -> str:
    """A person's name without "Prof. Dr." before it and degrees behind it; "Roe, MD" may be initials."""
    if "," not in text and not _TITLED.match(text.lstrip()):
        return text
    pieces = [piece.strip() for piece in text[:_LONGEST].split(",")]
    titled = [at for at, piece in enumerate(pieces[:2]) if _TITLED.match(piece)]
    if len(text) > _LONGEST or (not titled and len(pieces) < 2) or is_group(text):
        return text
    bare = [_TITLES.sub("", piece, count=1) if at in titled else piece for at, piece in enumerate(pieces)]
    sure = bool(titled) or len(bare) > 2
    while len(bare) > 1 and (_is_degree(bare[-1]) or (sure and bare[-1].upper() in _LIKE_INITIALS)):
        if len(bare) == 2 and len(bare[0].split()) < 2:
            break  # all that is left of a person's given names
        bare.pop()
    return ", ".join(bare) if bare != pieces else text


def is_particle(word: str) -> bool:
    """Whether a word begins or ends a family name as its particle: "van", "de"; in lower case only."""
    return word in _PARTICLES


def initials_come_last(words: list[str]) -> int:
    """How many words of "van der Lee J P" are the family name; 0 where no initials stand at the end."""
    end = len(words)
    dotted = bool(words) and "." in words[-1]
    while end > 1 and (words[end - 1] in _PARTICLES or _is_initial(words[end - 1])):
        word = words[end - 1]
        if end < len(words) and "." not in word and word not in _PARTICLES:
            if len(word) > 2 and dotted:
                break  # "VAN DER LEE K."
            if len(word) > 1 and len(words[-1]) > 1 and words[-1].isalpha():
                break  # "VAN DAM KL"
        end -= 1
    last = [word for word in words[end:] if word not in _PARTICLES]
    if not last:
        return 0
    first = words[0]
    if _is_initial(first) and ("." in first or len(first) == 1):
        return 0  # "J. P. LI"
    return end


def _is_initial(word: str) -> bool:
    if word[-1:].islower():  # nearly every word
        return False
    bare = word.translate(_IN_INITIALS)
    if not bare or len(word) > 10 or not bare.isalpha():
        return False
    if bare.isupper():
        return len(bare) <= 3 or (len(bare) <= 5 and "." in word)
    # "Yu." and "Ch." stand for one name; "St." is part of a family name.
    return len(bare) <= 3 and word[-1] == "." and bare[0].isupper() and bare != "St" and not is_suffix(word)


def _initials_of(word: str) -> str:
    bare = word.strip("'’()\"")
    shouted = bare.isupper() and len(bare) <= 3 and bare.isascii()
    return bare if shouted else bare[:1].upper()


def _with_comma(pieces: list[str]) -> Name:
    family, rest = pieces[0], pieces[1:]
    if len(rest) == 1 and is_suffix(rest[0]) and rest[0] not in _ROMAN:
        return _without_comma(family)._replace(suffix=rest[0])  # "John Roe, Jr."
    suffix = next((piece for piece in reversed(rest) if is_suffix(piece)), "") if len(rest) > 1 else ""
    first_names = " ".join(piece for piece in rest if piece != suffix)
    if not suffix:
        family, suffix = _without_suffix(family)
    if not suffix:
        first_names, suffix = _without_suffix(first_names)
    particle, family = _leading_particle(family)
    if not particle:
        first_names, particle = _trailing_particle(first_names)
    return Name(family, first_names, particle, suffix)


def _without_suffix(text: str) -> tuple[str, str]:
    """A name and the suffix at its end: "Smith Jr" in two, but not "II" alone."""
    before, _, last = text.rpartition(" ")
    return (before, last) if before and is_suffix(last) else (text, "")


def _leading_particle(family: str) -> tuple[str, str]:
    words = family.split()
    at = 0
    while at < len(words) - 1 and words[at] in _PARTICLES:
        at += 1
    return " ".join(words[:at]), " ".join(words[at:])


def _trailing_particle(first_names: str) -> tuple[str, str]:
    """The "van" of "Beethoven, Ludwig van"."""
    words = first_names.split()
    at = len(words)
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


def _without_comma(text: str) -> Name:
    words, suffix = (_GLUED.sub(". ", text) if "." in text else text).split(), ""
    while len(words) > 2 and _is_degree(words[-1]):
        words.pop()
    if len(words) > 1 and is_suffix(words[-1]) and (len(words) > 2 or words[-1] not in _ROMAN):
        suffix = words.pop()
    if len(words) > _MOST_WORDS:
        return Name(literal=text)
    if len(words) == 1:
        return Name(words[0], suffix=suffix)
    if first := 1 if not text.isascii() and _CJK.search(text) else _family_first(words):
        particle, family = _leading_particle(" ".join(words[:first]))
        first_names = " ".join(words[first:])
        if not particle:
            first_names, particle = _trailing_particle(first_names)
    else:
        at = _family_last(words)
        particle, family = _leading_particle(" ".join(words[at:]))
        first_names = " ".join(words[:at])
    return Name(family, first_names, particle, suffix)


def _family_first(words: list[str]) -> int:
    """How many words at the start are the family name; 0 where it stands at the end."""
    shouted = words[0].isupper() and not _is_initial(words[0])
    if shouted and not any(word.isupper() for word in words[1:2]):
        return 1  # "BERG Anna B."
    return initials_come_last(words)


def _family_last(words: list[str]) -> int:
    """Where the family name at the end begins: with its particles, "y" and "St." before it."""
    at = len(words) - 1
    while at > 1:
        before = words[at - 1]
        if before in _PARTICLES or before in _CAPITAL_PARTICLES or before in ("St.", "Saint"):
            at -= 1
        elif before == "y" and at > 2:
            at -= 2  # "José Ortega y Gasset"
        else:
            break
    return 0 if at == 1 and words[0] in _PARTICLES else at
