"""PDFs that papers came with: they lie in the library, so that one transaction, one backup and one set of
rules of who sees what hold for a paper and its file.

- `arriving`: PDFs that were read and wait for the transaction that stores their papers
- `pdfs`: storing, reading, counting, comparing, forgetting
"""
