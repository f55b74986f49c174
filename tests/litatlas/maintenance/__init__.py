"""Tests of backups, restoring and moving."""
