"""Our own JSON lines, which hold every field and come back as they were."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ingest.writers.work import Work


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """One object a line."""
    for work in works:
        yield json.dumps(work.document.to_json(), ensure_ascii=False) + "\n"
