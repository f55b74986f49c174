"""Commands about who may use the atlas: ``accounts`` has users, tokens and the audit log."""
