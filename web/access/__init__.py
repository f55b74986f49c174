"""Who asks over HTTP, and how much one may ask.

- ``identity``: sessions, tokens, trusted proxies; whether they may; whether a form is ours
- ``quotas``: requests a minute, room for uploads
- ``account_sentences``: what errors say, in the languages of the pages
- ``account_requests``: what forms about accounts may say
"""
