"""The order of the papers that a query finds.

- `fusion`: lexical matches reordered by all evidence; `scorers`: each kind of evidence, with its parameters.
- `by_topic`: the order where a query asks for topics alone; `diversity`: a varied choice.
"""
