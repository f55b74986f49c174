"""Papers that are like something else than a query.

- `explore`: a text as the query; `similar`: a paper; `set_similarity`: a set of papers, told from others by
  `separation`.
- `related`: near to what a query finds; `coverage`: what a collection misses; `bridges`: between two topics.
- `overlap`: what papers have in common; `suggested_tags`: tags that near papers carry.
"""
