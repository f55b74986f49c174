"""Documents → BibTeX, RIS, CSL-JSON, CSV and our own JSON lines, piece by piece, in the order of the flow.

- `formats`: the registry of the formats, and `write`
- `work`: one paper on its way out, and what several formats say of it: its type, names, pages, dates
- `bibtex`, with `latex` (escaping) and `babel` (names of languages)
- `ris`, `csl`, `table` (CSV), `jsonl`
"""
