"""Pages about accounts, where there are any: signing in, one's own account, users, audit log, sharing."""

from web.pages.accounts import keeping, own, sharing, signing
from web.pages.accounts.blueprint import blueprint

__all__ = ["blueprint", "keeping", "own", "sharing", "signing"]
