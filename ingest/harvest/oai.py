"""OAI-PMH 2.0 (ListRecords with resumption tokens): arXiv, and any repository that speaks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html import unescape

from ingest.harvest.client import Client
from ingest.harvest.errors import BadQueryError, BrokenBodyError, ExpiredError, SourceAwayError
from ingest.harvest.harvester import Page, Window, number, refusal

ARXIV = "https://export.arxiv.org/oai2"
ARXIV_PAUSE = 3.0
"""arXiv asks for no more than one request in three seconds."""
PAUSE = 1.0
_BEFORE_ALL = "1990-01-01"
_END = re.compile(rb"</(?:[\w.-]{1,40}:)?OAI-PMH\s*>\s*\Z")
_RECORD = re.compile(rb"<(?:[\w.-]{1,40}:)?record[\s>]")
_DELETED = re.compile(rb"<(?:[\w.-]{1,40}:)?header\s[^<>]{0,200}status\s*=\s*[\"']deleted[\"']")
_ERROR = re.compile(rb"<(?:[\w.-]{1,40}:)?error\s+code\s*=\s*[\"'](\w{1,40})[\"'][^<>]*(?:/>|>([^<]*)<)")
_TOKEN = re.compile(rb"<(?:[\w.-]{1,40}:)?resumptionToken\b([^<>]{0,500}?)(?:/>|>([^<]*)<)")
_SIZE = re.compile(rb"completeListSize\s*=\s*[\"']\s*(\d{1,12})\s*[\"']")
_EARLIEST = re.compile(rb"earliestDatestamp\s*>\s*(\d{4}-\d\d-\d\d)")
_HINTS = {
    "badArgument": "Check the set, the metadata format and the dates.",
    "cannotDisseminateFormat": "Every repository has oai_dc; its ListMetadataFormats says what else.",
    "noSetHierarchy": "Leave out the set.",
}


class OaiSource:
    """One set of a repository, or all of it; the windows are those of the records' datestamps."""

    format = "oai"
    exact = False  # the protocol calls completeListSize an estimate

    def __init__(
        self,
        client: Client,
        url: str,
        *,
        name: str = "oai",
        prefix: str = "oai_dc",
        set_: str = "",
        since: str = "",
        until: str = "",
    ) -> None:
        self.client = client
        self.name = name
        self._url = url
        self._prefix = prefix
        self._set = set_
        self._since = since
        self._until = until

    @property
    def request(self) -> Mapping[str, str]:
        """As the protocol names it."""
        return {
            "url": self._url,
            "metadataPrefix": self._prefix,
            "set": self._set,
            "from": self._since,
            "until": self._until,
        }

    def first(self) -> list[Window]:
        """The period that was asked for."""
        return [Window(self._since, self._until)]

    def fresh(self, since: str) -> list[Window]:
        """What got a datestamp since then, new or changed; a period that ended cannot have any."""
        since = max(since, self._since)
        return [] if self._until and self._until < since else [Window(since, self._until)]

    def earliest(self) -> str:
        """As the repository says of itself."""
        answer = self.client.fetch(self._url, {"verb": "Identify"}, check=_check)
        match = _EARLIEST.search(answer.body) if answer.status == 200 else None
        try:
            return date.fromisoformat(match[1].decode()).isoformat() if match else _BEFORE_ALL
        except ValueError:
            return _BEFORE_ALL

    def page(self, window: Window, mark: str) -> Page:
        """One answer to ListRecords."""
        fields = {"verb": "ListRecords"}
        if mark:
            fields["resumptionToken"] = mark
        else:
            arguments = {
                "metadataPrefix": self._prefix,
                "set": self._set,
                "from": window.since,
                "until": window.until,
            }
            fields |= {key: value for key, value in arguments.items() if value}
        answer = self.client.fetch(self._url, fields, check=_check)
        # Some repositories give the protocol's own errors, noRecordsMatch too, an HTTP status of their own.
        if answer.status != 200 and not (_whole(answer.body) and _ERROR.search(answer.body)):
            raise refusal(self.name, answer, mark)
        return self._page(answer.body, mark)

    def _page(self, body: bytes, mark: str) -> Page:
        records = len(_RECORD.findall(body))
        if not records and (error := _ERROR.search(body)):
            code = error[1].decode()
            if code == "noRecordsMatch":
                return Page(b"", 0)
            if code == "badResumptionToken":
                raise ExpiredError(code)
            reason = " ".join(unescape((error[2] or b"").decode("utf-8", "replace")).split())[:300]
            raise BadQueryError(
                f"{self.name} does not accept the request: {code}. {reason}".strip(), _HINTS.get(code, "")
            )
        # A title may quote the protocol: only what stands after the records is the protocol's own.
        token = _TOKEN.search(body, max(0, body.rfind(b"record>")))
        following = unescape((token[2] or b"").decode("utf-8", "replace")).strip() if token else ""
        size = _SIZE.search(token[1]) if token else None
        if following and following == mark:
            raise SourceAwayError(f"{self.name} keeps sending the same page.", "Tell the people who run it.")
        total = number(size[1].decode()) if size else None if following or mark else records
        return Page(body, records, following, total, len(_DELETED.findall(body)))


def _whole(body: bytes) -> bool:
    return _END.search(body, max(0, len(body) - 1000)) is not None


def _check(body: bytes) -> None:
    if not _whole(body):
        raise BrokenBodyError("its answers are cut off or are not OAI-PMH")
