"""Text as LaTeX in a BibTeX value: escaped, with balanced braces, and without commands that do something."""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.text.latex import segments

_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "$": r"\$",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_BRACE = re.compile(r"[{}]")
_PIECE = re.compile(r"[^\W_]+|.", re.DOTALL)
_COMMANDS = re.compile(
    r"\\(?:input|include|includegraphics|import|usepackage|documentclass|write|immediate|open(?:in|out)|"
    r"close(?:in|out)|read|new(?:read|write|command|if)|renewcommand|providecommand|def|[egx]def|let|futurelet|"
    r"catcode|csname|expandafter|loop|repeat|special|directlua|luaexec|pdf[a-z]+|shipout|output|every[a-z]+|"
    r"jobname|meaning|string|begingroup|endgroup|bgroup|egroup|end(?!\{)|"
    r"begin\{(?:filecontents|document|verbatim|lstlisting))(?![a-z])|\^\^|(?<!\\)(?:\\\\)*%",
    re.IGNORECASE,
)
"""What a formula has no use for and what could read files, run programs or end the document."""


def latex_title(text: str, lang: str) -> str:
    """A title as `latex`, with braces around the words whose capitals a style must not lower.

    In a title where most words have capitals ("Deep Learning of Words") these are the style's affair, and
    only capitals inside words (DNA, McDonald) are kept; elsewhere each one is that of a name or a noun.
    """
    words = [word for word in _WORD.findall(text)[1:] if len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    ordinary = lang in ("", "en") and capitals * 2 > len(words)
    if ordinary:
        return latex(text, protect=_inner_capital)
    first = next(iter(_WORD.findall(text)), "")
    return latex(text, protect=lambda word: _inner_capital(word) or (word != first and word[0].isupper()))


def latex(text: str, *, protect: Callable[[str], bool] = lambda _: False) -> str:
    """Text with LaTeX's special characters escaped; formulas (``$…$``) stay.

    Args:
        protect: whether a word is put in braces.
    """
    pieces = []
    for formula, part in segments(text):
        if formula and not _COMMANDS.search(part):
            pieces.append(f"${_balanced(part)}$")
        elif formula:
            pieces.append(_escaped(f"${part}$", lambda _: False))
        else:
            pieces.append(_escaped(part, protect))
    return "".join(pieces)


def verbatim(text: str) -> str:
    """An address or an identifier, which is set as it is: what could end the value is percent-encoded."""
    return "".join(f"%{ord(sign):02X}" if sign in '{}\\"<>^`|' or sign <= " " else sign for sign in text)


def _inner_capital(word: str) -> bool:
    return any(sign.isupper() for sign in word[1:])


def _escaped(text: str, protect: Callable[[str], bool]) -> str:
    # BibTeX counts braces whatever stands before them; Pandoc knows the short form alone.
    signs = _SIGNS | ({"{": r"\{", "}": r"\}"} if _is_balanced(text) else {})
    pieces, before = [], ""
    for piece in _PIECE.findall(text):
        if before not in signs and piece[0].isalnum() and protect(piece):
            pieces.append(f"{{{piece}}}")
        else:
            pieces.append(signs.get(piece, piece))
        before = piece
    return "".join(pieces)


def _is_balanced(text: str) -> bool:
    depth = 0
    for sign in _BRACE.findall(text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _balanced(formula: str) -> str:
    """A formula in which BibTeX, which heeds no backslash, counts as many opening as closing braces."""
    if _is_balanced(formula):
        return formula
    named = formula.replace("\\{", r"\lbrace ").replace("\\}", r"\rbrace ")
    if named != formula:
        return _balanced(named)
    return _BRACE.sub(lambda sign: r"\lbrace " if sign[0] == "{" else r"\rbrace ", formula)
