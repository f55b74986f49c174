"""LaTeX as authors type it in titles, names and abstracts → plain Unicode; math stays, as ``$…$``.

This is no TeX: it reads what real records hold (accents, quotes, dashes, fonts, citations, bare symbols) and
leaves alone what it does not know. One pass may uncover more to convert; `ingest.text.cleaning` repeats it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from pylatexenc.latex2text import get_default_latex_context_db

_INNER = 1500  # longest formula looked for, in characters: keeps hostile text linear
_MATH = re.compile(
    (
        r"\$\$(?P<display>(?:[^$\\]|\\.){1,@}?)\$\$"
        r"|(?<!\\)\$(?P<inline>(?:[^$\\]|\\.){1,@}?)\$"
        r"|\\\((?P<paren>(?:(?!\\[()]).){1,@}?)\\\)"
        r"|\\\[(?P<bracket>(?:(?!\\[\[\]]).){1,@}?)\\\]"
        r"|\\begin\{(?P<env>equation|align|eqnarray|displaymath|math|gather|multline)\*?\}"
        r"(?P<body>(?:(?!\\begin|\\end).){1,@}?)\\end\{(?P=env)\*?\}"
    ).replace("@", str(_INNER)),
    re.DOTALL,
)
_MARKS = re.compile(r"[\\^_=<>{}|]")
_NUMBERING = re.compile(r"\\label\{[^{}]*\}|\\nonumber(?![A-Za-z])")
_WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")

_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "k": "\u0328",
    "r": "\u030a",
}  # fmt: skip
_ACCENT = re.compile(
    r"""\\(?:(?P<sign>['`^"~=.])\s*|(?P<letter>[uvHcdbkr])(?:\s+|(?=[{\\])))"""
    r"(?:\{\s*\\?(?P<braced>[A-Za-z])\s*\}|\\(?P<dotless>[ij])(?![A-Za-z])\s?|(?P<bare>[A-Za-z]))"
)
_FONT_NAMES = (
    "emph|text(?:it|bf|sc|tt|rm|sf|sl|up|md|normal|color)?|underline|uline|mbox|hbox|uppercase|"
    "math(?:rm|bf|it|sf|tt|cal|bb|frak|scr|normal)|boldsymbol|bm|ensuremath|operatorname|url|path|textquote|"
    "overline|bar|hat|tilde|vec|widetilde|widehat|dot|ddot|title|texorpdfstring|"
    "mkbib(?:emph|italic|bold|acro|superscript|subscript)"
)
_FONT = re.compile(rf"\\(?:{_FONT_NAMES})\*?\s*\{{([^{{}}]*)\}}")
_QUOTED = re.compile(r"\\(?:enquote|textquote|mkbibquote)\*?\s*\{([^{}]*)\}")
_BRACKETED = re.compile(r"\\mkbib(?:(?P<round>parens)|brackets)\s*\{([^{}]*)\}")
_INVISIBLE = re.compile(r"\\[vh]?phantom(?![A-Za-z])\s*(?:\{(?:[^{}\\]|\\.){0,200}\})?")
_HYPHEN = re.compile(r"\\hyphen(?![A-Za-z])(?:\s{0,9}\{\}|\s{1,9})?")
_TABBED = re.compile(r"\\a(?=['`=])")
"""An accent inside LaTeX's tabbing: ``\\a'o``."""
_SWITCH = re.compile(
    r"\\(?:em|bf|it|sl|sc|tt|rm|sf|cal|small|large|Large|normalsize|footnotesize|bfseries|itshape|scshape|"
    r"ttfamily|sffamily|rmfamily|upshape|noindent|par|centering|medskip|smallskip|bigskip|newline|"
    r"displaystyle|"
    r"left|right|big|Big|bigg|item|qquad|quad|protect|relax|xspace|nobreak|hfill|newpage|maketitle)"
    r"(?![A-Za-z])\*?"
)
_SWITCHED = re.compile(rf"\{{{_SWITCH.pattern}\s*([^{{}}]*)\}}")
_DROPPED = re.compile(
    r"(?<![\s~])[\s~]*\\(?:cite[a-z]*|nocite|ref|eqref|label|autoref|cref|vspace|hspace|index|pageref|thanks)\*?"
    r"(?:\[[^\]]{0,200}\])*\{[^{}]*\}",
    re.IGNORECASE,
)
_DROPPED_NAME = re.compile(r"\\(?:[a-z]*cite|[a-z]*ref|label|[vh]space|index|thanks)", re.IGNORECASE)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[A-Za-z*]{1,30}\}")
_FOOTNOTE = re.compile(r"\\footnote\{([^{}]*)\}")
_LINK = re.compile(r"\\href\{[^{}]*\}\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[tdc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}|\\[tdc]?frac\s*(\d)\s*(\d)")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_SPACE = re.compile(r"\\(?:[,;: \n\t]|\\(?:\[[\d.]+[a-z]{2}\])?)")
_NOTHING = re.compile(r"\\[!/-]|\\@")
_ESCAPED = re.compile(r"\\([%&_#{}$|])")
_MACRO = re.compile(r"\\([A-Za-z]+)(?:\s*\{\})?")
_MACRO_OF = re.compile(r"\\([A-Za-z]{2,})\s*\{([^{}]*)\}")
_SIGN_ALONE = re.compile(r"(?<![\\^_])\{\s{0,3}\\(?:([A-Za-z]+)|([%&#_$]))\s{0,3}\}")
"""Mendeley's ``{\\textless}`` and ``5{\\%}``."""
_PROTECTED = re.compile(r"\{((?:\\?[^\W_](?:[\w\s.,:;'’&/()+-]*[\w.)+])?)?)\}")
_SIMPLE_SCRIPT = re.compile(r"\$(?:_\{?(?P<low>\d{1,3})\}?|\^\{?(?P<high>\d{1,3})\}?)\$(?!\$)")
_TEXT_SCRIPT = re.compile(r"\$([\^_])\{\\text\w{0,6}\{(\d{1,3})\}\}\$")
_ORDINAL = re.compile(
    r"(?:\$(\d{1,4})|(?<=\d)\$)\^(?:\{(?:\\(?:text\w{0,6}|mathrm)\{)?|\\(?:text\w{0,6}|mathrm)\{)"
    r"(st|nd|rd|th|er?|[eè]me|o|a)\}{1,2}\$"
)
"""4$^{th}$ and $4^{\\textrm{ème}}$, which are numbers of words."""
_SYMBOL = re.compile(r"\s*(?:\{\s*)?\\([A-Za-z]+|[%&#])\s*(?:\{\})?(?:\}\s*)?")
TIE = re.compile(
    r"(?<=[A-Za-z.,;:)\]}])~(?=[A-Za-z(\[$\\{“‘])|(?<=\.)~(?=\d)|(?<=\d)~(?=[A-Za-z])"
    r"|(?<=\b(?:Fig|Sec|Eqs|Ref|Tab))~(?=\d)|(?<=(?:gure|tion|able|orem|emma))~(?=\d)"
)
_SINGLE_QUOTED = re.compile(r"(?<![\w`’])`(?=\S)([^`'\n$]{1,80})'(?![\w'])")


def is_math(inner: str, after: str = "") -> bool:
    """Whether the text between two dollars is a formula, not the prose between two prices."""
    if inner.isspace():
        return False
    if _MARKS.search(inner):
        return True
    if after.isdigit() or len(_WORDS.findall(inner)) >= 2:
        return False
    return (not inner[0].isspace() and not inner[-1].isspace()) or len(inner.strip()) <= 3


def segments(text: str) -> Iterator[tuple[bool, str]]:
    """The text cut into prose and formulas: (is formula, text), a formula without its delimiters."""
    start = position = 0
    while match := _MATH.search(text, position):
        inner = (
            match["display"] or match["inline"] or match["paren"] or match["bracket"] or match["body"] or ""
        )
        after = text[match.end() : match.end() + 1] if match["inline"] else ""
        if not is_math(inner, after):
            position = match.start() + 1
            continue
        yield False, text[start : match.start()]
        yield True, inner
        start = position = match.end()
    yield False, text[start:]


def mend_latex(text: str) -> str:
    """One pass from LaTeX to Unicode; formulas are kept as ``$…$``."""
    if "$" in text:
        if "\\text" in text:
            text = _TEXT_SCRIPT.sub(r"$\1{\2}$", text)
        if "^" in text:
            text = _ORDINAL.sub(lambda m: (m[1] or "") + m[2], text)
        text = _SIMPLE_SCRIPT.sub(_script, text)
    if "$" not in text and "\\" not in text:
        return _prose(text)
    return "".join(_formula(part) if formula else _prose(part) for formula, part in segments(text))


def _script(match: re.Match[str]) -> str:
    """H$_2$O is H2O and $^{13}$C is 13C; any other script stays a formula."""
    text, start = match.string, match.start()
    before, after = text[start - 1 : start] if start else "", text[match.end() : match.end() + 1]
    if match["low"]:
        return match["low"] if before.isalpha() or before == ")" else match[0]
    plain = not (before.isalnum() or before in ("$", "\\", "_"))
    return match["high"] if plain and after.isalpha() and after.isupper() else match[0]


def _formula(inner: str) -> str:
    """A formula as it is kept; ``$\\alpha$`` is the letter α, anything that has no letter stays a formula."""
    if single := _SYMBOL.fullmatch(inner):
        symbol = single[1] if single[1] in "%&#" else symbols().get(single[1], "")
        if symbol and not symbol.isspace():
            return symbol
    body = _NUMBERING.sub("", inner) if "\\label" in inner or "\\nonumber" in inner else inner
    body = " ".join(body.split())
    # A backslash at the end would escape the closing dollar.
    return f"${body}$" if body.strip("\\ ") and not body.endswith("\\") else " "


def _prose(text: str) -> str:
    if "\\" in text:
        text = _macros(text)
    if "{" in text:
        text = _PROTECTED.sub(_unprotected, text)
    if "~" in text:
        text = TIE.sub(" ", text)
    if "`" in text:
        if "``" in text:
            text = text.replace("``", "“").replace("''", "”")
        text = _SINGLE_QUOTED.sub(lambda m: f"‘{m[1]}’", text)
    if "--" in text:
        text = re.sub(r"(?<!-)---(?!-)", "—", text)
        text = re.sub(r"(?<!-)--(?!-)", "–", text)
    return text


def _unprotected(match: re.Match[str]) -> str:
    return match[0] if match.string[match.start() - 1 : match.start()] in ("\\", "^", "_") else match[1]


def _macros(text: str) -> str:
    text = _ACCENT.sub(_accented, _TABBED.sub(r"\\", text))
    text = _HYPHEN.sub("-", _INVISIBLE.sub("", text))
    if _DROPPED_NAME.search(text):
        text = _DROPPED.sub("", text)
    text = _LINK.sub(lambda m: m[1], text)
    text = _FOOTNOTE.sub(lambda m: f" ({m[1]})", text)
    text = _FRACTION.sub(lambda m: f"{m[1] or m[3]}/{m[2] or m[4]}", text)
    text = _ROOT.sub(lambda m: f"√({m[1]})" if len(m[1]) > 1 else f"√{m[1]}", text)
    text = _FONT.sub(lambda m: m[1], text)
    text = _QUOTED.sub(lambda m: f"“{m[1]}”", text)
    text = _BRACKETED.sub(lambda m: f"({m[2]})" if m["round"] else f"[{m[2]}]", text)
    text = _ENVIRONMENT.sub(" ", text)
    text = re.sub(r"\{\s*(?=\\(?:em|bf|it|sl|sc|tt|rm|sf|cal)(?![A-Za-z]))", "{", text)
    text = _SWITCHED.sub(lambda m: m[1], text)
    text = _SWITCH.sub(" ", text)
    text = _MACRO_OF.sub(_macro_of, text)
    text = _SIGN_ALONE.sub(lambda m: m[2] or symbols().get(m[1], m[0]), text)
    text = _MACRO.sub(_macro, text)
    text = _NOTHING.sub("", text)
    text = _SPACE.sub(" ", text)
    text = _ESCAPED.sub(lambda m: m[1], text)
    return re.sub(r"\\(['\"`~^=.])(?![A-Za-z{\\])", lambda m: "" if m[1] in "~^=." else m[1], text)


def _accented(match: re.Match[str]) -> str:
    letter = match["braced"] or match["dotless"] or match["bare"]
    composed = unicodedata.normalize("NFC", letter + _ACCENTS[match["sign"] or match["letter"]])
    return composed if len(composed) == 1 else letter


def _macro_of(match: re.Match[str]) -> str:
    """A macro with an argument: a symbol keeps its braces' text beside it, an unknown macro gives way to
    it."""
    symbol = symbols().get(match[1])
    return f"{symbol} {match[2]}" if symbol and match[2] else symbol or match[2]


def _macro(match: re.Match[str]) -> str:
    name = match[1]
    symbol = symbols().get(name)
    if symbol is not None:
        return symbol
    before = match.string[match.start() - 1 : match.start()]
    if match.string.startswith("{", match.end()) and len(name) > 2:
        return match[0]  # what is in its braces has macros of its own: the next pass sees it whole
    # "A\B" is a set difference, not a macro.
    return match[0] if len(name) == 1 and before.isalnum() else name


_OWN_SYMBOLS = {
    "l": "ł", "i": "ı", "j": "ȷ", "sim": "~", "textasciitilde": "~", "backslash": "∖", "ldots": "…",
    "textasciicircum": "^", "textgreater": ">", "textless": "<", "textbar": "|", "textbackslash": "∖",
    "textunderscore": "_",
    "textbraceleft": "{", "textbraceright": "}", "S": "§", "P": "¶", "ddag": "‡", "pounds": "£", "euro": "€",
    "EUR": "€", "guillemetleft": "«", "guillemetright": "»", "glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘",
    "flqq": "«", "frqq": "»", "slash": "/", "nobreakspace": " ", "copyright": "©", "degree": "°",
    "celsius": "°C", "micro": "µ", "ohm": "Ω", "textperthousand": "‰", "upmu": "µ", "allowbreak": "",
}  # fmt: skip
"""What the table of pylatexenc lacks, or has otherwise than titles need it."""


@cache
def symbols() -> dict[str, str]:
    """Macros that stand for a text, by name without backslash (pylatexenc's table)."""
    table = dict(_OWN_SYMBOLS)
    for spec in get_default_latex_context_db().iter_macro_specs():
        text = spec.simplify_repl
        name = spec.macroname
        if (
            isinstance(text, str)
            and "%" not in text
            and "\\" not in text
            and name.isalpha()
            and name != "today"
        ):
            table.setdefault(name, text)
    for name in [name for name, text in table.items() if "α" <= text <= "ω"]:
        table.setdefault(f"text{name}", table[name])
        table.setdefault(f"up{name}", table[name])
    return table
