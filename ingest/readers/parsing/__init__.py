"""What several readers share.

- `reader`: what a reader is; `encodings`: any encoding → UTF-8; `unread`: files that hold no papers.
- `tagged`, `tagvalues`: tagged lines; `bibscan`, `bibvalues`: BibTeX; `xmlrecords`: XML.
- `jsonrecords`, `jsonpeople`: JSON; `textlayout`, `labelled`: plain text; `kinds`: kinds of publication;
  `extras`: fields of ours in foreign formats.
"""
