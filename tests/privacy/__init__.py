"""Persons' data: what is held, when it goes, and what is left then."""
