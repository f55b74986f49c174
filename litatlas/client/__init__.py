"""An atlas elsewhere: a server's API is asked what one here would be asked.

- `connection`: a server's API and a token; `parts`: its reviews, search books, notes and saved searches;
  `remote`: the atlas of a server, as the command line works with it.
"""
