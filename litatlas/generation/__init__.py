"""What is live, and how it changes: one row of the library names the live generation, which readers open.

In the order of the flow:

- ``home``: where the parts of one atlas lie in its home folder
- ``ledger``: what the library remembers of drafts, models and indices
- ``locks``: one writer at a time, between hosts too
- ``worker_locks``: which workers live
- ``building``: trains a model of all collections into the home folder, and keeps it as a draft
- ``encodings``: the vectors of an encoder of one's own, where one is set
- ``suggestions``: writes what goes with an index for who types
- ``store``: the files, for hosts without a common folder
- ``publishing``: brings the index up to the library, and puts a model in the place of the one before
- ``live``: one generation, open for reading
- ``generations``: what the parts of an open atlas read from and tell of their changes
"""
