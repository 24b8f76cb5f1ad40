"""Answers in words, for people at a terminal. What is said comes from the answer alone (L8)."""

import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from billing import locales
from billing.commands.context import table
from billing.commands.printing import language, told, written
from billing.documents import locale
from billing.texts import Text, say, say_as

if TYPE_CHECKING:
    from billing.views.balances import Balance, GrantLeft


def minutes(count: int) -> str:
    """`22 h 45`, `35 min`; with a sign where it is negative."""
    return locale.duration(count, language())


def money(amount: Decimal, currency: str) -> str:
    """`CHF 1080.00`; in French `CHF 1 080,00`, on a Swiss terminal `CHF 1’080.00`."""
    return f"{currency} {written(amount)}"


def day(on: date) -> str:
    return locale.day(on, language(), locales.region(os.environ))


def raw(seconds: int) -> str:
    """The time as worked, with its seconds if it has any."""
    return locale.stopwatch(seconds, language())


# Balance


def left(a: "Balance") -> Text:
    """What a customer has in hand on a day, in one sentence; where support is included, that it is (B1)."""
    known = {"customer": a.customer, "minutes": minutes(a.minutes), "day": day(a.at)}
    if a.included and not a.minutes and a.contract is not None and a.contract.until is not None:
        return say(
            "{customer}: included until {day}.", customer=a.customer, day=day(a.included_until or a.contract.until)
        )
    if a.usable is not None and a.usable.minutes != a.minutes and not ended(a):
        return say("{customer} has {minutes} left on {day}: {usable}.", **known, usable=usable(a))
    return say("{customer} has {minutes} left on {day}.", **known)


def ended(a: "Balance") -> bool:
    """Whether no contract covers the day, so that nothing can be used."""
    return a.contract is None or not a.contract.active


def usable(a: "Balance") -> Text:
    """What is left for the contact and category of an entry, in a few words."""
    assert a.usable is not None
    known = {"minutes": minutes(a.usable.minutes), "category": a.usable.category}
    if a.usable.contact is None:
        return say("{minutes} left for {category}", **known)
    return say("{minutes} left for {contact}, {category}", **known, contact=a.usable.contact)


def _standing(a: "Balance") -> Iterator[Text]:
    """The contract where none covers the day, what is included, what waits."""
    if a.contract is not None and not a.contract.active:
        if a.contract.until is not None:
            yield say(
                "The contract ended on {day}: nothing can be used until it is renewed.", day=day(a.contract.until)
            )
        if a.contract.begins is not None:
            yield say("The contract begins on {day}.", day=day(a.contract.begins))
    if a.included:
        yield say("Support is included in the contract.")
    for each in a.waiting:
        known = {"minutes": minutes(each.minutes)}
        if each.kind == "grace" and each.until and each.ended:
            known |= {"ended": day(each.ended), "until": day(each.until)}
            yield say("{minutes} that ended on {ended} come back with a pack paid by {until}.", **known)
        if each.kind == "unpaid":
            yield say("{minutes} wait for the payment of {invoice}.", **known, invoice=each.invoice)


def balance(a: "Balance") -> str:
    """The balance as a table of grants and a few sentences."""
    lines = [left(a), *_standing(a)]
    if a.owed:
        lines.append(say("Owed: {minutes}, drawn first from the next grant.", minutes=minutes(a.owed)))
    if a.unbilled.minutes or a.unbilled.amount:
        amount, time = money(a.unbilled.amount, a.unbilled.currency), minutes(a.unbilled.minutes)
        lines.append(say("Not invoiced yet: {minutes}, {amount} net.", minutes=time, amount=amount))
    if a.reduced_rate_until:
        lines.append(say("Reduced rate until {day}.", day=day(a.reduced_rate_until)))
    grants = ["", _grants(a)] if a.grants else []
    position = say("Position {position}", position=a.position)
    return "\n".join([*map(told, lines), *grants, "", told(position)])


def grant_name(grant: "GrantLeft") -> Text | str:
    """What a grant is called, in the terminal's language: its product's title, or its kind."""
    from billing.views.balances import GRANT_TITLES

    return grant.title if grant.product else GRANT_TITLES[grant.kind]


def _grants(a: "Balance") -> str:
    named = any(grant.contacts for grant in a.grants)
    rows = [
        (g.id, g.label if a.language else grant_name(g), minutes(g.granted), minutes(g.used), minutes(g.remaining),
         g.starts, say("{day} (carried)", day=g.expires) if g.carried else g.expires, ", ".join(g.covers),
         *([", ".join(g.contacts)] if named else ()))
        for g in a.grants
    ]  # fmt: skip
    head = (
        say("grant"), "", say("granted"), say("used"), say_as("minutes", "left"), say_as("a day", "from"), say("until"),
        say("covers"), *([say_as("contacts", "for")] if named else ()),
    )  # fmt: skip
    return table(head, rows, right=(2, 3, 4))
