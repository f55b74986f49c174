"""Harvesting: records fetched page by page from live sources, politely, and resumed where they stopped.

- `sources`: the registry of all sources, and opening one; a new source is one entry there.
- `oai`, `pubmed`, `openalex`, `crossref`: each knows its protocol and turns a window of dates and a mark into
  one page of bytes that a reader of `ingest.readers` understands; `harvester`: what they have in common.
- `client`: paced and bounded HTTP; `state`: where a harvest stopped; `errors`: how a source
  fails.
- `run`: all of it together; a page is stored before the state moves past it.
"""
