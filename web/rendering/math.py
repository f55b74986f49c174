"""TeX math to MathML, for the small formulas of titles and abstracts.

Titles and abstracts keep math as ``$…$``. Browsers draw MathML themselves, so no script and no font is
needed. What is beyond the small grammar here (tables, own macros) is shown as it was written.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from markupsafe import Markup, escape
from pylatexenc.latexencode import get_builtin_uni2latex_dict

LONGEST = 1_500
DEEPEST = 30
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:[.,]\d+)*|\s+|.", re.DOTALL)
_MATH = re.compile(
    r"\$\$((?:[^$\\]|\\.){1,1500}?)\$\$|\$([^$]{1,1500})\$|\\\(((?:(?!\\[()]).){1,1500}?)\\\)", re.DOTALL
)
"""Bounded, and no formula begins inside another: hostile text costs time in proportion to its length."""
_LETTERS = {"mathbb": "double-struck", "mathcal": "script", "mathscr": "script", "mathfrak": "fraktur"}
_BLOCKS = {"double-struck": 0x1D538, "script": 0x1D49C, "fraktur": 0x1D504}
_HOLES = {
    "double-struck": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "script": dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True)),
    "fraktur": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
}
_ACCENTS = {
    "hat": "^", "widehat": "^", "tilde": "~", "widetilde": "~", "bar": "¯", "overline": "¯", "vec": "→",
    "dot": "˙", "ddot": "¨", "check": "ˇ", "breve": "˘", "acute": "´", "grave": "`", "mathring": "˚",
}  # fmt: skip
_UPRIGHT = frozenset(
    [
        "text",
        "textrm",
        "textit",
        "textbf",
        "textsf",
        "texttt",
        "mathrm",
        "mathit",
        "mathbf",
        "mathsf",
        "mathtt",
        "operatorname",
        "mbox",
        "rm",
        "bf",
        "it",
        "sf",
        "tt",
        "cal",
        "boldsymbol",
        "bm",
        "pmb",
        "ensuremath",
        "mathop",
        "mathrel",
        "mathbin",
        "emph",
    ]
)
_TEXT = frozenset({"text", "textrm", "textit", "textbf", "textsf", "texttt", "mbox", "emph"})
_FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "log",
        "ln",
        "lg",
        "exp",
        "max",
        "min",
        "sup",
        "inf",
        "lim",
        "limsup",
        "liminf",
        "arg",
        "det",
        "dim",
        "ker",
        "hom",
        "deg",
        "gcd",
        "Pr",
        "sinh",
        "cosh",
        "tanh",
        "arcsin",
        "arccos",
        "arctan",
        "argmin",
        "argmax",
        "tr",
        "rank",
        "sgn",
        "mod",
    ]
)
_IGNORED = frozenset(
    [
        "left",
        "right",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "displaystyle",
        "textstyle",
        "scriptstyle",
        "limits",
        "nolimits",
        "rm",
        "bf",
        "it",
        "sf",
        "tt",
        "cal",
        "nonumber",
        "hfill",
        "protect",
        "middle",
    ]
)
_SPACES = {
    ",": "0.17em",
    ":": "0.22em",
    ";": "0.28em",
    " ": "0.3em",
    "quad": "1em",
    "qquad": "2em",
    "~": "0.3em",
}
_OWN = {
    "to": "→", "AA": "Å", "angstrom": "Å", "pm": "±", "le": "≤", "ge": "≥", "ne": "≠", "lt": "<", "gt":
    ">", "ldots": "…", "cdots": "⋯", "dots": "…", "dotsc": "…", "lbrace": "{", "rbrace": "}", "{": "{",
    "}": "}", "|": "‖", "%": "%", "&": "&", "#": "#", "$": "$", "_": "_", "prime": "′", "star": "⋆",
    "ast": "∗", "cdot": "⋅", "mid": "∣", "colon": ":", "vert": "|", "Vert": "‖", "langle": "⟨", "rangle":
    "⟩", "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "ell": "ℓ", "epsilon": "ϵ", "varepsilon":
    "ε", "phi": "ϕ", "varphi": "φ", "lbrack": "[", "rbrack": "]", "iff": "⟺", "implies": "⟹", "land": "∧",
    "lor": "∨", "lnot": "¬", "backslash": "\\", "sim": "∼", "simeq": "≃", "lesssim": "≲", "gtrsim": "≳",
    "sun": "☉", "odot": "⊙", "degree": "°", "sum": "∑", "prod": "∏", "int": "∫", "gets": "←", "mapsto":
    "↦", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ",
}  # fmt: skip
_BIG = frozenset("∑∏∫⋃⋂⨁⨂∐∮")


class _BeyondError(Exception):
    """The formula uses something that this grammar does not know."""


@cache
def _symbols() -> dict[str, str]:
    """TeX names of single characters, from the encoder's table read backwards."""
    symbols: dict[str, str] = {}
    for code, macro in get_builtin_uni2latex_dict().items():
        match = re.fullmatch(r"(?:\\ensuremath\{)?\\([A-Za-z]+)\}?", macro)
        if match:
            symbols.setdefault(match[1], chr(code))
    return {**symbols, **_OWN}


@lru_cache(maxsize=4_096)
def to_mathml(tex: str) -> Markup:
    """A formula (without its dollars) as MathML, or as marked TeX when it is beyond us."""
    if len(tex) <= LONGEST:
        try:
            parser = _Parser(_TOKEN.findall(tex))
            body = parser.row(until="")
            return Markup("<math><mrow>{}</mrow></math>").format(Markup(body))  # noqa: S704  (every leaf is escaped)
        except _BeyondError:
            pass
    return Markup('<span class="tex">{}</span>').format(tex)


