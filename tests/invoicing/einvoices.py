"""E-invoices of contents that tests have made or changed, and the check through the door as JSON."""

from collections.abc import Sequence
from typing import Any

from billing.exchange.einvoice import checks as exact
from billing.exchange.einvoice import demands as formats
from billing.exchange.einvoice.demands import FORMATS
from billing.office.invoicing import einvoices
from billing.office.invoicing.einvoices import hold_for
from billing.office.transaction import Setting
from billing.requests.invoicing import CheckDocument, xml_format
from billing.service import Billing
from billing.views.codec import to_json
from billing.views.documents import Document
from tests.invoicing.documents import Json, paper

__all__ = ["FORMATS", "check", "disagreements", "faults", "hold_for", "missing_for", "pdf", "xml"]


def check(setting: Setting, number: str, format: str | None = None) -> Json:
    return to_json(Billing(setting).ask(CheckDocument(number=number, format=format)))


def xml(content: Json | Document, format: str) -> bytes:
    return einvoices.xml(paper(content), xml_format(format))


def pdf(content: Json | Document, plain: bool = False, logo: bytes | None = None) -> bytes:
    return einvoices.pdf(paper(content), plain, logo=logo)


def missing_for(content: Json | Document, format: Any) -> list[str]:
    return [str(lack) for lack in formats.missing_for(formats.Outline.of(paper(content)), format)]


def faults(content: Json, before: Sequence[Json] = ()) -> list[str]:
    return exact.faults(paper(content), [paper(one) for one in before])


def disagreements(amounts: Any, content: Json) -> list[str]:
    return exact.disagreements(amounts, paper(content))
