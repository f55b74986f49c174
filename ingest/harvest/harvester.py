"""What a source is: windows of dates, and pages within a window."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, Protocol

from ingest.errors import InputError
from ingest.harvest.client import Answer, Client
from ingest.harvest.errors import BadQueryError, BrokenBodyError, ExpiredError, SourceRefusedError

By = Literal["made", "changed"]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days (ISO, both included, "" open); by when records were made, or last changed."""

    since: str = ""
    until: str = ""
    by: By = "made"

    def __str__(self) -> str:
        days = f"{self.since or '…'} to {self.until or '…'}" if self.since or self.until else "all"
        return f"{days} (changed)" if self.by == "changed" else days


@dataclass(frozen=True, slots=True)
class Page:
    """One page: bytes for the source's reader, and the mark of the next page ("" after the last)."""

    body: bytes
    records: int
    following: str = ""
    total: int | None = None
    """Records of the whole window, where the source says it."""
    deleted: int = 0
    notice: str = ""


class Filtered:
    """A request by a query, filters and a period of publication."""

    def __init__(
        self, client: Client, query: str, filters: Sequence[str], url: str, since: str, until: str
    ) -> None:
        self.client = client
        self._query = query
        self._filters = tuple(filters)
        self._url = url
        self._since = since
        self._until = until

    @property
    def request(self) -> Mapping[str, str]:
        """What a harvest is known by, when it goes on."""
        return {
            "url": self._url,
            "query": self._query,
            "filters": ",".join(self._filters),
            "from": self._since,
            "until": self._until,
        }


class Source(Protocol):
    """One source with one request: what to harvest from where."""

    client: Client

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def format(self) -> str:
        """The reader of its pages."""
        ...

    @property
    def request(self) -> Mapping[str, str]:
        """What makes this request another than the next one; kept with the state."""
        ...

    @property
    def exact(self) -> bool:
        """Whether its totals can be relied on."""
        ...

    def first(self) -> list[Window]:
        """The windows of the first harvest."""
        ...

    def fresh(self, since: str, /) -> list[Window]:
        """The windows of what is new since a day; none when nothing can be."""
        ...

    def earliest(self) -> str:
        """No record is older than this day."""
        ...

    def page(self, window: Window, mark: str, /) -> Page:
        """The page of a window at a mark ("" for the first).

        Raises:
            ExpiredError: the source has forgotten the mark.
            InsteadError: other windows must be harvested in place of this one.
            LitatlasError: everything that a user has to know.
        """
        ...


def halves(window: Window, earliest: str, today: str) -> list[Window]:
    """A window as two; itself when it is a day (or lies wholly outside what there is)."""
    since = date.fromisoformat(max(window.since, earliest))
    until = date.fromisoformat(window.until or today)
    if until <= since:
        return [window]
    middle = since + (until - since) // 2
    return [
        Window(since.isoformat(), middle.isoformat(), window.by),
        Window((middle + timedelta(1)).isoformat(), until.isoformat(), window.by),
    ]


def checked_day(text: str, name: str) -> str:
    """A day, month or year as an ISO day; the last one of a month or year for ``until``.

    Raises:
        InputError: not a date.
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?", text.strip()) if text else None
    if not text:
        return ""
    try:
        year, month, day = (int(part) if part else None for part in (match.groups() if match else ("",) * 3))
        if year is None:
            raise ValueError
        if name != "until":
            return date(year, month or 1, day or 1).isoformat()
        if day is not None:
            return date(year, month or 12, day).isoformat()
        following = date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)
        return (following - timedelta(1)).isoformat()
    except ValueError:
        raise InputError(
            f"--{name} is {text[:40]!r}.", "Use a date such as 2024, 2024-05 or 2024-05-31."
        ) from None


def checked_period(since: str, until: str) -> tuple[str, str]:
    """Two days in order.

    Raises:
        InputError: not dates, or the end before the beginning.
    """
    first, last = checked_day(since, "from"), checked_day(until, "until")
    if first and last and last < first:
        raise InputError(f"The period ends ({last}) before it begins ({first}).", "Swap the two dates.")
    return first, last


def refusal(name: str, answer: Answer, mark: str, hint: str = "") -> Exception:
    """The error for an answer that is neither a page nor worth asking for again."""
    reason = _told(answer.body)
    if answer.status in (401, 402, 403):
        return SourceRefusedError(f"{name} refused access ({answer.status}). {reason}".strip(), hint)
    if mark and answer.status in (400, 404, 410, 422):
        return ExpiredError(reason)
    message = f"{name} does not accept the request ({answer.status}). {reason}".strip()
    return BadQueryError(message, hint or "Check the query, the filters and the dates.")


def _told(body: bytes) -> str:
    """What a source says in a refusal: the message of its JSON, else its text, cut short."""
    text = body[:20_000].decode("utf-8", "replace")
    try:
        value = json.loads(text)
        while isinstance(value, dict | list) and value:
            value = (
                value[0]
                if isinstance(value, list)
                else next((value[key] for key in ("message", "error", "detail") if value.get(key)), "")
            )
        text = str(value or "")
    except (ValueError, RecursionError):
        text = re.sub(r"<(style|script|head)\b.*?</\1>|<[^<>]*>", " ", text, flags=re.S | re.I)
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return f"It says: {text[:300]}" if text else ""


def json_object(body: bytes) -> dict[str, Any]:
    """The object of a JSON answer.

    Raises:
        BrokenBodyError: it is none.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BrokenBodyError("its answers are cut off or are not JSON") from error
    if not isinstance(value, dict):
        raise BrokenBodyError("its answers are not what its API sends")
    return value


def json_lines(items: Sequence[object]) -> bytes:
    """Works as one line each, so that a broken one costs the reader only itself."""
    return b"\n".join(json.dumps(item).encode() for item in items)


def number(value: object) -> int | None:
    """A count as a source gives it; None where it is not one."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 13 else None