def with_math(text: str) -> Markup:
    """Plain text with ``$…$`` as HTML; everything else is escaped."""
    if "$" not in text and "\\(" not in text:
        return escape(text)
    parts: list[str] = []
    end = 0
    for match in _MATH.finditer(text):
        inner = next(group for group in match.groups() if group is not None)
        if _is_money(inner, match[0]):
            continue
        parts += [str(escape(text[end : match.start()])), str(to_mathml(inner.strip()))]
        end = match.end()
    return Markup("".join([*parts, str(escape(text[end:]))]))  # noqa: S704  (all parts are escaped)


def _is_money(inner: str, whole: str) -> bool:
    """``$5 million and $`` is prose: spaces beside both dollars' insides, or words and nothing of TeX."""
    if whole.startswith("$$") or not whole.startswith("$"):
        return False
    return inner[-1:].isspace() and not re.search(r"[\\^_=<>]", inner)


class _Parser:
    """Recursive descent over the tokens; every method returns finished MathML."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        sign = self.peek()
        self.at += 1
        return sign

    def row(self, until: str) -> str:
        """Everything up to ``until`` (which is taken) or the end."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise _BeyondError
        parts: list[str] = []
        while (sign := self.peek()) != until:
            if not sign or sign == "}":
                raise _BeyondError
            parts.append(self.scripted())
        self.take()
        self.depth -= 1
        return "".join(parts)

    def scripted(self) -> str:
        """An atom with its subscript and superscript."""
        base = "<mrow></mrow>" if self.peek() in ("^", "_") else self.atom()
        below = above = ""
        while (sign := self.peek()) in ("^", "_", "'"):
            self.take()
            if sign == "_":
                below += self.argument()
            else:
                above += "<mo>′</mo>" if sign == "'" else self.argument()
        under = any(f">{big}<" in base for big in _BIG - {"∫", "∮"})
        names = ("munder", "mover", "munderover") if under else ("msub", "msup", "msubsup")
        if below and above:
            return f"<{names[2]}>{base}<mrow>{below}</mrow><mrow>{above}</mrow></{names[2]}>"
        if below:
            return f"<{names[0]}>{base}<mrow>{below}</mrow></{names[0]}>"
        return f"<{names[1]}>{base}<mrow>{above}</mrow></{names[1]}>" if above else base

    def argument(self) -> str:
        """One atom or one group."""
        if not self.peek():
            raise _BeyondError
        return f"<mrow>{self.atom()}</mrow>"

    def raw(self) -> str:
        """The source of one group, for text."""
        if self.take() != "{":
            return self.tokens[self.at - 1]
        depth = 1
        parts: list[str] = []
        while self.at < len(self.tokens):
            sign = self.tokens[self.at]
            self.at += 1
            depth += (sign == "{") - (sign == "}")
            if not depth:
                return "".join(parts)
            parts.append(sign)
        raise _BeyondError

    def atom(self) -> str:
        sign = self.take()
        if sign == "{":
            return f"<mrow>{self.row('}')}</mrow>"
        if sign.startswith("\\") and len(sign) > 1:
            return self.command(sign[1:].rstrip("*"))
        if sign[0].isdigit():
            return f"<mn>{sign}</mn>"
        if sign.isalpha():
            return f"<mi>{escape(sign)}</mi>"
        if sign in ("&", "}", "\\"):
            raise _BeyondError
        return '<mspace width="0.3em"></mspace>' if sign == "~" else f"<mo>{escape(_minus(sign))}</mo>"

    def command(self, name: str) -> str:
        if name in _SPACES:
            return f'<mspace width="{_SPACES[name]}"></mspace>'
        if name in ("frac", "dfrac", "tfrac", "nicefrac"):
            return f"<mfrac>{self.argument()}{self.argument()}</mfrac>"
        if name == "binom":
            return f'<mo>(</mo><mfrac linethickness="0">{self.argument()}{self.argument()}</mfrac><mo>)</mo>'
        if name == "sqrt":
            return self.root()
        if name in _ACCENTS:
            return f'<mover accent="true">{self.argument()}<mo stretchy="false">{_ACCENTS[name]}</mo></mover>'
        if name in _LETTERS:
            return f"<mi>{escape(_lettered(self.raw(), _LETTERS[name]))}</mi>"
        if name in _IGNORED:
            if name in ("left", "right") and self.peek() == ".":
                self.take()
            return ""
        return self.named(name)

    def named(self, name: str) -> str:
        if name in _TEXT:
            return f"<mtext>{escape(_detex(self.raw()))}</mtext>"
        if name in _UPRIGHT:
            return self.argument()
        if name in _FUNCTIONS:
            return f'<mi>{name}</mi><mspace width="0.17em"></mspace>'
        symbol = _symbols().get(name)
        if symbol is None:
            raise _BeyondError
        return f"<mi>{escape(symbol)}</mi>" if symbol.isalpha() else f"<mo>{escape(symbol)}</mo>"

    def root(self) -> str:
        if self.peek() == "[":
            self.take()
            index = self.row("]")
            return f"<mroot>{self.argument()}<mrow>{index}</mrow></mroot>"
        return f"<msqrt>{self.argument()}</msqrt>"


def _minus(sign: str) -> str:
    return "−" if sign == "-" else sign


def _detex(text: str) -> str:
    return re.sub(r"\\[A-Za-z]+|[{}\\$]", "", text).replace("~", " ")


def _lettered(text: str, style: str) -> str:
    return "".join(
        _HOLES[style].get(sign, chr(_BLOCKS[style] + ord(sign) - 65)) if "A" <= sign <= "Z" else sign
        for sign in _detex(text)
    )
