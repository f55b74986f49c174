"""The JSON API: the same answers as the command line, under ``/api/v1``."""

from web.api import job_events as live
from web.api import lists as keeping
from web.api import read as routes
from web.api import write as writing
from web.api.operations import blueprint

__all__ = ["blueprint", "keeping", "live", "routes", "writing"]
