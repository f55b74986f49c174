"""HTML, JATS and MathML in text → plain text; only known elements are markup, ``a < b > c`` is not."""

from __future__ import annotations

import html
import re

_INLINE = (
    "i|b|u|s|q|em|strong|sub|sup|inf|span|font|small|big|tt|code|cite|a|abbr|italic|bold|sc|underline|"
    "monospace|"
    "roman|sans-serif|styled-content|ext-link|xref|named-content|inline-formula|tex-math|fixed-case|url|uri|"
    "math|mrow|mi|mn|mo|mtext|msup|msub|msubsup|mfrac|msqrt|mover|munder|munderover|mstyle|mspace|semantics|"
    "mfenced|mtable|mtr|mtd|alternatives|annotation|nlmcategory|emphasis|author|bibref"
)
_BLOCK = (
    "p|br|div|li|ul|ol|sec|title|h[1-6]|table|tr|td|th|tbody|thead|blockquote|pre|hr|list|list-item|label|"
    "abstract|abstracttext|disp-formula|article-title|img|graphic|html|body|head|dl|dt|dd|section|article|def"
)
_ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+)){0,20}"""
# Each attribute has a value: in "1<p and s>1/2" there is no element.
_TAG = re.compile(rf"<(/?)(?:\w{{1,12}}:)?({_INLINE}|{_BLOCK})({_ATTRIBUTES})\s*/?>", re.IGNORECASE)
_BLOCK_NAME = re.compile(rf"(?:{_BLOCK})\Z", re.IGNORECASE)
_INSTRUCTION = re.compile(r"<!\[CDATA\[|\]\]>|<\?xml[^<>]{0,200}\?>|<!DOCTYPE[^<>]{0,200}>")
_LONGEST_COMMENT = 5_000
_HIDDEN = re.compile(
    r"<(script|style)\b[^<>]{0,500}>(?:(?!</?\1\b).){0,20000}</\1\s*>", re.IGNORECASE | re.DOTALL
)
_ABSTRACT = re.compile(
    r"<(?P<name>(?:\w{1,12}:)?title)>\s{0,20}Abstract[.:]?\s{0,20}</(?P=name)>", re.IGNORECASE
)
"""The heading of the whole, which is none of its words."""
_TEX = re.compile(
    r"<(?:\w{1,12}:)?(?P<name>tex-math|"
    r"annotation)\b[^<>]{0,300}>(?P<tex>[^<>]{1,4000})</(?:\w{1,12}:)?(?P=name)\s*>",
    re.IGNORECASE,
)
_FORMULA = re.compile(
    r"<(?:\w{1,12}:)?(?P<name>inline-formula|disp-formula|math)\b(?P<attributes>[^<>]{0,1000})>"
    r"(?P<body>(?:(?!</?(?:\w{1,12}:)?(?P=name)\b).){0,8000})</(?:\w{1,12}:)?(?P=name)\s*>",
    re.IGNORECASE | re.DOTALL,
)
_ALT_TEXT = re.compile(r"""\balttext\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MANY_AMPS = re.compile(r"&(?:amp;)+", re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")
_EXPONENT = re.compile(r"(?<=\d)\s*<sup>\s*([+−-]?\d{1,3})\s*</sup>", re.IGNORECASE)


def mend_markup(text: str) -> str:
    """One pass: entities to characters, formulas to ``$…$`` where they carry TeX, known elements away."""
    if "&" in text:
        text = _MANY_AMPS.sub("&", text)
        text = _ENTITY.sub(_entity, text)
    if "<" not in text:
        return text
    text = _ABSTRACT.sub("", _HIDDEN.sub(" ", text))
    text = _INSTRUCTION.sub("", _without_comments(text) if "<!--" in text else text)
    text = _FORMULA.sub(formula_text, text)
    text = _TEX.sub(lambda m: dollars(m["tex"]), text)
    text = _EXPONENT.sub(lambda m: superscript(m[1]), text)
    closing = "</" in text
    return _TAG.sub(lambda m: _without(m, closing), text)


def _without_comments(text: str) -> str:
    """The text without comments; "<!--" without an end within reach is no comment."""
    pieces: list[str] = []
    position, end = 0, -1
    while (start := text.find("<!--", position)) >= 0:
        if end < start + 4:
            end = text.find("-->", start + 4)
        if end < 0:
            break
        comment = end - start <= _LONGEST_COMMENT
        pieces.append(text[position : start if comment else start + 4])
        position = end + 3 if comment else start + 4
    return "".join([*pieces, text[position:]])


def superscript(text: str) -> str:
    """An exponent in Unicode's raised digits."""
    return text.translate(_SUPERSCRIPTS)


def dollars(tex: str) -> str:
    """A TeX formula between single dollars, without the document that some publishers wrap around it."""
    _, preamble, rest = tex.partition("\\documentclass")
    _, begin, body = rest.partition(r"\begin{document}")
    body, end, _ = body.partition(r"\end{document}")
    if preamble and begin and end:
        tex = body
    tex = tex.strip().strip("$").strip()
    return f" ${tex}$ " if tex and not tex.endswith("\\") else " "


def formula_text(match: re.Match[str]) -> str:
    """What a formula element shows: its TeX, its alternative text, or its letters joined."""
    body = match["body"]
    if tex := _TEX.search(body):
        return dollars(tex["tex"])
    if alternative := _ALT_TEXT.search(match["attributes"]) or _ALT_TEXT.search(body):
        return dollars(alternative[1] or alternative[2] or "")
    if "<" not in body:
        return body
    return re.sub(r"\s+", "", re.sub(r"<[^<>]{0,1000}>", "", body))


def _without(match: re.Match[str], closing: bool) -> str:
    slash, name, attributes = match.groups()
    if _BLOCK_NAME.match(name):
        return " " if name.lower() != "p" or closing or attributes else match[0]
    # "<i>" is markup where something is closed; alone it may be an average in physics.
    return "" if slash or closing or attributes else match[0]


def _entity(match: re.Match[str]) -> str:
    character = html.unescape(match[0])
    return character if character != match[0] and "\x00" not in character else match[0]
