"""Mutation testing: ``python -m scripts.mutants FILE [TESTS…] [--most N] [--only LINES]``.

A mutant is a file with one change to its syntax tree: a comparison, an operator, a constant, a condition, a
returned value or a call taken out. For each one the tests run until the first failure; a mutant that no test
fails on ("survived") shows what the tests do not hold. The files are changed in a copy of the checkout, and
every mutant runs in a process forked off one that has the libraries imported, so most take as long as their
tests alone.

What is not mutated, because it changes nothing that a test should hold: annotations, decorators, docstrings,
imports, ``__all__``, and the entries of literal tables with more than eight.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MAX_TABLE_ENTRIES = 8
SLACK = 5
"""Seconds of processor time that a mutant may take beyond four times those of the unchanged file."""

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Pow: ast.Mult,
}  # fmt: skip
_PRELOADED_LAST = ("_pytest", "pytest", "_hypothesis", "xdist", "anyio", "schemathesis", "conftest", "__")


@dataclass(frozen=True)
class Mutant:
    """One change: where, what it was, what it is, and the whole changed source."""

    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.line}: {self.before}  →  {self.after}"


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a module's source, in the order of its lines."""
    tree = ast.parse(source)
    made = []
    for parent, field, index in _places(tree):
        node = getattr(parent, field) if index is None else getattr(parent, field)[index]
        before = _short(node)
        for changed in _changes(node):
            _put(parent, field, index, changed)
            text = ast.unparse(ast.fix_missing_locations(tree))
            made.append(Mutant(node.lineno, before, _short(changed), text))
            _put(parent, field, index, node)
    return sorted(made, key=lambda mutant: mutant.line)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else text[:67] + "…"


