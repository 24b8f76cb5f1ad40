"""A customer's balance as one to four sentences for a support reply, in text, HTML and Markdown (B1).

It decides nothing: what is left, owed or not invoiced stands in the balance. `country`, the issuer's, says how money is
written; left out, it is Swiss for francs.
"""

import re
from datetime import date
from html import escape

from billing.documents import locale, words
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
    said = words.said(language)
    lines = [_left(balance, language)]
    if balance.owed:
        lines.append(said(words.REPLY_OWED).format(minutes=locale.duration(balance.owed, language)))
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
        lines[-1] += f" ({said(words.REPLY_POSITION).format(position=balance.position)})"
    return [locale.elided(line, language) for line in lines]


def _left(balance: Balance, language: str) -> str:
    """What is left and until when; of several ends the first one, with the grant's name."""
    said = words.said(language)
    at = locale.long_day(balance.at, language)
    grants = [grant for grant in balance.grants if grant.remaining > 0]
    if not grants:
        return said(words.REPLY_NOTHING if balance.grants else words.REPLY_NONE).format(at=at)
    minutes = locale.duration(balance.minutes, language)
    ends = sorted({grant.expires for grant in grants})
    if len(ends) == 1:
        left = words.REPLY_LEFT_OPEN if locale.never_ends(ends[0]) else words.REPLY_LEFT
        return said(left).format(at=at, minutes=minutes, expires=locale.long_day(ends[0], language))
    first = [grant for grant in grants if grant.expires == ends[0]]
    first_minutes = sum(grant.remaining for grant in first)
    return said(words.REPLY_LEFT_SOME).format(
        at=at,
        minutes=minutes,
        first=locale.duration(first_minutes, language),
        what=_named(first),
        expires=locale.long_day(ends[0], language),
        rest=_rest(balance.minutes - first_minutes, ends[1:], language),
    )


def _rest(minutes: int, ends: list[date], language: str) -> str:
    if locale.never_ends(ends[-1]):
        rest = words.REPLY_REST_OPEN if len(ends) == 1 else words.REPLY_REST_PART_OPEN
    else:
        rest = words.REPLY_REST_ONE if len(ends) == 1 else words.REPLY_REST_MANY
    last = locale.long_day(ends[-1], language)
    return words.said(language)(rest).format(minutes=locale.duration(minutes, language), expires=last)


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
    alone = (minutes < 0) != (amount < 0) or not minutes
    if amount < 0:
        sentence = words.REPLY_CREDIT_AMOUNT if alone else words.REPLY_CREDIT
    else:
        sentence = words.REPLY_UNBILLED_AMOUNT if alone else words.REPLY_UNBILLED
    where = country or ("CH" if unbilled.currency == "CHF" else "")
    written = locale.money(abs(amount), unbilled.currency, language, where)
    return [
        words.said(language, country)(sentence).format(minutes=locale.duration(abs(minutes), language), amount=written)
    ]


def _reduced(until: date, language: str) -> str:
    if locale.never_ends(until):
        return words.said(language)(words.REPLY_REDUCED_OPEN)
    return words.said(language)(words.REPLY_REDUCED).format(until=locale.long_day(until, language))


def _maintenance(planned: Planned, language: str) -> str:
    """What is planned or running, and when, in the zone in which the times are given (S9)."""
    said = words.said(language)
    days = [locale.long_day(at.date(), language) for at in (planned.first, planned.last)]
    times = [at.strftime("%H:%M") for at in (planned.first, planned.last)]
    first, last = (
        said(words.REPLY_MAINTENANCE_MOMENT).format(day=day, time=time) for day, time in zip(days, times, strict=True)
    )
    text = _one_line(planned.text)
    if planned.state == "running":
        return said(words.REPLY_MAINTENANCE_NOW).format(to=last, text=text)
    when = said(words.REPLY_MAINTENANCE_DAYS).format(from_=first, to=last)
    if days[0] == days[1]:
        when = said(words.REPLY_MAINTENANCE_SAME_DAY).format(day=days[0], first=times[0], last=times[1])
    sentence = words.REPLY_MAINTENANCE_EMERGENCY if planned.emergency else words.REPLY_MAINTENANCE
    return said(sentence).format(when=when, text=text)


def _lower(sentence: str, language: str) -> str:
    """A sentence that follows a colon; German writes a whole sentence there with a capital."""
    return sentence if spoken(language) == "de" else sentence[0].lower() + sentence[1:]


def _one_line(label: str) -> str:
    return " ".join(label.split())
