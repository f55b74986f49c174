"""Tokens of a search string → its tree, as the database itself would bind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from search.query.dialects.tokens import Token
from search.query.dialects.trees import Close, Foreign, Joined, Operator, Other, Within, Words

USUAL = {"or": 1, "and": 2, "not": 3, "near": 4}
"""How tightly operators bind where a database has the usual order."""

_MOST_FIELDS = 5
MOST_NESTED = 60
"""Operators around one another without parentheses (``a or b and c or d …``), and chains of ``NEAR``."""

_OPERATORS: dict[str, Operator] = {"and": "and", "or": "or", "not": "not"}


@dataclass(slots=True)
class Reader:
    """Reads one line of tokens.

    ``binding`` are the operators' strengths; ``joining``: words side by side are one phrase (else all are
    wanted). ``faults`` are names of what is wrong: the tree is then a guess of what was meant.
    """

    tokens: Sequence[Token]
    binding: Mapping[str, int]
    joining: bool
    faults: list[str] = field(default_factory=list)
    _at: int = 0
    _nested: int = 0  # operators around another one, at most
    _fields: int = 0  # that stand one right behind the other

    def too_deep(self) -> bool:
        """Whether operators stand in operators deeper than can be followed."""
        return self._nested > MOST_NESTED

    def read(self) -> Foreign | None:
        """The tree; None where there is nothing."""
        node: Foreign | None = None
        while self._at < len(self.tokens):
            token = self._next()
            if token is not None and token.kind == "close":
                self.faults.append("unbalanced-parenthesis")
                self._at += 1
                continue
            more = self._expression(0)
            node = more if node is None else node if more is None else Joined("and", (node, more))
        return node

    def _next(self) -> Token | None:
        return self.tokens[self._at] if self._at < len(self.tokens) else None

    def _expression(self, least: int) -> Foreign | None:
        left = self._operand()
        changes, last = 0, ""
        while (token := self._next()) is not None and token.kind != "close":
            kind: str = token.kind if token.kind in self.binding else "and"
            strength = self.binding[kind]
            if strength <= least and least:
                break
            if token.kind in self.binding:
                self._at += 1
                kind = self._and_not(kind)
            right = self._expression(strength)
            changes, last = changes + (kind != last or kind in ("near", "not")), kind
            self._nested = max(self._nested, changes)
            left = self._joined(token, kind, left, right)
        return left

    def _and_not(self, kind: str) -> str:
        """``AND NOT`` is ``NOT``; an operator behind another is a fault."""
        token = self._next()
        if kind == "and" and token is not None and token.kind == "not":
            self._at += 1
            return "not"
        return kind

    def _joined(self, token: Token, kind: str, left: Foreign | None, right: Foreign | None) -> Foreign | None:
        if left is None or right is None:
            if not (kind == "not" and left is None and right is not None):
                self.faults.append("dangling-operator")
                return left if right is None else right
            return Joined("not", (Other("everything", token.start, token.start), right))
        if kind == "near":
            return _close(token, left, right)
        operator = _OPERATORS[kind]
        if isinstance(left, Joined) and left.operator == operator:
            return Joined(operator, (*left.children, right))
        return Joined(operator, (left, right))

    def _operand(self) -> Foreign | None:
        """One thing with the fields behind it; None where an operator or a parenthesis stands instead."""
        while (token := self._next()) is not None and token.kind == "after":
            self.faults.append("dangling-field")
            self._at += 1
        if token is None or token.kind in ("close", *self.binding):
            return None
        self._at += 1
        match token.kind:
            case "open":
                node = self._group()
            case "before":
                node = self._fielded(token)
            case "words":
                node = self._run(token)
            case _:
                node = token.node
        return self._suffixed(node)

    def _group(self) -> Foreign | None:
        node = self._expression(0)
        closing = self._next()
        if closing is None:
            self.faults.append("unbalanced-parenthesis")
        else:
            self._at += 1
        if node is None:
            self.faults.append("empty-parentheses")
        return node

    def _fielded(self, token: Token) -> Foreign | None:
        self._fields += 1
        child = self._operand() if self._fields <= _MOST_FIELDS else None
        self._fields -= 1
        if child is None:
            self.faults.append("empty-field")
            return None
        return Within(token.codes, child, token.start, _end(child, token.end))

    def _suffixed(self, node: Foreign | None) -> Foreign | None:
        while node is not None and (token := self._next()) is not None and token.kind == "after":
            self._at += 1
            node = Within(token.codes, node, _start(node, token.start), token.end, token.between)
        return node

    def _run(self, token: Token) -> Foreign:
        """Words side by side."""
        words = [token.node]
        while (following := self._next()) is not None and following.kind == "words":
            words.append(following.node)
            self._at += 1
        parts = [word for word in words if isinstance(word, Words)]
        plain = not any(word.quoted for word in parts)
        if len(parts) == 1 or plain or self.joining:
            text = " ".join(word.text for word in parts)
            return Words(text, any(word.quoted for word in parts), parts[0].start, parts[-1].end)
        return Joined("and", tuple(parts))


def _close(token: Token, left: Foreign, right: Foreign) -> Close:
    """Two things near each other; a field before the left one, or behind the right one, holds for both."""
    start, end = _start(left, token.start), _end(right, token.end)
    if isinstance(right, Within) and not isinstance(left, Within):
        left = replace(right, child=left)
    elif isinstance(left, Within) and not isinstance(right, Within):
        right = replace(left, child=right)
    return Close(left, right, token.between, token.ordered, start, end)


def _start(node: Foreign, otherwise: int) -> int:
    if isinstance(node, Joined):
        return _start(node.children[0], otherwise)
    return node.start


def _end(node: Foreign, otherwise: int) -> int:
    return _end(node.children[-1], otherwise) if isinstance(node, Joined) else node.end
