"""A customer's balance as one to four sentences for a support reply, in text, HTML and Markdown (B1).

It decides nothing: what is left, owed or not invoiced stands in the balance. `country`, the issuer's, says how money is
written; left out, it is Swiss for francs.
"""

import re
from datetime import date
from html import escape

from billing.documents import locale
from billing.documents.words import words
from billing.locales import spoken
from billing.views.balances import Balance, GrantLeft, Unbilled
from billing.views.maintenance import Planned


def text(balance: Balance, language: str, country: str = "") -> str:
    """The sentences, one a line."""
    return "\n".join(_sentences(balance, language, country))


def html(balance: Balance, language: str, country: str = "") -> str:
    """The sentences as one paragraph, escaped, with the language on it."""
    lines = "<br>\n".join(escape(sentence) for sentence in _sentences(balance, language, country))
    return f'<p lang="{spoken(language)}">{lines}</p>\n'


def markdown(balance: Balance, language: str, country: str = "") -> str:
    """The sentences as one paragraph with hard line breaks; what Markdown would take for markup is escaped."""
    return "\\\n".join(escaped(sentence) for sentence in _sentences(balance, language, country)) + "\n"


def escaped(text: str) -> str:
    """A text in which Markdown finds no markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", text)


def _sentences(balance: Balance, language: str, country: str) -> list[str]:
    said = words(language)
    lines = [_left(balance, language)]
    if balance.owed:
        lines.append(said["reply.owed"].format(minutes=locale.duration(balance.owed, language)))
    lines += _unbilled(balance.unbilled, language, country)
    if balance.reduced_rate_until:
        lines.append(_reduced(balance.reduced_rate_until, language))
    if balance.maintenance:
        lines.append(_maintenance(balance.maintenance, language))
    name = _one_line(balance.customer_name)
    if name:
        space = locale.FIXED if spoken(language) == "fr" else ""
        lines[0] = f"{name}{space}: {_lower(lines[0], language)}"
    if balance.position:
        lines[-1] += f" ({said['reply.position'].format(position=balance.position)})"
    return [locale.elided(line, language) for line in lines]


def _left(balance: Balance, language: str) -> str:
    """What is left and until when; of several ends the first one, with the grant's name."""
    said = words(language)
    at = locale.long_day(balance.at, language)
    grants = [grant for grant in balance.grants if grant.remaining > 0]
    if not grants:
        return said["reply.nothing" if balance.grants else "reply.none"].format(at=at)
    minutes = locale.duration(balance.minutes, language)
    ends = sorted({grant.expires for grant in grants})
    if len(ends) == 1:
        key = "reply.left-open" if locale.never_ends(ends[0]) else "reply.left"
        return said[key].format(at=at, minutes=minutes, expires=locale.long_day(ends[0], language))
    first = [grant for grant in grants if grant.expires == ends[0]]
    first_minutes = sum(grant.remaining for grant in first)
    return said["reply.left-some"].format(
        at=at,
        minutes=minutes,
        first=locale.duration(first_minutes, language),
        what=_named(first),
        expires=locale.long_day(ends[0], language),
        rest=_rest(balance.minutes - first_minutes, ends[1:], language),
    )


def _rest(minutes: int, ends: list[date], language: str) -> str:
    if locale.never_ends(ends[-1]):
        key = "reply.rest-open" if len(ends) == 1 else "reply.rest-part-open"
    else:
        key = "reply.rest-one" if len(ends) == 1 else "reply.rest-many"
    last = locale.long_day(ends[-1], language)
    return words(language)[key].format(minutes=locale.duration(minutes, language), expires=last)


def _named(grants: list[GrantLeft]) -> str:
    """The name of the grants that end together, in brackets, if they share one."""
    labels = {_one_line(grant.label) for grant in grants}
    label = labels.pop()
    return f" ({label})" if label and not labels else ""


def _unbilled(unbilled: Unbilled, language: str, country: str) -> list[str]:
    """What the next run will invoice, or credit where the amount is negative."""
    minutes, amount = unbilled.minutes, unbilled.amount
    if not amount and minutes <= 0:
        return []
    key = "credit" if amount < 0 else "unbilled"
    if (minutes < 0) != (amount < 0) or not minutes:
        key += "-amount"
    where = country or ("CH" if unbilled.currency == "CHF" else "")
    written = locale.money(abs(amount), unbilled.currency, language, where)
    return [words(language)[f"reply.{key}"].format(minutes=locale.duration(abs(minutes), language), amount=written)]


def _reduced(until: date, language: str) -> str:
    if locale.never_ends(until):
        return words(language)["reply.reduced-open"]
    return words(language)["reply.reduced"].format(until=locale.long_day(until, language))


def _maintenance(planned: Planned, language: str) -> str:
    """What is planned or running, and when, in the zone in which the times are given (S9)."""
    said = words(language)
    days = [locale.long_day(at.date(), language) for at in (planned.first, planned.last)]
    times = [at.strftime("%H:%M") for at in (planned.first, planned.last)]
    first, last = (
        said["reply.maintenance-moment"].format(day=day, time=time) for day, time in zip(days, times, strict=True)
    )
    text = _one_line(planned.text)
    if planned.state == "running":
        return said["reply.maintenance-now"].format(to=last, text=text)
    when = said["reply.maintenance-days"].format(from_=first, to=last)
    if days[0] == days[1]:
        when = said["reply.maintenance-same-day"].format(day=days[0], first=times[0], last=times[1])
    key = "reply.maintenance-emergency" if planned.emergency else "reply.maintenance"
    return said[key].format(when=when, text=text)


def _lower(sentence: str, language: str) -> str:
    """A sentence that follows a colon; German writes a whole sentence there with a capital."""
    return sentence if spoken(language) == "de" else sentence[0].lower() + sentence[1:]


def _one_line(label: str) -> str:
    return " ".join(label.split())
