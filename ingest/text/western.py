"""Whether bytes are Windows-1252, as Western Europeans write, or another code page that a detector prefers.

Detectors go by letters, and take the curly quotes, dashes and units of a short English text for letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ALPHABETS = [
    frozenset(letters)
    for letters in (
        *("aàâæçéèêëîïôœùûüÿ", "äöüßé", "æøåéäöü", "áéíóúüñçï", "áâãàçéêíóôõúü", "àèéìíîòóù", "áéíóúýþæðö"),
        *("äöõüšžå", "áčďéěíňóřšťúůýžöü", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźżé", "áéíóöőúüű", "čćđšžé"),
        *("ăâîşţșț", "çğıİöşüâî", "ąčęėįšųūž", "āčēģīķļņšūžō", "ăâđêôơư"),
    )
]
"""Letters beyond ASCII that one language has together."""
_UNITS = "µªº²³¹¼½¾"
"""Signs that count as letters, or as parts of words, before and behind which they stand."""
_LETTER = rf"[^\W\d_{_UNITS}]"
_WORD = re.compile(rf"{_LETTER}+")
_ALONE = frozenset("àáâåæèéêìíîòóôöøùúýÀÁÅÆÈÉÍÓÔÖØÚ")
"""Letters beyond ASCII that are words: French "à", Portuguese "é", Danish "ø"."""
_SIGNS = r"\xa1-\xbf\xd7\xf7\u2010-\u214f"
_MISPLACED = re.compile(
    # between two letters: all but apostrophes, dashes, dots and soft hyphens, and these before a last vowel
    rf"(?<={_LETTER})(?:(?![’…\xad·±×\u2010-\u2015])[{_SIGNS}]|[\xa1-\xbf]{{2,3}})(?={_LETTER})"
    rf"|(?<={_LETTER}{{3}})[’–—](?=[aeion](?!{_LETTER}))"
    rf"|(?<={_LETTER})[“„‚«¿¡§¶£¥¢€‹¼½¾](?!{_LETTER})"  # what begins something, at a word's end
    rf"|(?<!{_LETTER})[²³¹¼½¾÷¢£¥¶‰›»”®™](?={_LETTER})"  # what ends something, at a word's start
    rf"|±(?=[^\W\d_A-Z])|(?<![ \d])×(?={_LETTER})|[¤¦]"
)
_PLACED = re.compile(
    rf"(?<={_LETTER})[’”…\u2013\u2014²³®™](?!{_LETTER})|(?<={_LETTER})[’\u2013\u2014](?={_LETTER})"
    rf"|(?<!{_LETTER})[“‘„«¿¡€£§](?=[\w ])|(?<=[\d ])°|(?<=[\d \w])±(?=[\d ])|(?<=[\d ])[×½](?=[ \d])"
    r"|(?<=[\d ([])µ(?=[A-Za-z])|(?<![^\s\d])[\u2013\u2014•](?=[\s\d])|(?<=[.,!?\w])[”’]"
)


def speaks_for_western(western: str, other: str, beaten: bool = False) -> bool:
    """Whether a text is to be read as Windows-1252, not as the other code page that a detector prefers.

    Args:
        western: the text as Windows-1252.
        other: the same bytes in the other code page.
        beaten: whether a likelier code page was no match for it already, so that no doubt is left.

    It is when it is the less odd of both; when it is as good, unless two words or more tell by letters alone.
    """
    oddities = _oddities(western) - _oddities(other)
    if oddities:
        return oddities < 0
    if beaten or _PLACED.search(western):
        return True
    return bool(_foreign(western)) and len(_foreign(other)) < 2


def _foreign(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if not word.isascii()]


def _oddities(text: str) -> int:
    """How many words and signs of a text stand where nobody writes them so."""
    return sum(map(_is_odd, _foreign(text))) + len(_MISPLACED.findall(text))


@lru_cache(maxsize=4096)
def _is_odd(word: str) -> bool:
    """Whether a word is one strange letter, has a capital in its middle, or letters of several languages."""
    letters = [letter for letter in word if not letter.isascii()]
    latin = ["LATIN" in unicodedata.name(letter, "") for letter in letters]
    if not all(latin):
        return any(latin) or word[0].isascii()
    if len(word) == 1:
        return word not in _ALONE
    mixed = any(not letter.isascii() and letter.isupper() for letter in word[1:]) and not word.isupper()
    special = {letter.lower() for letter in letters}
    return mixed or not any(special <= alphabet for alphabet in _ALPHABETS)
