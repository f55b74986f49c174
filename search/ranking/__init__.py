"""The order of the papers that a query finds.

- `fusion`: lexical matches reordered by all evidence, with the weight of each; `scorers`: the scores of each
  kind of evidence; `titles`: what the titles of the best add.
- `by_topic`: the order where a query asks for topics alone; `diversity`: a varied choice.
"""
