"""The command line: each command is a thin skin over one call of `Atlas`.

- ``main``: registers the commands, and translates every error once
- ``context``: what every command shares: the atlas, ``--json``, options
- ``commands/``: the commands
- ``text/``: their answers as text for people
- ``terminal``: what fits on a terminal: widths, tables, plain text, colour
- ``progress``: progress on standard error
"""
