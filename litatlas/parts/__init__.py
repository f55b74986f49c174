"""The parts of an atlas, each an attribute of `Atlas`.

- ``collections``: papers come in here; what a collection covers, and what could not be taken
- ``harvests``: fetching from live sources into a collection
- ``papers``: everything about one paper, its citations, the records it is joined of
- ``pdfs``: the PDFs that papers came with, and where others are open to all
- ``duplicates/``: pairs of records that may be one paper, judged by people
- ``topics``: the hierarchy, the map, the page of each topic
- ``curation``: what people say of topics, with its history
- ``exports``: papers on their way out
- ``reviewing/``: reviews, from a search to what is reported
- ``naming/``: names for topics that a language model proposes, for a person to accept
- ``models``: building, publishing and restoring a model
- ``model_changes``: what publishing a draft would change
- ``jobs``: work for a worker process
- ``kept/``: saved searches, notes on papers, stars
- ``lists``: named lists of papers
- ``judgements``: questions about the topics that people answer
- ``reviewing/``: screening papers for a systematic review
- ``books/``: searches that can be published: numbered lines, every run kept
- ``health``: how every part is, and what helps it
- ``reports``: status, formats, quality, trends, bridges
"""
