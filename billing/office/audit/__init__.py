"""Checks all that is recorded against the rules (L7)."""
