"""Whether the law that an issuer works under is there: a country is complete, or its companies cannot issue (M11)."""

from billing.law import countries
from billing.law.accounts import ROLES
from billing.law.countries import Country
from billing.law.data import table

NONE = "none"  # what a record says where the law has nothing
_WORDS = ("currency", "timezone", "language", "vat", "mentions", "accounts", "reminders", "calendar")
_FORMATS = ("window", "figures", "credit_note", "vat_label")


def possible() -> list[str]:
    """The countries that an issuer can be in: those that lack nothing."""
    return sorted(record.code for record in countries.records() if not lacks(record))


def lacks(record: Country) -> list[str]:
    """What a country lacks for an issuer, each as the file and the key that it is missing from."""
    unsaid = [f"countries.toml: {key}" for key in (*_WORDS, *_FORMATS) if getattr(record, key) is None]
    return unsaid + _lacks_rates(record) + _lacks_mentions(record) + _lacks_accounts(record) + _lacks_reminders(record)


def _lacks_rates(record: Country) -> list[str]:
    if record.vat is None:
        return []
    rates = any(row["territory"] == record.vat for row in table("vat")["rate"])
    known = any(row["code"] == record.vat for row in table("vat")["territory"])
    return [f"vat.toml: {what} {record.vat}" for what, there in (("territory", known), ("rate of", rates)) if not there]


def _lacks_mentions(record: Country) -> list[str]:
    """Why there is no VAT must be written: abroad, for the exempt, and in the Union where the customer owes it."""
    if record.mentions is None:
        return []
    needed = ["O", "E", "AE"] if record.territory in table("vat")["union"]["states"] else ["O", "E"]
    written = {row.get("category") for row in table("mentions")["mention"] if row["territory"] == record.mentions}
    return [
        f"mentions.toml: category {category} of {record.mentions}" for category in needed if category not in written
    ]


def _lacks_accounts(record: Country) -> list[str]:
    chart = table("accounts").get(record.accounts or "", {})
    return [] if record.accounts is None else [f"accounts.toml: {record.accounts}.{r}" for r in ROLES if r not in chart]


def _lacks_reminders(record: Country) -> list[str]:
    if record.reminders in (None, NONE):
        return []
    rows = table("reminders")["interest"] + table("reminders")["indemnity"]
    found = any(row["law"] == record.reminders for row in rows)
    return [] if found else [f"reminders.toml: interest or indemnity of {record.reminders}; else the word {NONE}"]
