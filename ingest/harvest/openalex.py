"""OpenAlex works by its API, with cursors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ingest.harvest.client import Client
from ingest.harvest.errors import BadQueryError, BrokenBodyError, InsteadError, SourceRefusedError
from ingest.harvest.harvester import Filtered, Page, Window, json_lines, json_object, number, refusal

URL = "https://api.openalex.org"
PAUSE = 0.2
ROWS = 100
LOOK_BACK = timedelta(365)
_HINT = "OpenAlex requires a free API key, available on its site: set LITATLAS_OPENALEX_KEY."


class OpenAlexSource(Filtered):
    """The works that match a search and filters; the period is that of publication."""

    name = "openalex"
    format = "openalex"
    exact = False  # works come and go while it is paged through

    def __init__(
        self,
        client: Client,
        query: str = "",
        *,
        filters: Sequence[str] = (),
        url: str = URL,
        since: str = "",
        until: str = "",
        key: str = "",
    ) -> None:
        super().__init__(client, query, filters, url, since, until)
        who = {"mailto": client.contact, "api_key": key}
        self._who = {name: value for name, value in who.items() if value}

    def first(self) -> list[Window]:
        """The period that was asked for."""
        return [Window(self._since, self._until)]

    def fresh(self, since: str) -> list[Window]:
        """What OpenAlex changed since then."""
        return [Window(since, "", "changed")]

    def earliest(self) -> str:
        """Long before the works that anybody harvests."""
        return "1500-01-01"

    def page(self, window: Window, mark: str) -> Page:
        """One page of works."""
        fields = self._who | {"per_page": str(ROWS), "cursor": mark or "*"}
        if self._query:
            fields["search"] = self._query
        if filters := ",".join(self._all_filters(window)):
            fields["filter"] = filters
        answer = self.client.fetch(f"{self._url}/works", fields, check=_check)
        if answer.status != 200:
            error = refusal(self.name, answer, mark, _HINT if answer.status in (401, 403) else "")
            if window.by == "changed" and not mark and isinstance(error, BadQueryError | SourceRefusedError):
                # Only paying accounts may ask by the day of change; everybody may by that of publication.
                raise self._instead(window) from error
            raise error
        value = json_object(answer.body)
        meta, works = value["meta"], value["results"]
        following = meta.get("next_cursor")
        return Page(
            json_lines(works),
            len(works),
            following if isinstance(following, str) and works else "",
            number(meta.get("count")),
        )

    def _all_filters(self, window: Window) -> list[str]:
        changed = window.by == "changed"
        since, until = (self._since, self._until) if changed else (window.since, window.until)
        return [
            *self._filters,
            *([f"from_publication_date:{since}"] if since else []),
            *([f"to_publication_date:{until}"] if until else []),
            *([f"from_updated_date:{window.since}"] if changed else []),
        ]

    def _instead(self, window: Window) -> InsteadError:
        since = max((date.fromisoformat(window.since) - LOOK_BACK).isoformat(), self._since)
        notice = f"openalex does not report what changed: works published since {since} are read again"
        late = bool(self._until) and self._until < since
        return InsteadError([] if late else [Window(since, self._until)], notice=notice)


def _check(body: bytes) -> None:
    value = json_object(body)
    if not (isinstance(value.get("meta"), dict) and isinstance(value.get("results"), list)):
        raise BrokenBodyError("its answers are not what its API sends")
