"""The languages of people: catalogs of words (`catalogs`), and how days, amounts and durations are written (`formats`).

English is what the program is written in; French, German and Italian are gettext catalogs beside it, made with Babel
(`tools/catalogs.py`); Dutch is a language of papers alone. Another one is one more folder here. Codes, JSON and
`--help` have no language.
"""

from billing.locales.catalogs import chosen, languages, region, spoken, template, terminals, worded

__all__ = ["chosen", "languages", "region", "spoken", "template", "terminals", "worded"]
