"""What those who keep an atlas learn of it while it runs.

- ``logs``: structured logs of servers, workers and commands
"""
