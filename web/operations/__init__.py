"""What those who keep the atlas learn of its requests, and what its start would else make anew.

- ``request_log``: request ids, the access log, the log of slow requests
- ``metrics``: counts and durations for Prometheus
- ``compiled_templates``: the code of templates, kept from one start to the next
"""
