"""What goes wrong with an index on a disk, in words that say how to fix it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from search.engines.errors import EngineError, EngineFullError, EngineRedError


def damaged(index: str, why: str) -> EngineRedError:
    """The error for an index that cannot be read."""
    return EngineRedError(
        f"The index {index} is damaged: {why}.",
        "Rebuild it from the library, which is untouched: litatlas reindex.",
    )


@contextmanager
def translated(index: str) -> Iterator[None]:
    """Turn what an embedded engine raises (a panic of its native code too) into the contract's errors."""
    try:
        yield
    except EngineError:
        raise
    except (OSError, ValueError, RuntimeError, SystemError) as error:
        raise _typed(index, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _typed(index, error) from error


def _typed(index: str, error: BaseException) -> EngineError:
    text = str(error)
    if "No space left" in text or "os error 28" in text or "os error 122" in text:
        return EngineFullError(
            f"The disk is full: the index {index} accepts no more papers.",
            "Free some space, then run the same command again; nothing is lost.",
        )
    if "ermission denied" in text or "ead-only file system" in text:
        return EngineFullError(
            f"The index {index} cannot be written to: {text[:200]}.",
            "Make its folder writable for this user.",
        )
    return damaged(index, text.splitlines()[0][:200] if text else type(error).__name__)
