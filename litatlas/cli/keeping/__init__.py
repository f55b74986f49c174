"""Commands that keep an atlas: backups, and another database."""
