"""Keeping an atlas: one file that holds all of it, verified, and the way back, onto another database too.

- `copying`: a library's rows from one database to another
- `archive`: the file of a backup, with a checksum of every file in it
- `backup`: writes one while readers, uploads and builds go on
- `migrating`: an earlier version's library to this one's tables
- `modes`: who of the machine may read a home
- `settings_text`: the text of `litatlas.toml` without some of its settings
- `moving`: a library into another database
- `restore`: puts one into an empty home and database; a kill leaves all or nothing
"""
