"""What those who keep the atlas learn of its requests.

- ``request_log``: request ids, the access log, the log of slow requests
- ``metrics``: counts and durations for Prometheus
"""
