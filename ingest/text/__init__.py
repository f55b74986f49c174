"""Text from outside → clean text, and clean text → forms, lemmas and stems.

- `cleaning`: titles, abstracts and names; `latex`, `markup`: its parts; `boilerplate`: what is dropped.
- `western`: whether bytes are Windows-1252 or another code page.
- `language_detection`, `passages`: which language a text, or a part of it, speaks.
- `analysis`: the one analysis; `forms`: a written word folded; `segmentation`: words of scripts
  without spaces; folder `headwords`: what a form means in a language;
  `occurrences`: which forms of a text are wanted.
- `shared_folder`: where the processes of one run share the model of languages.
"""
