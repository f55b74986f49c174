"""Accounts: who asks, what they may do, and what they may see. With ``accounts`` off, all may do everything.

- ``permissions``: the one table of what each route needs, and what each role and scope may
- ``reader``: who asks; ``sight``: what of the library they see
- ``sharing``: who sees a collection or a list
- ``names``, ``passwords``, ``secrets``: what people type, and what is kept of it
- ``sign_in``: who a password, a session, a token or an account elsewhere lets in
- ``accounts``: users, tokens and the audit log, as the web and the command line ask for them
- ``oidc``: signing in by OpenID Connect
"""
