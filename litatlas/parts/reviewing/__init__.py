"""Reviews: one flow from a search over screening to what is reported.

- ``plan``: what a review's makers wrote down: question, criteria, stages, reasons, reviewers
- ``review_sources``: where its papers come from
- ``paper_states``: where every paper stands, worked out from the rows of decisions
- ``reading_order``: what a reviewer reads next; the priority is learned in the background
- ``open_reviews``: the reviews that a process holds
- ``review_topics``: where its papers lie on the map
- ``cards``, ``review_answers``: answers and their shapes
- ``review_counts``: agreement, the stopping rule, and the counts of PRISMA 2020
- ``prisma_diagram``, ``prisma_words``: its flow as a drawing, in words that can be translated
- ``exchange/``: decisions as files from and for other tools
- ``simulating``: a labelled file read as a review, to measure the priority
- ``screening_queue``: the next paper, a decision about it, and taking that back
- ``reviews``: the front of it all, reached as ``Atlas.reviews``
"""
