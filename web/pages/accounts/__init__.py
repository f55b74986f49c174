"""Pages about accounts, where there are any.

- ``sign_in``: in and out, by a password or at a provider
- ``own_account``: password, sessions, tokens
- ``users``: users and the audit log; ``sharing``: who sees a collection or a list
- ``blueprint``: the blueprint of them all
"""

from web.pages.accounts import own_account, sharing, sign_in, users
from web.pages.accounts.blueprint import blueprint

__all__ = ["blueprint", "own_account", "sharing", "sign_in", "users"]
