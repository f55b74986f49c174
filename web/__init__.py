"""The reader's web: pages, JSON API, uploads. It speaks to the rest through `litatlas.atlas.Atlas` alone.

In the order of a request:

- ``app``: the WSGI factory; ``site``: the atlas of a request
- ``proxies``, ``request_limits``: whose request it is, and whether it is read
- ``access/``: who asks, and how much one may ask
- ``answer_cache``, ``shared_answers``: answers that are kept until anything changes
- ``security``, ``problems``, ``operations/``: what happens to every request
- ``requests``: what may be asked, validated; ``locales``: in which language it is answered
- ``pages/``, ``api/``: the routes; ``upload_forms``: files that forms send
- ``rendering/``, ``templates/``: answers as HTML
- ``downloads``, ``encodings``: answers as files, as JSON, compressed
- ``assets``, ``static/``: styles and scripts; ``translations/``
"""

from web.app import create_app, preload
from web.request_limits import rule_of

__all__ = ["create_app", "preload", "rule_of"]
