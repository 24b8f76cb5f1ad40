"""Answers in words, for people at a terminal. What is said comes from the answer alone (L8)."""

from typing import TYPE_CHECKING

from billing.commands.context import Answer, table
from billing.commands.printing import language
from billing.documents import locale

if TYPE_CHECKING:
    from billing.views.balances import Balance


def minutes(count: int) -> str:
    """`22 h 45`, `35 min`; with a sign where it is negative."""
    return locale.duration(count, language())


def money(amount: str, currency: str) -> str:
    return locale.money(amount, currency, language(), "CH")


def day(text: str) -> str:
    from datetime import date

    return locale.day(date.fromisoformat(text), language())


def raw(seconds: int) -> str:
    """The time as worked, with its seconds if it has any."""
    whole, rest = divmod(seconds, 60)
    return minutes(whole) if not rest else f"{minutes(whole)} {rest} s" if whole else f"{rest} s"


# Balance


def balance(answer: Answer) -> str:
    """The balance as a table of grants and a few sentences."""
    lines = [f"{answer['customer']} has {minutes(answer['minutes'])} left on {day(answer['at'])}."]
    if answer["owed"]:
        lines.append(f"Owed: {minutes(answer['owed'])}, drawn first from the next grant.")
    unbilled = answer["unbilled"]
    if unbilled["minutes"] or unbilled["amount"] != "0.00":
        amount = money(unbilled["amount"], unbilled["currency"])
        lines.append(f"Not invoiced yet: {minutes(unbilled['minutes'])}, {amount} net.")
    if answer["reduced_rate_until"]:
        lines.append(f"Reduced rate until {day(answer['reduced_rate_until'])}.")
    if answer["grants"]:
        rows = [
            (g["id"], g["label"], minutes(g["granted"]), minutes(g["used"]), minutes(g["remaining"]), g["starts"],
             g["expires"] + (" (carried)" if g["carried"] else ""), ", ".join(g["covers"]))
            for g in answer["grants"]
        ]  # fmt: skip
        head = ("grant", "", "granted", "used", "left", "from", "until", "covers")
        lines += ["", table(head, rows, right=(2, 3, 4))]
    return "\n".join([*lines, "", f"Position {answer['position']}"])


def reply(balance: "Balance", format: str) -> str:
    """The sentences for a reply to the customer (B1)."""
    from billing.documents import reply as sentences

    write = {"text": sentences.text, "html": sentences.html, "markdown": sentences.markdown}[format]
    return write(balance, balance.language)


# Customers and documents
