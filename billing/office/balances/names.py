"""How a grant is called: its id, and its title on paper."""

from collections.abc import Mapping
from datetime import date

from billing.core.book import Book
from billing.core.expiring import Ending
from billing.core.facts import Grant
from billing.locales import formats, worded
from billing.store.heads import Head
from billing.texts import Text, named
from billing.views.balances import GRANT_TITLES, GRANT_UNENDING, GRANT_UNTIL


def grant_id(head: Head, number: int) -> str:
    """How a grant is called: `ALPINA-G1`."""
    return numbered(head.code, number)


def numbered(code: str, number: int) -> str:
    """How a customer's grant of that number is called."""
    return f"{code}-G{number}"


def goes_on(code: str, ending: Ending) -> str:
    """The command that goes on with what ends: a contract is renewed, all else bought anew."""
    renew = f"billing contract renew {code}{' --invoice' if ending.with_fee else ''}"
    return renew if ending.kind == "contract" else f"billing buy {code} {ending.name}"


def label(titles: Mapping[str, str], name: str, language: str) -> str:
    """The title of a category or product in a language, else in English, else its name."""
    return titles.get(language) or titles.get("en") or name


def grant_title(book: Book, grant: Grant) -> Text:
    """What a grant is called: its product's title, or its kind."""
    tariff = book.contract_tariff(grant.contract, grant.starts)
    product = tariff.products.get(grant.product or "")
    return named(product.titles) if product else GRANT_TITLES[grant.kind]


def grant_label(book: Book, grant: Grant, language: str) -> str:
    """What a grant is called on paper."""
    return worded(grant_title(book, grant), language)


def until(title: str, last: date, language: str) -> str:
    """A grant's title with its last day, which tells two of one title apart."""
    if formats.never_ends(last):
        return worded(GRANT_UNENDING.of(title=title), language)
    return worded(GRANT_UNTIL.of(title=title, day=formats.day(last, language)), language)
