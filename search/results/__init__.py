"""What is shown of the papers that were found.

- `hits`: papers as lists show them; `highlight`: where the words of a query stand; `fragments`: what of a
  text is shown.
- `reasons`: why a paper is among the results; `panels`: the facets and topics beside a list.
"""
