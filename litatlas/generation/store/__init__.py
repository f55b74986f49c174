"""What lives in files, for hosts without a common folder: kept in an object store, and fetched from there.

In the order of the flow:

- ``objects``: an object store by its address, patiently, with errors that say what is wrong
- ``manifest``: which files there are, in blocks that are named by their checksums
- ``fetching``: blocks into files of the home, whole or not at all
- ``published_files``: the files of the published generations, sent and fetched
- ``carrier``: uploads on their way between hosts
- ``follower``: fetching in the background, while readers go on
"""
