"""The JSON API: the same answers as the command line, under ``/api/v1``."""

from web.api import keeping, live, routes, writing
from web.api.operations import blueprint

__all__ = ["blueprint", "keeping", "live", "routes", "writing"]
