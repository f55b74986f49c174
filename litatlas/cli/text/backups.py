"""What backups, restores and migrations did, as text for people."""

from __future__ import annotations

from litatlas.cli.text.papers import Answer


def backed_up(answer: Answer) -> str:
    """What a backup holds."""
    lines = [f"{answer['file']}: {_held(answer)}, {answer['bytes'] / 1e6:,.1f} MB, verified."]
    lines += [f"Left out: the earlier model {name}, which is damaged." for name in answer["left_out"]]
    return "\n".join(lines)


def checked(answer: Answer) -> str:
    """What a backup says of itself, when it is whole."""
    made = f"made {answer['created']} by litatlas {answer['version']}"
    return f"{answer['file']} is whole: {_held(answer)}, {made}."


def restored(answer: Answer) -> str:
    """What was restored."""
    lines = [f"Restored {_held(answer)}, as of {answer['created']}."]
    if answer["settings_left_out"]:
        names = ", ".join(answer["settings_left_out"])
        lines.append(f"Settings of the place that it came from were left out: {names}.")
    return "\n".join(lines)


def migrated(answer: Answer) -> str:
    """What a migration did, or would do."""
    lines = []
    if answer["steps"]:
        begin = "Migrated" if answer["migrated"] else "It would be migrated"
        lines = [f"{begin} from {answer['from'] or 'nothing'} to {answer['to']}:"]
        lines += [f"  {step['version']}  {step['what']}" for step in answer["steps"]]
    if answer["closed"]:
        lines.append(f"{answer['closed']:,} files and folders of the home, now for its owner alone.")
    return "\n".join(lines) or f"The library is of this version ({answer['to']}): there is nothing to do."


def moved(answer: Answer) -> str:
    """Where the library is now."""
    lines = [f"Copied {answer['rows']:,} rows to {answer['to']}, each compared.", answer["notice"]]
    return "\n".join(lines)


def _held(answer: Answer) -> str:
    return f"{answer['documents']:,} documents in {answer['collections']:,} collections"
