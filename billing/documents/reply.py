"""A customer's balance as one to four sentences for a support reply, in text, HTML and Markdown (B1).

It takes the `balance` object of the command line with `customer_name`, `reduced_rate_until` (a day or null) and a
`label` on each grant; `country`, the issuer's, says how money is written (left out: Swiss for francs). It decides
nothing: what is left, owed or not invoiced stands in the balance.
"""

import re
from decimal import Decimal
from html import escape
from typing import Any

from billing.documents import locale
from billing.documents.words import words
from billing.locales import spoken

Balance = dict[str, Any]


def text(balance: Balance, language: str) -> str:
    """The sentences, one a line."""
    return "\n".join(_sentences(balance, language))


def html(balance: Balance, language: str) -> str:
    """The sentences as one paragraph, escaped, with the language on it."""
    lines = "<br>\n".join(escape(sentence) for sentence in _sentences(balance, language))
    return f'<p lang="{spoken(language)}">{lines}</p>\n'


def markdown(balance: Balance, language: str) -> str:
    """The sentences as one paragraph with hard line breaks; what Markdown would take for markup is escaped."""
    return "\\\n".join(escaped(sentence) for sentence in _sentences(balance, language)) + "\n"


def escaped(text: str) -> str:
    """A text in which Markdown finds no markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", text)


def _sentences(balance: Balance, language: str) -> list[str]:
    said = words(language)
    lines = [_left(balance, language)]
    if balance["owed"]:
        lines.append(said["reply.owed"].format(minutes=locale.duration(balance["owed"], language)))
    lines += _unbilled(balance, language)
    if balance.get("reduced_rate_until"):
        lines.append(_reduced(str(balance["reduced_rate_until"]), language))
    if balance.get("maintenance"):
        lines.append(_maintenance(balance["maintenance"], language))
    name = _one_line(balance.get("customer_name") or "")
    if name:
        space = locale.FIXED if spoken(language) == "fr" else ""
        lines[0] = f"{name}{space}: {_lower(lines[0], language)}"
    if balance.get("position"):
        lines[-1] += f" ({said['reply.position'].format(position=balance['position'])})"
    return [locale.elided(line, language) for line in lines]


def _left(balance: Balance, language: str) -> str:
    """What is left and until when; of several ends the first one, with the grant's name."""
    said = words(language)
    at = locale.long_day(balance["at"], language)
    grants = [grant for grant in balance["grants"] if grant["remaining"] > 0]
    if not grants:
        return said["reply.nothing" if balance["grants"] else "reply.none"].format(at=at)
    minutes = locale.duration(balance["minutes"], language)
    ends = sorted({_end(grant) for grant in grants})
    if len(ends) == 1:
        key = "reply.left-open" if locale.never_ends(ends[0]) else "reply.left"
        return said[key].format(at=at, minutes=minutes, expires=locale.long_day(ends[0], language))
    first = [grant for grant in grants if _end(grant) == ends[0]]
    first_minutes = sum(grant["remaining"] for grant in first)
    return said["reply.left-some"].format(
        at=at,
        minutes=minutes,
        first=locale.duration(first_minutes, language),
        what=_named(first),
        expires=locale.long_day(ends[0], language),
        rest=_rest(balance["minutes"] - first_minutes, ends[1:], language),
    )


def _rest(minutes: int, ends: list[str], language: str) -> str:
    if locale.never_ends(ends[-1]):
        key = "reply.rest-open" if len(ends) == 1 else "reply.rest-part-open"
    else:
        key = "reply.rest-one" if len(ends) == 1 else "reply.rest-many"
    last = locale.long_day(ends[-1], language)
    return words(language)[key].format(minutes=locale.duration(minutes, language), expires=last)


def _named(grants: list[dict[str, Any]]) -> str:
    """The name of the grants that end together, in brackets, if they share one."""
    labels = {_one_line(grant.get("label") or "") for grant in grants}
    label = labels.pop()
    return f" ({label})" if label and not labels else ""


def _unbilled(balance: Balance, language: str) -> list[str]:
    """What the next run will invoice, or credit where the amount is negative."""
    unbilled = balance["unbilled"]
    minutes, amount = unbilled["minutes"], Decimal(unbilled["amount"] or "0.00")
    if not amount and minutes <= 0:
        return []
    key = "credit" if amount < 0 else "unbilled"
    if (minutes < 0) != (amount < 0) or not minutes:
        key += "-amount"
    country = balance.get("country") or ("CH" if unbilled["currency"] == "CHF" else "")
    written = locale.money(abs(amount), unbilled["currency"], language, country)
    return [words(language)[f"reply.{key}"].format(minutes=locale.duration(abs(minutes), language), amount=written)]


def _reduced(until: str, language: str) -> str:
    if locale.never_ends(until):
        return words(language)["reply.reduced-open"]
    return words(language)["reply.reduced"].format(until=locale.long_day(until, language))


def _maintenance(planned: dict[str, Any], language: str) -> str:
    """What is planned or running, and when, in the zone in which the times are given (S9)."""
    said = words(language)
    days = [locale.long_day(planned[key][:10], language) for key in ("from", "to")]
    times = [planned[key][11:16] for key in ("from", "to")]
    first, last = (
        said["reply.maintenance-moment"].format(day=day, time=time) for day, time in zip(days, times, strict=True)
    )
    text = _one_line(planned["text"])
    if planned["state"] == "running":
        return said["reply.maintenance-now"].format(to=last, text=text)
    when = said["reply.maintenance-days"].format(from_=first, to=last)
    if days[0] == days[1]:
        when = said["reply.maintenance-same-day"].format(day=days[0], first=times[0], last=times[1])
    key = "reply.maintenance-emergency" if planned["emergency"] else "reply.maintenance"
    return said[key].format(when=when, text=text)


def _end(grant: dict[str, Any]) -> str:
    return "9999-12-31" if grant["expires"] is None else str(grant["expires"])


def _lower(sentence: str, language: str) -> str:
    """A sentence that follows a colon; German writes a whole sentence there with a capital."""
    return sentence if spoken(language) == "de" else sentence[0].lower() + sentence[1:]


def _one_line(label: str) -> str:
    return " ".join(label.split())
