"""The blueprint of the pages about accounts."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
