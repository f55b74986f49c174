"""Duplicates that people judge: pairs of records side by side, and decisions that can be undone.

- ``duplicate_pairs``: the pairs, the decisions and their log
- ``comparison``: two records field by field
- ``pair_answers``: the shapes of answers
"""
