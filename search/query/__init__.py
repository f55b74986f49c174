"""The query language: what a reader types becomes a tree, and the tree clauses for an engine.

- `parser`: text → tree, by `grammar.lark` (`grammar` fills in names); `text_leaves`: its words and phrases;
  `wildcards`: words with gaps; `nearness`: ``NEAR/n``; `values`: what stands after a colon; `errors`: what is
  wrong, and the query as it was probably meant; `line_references`: lines of a search book; folder `dialects`:
  search strings of other databases.
- `characters`: quotes and control characters; `tree`: the typed tree; `printer`: a tree as text again.
- `languages`: in which language a query speaks; folder `spellings`: names and compounds written together,
  apart or with a hyphen.
- `resolve`: tree → clauses, every word analysed.
"""
