"""One query language, one engine contract, two engines, one ranking.

In the order in which a query goes through them:

- `request`: what is asked, from whichever door; `searcher`: `Searcher`, which answers it; `answers`: the
  shapes of answers; `context`: what every answer is made from.
- `fields`: the registry of what a search may name, and its bounds; `sort_orders`: the orders of results.
- `query/`: text → tree; `clauses`: what a resolved query is made of; `authors`: names as tokens and clauses.
- `encoders/`: sentence encoders of one's own, optional.
- `engines/`: finding, counting and ordering papers in an index; `evidence/`: what is known of papers beside
  it.
- `ranking/`: the order of what was found; `similarity/`: papers like a text, a paper or a collection.
- `results/`: what is shown of papers; `assist/`: suggestions while typing, and did-you-mean; `screening/`:
  which paper of a review to read next; `book/`: searches of several lines that can be published.
- `seen_words`: words of topics that a reader may know; `days`: dates as numbers; `notices`: sentences of
  answers; `remedies`: what to try when nothing is found; `tags`: what all spellings of a tag share.
"""
