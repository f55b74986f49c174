"""Screening: which paper of a review to read next, and when enough were read.

- ``records``: what is known of a paper, as far as the priority looks at it
- ``features``: words, titles, tags, authors, venue and references as blocks of sparse rows
- ``learner``: a linear model over the blocks, learned anew after a decision; chances, not only an order
- ``weights``: how much each block counts, chosen by cross-validation on the decisions so far
- ``priority``: the next papers: likeliest, least certain, of an unseen region, or in order
- ``stopping``: whether the recall that was aimed at is reached, by the hypergeometric test
- ``simulation``: a finished review read again in the order of the priority
"""
