"""What topics are called.

- `shown_words`: the words that stand for a topic; `word_stream`: the papers' words as they stand in the text.
- `sample_words`: the words of a sample of papers, as numbers; `sample_phrases`: its noun phrases, counted.
- `abbreviations`: what they stand for; `candidates`: phrases that may be labels; `labels`: the names chosen.
- `written_terms`: how papers write the terms; `arxiv_categories`: short names of arXiv's categories;
  `seriation`: in which order topics stand.
- `proposals`: what a language model is asked for a name, and what of its answer can be one.
"""
