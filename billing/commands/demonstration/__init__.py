"""`billing demo`: a made-up year of a Swiss and of a French software company, through the door as commands do it.

All names are made up and the days are fixed, so that two demos make the same documents. Only the reference of a ledger
with personal data, such as the name of a contact, differs: its digest is salted at random (L6).
"""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from billing import filing, tariffs
from billing.commands.context import show, write_file
from billing.commands.demonstration import french, swiss
from billing.commands.demonstration.desk import YEAR
from billing.commands.demonstration.play import Play
from billing.commands.demonstration.telling import SHOWN_ON, Customer, Demo, Made, told
from billing.documents import reply, statement_pdf
from billing.errors import BadInput
from billing.exchange import beancount
from billing.office.transaction import Setting
from billing.requests.audit import AskAudit
from billing.requests.balances import AskBalance
from billing.requests.books import AskBooks
from billing.requests.invoicing import AskDocuments, AskFiles
from billing.requests.parties import AskCustomers, SetIssuer
from billing.requests.statements import AskStatement
from billing.store.engine import kept_open, open_engine
from billing.texts import say
from billing.views.codec import to_json
from billing.views.parties import CustomerRow

MARK = "billing-demo.txt"  # a folder that has it is a demo's, and what the demo made in it is made anew


def run(folder: Path, as_json: bool) -> None:
    """Makes both demos in a folder and prints what happened, what customers read, and where it lies."""
    _prepare(folder)
    made = (
        _made(folder, "swiss", swiss.ISSUER, "q3", swiss.year),
        _made(folder, "french", french.ISSUER, "qualiodoo", french.year),
    )
    demo = Demo(str(folder), made)
    show(to_json(demo), as_json, lambda _: told(demo))


def _prepare(folder: Path) -> None:
    """Makes the folder; what an earlier demo made in it goes, anything else is left alone."""
    try:
        if folder.exists() and not folder.is_dir():
            raise BadInput(
                "bad-input", say("{folder} is a file", folder=folder), say("name a folder that a demo can make")
            )
        if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
            raise BadInput(
                "bad-input", say("{folder} is not empty and no earlier demo", folder=folder), say("name another folder")
            )
        filing.make_folder(folder)
        filing.write(
            f"{folder / MARK}", b"Made by `billing demo`, which deletes swiss/ and french/ when it is run again.\n"
        )
        for part in ("swiss", "french"):
            if (folder / part).exists():
                shutil.rmtree(folder / part)
            for name in ("documents", "statements"):
                filing.make_folder(folder / part / name)
    except OSError as failed:
        raise BadInput(
            "bad-input", say("cannot make {folder}: {strerror}", folder=folder, strerror=failed.strerror)
        ) from None


def _made(folder: Path, name: str, issuer: dict[str, str], tariff: str, year: Callable[[Play], None]) -> Made:
    """One issuer's database, documents and statements."""
    folder = folder / name
    database = f"sqlite:///{folder / 'billing.db'}"
    with kept_open(open_engine(database)) as engine:
        play = Play(Setting(engine, date(YEAR - 1, 1, 1), tuple(tariffs.folders({})), fixed_clock=True), tariff)
        play.ask_for(SetIssuer(**issuer))  # type: ignore[arg-type]
        year(play)
        play.on("12-31")
        issued = play.ask(AskDocuments()).invoices
        for made in play.ask(AskFiles(numbers=tuple(row.number for row in issued))):
            write_file(str(folder / "documents" / f"{made.number}.pdf"), made.data)
        write_file(str(folder / "books.beancount"), beancount.ledger(play.ask(AskBooks())))
        return Made(
            issuer=issuer["name"],
            tariff=tariff,
            database=database,
            folder=str(folder),
            story=tuple(play.story),
            invoices=tuple(row.number for row in issued if not row.is_note),
            credit_notes=tuple(row.number for row in issued if row.is_note),
            customers=tuple(_customer(play, folder, row) for row in play.ask(AskCustomers()).customers),
            audit=play.ask(AskAudit()),
        )


def _customer(play: Play, folder: Path, row: CustomerRow) -> Customer:
    """A customer's statement as a file, its balance, and the sentence for a reply."""
    code = row.customer
    statement = play.ask(AskStatement(customer=code, first=date(YEAR, 1, 1), last=play.setting.today))
    write_file(str(folder / "statements" / f"{code}.pdf"), statement_pdf.render(statement))
    balance = play.ask(AskBalance(customer=code, at=SHOWN_ON))
    return Customer(name=row.name, balance=balance, reply=reply.text(balance, balance.language).strip())
