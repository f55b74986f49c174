"""What Elasticsearch's errors mean, in words that say how to fix them."""

from __future__ import annotations

import json
from typing import Any

from search.engines.errors import (
    CursorError,
    EngineError,
    EngineFullError,
    EngineRedError,
    EngineRefusedError,
    EngineSlowError,
    EngineVersionError,
    IndexMissingError,
)

AWAY_HINT = "Start it, or check LITATLAS_ENGINE."
SLOW_HINT = "Try again; if it keeps happening, give the cluster more resources or raise the timeout."
VERSION_HINT = "litatlas works with Elasticsearch 8 and 9."


def missing(where: str, index: str) -> IndexMissingError:
    """The error for an index that is not there."""
    return IndexMissingError(
        f"There is no index {index} at {where}.", "Rebuild it from the library: litatlas reindex."
    )


def typed(where: str, index: str, status: int, error: Any) -> EngineError:
    """The contract's error for an answer of Elasticsearch: its HTTP status and its error, parsed or as
    text."""
    text = json.dumps(error) if isinstance(error, dict) else str(error)
    if "search_context_missing" in text or "No search context" in text:
        return CursorError("This cursor has expired.", "Start again without a cursor.")
    if "index_not_found" in text:
        return missing(where, index)
    if _is_full(text):
        return EngineFullError(
            f"Elasticsearch at {where} accepts no more papers: its disk is full or the index is read-only.",
            "Free some space there, then run the same command again; nothing is lost.",
        )
    if status == 406 or "media_type_header" in text or "compatible-with" in text:
        return EngineVersionError(
            f"The Elasticsearch at {where} has a version that litatlas does not know.", VERSION_HINT
        )
    if status in (401, 403):
        return EngineRefusedError(
            f"Elasticsearch at {where} refused the request{_reason(error)}.",
            "Use an API key or a user with all privileges on the indices of this prefix.",
        )
    return _unavailable(where, index, status, text) or EngineError(
        f"Elasticsearch at {where} failed{_reason(error)}.", "See its log for details."
    )


def _unavailable(where: str, index: str, status: int, text: str) -> EngineError | None:
    """The error where waiting may help."""
    missing_shard = any(
        word in text for word in ("no_shard_available", "unavailable_shards", "No shard available")
    )
    if missing_shard or (status == 503 and "search_phase_execution" in text):
        return EngineRedError(
            f"Parts of the index {index} are not available at {where}.",
            "Bring its nodes back, or rebuild the index from the library: litatlas reindex.",
        )
    if status == 429:
        return EngineSlowError(f"Elasticsearch at {where} is overloaded.", SLOW_HINT)
    if status in (408, 504) or "timeout" in text or "Time exceeded" in text:
        return EngineSlowError(f"Elasticsearch at {where} did not answer in time.", SLOW_HINT)
    if status in (502, 503):
        return EngineRedError(
            f"Elasticsearch at {where} is running but cannot answer: no master, or shards are missing.",
            "Check the cluster's health and its log.",
        )
    return None


def _is_full(text: str) -> bool:
    return "cluster_block_exception" in text and (
        "read-only" in text or "flood" in text or "disk usage" in text
    )


def _reason(error: Any) -> str:
    if not isinstance(error, dict):
        return f": {str(error)[:200]}" if error else ""
    cause = (error.get("root_cause") or [error])[0]
    return f": {str(cause.get('reason') or cause.get('type'))[:300]}"
