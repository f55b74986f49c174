"""The patterns that clean text from outside take steps in proportion to its length; steps, not seconds."""

from __future__ import annotations

import re

import pytest

from ingest.text import cleaning, latex, markup
from tests.ingest.pattern_steps import Steps

RUNS = [
    "a", "_", " ", "~", "\n", "{", "}", "\\", "$", "\\a", "\\a{", "\\frac{", "\\cite{", "\\cite[a]", "{\\bf ",
    "a-\n", "-\n", "<", "<a ", "<i ", "<i>", "</", "<!--", "&amp;", "&#", "(", "(a", "1", "A.", "'", "`a",
]  # fmt: skip
PATTERNS = [
    pytest.param(value, id=f"{module.__name__.rpartition('.')[2]}.{name}")
    for module in (cleaning, latex, markup)
    for name, value in vars(module).items()
    if isinstance(value, re.Pattern) and name not in ("_SYMBOL", "_PLAIN_NAME", "_WORD_END")
]
"""All but those that are matched against the whole of a short text."""

SIZE = 40


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_text_twice_as_long_takes_about_twice_the_steps(pattern: re.Pattern[str]) -> None:
    steps = Steps(pattern)
    for run in RUNS:
        short, long = steps.over(run * SIZE), steps.over(run * (2 * SIZE))
        assert long <= 2.4 * short + 200, (run, short, long)


@pytest.mark.parametrize("pattern", [r"\s*x", r"\w*a{2}-", r"(?:a|b)*c", "<!--(?:(?!-->).)*-->"])
def test_the_count_tells_what_is_not_linear(pattern: str) -> None:
    steps = Steps(re.compile(pattern, re.DOTALL))
    worst = max(RUNS, key=lambda run: steps.over(run * 100))
    assert steps.over(worst * 200) > 3 * steps.over(worst * 100)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"a+b", "aab"), (r"(?<!a)b", "ab b"), (r"(?i)X[a-c]{1,2}", "xab"), (r"(a)\1", "aaa")],
)
def test_the_matcher_steps_through_what_re_matches(pattern: str, text: str) -> None:
    assert Steps(re.compile(pattern)).over(text) >= len(list(re.finditer(pattern, text)))
