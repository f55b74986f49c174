"""Commands that keep an atlas: ``backups`` has backup, restore, migrate, and moving to another database;
``maintenance_text`` says what they did."""
