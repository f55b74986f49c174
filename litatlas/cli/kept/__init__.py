"""Commands about what people keep.

- ``items``: notes, stars and saved searches
"""
