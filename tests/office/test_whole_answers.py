"""What the reports answer of one rich history, every field of it: what is told stays told (B2).

The answers in `whole_answers.json` are what was told when they were kept: skimmed, not worked out by hand. Where a
rule changes one, `python -m tests.office.test_whole_answers` writes them again, and what differs is looked at.
"""

import json
import tempfile
from dataclasses import asdict
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.account import AskAccount
from billing.requests.bank import AskOpenItems
from billing.requests.base import Question
from billing.requests.books import AskBooks
from billing.requests.cases import Take
from billing.requests.entries import Log
from billing.requests.income import AskIncome
from billing.requests.journal import AskJournal
from billing.requests.month import AskMonthEnd
from billing.requests.parties import AskCustomer, AskCustomers, AskHead
from billing.requests.periods import AskPeriods, CloseMonth, ReopenMonth
from billing.requests.replay import AskReplay
from billing.requests.reports import AskDeferred, AskReceivables, AskVat
from billing.requests.returns import AskSalesLists, AskVatReturn
from billing.requests.reviews import AskCredit, AskTime
from billing.requests.statements import AskStatement
from billing.requests.stats import AskIssuer
from billing.requests.ticking import Tick
from billing.requests.timing import Start
from billing.service import Billing
from tests import banked, brought, history
from tests.support import ask, do, hold, load, made

KEPT = Path(__file__).with_name("whole_answers.json")
TODAY = date(2025, 3, 31)
FIRST, LAST = date(2025, 3, 1), TODAY
LINES: list[dict[str, Any]] = [
    {"type": "customer", "code": "EMIL", "name": "Emil", "country": "CH", "round_total": "0.05"},
    {"type": "contract", "customer": "EMIL", "tariff": "qualiodoo", "start": "2024-04-01"},
    {"type": "purchase", "id": "e12", "customer": "EMIL", "product": "pack-12h", "price": "900", "date": "2024-04-10"},
    {"type": "payment", "id": "ep", "purchase": "e12", "date": "2024-04-10"},
    {"type": "customer", "code": "DORA", "name": "Dora SA", "country": "FR", "language": "fr", "email": "d@d.example",
     "vat_id": "FR40303265045", "siren": "303265045", "terms": 10, "vat_basis": "payment", "order": "PO-7",
     "buyer_reference": "R-8", "einvoice": "none", "attention": "Mme Rey", "hours": "mon-fri 09:00-17:00",
     "address": {"street": "Rue Haute", "house_number": "3", "second_line": "Porte B", "postcode": "69001",
                 "city": "Lyon"}},
    {"type": "contract", "customer": "DORA", "tariff": "q3", "tier": "standard", "start": "2024-05-01", "fee": "365",
     "invoice": True, "invoice_on": "2024-05-01"},
    {"type": "purchase", "id": "half", "customer": "DORA", "product": "half-fare", "price": "90",
     "date": "2024-05-02"},
    *history.rich(),
    *brought.LINES,
    {"type": "tier", "customer": "DORA", "tier": "premium", "date": "2025-04-15"},
    {"type": "entry", "id": "d1", "customer": "DORA", "case": "D1", "date": "2025-02-27", "minutes": 35,
     "agent": "ana", "note": "a note"},
    {"type": "entry", "id": "d2", "customer": "DORA", "case": "D2", "date": "2025-03-20", "minutes": 50,
     "agent": "ben"},
    {"type": "entry", "id": "d3", "customer": "DORA", "case": "D3", "date": "2025-03-21", "minutes": 10,
     "category": "bug", "agent": "ben", "note": "a slip of ours"},
    {"type": "entry", "id": "e-1", "customer": "EMIL", "case": "E1", "date": "2025-03-10", "minutes": 680},
    {"type": "case", "id": "E2", "customer": "EMIL", "at": "2025-03-25T09:00"},
    {"type": "case-event", "case": "E2", "kind": "callback", "at": "2025-03-25T09:10", "agent": "ana",
     "window": ["2025-03-26T10:00", "11:00"]},
    {"type": "entry", "id": "a-late", "customer": "ANNA", "case": "A9", "date": "2025-02-20", "minutes": 20},
    {"type": "entry", "id": "a-now", "customer": "ANNA", "case": "A9", "date": "2025-03-20", "minutes": 15},
]  # fmt: skip
QUESTIONS: dict[str, Question[Any]] = {
    "account": AskAccount(customer="BEAT", first=date(2025, 2, 1), last=LAST),
    "account, opened": AskAccount(customer="CARA", first=date(2025, 3, 2), last=LAST, language="fr"),
    "bank": AskOpenItems(),
    "books": AskBooks(until=LAST),
    "books, closed": AskBooks(until=date(2025, 1, 31)),
    "books, since": AskBooks(until=LAST, since=FIRST),
    "credit": AskCredit(within=60),
    "customer": AskCustomer(customer="DORA"),
    "customer, bounced": AskCustomer(customer="BEAT"),
    "customer, credited": AskCustomer(customer="ANNA"),
    "customers": AskCustomers(),
    "customers, some": AskCustomers(part="do"),
    "deferred": AskDeferred(at=LAST, since=date(2025, 2, 1)),
    "deferred, on a day": AskDeferred(at=date(2025, 2, 28)),
    "head": AskHead(),
    "income": AskIncome(by=("month", "customer", "kind", "name")),
    "issuer": AskIssuer(),
    "journal": AskJournal(first=FIRST, last=LAST),
    "month": AskMonthEnd(month=FIRST, on=TODAY),
    "month, before": AskMonthEnd(month=date(2025, 2, 1), on=TODAY),
    "periods": AskPeriods(),
    "receivables": AskReceivables(at=LAST),
    "replay": AskReplay(tariff="q3", year=2025),
    "statement": AskStatement(customer="ANNA", first=date(2025, 1, 12), last=LAST),
    "statement, bounced": AskStatement(customer="BEAT", first=date(2025, 2, 1), last=LAST),
    "statement, over": AskStatement(customer="DORA", first=date(2025, 2, 1), last=LAST),
    "time": AskTime(by=("agent", "customer")),
    "vat": AskVat(first=FIRST, last=LAST),
    "vat, converted": AskVat(first=date(2025, 1, 1), last=LAST, rates=(("EUR", Decimal("0.95")),)),
    "vat return": AskVatReturn(first=date(2025, 1, 1), last=LAST, rates=(("EUR", Decimal("0.95")),)),
}


