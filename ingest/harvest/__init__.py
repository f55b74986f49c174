"""Harvesting: records fetched page by page from live sources, politely, and resumed where they stopped.

A source (`oai`, `pubmed`, `openalex`, `crossref`) knows its protocol and turns a window of dates and a mark
into one page of bytes that a reader of `ingest.readers` understands. `client` does the talking, `state`
remembers, and `run` puts them together: a page is stored before the state moves past it.
"""
