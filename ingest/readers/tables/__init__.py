"""Tables: their headings, rows and cells, in delimited text and in workbooks.

- `delimited`, `workbooks`: files as rows of text; `alignment`: rows with more cells than headings;
  `quotes`: quotes that are not as they should be.
- `columns`: which field a heading names; `rowvalues`: a row as values of a document; `citations`: citations
  in one cell; `formulas`: cells that a spreadsheet would run.
"""
