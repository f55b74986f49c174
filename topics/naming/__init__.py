"""What topics are called and which words stand for them.

``shown_words``       which words stand for a topic, without echo
``word_stream``       the stems of all papers, in which phrases are found as a quoted search finds them
``candidates``        what topics may be called: noun phrases, tags, names of categories
``arxiv_categories``  short names of arXiv's codes
``labels``            the choice: labels that a topic's papers bear out
``order``             topics as a spectrum
"""
