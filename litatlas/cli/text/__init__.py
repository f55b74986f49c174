"""Answers as text for people at a terminal; control characters of papers never reach it.

One file for each of ``commands/`` whose answers are more than a line:

- ``papers``, ``search``, ``topics``, ``collections``: what the library holds
- ``duplicates``: pairs of records that may be one paper
- ``models``, ``status``: what was built, what is live
- ``reviews``, ``books``: what a review and a search book say
- ``backups``, ``accounts``: what keeps an atlas, and who may use it
"""
