"""Telling people: on the site, by mail, by SMS; one row a message, sent at most once."""
