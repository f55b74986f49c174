"""Crossref works by its REST API, with cursors that live for five minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ingest.harvest.client import Client
from ingest.harvest.errors import BrokenBodyError, InsteadError
from ingest.harvest.harvester import Filtered, Page, Window, halves, json_lines, json_object, number, refusal

URL = "https://api.crossref.org"
PAUSE = 0.5
ROWS = 500
LARGE = 50_000
"""A window with more works is taken apart first: one that breaks off begins again."""
EARLIEST = "2002-07-01"


class CrossrefSource(Filtered):
    """The works that match a query (any word, the best first) and filters; the period is of publication."""

    name = "crossref"
    format = "crossref"
    exact = True

    def __init__(
        self,
        client: Client,
        query: str = "",
        *,
        filters: Sequence[str] = (),
        url: str = URL,
        since: str = "",
        until: str = "",
        rows: int = ROWS,
        large: int = LARGE,
    ) -> None:
        super().__init__(client, query, filters, url, since, until)
        self._rows = rows
        self._large = large

    def first(self) -> list[Window]:
        """Everything at once; taken apart when that is too much."""
        return [Window()]

    def fresh(self, since: str) -> list[Window]:
        """What was deposited anew since then."""
        return [Window(since, "", "changed")]

    def earliest(self) -> str:
        """The day of its first records."""
        return EARLIEST

    def page(self, window: Window, mark: str) -> Page:
        """One page of works."""
        fields = {"rows": str(self._rows), "cursor": mark or "*"}
        if self.client.contact:
            fields["mailto"] = self.client.contact
        if self._query:
            fields["query"] = self._query
        if filters := ",".join(self._all_filters(window)):
            fields["filter"] = filters
        answer = self.client.fetch(f"{self._url}/works", fields, check=_check)
        if answer.status != 200:
            raise refusal(self.name, answer, mark)
        message = json_object(answer.body)["message"]
        works = message["items"]
        total = number(message.get("total-results"))
        # With a query the best come first, and parts by date would mix that up.
        if not mark and not self._query and total is not None and total > self._large:
            parts = halves(window, EARLIEST, self.client.date or datetime.now(UTC).date().isoformat())
            if len(parts) > 1:
                raise InsteadError(parts, total)
        following = message.get("next-cursor") if len(works) >= self._rows else ""
        return Page(json_lines(works), len(works), following if isinstance(following, str) else "", total)

    def _all_filters(self, window: Window) -> list[str]:
        kind = "update" if window.by == "changed" else "created"
        days = (
            ("from-pub-date", self._since),
            ("until-pub-date", self._until),
            (f"from-{kind}-date", window.since),
            (f"until-{kind}-date", window.until),
        )
        return [*self._filters, *(f"{name}:{day}" for name, day in days if day)]


def _check(body: bytes) -> None:
    message = json_object(body).get("message")
    if not (isinstance(message, dict) and isinstance(message.get("items"), list)):
        raise BrokenBodyError("its answers are not what its API sends")
