"""A customer's balance as one to four lines for a support reply, in text, HTML and Markdown (B1).

It decides nothing: what is left, waiting, owed or not invoiced stands in the balance. `country`, the issuer's, says how
money is written; left out, it is Swiss for francs. `earlier` are the lines in words that the program used before: what
was told in them can be told again (L9).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from html import escape

from billing.documents import locale, words
from billing.locales import spoken
from billing.texts import Text
from billing.views.balances import Balance, GrantLeft, Unbilled, Waiting
from billing.views.maintenance import Planned

_LINES = 4  # that a reply has at most


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


def earlier(balance: Balance, language: str, country: str = "") -> str:
    """The lines as the program told them before it knew of what waits, is included, or is not for everybody (L9)."""
    groups = [[_left(balance, language)], *([each] for each in _money(balance, language, country, was=True))]
    if balance.maintenance:
        groups.append([_maintenance(balance.maintenance, language)])
    return "\n".join(_finished(balance, groups, language, merge=False))


def _sentences(balance: Balance, language: str, country: str) -> list[str]:
    """The lines: in hand, waiting, money, maintenance; a sentence each where four are enough, else a group each."""
    groups = [
        list(_in_hand(balance, language)),
        list(_waiting(balance, language)),
        list(_money(balance, language, country)),
        [_maintenance(balance.maintenance, language)] if balance.maintenance else [],
    ]
    return _finished(balance, groups, language)


def _finished(balance: Balance, groups: list[list[str]], language: str, merge: bool = True) -> list[str]:
    """The groups as lines, with the customer's name before and the place in the chain behind them."""
    for group in (2, 1, 0) if merge else ():
        if sum(map(len, groups)) > _LINES and groups[group]:
            groups[group] = [" ".join(groups[group])]
    lines = [sentence for group in groups for sentence in group]
    name = _one_line(balance.customer_name)
    if name:
        space = locale.FIXED if spoken(language) == "fr" else ""
        lines[0] = f"{name}{space}: {_lower(lines[0], language)}"
    if balance.position:
        lines[-1] += f" ({words.said(language)(words.REPLY_POSITION).format(position=balance.position)})"
    return [locale.elided(line, language) for line in lines]


def _in_hand(balance: Balance, language: str) -> Iterator[str]:
    """The contract where it has ended, what can be used of the minutes, and what is included."""
    said = words.said(language)
    usable = [grant for grant in balance.grants if grant.remaining > 0 and grant.drawable]
    if balance.contract is not None and not balance.contract.active:
        yield _ended(balance, usable, language)
        return
    if usable or not balance.included:
        yield _scoped(balance, usable, language)
    until = balance.contract.until if balance.contract else None
    lasting = [grant.expires for grant in usable] + [balance.reduced_rate_until or date.min]
    if until is not None and max(lasting) > until:
        yield said(words.REPLY_RUNS).format(until=locale.long_day(until, language))
    if balance.included:
        sentence = words.REPLY_INCLUDED_OPEN if balance.included_until is None else words.REPLY_INCLUDED
        yield said(sentence).format(until=_day(balance.included_until, language))


def _ended(balance: Balance, usable: list[GrantLeft], language: str) -> str:
    """That no contract covers the day, and what can be used once one does (R1)."""
    said, contract = words.said(language), balance.contract
    assert contract is not None
    sentence = words.REPLY_ENDED_NEXT if contract.begins else words.REPLY_ENDED
    if contract.until is None:
        sentence = words.REPLY_BEGINS
    line = said(sentence).format(until=_day(contract.until, language), begins=_day(contract.begins, language))
    later = [grant for grant in usable if contract.begins is None or grant.expires >= contract.begins]
    if later:
        again = words.REPLY_AGAIN_THEN if contract.begins else words.REPLY_AGAIN
        line += " " + said(again).format(parts=_parts(later, language, any(g.contacts or g.serves for g in later)))
    return line


