"""Sentences that an answer carries for its reader; the web finds its translations by them."""

from __future__ import annotations

SOME_WORDS = "No paper has all of these words; these have some of them."
NO_MODEL = "There is no topic model yet; these papers share the text's words."
NO_KNOWN_WORDS = "The model knows none of these words, so no topic is lit."
FEW_KNOWN_WORDS = "The model knows only a few of these words; the topics are a guess."

NOTICES = (SOME_WORDS, NO_MODEL, NO_KNOWN_WORDS, FEW_KNOWN_WORDS)
