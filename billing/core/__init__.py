"""The rules: pure functions and frozen values. No clock, file, SQL, locale or environment is ever touched here."""