def lived(folder: Path) -> Setting:
    """The history in a database: January is closed, and work of it came after."""
    setting = made(
        f"sqlite:///{folder}/b.db", today=TODAY, iban="CH9300762011623852957", tax_number="T-1",
        vat_id="CHE123456788MWST", language="en",
        address={"street": "Rue du Lac", "house_number": "1", "postcode": "1003", "city": "Lausanne"},
    )  # fmt: skip
    load(setting, *LINES)
    banked.everything(setting)
    do(setting, CloseMonth(month=date(2025, 1, 1)))
    do(setting, Log(customer="BEAT", case="B9", seconds=3600, on=date(2025, 1, 20)))
    do(setting, Log(customer="EMIL", case="E9", seconds=300, on=date(2025, 1, 20)))
    hold(setting, "DORA", "asks for an order number")
    do(setting, Take(case="E2", agent="ana", at=time(0, 30)))
    do(setting, Start(case="E2", agent="ana", at=time(1)))
    return setting


BELGIAN: list[dict[str, Any]] = [
    {"type": "customer", "code": "HOME", "name": "Home SA", "country": "BE", "vat_id": "BE0403170701"},
    {"type": "customer", "code": "TWIN", "name": "Home too", "country": "BE", "vat_id": "BE 0403.170.701"},
    {"type": "customer", "code": "LYON", "name": "Lyon SA", "country": "FR", "vat_id": "FR40303265045"},
    {"type": "customer", "code": "USA", "name": "Inc", "country": "US"},
    {"type": "customer", "code": "NEAR", "name": "Dutch", "country": "NL"},
    *({"type": "contract", "customer": code, "tariff": tariff, "start": "2024-12-01"}
      for code, tariff in (("HOME", "qualiodoo"), ("LYON", "qualiodoo"), ("USA", "qualiodoo"), ("NEAR", "qualiodoo"))),
    {"type": "contract", "customer": "TWIN", "tariff": "q3", "tier": "standard", "start": "2024-12-01"},
    *({"type": "purchase", "id": code, "customer": code, "product": "pack-12h", "price": price, "date": day}
      for code, price, day in (("HOME", "900", "2024-12-10"), ("LYON", "720", "2025-01-12"),
                               ("USA", "700", "2025-01-13"), ("NEAR", "500", "2025-01-14"))),
    {"type": "purchase", "id": "TWIN", "customer": "TWIN", "product": "half-fare", "price": "90",
     "date": "2025-01-15"},
    {"type": "payment", "purchase": "HOME", "amount": "500", "date": "2025-01-20"},
    {"type": "payment", "purchase": "TWIN", "date": "2025-02-20"},
    {"type": "payment", "purchase": "NEAR", "amount": "600", "date": "2025-02-21"},
    {"type": "entry", "customer": "TWIN", "case": "T1", "date": "2025-02-03", "minutes": 120},
    {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
    {"type": "invoice-credit", "invoice": "INV-2025-00001", "amount": "100", "keep": True, "reason": "a slip",
     "date": "2025-03-01"},
]  # fmt: skip
RATES = (("CHF", Decimal("1.05")),)
YEAR: dict[str, Any] = {"first": date(2025, 1, 1), "last": date(2025, 12, 31)}
QUARTER: dict[str, Any] = {"first": date(2025, 1, 1), "last": LAST}
ABROAD: dict[str, Question[Any]] = {
    "lists": AskSalesLists(**QUARTER, rates=RATES),
    "lists, a year": AskSalesLists(**YEAR, rates=RATES),
    "lists, none": AskSalesLists(first=date(2024, 1, 1), last=date(2024, 1, 31)),
    "vat return": AskVatReturn(**QUARTER, rates=RATES),
    "vat": AskVat(**QUARTER, rates=RATES),
    "vat, as it is": AskVat(**QUARTER),
    "deferred": AskDeferred(at=LAST),
    "books": AskBooks(until=LAST, since=date(2025, 1, 1)),
    "periods": AskPeriods(month=date(2025, 2, 1)),
}


def abroad(folder: Path) -> dict[str, Any]:
    """What a Belgian issuer on receipts is answered, whose customers are anywhere; months closed and opened again."""
    setting = made(f"sqlite:///{folder}/be.db", "BE", today=TODAY, vat_basis="payment")
    load(setting, *BELGIAN)
    found: dict[str, Any] = {name: asked(setting, question) for name, question in ABROAD.items()}
    for name, request, key in (
        ("not over", CloseMonth(month=date(2025, 3, 1)), None),
        ("closed", CloseMonth(month=date(2025, 1, 1)), "c"),
        ("closed again", CloseMonth(month=date(2025, 1, 1)), "c"),
        ("out of order", CloseMonth(month=date(2025, 3, 1), on=date(2025, 4, 1)), None),
        ("another under its id", CloseMonth(month=date(2025, 2, 1)), "c"),
        ("the next", CloseMonth(month=date(2025, 2, 1)), None),
        ("not the last", ReopenMonth(month=date(2025, 1, 1), reason="a slip"), None),
        ("opened", ReopenMonth(month=date(2025, 2, 1), reason=" a slip "), "o"),
        ("opened again", ReopenMonth(month=date(2025, 2, 1), reason=" a slip "), "o"),
    ):
        try:
            found[name] = do(setting, request, key)
        except Refusal as refused:
            found[name] = [refused.code, refused.message]
        found[f"{name}, as it stands"] = ask(setting, AskPeriods())
    setting.engine.dispose()
    return found


def asked(setting: Setting, question: Question[Any]) -> Any:
    """An answer as JSON; the books have none of their own."""
    if isinstance(question, AskBooks):
        return asdict(Billing(setting).ask(question))
    return ask(setting, question)


def told(folder: Path) -> dict[str, Any]:
    """All answers; of a position the number of facts, for the rest of it is of the chain's secret."""
    setting = lived(folder)
    found = {name: asked(setting, question) for name, question in QUESTIONS.items()}
    found["tick"] = do(setting, Tick(days=60), dry_run=True)
    setting.engine.dispose()
    found["abroad"] = abroad(folder)
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str), object_hook=_plain)
    return plain


def _plain(of: dict[str, Any]) -> dict[str, Any]:
    position = of.get("position")
    return of | {"position": position.partition("-")[0]} if isinstance(position, str) else of


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return told(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("name", [*QUESTIONS, "tick", "abroad"])
def test_what_a_report_answers_is_so_to_the_last_field(answers: dict[str, Any], name: str) -> None:
    assert answers[name] == json.loads(KEPT.read_text())[name]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as there:
        KEPT.write_text(json.dumps(told(Path(there)), indent=1, ensure_ascii=False, sort_keys=True) + "\n")
