"""Reviews: one flow from a search over screening to what is reported.

- ``plan``: what a review's makers wrote down: question, criteria, stages, reasons, reviewers
- ``standing``: where every paper stands, worked out from the rows of decisions
- ``desk``: what a reviewer reads next; the priority is learned in the background
- ``opened``: the reviews that a process holds
- ``cards``, ``review_answers``: answers and their shapes
- ``counts``, ``flow``: the flow of PRISMA 2020, the agreement of two reviewers, and the stopping rule
- ``labelled``, ``handing_on``, ``taking_in``: decisions as files from and for other tools
- ``simulating``: a labelled file read as a review, to measure the priority
- ``reviews``: the front of it all, reached as ``Atlas.reviews``
"""
