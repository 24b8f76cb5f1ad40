"""Files of documents through the door."""

from collections.abc import Callable

from billing.office.transaction import Setting
from billing.requests.invoicing import AskFiles, KeepFiles, xml_format
from billing.service import Billing


def pdf(setting: Setting, number: str, plain: bool = False) -> bytes:
    (made,) = Billing(setting).ask(AskFiles(numbers=(number,), format="plain" if plain else "pdf"))
    return made.data


def xml(setting: Setting, number: str, format: str) -> bytes:
    (made,) = Billing(setting).ask(AskFiles(numbers=(number,), format=xml_format(format)))
    return made.data


def quote_pdf(setting: Setting, number: str) -> bytes:
    (made,) = Billing(setting).ask(AskFiles(numbers=(number,), of="quote"))
    return made.data


def pdfs(setting: Setting, numbers: list[str]) -> list[tuple[str, bytes]]:
    return [(made.number, made.data) for made in Billing(setting).ask(AskFiles(numbers=tuple(numbers)))]


def complete(setting: Setting, progress: Callable[..., None] | None = None) -> int:
    """Makes the files that older documents lack: of how many."""
    return Billing(setting).do(KeepFiles(), progress=progress).view.documents