def _scoped(balance: Balance, usable: list[GrantLeft], language: str) -> str:
    """What is left and until when; where not all of it serves everybody, of what kind, for whom and for what."""
    said = words.said(language)
    if _differ(usable):
        return said(words.REPLY_LEFT_PARTS).format(
            at=locale.long_day(balance.at, language),
            minutes=locale.duration(sum(grant.remaining for grant in usable), language),
            parts=_parts(usable, language, True),
        )
    grants = tuple(grant for grant in balance.grants if grant.drawable)
    left = _left(replace(balance, grants=grants, minutes=sum(grant.remaining for grant in grants)), language)
    if not usable:
        return left
    people, work = _people(usable[0], language), _work(usable[0], language)
    scope = None
    if people:
        scope = words.REPLY_COVERS_ALONE if work else words.REPLY_ALONE
    elif work:
        scope = words.REPLY_COVERS
    return left if scope is None else f"{left} {said(scope).format(contacts=people, categories=work)}"


def _differ(grants: Sequence[GrantLeft]) -> bool:
    """Whether grants are not all for the same persons and the same work."""
    return len({(grant.contacts, grant.serves) for grant in grants}) > 1


def _parts(grants: Sequence[GrantLeft], language: str, with_about: bool) -> str:
    """Each kind of minutes with what it is for and its end, those that are alike added up."""
    said = words.said(language)
    sums: dict[tuple[str, date], int] = {}
    for grant in grants:
        about = [_one_line(grant.title or grant.label)]
        if people := _people(grant, language):
            about.append(said(words.REPLY_WHOM).format(contacts=people))
        if work := _work(grant, language):
            about.append(said(words.REPLY_FOR).format(categories=work))
        key = (", ".join(about) if with_about else "", grant.expires)
        sums[key] = sums.get(key, 0) + grant.remaining
    parts = []
    for (about_it, expires), minutes in sums.items():
        if about_it:
            part = words.REPLY_PART_OF_OPEN if locale.never_ends(expires) else words.REPLY_PART_OF
        else:
            part = words.REPLY_PART_OPEN if locale.never_ends(expires) else words.REPLY_PART
        parts.append(
            said(part).format(
                minutes=locale.duration(minutes, language), about=about_it, expires=_day(expires, language)
            )
        )
    return reduce(lambda before, last: said(words.REPLY_PARTS).format(list=before, last=last), parts)


def _people(grant: GrantLeft, language: str) -> str:
    return _listed([_one_line(name) for name in grant.contacts], language)


def _work(grant: GrantLeft, language: str) -> str:
    return _listed([_inside(_one_line(title), language) for title in grant.serves], language)


def _listed(names: list[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return words.said(language)(words.REPLY_AND).format(list=", ".join(names[:-1]), last=names[-1])


def _waiting(balance: Balance, language: str) -> Iterator[str]:
    """What comes back with the next pack, and what waits for its payment."""
    ended = balance.contract is not None and not balance.contract.active
    grace = words.REPLY_GRACE_RENEWED if ended else words.REPLY_GRACE
    for kind, sentence in (("grace", grace), ("unpaid", words.REPLY_UNPAID)):
        yield from (_waits(each, sentence, language) for each in balance.waiting if each.kind == kind)


def _waits(waiting: Waiting, sentence: Text, language: str) -> str:
    return words.said(language)(sentence).format(
        minutes=locale.duration(waiting.minutes, language),
        ended=_day(waiting.ended, language),
        until=_day(waiting.until, language),
        invoice=waiting.invoice,
    )


def _money(balance: Balance, language: str, country: str, was: bool = False) -> Iterator[str]:
    """What is owed, what is not invoiced yet, and the reduced rate."""
    if balance.owed:
        yield words.said(language)(words.REPLY_OWED).format(minutes=locale.duration(balance.owed, language))
    yield from _unbilled(balance.unbilled, language, country)
    if balance.reduced_rate_until:
        active = was or balance.contract is None or balance.contract.active
        yield _reduced(balance.reduced_rate_until, language, active)


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
    labels = {_one_line(grant.title or grant.label) for grant in grants}
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


def _reduced(until: date, language: str, active: bool) -> str:
    said = words.said(language)
    if locale.never_ends(until):
        return said(words.REPLY_REDUCED_OPEN)
    sentence = words.REPLY_REDUCED if active else words.REPLY_REDUCED_RENEWED
    return said(sentence).format(until=locale.long_day(until, language))


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


def _inside(title: str, language: str) -> str:
    """A title within a sentence: small but in German, and where it begins with an abbreviation."""
    return title if title[1:2].isupper() else _lower(title, language)


def _day(on: date | None, language: str) -> str:
    return "" if on is None or locale.never_ends(on) else locale.long_day(on, language)


def _one_line(label: str) -> str:
    return " ".join(label.split())
