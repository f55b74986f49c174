"""What a form means in a language: its headword, its stem, its possible parts of speech.

- `lexicon`: the rules of a language, and where its tables are asked.
- `spacy_files`: the tables as spaCy's files have them; `word_tables`: the same in files that are looked up
  without being read; `kept_tables`: where those are kept from one start to the next.
"""
