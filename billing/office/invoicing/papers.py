"""What all papers have in common: the parties as they are that day, VAT, the step of totals; and a quote's paper."""

from decimal import Decimal
from typing import Any

from billing import law
from billing.core import drafts, invoicing
from billing.core.facts import Quote
from billing.core.invoicing import Line, Totals
from billing.office.parties import on_paper
from billing.office.transaction import Transaction
from billing.store import parties
from billing.store.heads import Head
from billing.views.documents import Recipient, Sender, VatRow
from billing.views.quotes import QuotePaper, QuoteVat


def round_to(tx: Transaction, party: parties.Party, currency: str) -> Decimal | None:
    """The step to which totals of this currency are rounded: the customer's if it has one, else the issuer's (M4)."""
    return drafts.step_of(currency, party["round_total"], tx.issuer["round_total"])


def sender(issuer: parties.Party, language: str | None = None) -> Sender:
    """What stands on paper about the issuer; its lines of law where the paper's language is given."""
    accounts = {name: issuer[name] for name in ("iban", "qr_iban", "bic")}
    return Sender(
        **_party(issuer),
        **accounts,
        tax_number=issuer["tax_number"] or None,
        exempt=bool(issuer["exempt"]),
        head=on_paper.head(issuer, language),
    )


def recipient(customer: parties.Party) -> Recipient:
    """What stands on paper about a customer."""
    return Recipient(
        **_party(customer),
        code=customer["code"],
        email=customer["email"],
        consumer=customer["consumer"],
        attention=customer["attention"] or None,
    )


def _party(row: parties.Party) -> dict[str, Any]:
    return on_paper.party(row) | {"electronic_address": row["electronic_address"]}


def plain_rate(rate: Decimal) -> Decimal:
    """A percentage without zeros that say nothing: 8.1, 20."""
    return Decimal(rate_text(rate))


def rate_text(rate: Decimal) -> str:
    """A percentage as text, without zeros that say nothing."""
    return format(rate.normalize(), "f")


def vat_rows(totals: Totals) -> tuple[VatRow, ...]:
    """The VAT breakdown as it is printed (M2)."""
    return tuple(VatRow(r.vat.category, plain_rate(r.vat.rate), r.base, r.amount) for r in totals.vat)


def quote_paper(tx: Transaction, head: Head, quote: Quote, line: Line) -> QuotePaper:
    """What stands on a quote: as on the invoice that it would become on the day of the quote (S8)."""
    party = parties.customer(tx.connection, head.id)
    language = party["language"] or tx.issuer["language"]
    totals = invoicing.totals([line], round_to(tx, party, quote.currency))
    categories = {row.vat.category for row in totals.vat}
    mentions = law.mentions(
        tx.issuer["country"], categories, "quote", language, quote.quoted_on, True, customer_country=party["country"]
    )
    return QuotePaper(
        number=quote.number,
        customer=head.code,
        on=quote.quoted_on,
        valid_until=quote.valid_until,
        currency=quote.currency,
        language=language,
        issuer=sender(tx.issuer, language),
        recipient=recipient(party),
        title=quote.title,
        evolution=quote.kind,
        case=quote.case,
        minutes=quote.minutes,
        cost=quote.amount,
        share=quote.share,
        vat_rate=plain_rate(line.vat.rate),
        vat_category=line.vat.category,
        net=totals.net,
        vat=tuple(
            QuoteVat(amount=row.amount, base=row.base, category=row.category, rate=row.rate) for row in vat_rows(totals)
        ),
        rounding=totals.rounding,
        total=totals.total,
        mentions=tuple(mentions),
    )
