"""One way to look for words: the same answers on SQLite and PostgreSQL."""
