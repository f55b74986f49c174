"""Tables: their headings, rows and cells, in delimited text and in workbooks."""
