"""What stands behind a search: one contract, and two engines that keep it.

- `contract`: the data and the protocol; `errors`: how an engine fails; `opening`: the engine that a setting
  names.
- `documents`: papers of the library → the fields that are indexed; `topic_shares`: θ as tokens that are
  counted.
- `filters`: filters and what a reader may see, as clauses; `facets`: values counted over the hits;
  `tag_spellings`: how most papers spell a tag; `cursors`: how far a deep reading has come.
- `tantivy/`: embedded; `elasticsearch/`: on a cluster.
"""
