"""Holds the walls of the house: ``python -m scripts.check_structure``, run by ``make check``.

No circle among the modules of the five rooms, late imports included; no file, function or folder that has
grown too large; every folder says what it is for, and names all that is in it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOMS = ("litatlas", "web", "search", "topics", "ingest")
MAX_FILE_LINES = 450
MAX_FUNCTION_LINES = 60
MAX_P90_LINES = 22
MAX_FOLDER_FILES = 14
EXCEPTIONS = {"ingest/readers": 99}
"""Folders that may hold more: a file for each format."""
UNLISTED = ("ingest/readers", "ingest/library/migrations", "ingest/library/migrations/versions")
"""Folders whose docstring need not name their files: they are named by one pattern."""


def main() -> int:
    """Print what is wrong; the exit status."""
    trees = {path: ast.parse(path.read_text("utf-8")) for room in ROOMS for path in Path(room).rglob("*.py")}
    lengths = sorted(length for tree in trees.values() for _, length in _functions(tree))
    p90 = lengths[int(0.9 * len(lengths))]
    print(f"{len(trees)} files, {len(lengths)} functions, 90 % of them up to {p90} lines")
    faults = [*_circle(trees), *_large(trees), *_folders(trees)]
    if p90 > MAX_P90_LINES:
        faults.append(f"a tenth of the functions has more than {p90} lines; at most {MAX_P90_LINES}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def imports(name: str, tree: ast.Module, known: set[str]) -> set[str]:
    """The modules of the house that a module imports, anywhere in it but for the type checker alone.

    ``from package import name`` means the module ``package.name`` where there is one.
    """
    imported: set[str] = set()
    for node in _running(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            within = {f"{node.module}.{alias.name}" for alias in node.names}
            imported |= within & known
            if within - known:
                imported.add(node.module)
    return (imported & known) - {name}


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, without the branches that only a type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            for other in child.orelse:
                yield from _running(other)
        else:
            yield from _running(child)


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _circle(trees: dict[Path, ast.Module]) -> Iterator[str]:
    known = {_module(path) for path in trees}
    graph = {_module(path): imports(_module(path), tree, known) for path, tree in trees.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "a circle of imports: " + " → ".join(reversed(error.args[1]))


def _functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def _large(trees: dict[Path, ast.Module]) -> Iterator[str]:
    for path, tree in trees.items():
        lines = len(path.read_text("utf-8").splitlines())
        if lines > MAX_FILE_LINES:
            yield f"{path} has {lines} lines; at most {MAX_FILE_LINES}"
        for name, length in _functions(tree):
            if length > MAX_FUNCTION_LINES:
                yield f"{path}: {name} has {length} lines; at most {MAX_FUNCTION_LINES}"


def _folders(trees: dict[Path, ast.Module]) -> Iterator[str]:
    counts: dict[Path, int] = {}
    for path in trees:
        counts[path.parent] = counts.get(path.parent, 0) + (path.name != "__init__.py")
    for folder, count in sorted(counts.items()):
        most = EXCEPTIONS.get(folder.as_posix(), MAX_FOLDER_FILES)
        if count > most:
            yield f"{folder} has {count} files; at most {most}"
        init = trees.get(folder / "__init__.py")
        text = ast.get_docstring(init) if init else None
        if not text or text.startswith("TODO"):
            yield f"{folder}/__init__.py does not say what the folder is for"
        elif folder.as_posix() not in UNLISTED:
            unnamed = [
                name for name in _contents(folder, trees) if f"`{name}`" not in text.replace("/`", "`")
            ]
            if unnamed:
                yield f"{folder}/__init__.py does not name {', '.join(unnamed)}"


def _contents(folder: Path, trees: dict[Path, ast.Module]) -> list[str]:
    """The modules and folders directly in a folder, by name."""
    inside = {path.relative_to(folder).parts[0] for path in trees if path.is_relative_to(folder)}
    return sorted(name.removesuffix(".py") for name in inside if not name.startswith("__"))


if __name__ == "__main__":
    sys.exit(main())
