"""What tax offices want to know: VAT in the boxes of a return, beside the books' VAT account; lists of sales (M18)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core import closing, sales_lists, taxed
from billing.core import rates as rates_
from billing.core.journal import Books
from billing.core.rates import Conversion
from billing.core.sales_lists import SalesList
from billing.core.taxed import Taxed
from billing.core.units import ZERO, day_before, to_multiple
from billing.core.vat_return import Placed, declared, fill
from billing.errors import BadInput
from billing.law import returns as law
from billing.law.accounts import chart
from billing.law.identifiers import VatId
from billing.office import periods
from billing.office.reports import books
from billing.office.transaction import Transaction
from billing.requests.books import AskBooks
from billing.requests.returns import AskSalesLists, AskVatReturn
from billing.store import issued
from billing.texts import say
from billing.views.returns import SalesListOf, SalesLists, SoldTo, VatAccount, VatBox, VatReturn


def parts_of(tx: Transaction, first: date, last: date, rates: Mapping[str, Decimal] | None = None) -> list[Taxed]:
    """The VAT of a period taken apart, as the issuer owes it; with `rates` in the issuer's currency (M2).

    That of closed months is what was declared (M16).
    """
    closings, bases = periods.closings(tx), periods.bases(tx)
    read: dict[int, closing.Known] = {}  # by the closing; 0: as it is

    def known(closed: closing.Step | None) -> closing.Known:
        place = 0 if closed is None else closed.n
        if place not in read:
            read[place] = periods.known(tx, closed)
        return read[place]

    def between(since: date, until: date) -> list[Taxed]:
        return closing.vat(closings, known, bases, since, until)

    parts, own = between(first, last), tx.issuer["currency"]
    if rates is None or all(part.currency == own for part in parts):
        return parts
    earlier = between(date.min, day_before(first)) if first > date.min else []
    rates_.check(own, ((part.currency, part.invoice) for part in [*earlier, *parts]), rates)
    return taxed.converted(earlier, parts, own, rates)


def return_of(tx: Transaction, question: AskVatReturn) -> VatReturn:
    """The boxes of the issuer's return, and what the books' VAT account says of the same days (M18)."""
    first, last = question.days(tx.today)
    country, rates = tx.issuer["country"], dict(question.rates)
    form = law.form(country, last)
    parts = parts_of(tx, first, last, rates)
    if tx.issuer["exempt"] and not any(part.amount for part in parts):  # a period of before has its return still
        raise BadInput("bad-input", say("an issuer whom the law exempts from VAT files no {form}", form=form.name))
    filled = fill(form, _placed(country, parts, last))
    due = declared(filled)
    movement = _movement(books.journal_of(tx, AskBooks(since=first, until=last)), rates)
    return VatReturn(
        first=first,
        last=last,
        basis=periods.bases(tx).on(last),
        form=form.code,
        name=form.name,
        currency=tx.issuer["currency"],
        rates=rates or None,
        whole=form.whole,
        boxes=tuple(
            VatBox(
                box=each.box.code,
                label=_label(tx, each.box.code, last),
                base=each.base,
                vat=each.vat,
                total=each.box.is_total,
            )
            for each in filled
        ),
        account=VatAccount(
            account=chart(country).on(last)["vat"][0], movement=movement, declared=due, difference=movement - due
        ),
    )


def lists_of(tx: Transaction, question: AskSalesLists) -> SalesLists:
    """The lists of the issuer's country, or the one asked for; amounts as the documents have them (M18)."""
    first, last = question.days(tx.today)
    country, own = tx.issuer["country"], tx.issuer["currency"]
    known = law.sales_lists(country, last)
    wanted = [each for each in known if (question.code or each.code).casefold() == each.code.casefold()]
    if not known:
        raise BadInput("bad-input", say("no list of sales by VAT id is known for {country}", country=country))
    if not wanted:
        raise BadInput(
            "bad-input",
            say("there is no list {code!r}", code=question.code),
            say("known: {known}", known=[each.code for each in known]),
        )
    whole_year = (first.month, first.day, last) == (1, 1, date(first.year, 12, 31))
    annual = tuple(each.code for each in wanted if each.annual and not whole_year)
    if annual and question.code:
        raise BadInput(
            "bad-date",
            say("{name} is of a calendar year", name=wanted[0].name),
            say("give --from {first} --to {last}", first=f"{last.year}-01-01", last=f"{last.year}-12-31"),
        )
    documents = issued.documents(tx.connection)
    parts = taxed.on_invoices(documents, first, last)
    earlier = taxed.on_invoices(documents, date.min, day_before(first)) if first > date.min else []
    rates_.check(own, ((part.currency, part.invoice) for part in [*earlier, *parts]), dict(question.rates))
    placed = _placed(country, taxed.converted(earlier, parts, own, dict(question.rates)), last)
    return SalesLists(
        first=first,
        last=last,
        currency=own,
        lists=tuple(_list(each, placed, country) for each in wanted if each.code not in annual),
        annual=annual,
    )


def _placed(country: str, parts: Iterable[Taxed], day: date) -> list[Placed]:
    return [(part, law.place(country, part.country, day)) for part in parts]


def _label(tx: Transaction, code: str, day: date) -> str:
    """What the form calls a box: in the issuer's language if the form has it."""
    labels = law.labels(tx.issuer["country"], code, day)
    return labels.get(tx.issuer["language"]) or next(iter(labels.values()), "")


def _movement(found: Books, rates: Mapping[str, Decimal]) -> Decimal:
    """What the VAT account moved by in a period, as money owed, in the books' currency."""
    conversion = Conversion(found.currency, rates)
    legs = [(entry, leg) for entry in found.entries for leg in entry.legs if leg.role == "vat"]
    rates_.check(found.currency, ((leg.currency, entry.document) for entry, leg in legs), rates)
    moving = {leg.currency for _, leg in legs}  # what another one stood at before needs no rate
    for balance in found.opening:
        if balance.role == "vat" and balance.unit in moving:
            conversion.convert(balance.amount, balance.unit, balance.customer)
    moved = ZERO
    for entry, leg in legs:
        moved -= conversion.convert(leg.amount, leg.currency, entry.customer)
    return moved


def _list(of: SalesList, placed: Iterable[Placed], country: str) -> SalesListOf:
    prefix = VatId.read("0", country)
    parts = [(each, _vat_id(each[0])) for each in placed]
    rows = [
        SoldTo(
            vat_id=row.vat_id,
            country=row.vat_id[:2],
            kind=of.kind,
            customers=tuple(row.names),
            name=next(iter(row.names.values())),
            base=row.base,
            vat=row.amount,
            declared=to_multiple(row.base, of.unit),
        )
        for row in sales_lists.listed(of, parts, prefix.value[:2] if prefix else country)
    ]
    return SalesListOf(
        list=of.code,
        name=of.name,
        rows=tuple(rows),
        base=sum((row.base for row in rows), ZERO),
        vat=sum((row.vat for row in rows), ZERO),
    )


def _vat_id(part: Taxed) -> str | None:
    """A customer's VAT id in one piece, as the document has it."""
    found = VatId.read(part.vat_id, part.country)
    return found.value if found else None


QUESTIONS: dict[Any, Callable[..., Any]] = {AskVatReturn: return_of, AskSalesLists: lists_of}
