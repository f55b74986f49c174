"""The reader's web: pages, JSON API, uploads."""
