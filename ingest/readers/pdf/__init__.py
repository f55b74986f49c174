"""PDFs of papers, in the order of the flow.

- `reader`: the reader of the format, and the text of a PDF that is used as a query
- `pages`: lines of text with places and sizes, by PDFium; runs in a bounded process
- `lines`: what a line and a page are
- `firstpage`: title, abstract and keywords from the lines of a page
- `byline`: the authors between title and abstract
- `imprint`: DOI, arXiv id and year from what stands around the text
"""
