"""Answers as JSON by orjson: a tenth of the time of the standard library's encoder, UTF-8 as it is."""

from __future__ import annotations

import json
from typing import Any

import orjson
from flask.json.provider import DefaultJSONProvider


class OrjsonProvider(DefaultJSONProvider):
    """Flask's JSON, keys in the order in which an answer gives them."""

    sort_keys = False

    def dumps(self, obj: Any, **_: Any) -> str:
        """An answer as JSON; text that no UTF-8 can hold (halves of surrogate pairs) is escaped."""
        try:
            return orjson.dumps(obj, self.default, orjson.OPT_NON_STR_KEYS).decode()
        except TypeError:
            return json.dumps(obj, default=self.default)
