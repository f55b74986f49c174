"""The papers that make a model, as numbers.

- `counts`: terms by paper, streamed; `collocations`: multi-word terms; `modalities`: tags beside the terms.
- `vectors`: words and documents as vectors.
"""
