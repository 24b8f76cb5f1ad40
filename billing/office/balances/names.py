"""How a grant is called: its id, and its title on paper."""

from collections.abc import Mapping

from billing.core.book import Book
from billing.core.facts import Grant
from billing.store.ledger import Head


def grant_id(head: Head, number: int) -> str:
    """How a grant is called: `ALPINA-G1`."""
    return f"{head.code}-G{number}"


def label(titles: Mapping[str, str], name: str, language: str) -> str:
    """The title of a category or product in a language, else in English, else its name."""
    return titles.get(language) or titles.get("en") or name


def grant_label(book: Book, grant: Grant, language: str) -> str:
    """What a grant is called on paper: its product's title, or its kind."""
    tariff = book.contract_tariff(grant.contract, grant.starts)
    product = tariff.products.get(grant.product or "")
    return label(product.titles, product.name, language) if product else _KINDS[grant.kind].get(language, grant.kind)


_KINDS = {
    "allowance": {"fr": "Forfait inclus", "de": "Inklusivminuten", "it": "Minuti inclusi", "en": "Allowance"},
    "goodwill": {"fr": "Geste commercial", "de": "Kulanz", "it": "Gesto commerciale", "en": "Goodwill"},
    "pack": {"fr": "Pack d’heures", "de": "Stundenpaket", "it": "Pacchetto di ore", "en": "Pack of hours"},
    "add-on": {"fr": "Option", "de": "Zusatz", "it": "Opzione", "en": "Add-on"},
}
