"""The folder in which the processes of one run keep the model of languages, so that they share its memory."""

from __future__ import annotations

from pathlib import Path

_folder: Path | None = None


def share_languages(folder: Path) -> None:
    """From now on, keep the model that tells languages in files of a folder, from where processes that are
    given the same folder share it.

    Args:
        folder: of this run of programs alone; what is kept there is made when it is needed.
    """
    global _folder
    _folder = folder


def shared(part: str) -> Path | None:
    """Where a part is kept; None where nothing is shared."""
    return None if _folder is None else _folder / part