def _put(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _places(parent: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Where in a tree statements and expressions stand that may be changed."""
    for field, value in ast.iter_fields(parent):
        if _is_left(parent, field, value):
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _says_nothing(node):
                continue
            if isinstance(node, ast.stmt | ast.expr):
                yield parent, field, index
            yield from _places(node)


def _is_left(parent: ast.AST, field: str, value: object) -> bool:
    if field in ("annotation", "returns", "decorator_list", "type_params", "bases", "format_spec"):
        return True
    if isinstance(parent, ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Pass):
        return True
    if isinstance(parent, ast.Assign) and ast.unparse(parent.targets[0]) == "__all__":
        return True
    table = isinstance(parent, ast.List | ast.Tuple | ast.Set | ast.Dict)
    return table and isinstance(value, list) and len(value) > MAX_TABLE_ENTRIES


def _says_nothing(node: ast.AST) -> bool:
    """Whether a statement is a docstring, or for the type checker alone."""
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    if isinstance(node, ast.stmt):
        yield from _statements(node)
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    else:
        yield from _expressions(node)


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                changed = [*ops[:at], _COMPARISONS[type(op)](), *ops[at + 1 :]]
                yield ast.Compare(left=node.left, ops=changed, comparators=node.comparators)
        case ast.BoolOp(op=op):
            yield ast.BoolOp(op=ast.Or() if isinstance(op, ast.And) else ast.And(), values=node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp(op=op) if type(op) in _OPERATORS:
            yield ast.BinOp(left=node.left, op=_OPERATORS[type(op)](), right=node.right)
        case ast.IfExp(test=test) if _is_plain(test):
            yield ast.IfExp(test=_negated(test), body=node.body, orelse=node.orelse)


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.AugAssign(op=op) if type(op) in _OPERATORS:
            yield ast.AugAssign(target=node.target, op=_OPERATORS[type(op)](), value=node.value)
        case ast.If(test=test) if _is_plain(test):
            yield ast.If(test=_negated(test), body=node.body, orelse=node.orelse)
        case ast.While(test=test) if _is_plain(test):
            yield ast.While(test=_negated(test), body=node.body, orelse=node.orelse)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(value=ast.Constant(value=None))
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Delete() | ast.Raise():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=test)


def _is_plain(test: ast.expr) -> bool:
    """Whether a condition is changed as a whole: its comparison or connective is not changed by itself."""
    return not isinstance(test, ast.Compare | ast.BoolOp | ast.Constant) and not (
        isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    )


def _constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(value=not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value=value + 1)
    elif isinstance(value, str):
        yield ast.Constant(value=value + "XX")
    elif isinstance(value, bytes):
        yield ast.Constant(value=value + b"XX")


class Bench:
    """A copy of the checkout where a file's mutants meet its tests; the working folder while it is open."""

    def __init__(self, path: Path, tests: Sequence[str]) -> None:
        self.path = path
        self.tests = list(tests)
        self.seconds = 0.0

    def __enter__(self) -> Bench:
        self._folder = tempfile.TemporaryDirectory(prefix="mutants-")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the folder is removed
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        for name in filter(None, listed.stdout.split("\0")):
            if Path(name).is_file():
                place = Path(self._folder.name, name)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(name, place)
        os.chdir(self._folder.name)
        sys.path[:] = [self._folder.name, *(entry for entry in sys.path if entry)]
        os.environ |= {
            "PYTHONPATH": self._folder.name, "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"
        }  # fmt: skip
        sys.dont_write_bytecode = True
        return self

    def __exit__(self, *_: object) -> None:
        os.chdir("/")
        self._folder.cleanup()

    def warm(self) -> None:
        """Import the libraries that the tests import, and take the time of the unchanged file.

        Raises:
            SystemExit: the tests do not pass on it.
        """
        reading, writing = os.pipe()
        status, _ = self._fork(lambda: self._say_libraries(writing), seconds=600)
        os.close(writing)
        with os.fdopen(reading) as names:
            libraries = names.read().split()
        for name in libraries:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        status, self.seconds = self._fork(self._run_tests, seconds=600)
        if status:
            self._fork(self._run_tests, seconds=600, quiet=False)
            raise SystemExit("The tests do not pass on the unchanged file.")

    def outcome(self, mutant: Mutant) -> str:
        """``killed``, ``survived`` or ``timeout``."""
        original = self.path.read_text("utf-8")
        self.path.write_text(mutant.source, "utf-8")
        try:
            status, _ = self._fork(self._run_tests, seconds=4 * self.seconds + SLACK)
        finally:
            self.path.write_text(original, "utf-8")
        if status == 0:
            return "survived"
        return "timeout" if status in (-signal.SIGXCPU, -signal.SIGKILL) else "killed"

    def _say_libraries(self, writing: int) -> int:
        import pytest

        pytest.main([*self.tests, "--collect-only", "-q", "-p", "no:cacheprovider"])
        ours = {path.stem if path.is_file() else path.name for path in Path().iterdir()}
        names = [
            name
            for name in sys.modules
            if name.partition(".")[0] not in ours and not name.startswith(_PRELOADED_LAST)
        ]
        with os.fdopen(writing, "w") as pipe:
            pipe.write(" ".join(names))
        return 0

    def _run_tests(self) -> int:
        import pytest
        from hypothesis import Phase, settings

        # Whether there is a failing example counts, not the smallest one.
        settings.register_profile(
            "mutants", phases=[Phase.explicit, Phase.generate], database=None, max_examples=40, deadline=None
        )
        settings.load_profile("mutants")
        options = ["-x", "-q", "-m", "not nightly", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
        return int(pytest.main([*self.tests, *options, "-W", "ignore::pytest.PytestAssertRewriteWarning"]))

    def _fork(self, run: Callable[[], int], seconds: float, *, quiet: bool = True) -> tuple[int, float]:
        """Run in a process of its own: its status (negative: the signal) and its processor time."""
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            status = 70
            try:
                os.setpgid(0, 0)
                nothing = os.open(os.devnull, os.O_RDWR)
                for stream in (0, 1, 2) if quiet else ():
                    os.dup2(nothing, stream)
                limit = int(seconds) + 1
                resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 2))
                resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))
                status = run()
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        while True:
            pid, status, usage = os.wait4(child, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - began > 10 * seconds + 60:  # it waits for what will not come
                os.killpg(child, signal.SIGKILL)
            time.sleep(0.01)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what its tests started
        return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime


def tests_of(path: Path) -> list[str]:
    """The test files named after a source file."""
    return sorted(map(str, Path("tests", path.parts[0]).rglob(f"test_{path.stem}.py")))


def _chosen(path: Path, most: int, seed: int, only: str) -> list[Mutant]:
    chosen = mutants(path.read_text("utf-8"))
    if only:
        first, _, last = only.partition("-")
        chosen = [mutant for mutant in chosen if int(first) <= mutant.line <= int(last or first)]
    if most and len(chosen) > most:
        chosen = sorted(random.Random(seed).sample(chosen, most), key=lambda mutant: mutant.line)
    return chosen


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts.mutants", description="How many faults the tests notice.")
    parser.add_argument("file", type=Path, help="the source file, from the root of the checkout")
    parser.add_argument("tests", nargs="*", help="test files or names (default: those named after the file)")
    parser.add_argument("--most", type=int, default=0, help="at most N mutants, drawn by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="LINES", help="those of a line, or of lines: 20-40")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    return parser.parse_intermixed_args()


def main() -> int:
    """Print the survivors and the share of killed mutants; 1 where less than 80 % were killed."""
    options = _options()
    chosen = _chosen(options.file, options.most, options.seed, options.only)
    if options.list:
        print(*chosen, sep="\n")
        return 0
    tests = options.tests or tests_of(options.file)
    if not tests:
        raise SystemExit(f"No test is named after {options.file}: name the tests.")
    outcomes: list[str] = []
    with Bench(options.file, tests) as bench:
        bench.warm()
        print(f"{len(chosen)} mutants; {bench.seconds:.1f} s of tests each at the most", flush=True)
        for mutant in chosen:
            outcomes.append(bench.outcome(mutant))
            if outcomes[-1] != "killed":
                print(f"{outcomes[-1]} {options.file}:{mutant}", flush=True)
    killed = len(outcomes) - outcomes.count("survived")
    share = killed / max(1, len(outcomes))
    print(f"{options.file}: {killed} of {len(outcomes)} mutants killed ({share:.0%})")
    return 0 if share >= 0.8 else 1


if __name__ == "__main__":
    sys.exit(main())
