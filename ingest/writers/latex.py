"""Text as LaTeX in a BibTeX value: escaped, with balanced braces, and without commands that do something."""

from __future__ import annotations

import re

from ingest.text.latex import segments

_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "$": r"\$",
}  # fmt: skip
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


def latex(text: str, *, protect: bool = False) -> str:
    """Text with LaTeX's special characters escaped; formulas (``$…$``) stay.

    Args:
        protect: put braces around words with inner capitals, which styles would otherwise lower.
    """
    pieces = []
    for formula, part in segments(text):
        if formula and not _COMMANDS.search(part):
            pieces.append(f"${_balanced(part)}$")
        elif formula:
            pieces.append(_escaped(f"${part}$", protect=False))
        else:
            pieces.append(_escaped(part, protect=protect))
    return "".join(pieces)


def verbatim(text: str) -> str:
    """An address or an identifier, which is set as it is: what could end the value is percent-encoded."""
    return "".join(f"%{ord(sign):02X}" if sign in '{}\\"<>^`|' or sign <= " " else sign for sign in text)


def _escaped(text: str, *, protect: bool) -> str:
    # BibTeX counts braces whatever stands before them; Pandoc knows the short form alone.
    signs = _SIGNS | ({"{": r"\{", "}": r"\}"} if _is_balanced(text) else {})
    pieces, before = [], ""
    for piece in _PIECE.findall(text):
        if protect and before not in signs and any(sign.isupper() for sign in piece[1:]):
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
