"""What a demo made, and how it is told."""

import shlex
import shutil
import sys
from datetime import date
from pathlib import Path

from billing.commands import speech
from billing.commands.context import table
from billing.commands.demonstration.desk import YEAR
from billing.commands.demonstration.play import Step
from billing.values import dataclass
from billing.views.audit import Audited
from billing.views.balances import Balance

SHOWN_ON = date(YEAR, 12, 15)  # the day of the balances and replies: before the q3 licences end


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer at the year's end, and what its replies say."""

    name: str
    balance: Balance
    reply: str


@dataclass(frozen=True, slots=True)
class Made:
    """One issuer's year, and where it lies."""

    issuer: str
    tariff: str
    database: str
    folder: str
    story: tuple[Step, ...]
    invoices: tuple[str, ...]
    credit_notes: tuple[str, ...]
    customers: tuple[Customer, ...]
    audit: Audited


@dataclass(frozen=True, slots=True)
class Demo:
    """Both years."""

    folder: str
    issuers: tuple[Made, ...]


def told(demo: Demo) -> str:
    parts = [_issuer_told(made) for made in demo.issuers]
    swiss, french = (f"{_program()} --db {shlex.quote(made.database)}" for made in demo.issuers)
    return "\n\n".join(
        [
            *parts,
            "Look around, for example:\n"
            f"  {swiss} why A-3\n"
            f"  {swiss} invoice show INV-{YEAR}-00004\n"
            f"  {french} statement DUPONT --from {YEAR}-01-01 --to {YEAR}-12-31 --language en",
        ]
    )


def _program() -> str:
    """How this program was called, so that a shell here finds it again."""
    called = Path(sys.argv[0])
    if called.suffix == ".py":  # `python -m billing`, `python cli.py`
        program = "-m billing" if called.name == "__main__.py" else shlex.quote(str(called))
        return f"{shlex.quote(sys.executable)} {program}"
    found = shutil.which(called.name)
    return called.name if found and Path(found).resolve() == called.resolve() else shlex.quote(str(called))


def _issuer_told(made: Made) -> str:
    story = [(speech.day(step.on), step.customer, step.text) for step in made.story]
    wide = max(len(when) for when, _, _ in story), max(len(customer) for _, customer, _ in story)
    rows = [
        (c.balance.customer, c.name, speech.minutes(c.balance.minutes), speech.minutes(c.balance.owed),
         f"{c.balance.unbilled.currency} {c.balance.unbilled.amount}")
        for c in made.customers
    ]  # fmt: skip
    counted = made.audit.checked
    checked = f"{counted.customers} customers, {counted.facts} facts, {counted.charges} charges, "
    checked += f"{counted.documents} documents"
    held = "all holds" if made.audit.ok else f"faults: {'; '.join(map(str, made.audit.faults))}"
    return "\n".join(
        [
            f"=== {made.issuer}: tariff {made.tariff} ===",
            "",
            *(f"{when:>{wide[0]}}  {customer:<{wide[1]}}  {text}" for when, customer, text in story),
            "",
            table(("code", f"on {speech.day(SHOWN_ON)}", "left", "owed", "not invoiced"), rows, (2, 3, 4)),
            "",
            "What the customers read:",
            *("  " + customer.reply.replace("\n", "\n    ") for customer in made.customers),
            "",
            f"Audit       {held} ({checked})",
            f"Documents   {made.folder}/documents/ (invoices: {len(made.invoices)}, "
            f"credit notes: {len(made.credit_notes)})",
            f"Statements  {made.folder}/statements/",
            f"Books       {made.folder}/books.beancount",
            f"Database    {made.database}",
        ]
    )
