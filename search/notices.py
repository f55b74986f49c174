"""Sentences that an answer carries for its reader; the web finds its translations by them."""

from __future__ import annotations

SOME_WORDS = "No paper has all of these words; these have some of them."
NO_MODEL = "There is no topic model yet; these papers share the text's words."
NO_KNOWN_WORDS = "The model knows none of these words, so no topic is lit."
FEW_KNOWN_WORDS = "The model knows only a few of these words; the topics are a guess."
WITHOUT_ENCODER = "These papers are ranked without the encoder."


# Of pieces of other databases' search strings: the first ones are of pieces that are left out.
FIELD_NOT_KEPT = "Left out: this field is not kept here."
FIELD_UNKNOWN = "Left out: the database has no such field."
FILTER_UNKNOWN = "Left out: this filter has no counterpart here."
NOTE_LEFT_OUT = "Left out: it is no part of the search."
LINE_NOT_USED = "Left out: the last line does not refer to this line."
VALUE_UNKNOWN = "Left out: the field has no such value here."
WILDCARD_LEFT_OUT = "Left out: too few letters are left beside its wildcards."
NOTHING_TO_TAKE_FROM = "Left out: what it is taken away from has no counterpart here."
TRUNCATION_WIDER = "Any ending is matched: a limit to the number of letters has no counterpart here."
NARROWER_HEADINGS = "Papers that have only narrower headings are not found: these are not known here."
MAJOR_HEADINGS = "All papers with this heading are found: main topics are not known here."
QUALIFIERS = "All papers with this heading are found: subheadings are not kept here."
AUTOMATIC_MAPPING = "PubMed adds headings and synonyms to terms without a field; here words are searched."
AUTHOR_POSITION = "Authors are found in any position."
YEAR_ALONE = "The years alone are searched: months and days are not."
NEARNESS_OF_MANY = "The distance is kept between two words or phrases alone; the rest is joined by AND."
NEARNESS_WIDER = "Guides differ by one word on what n means here: n words may stand between."
LINES_COUNTED = "The lines have no numbers: they are counted from the first."

NOTICES = (
    SOME_WORDS,
    NO_MODEL,
    NO_KNOWN_WORDS,
    FEW_KNOWN_WORDS,
    WITHOUT_ENCODER,
    FIELD_NOT_KEPT,
    FIELD_UNKNOWN,
    FILTER_UNKNOWN,
    NOTE_LEFT_OUT,
    LINE_NOT_USED,
    VALUE_UNKNOWN,
    WILDCARD_LEFT_OUT,
    NOTHING_TO_TAKE_FROM,
    TRUNCATION_WIDER,
    NARROWER_HEADINGS,
    MAJOR_HEADINGS,
    QUALIFIERS,
    AUTOMATIC_MAPPING,
    AUTHOR_POSITION,
    YEAR_ALONE,
    NEARNESS_OF_MANY,
    NEARNESS_WIDER,
    LINES_COUNTED,
)
