"""Which records are one paper.

- `signatures`: keys by which candidates meet; `keys`: their table; `sketches`: what is looked at in two
  records;
  `normalized_fields`, `normalized_titles`: how parts are compared.
- `judging`: the judge; `grouping`: papers as groups of documents.
"""
