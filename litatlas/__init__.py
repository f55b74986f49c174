"""The front door: settings, the Atlas facade, the command line and background jobs."""

__version__ = "0.1.0"
