"""The names that exist, for completion: customers, cases, categories, products, entries, invoices, tariffs."""

from collections.abc import Callable, Iterable

from billing import tariffs as tariff_files
from billing.core import cases as cases_
from billing.core import naming
from billing.core.tariff import Tariff
from billing.office.transaction import Transaction
from billing.requests.names import AskNames
from billing.store import names as store
from billing.store import parties
from billing.views.names import Names

_MOST = 200  # what a shell can usefully list


def asked(tx: Transaction, question: AskNames) -> Names:
    """The names of a kind that begin with a text; of what there is much of, the database finds the first."""
    start = question.start.casefold()
    if question.kind == "customers":
        return _customers(tx, question.start)
    if question.kind in ("contacts", "agents"):
        some = _contacts(tx, question.customer) if question.kind == "contacts" else store.agents(tx.connection)
        return Names(tuple(name for name in some if name.casefold().startswith(start)))
    if question.kind in store.COLUMNS:
        found: Iterable[str] = store.beginning(tx.connection, question.kind, question.start, _MOST)
    else:
        found = (name for name in _OF_TARIFFS[question.kind](tx) if name.casefold().startswith(start))
    return Names(tuple(found))


def _customers(tx: Transaction, start: str) -> Names:
    """Customers whose code begins with a text, then those of whose code or name it is a part, each with its name."""
    first = store.beginning(tx.connection, "customers", start, _MOST)
    if start and len(first) == _MOST:
        return Names(tuple(first))
    known = parties.named(tx.connection)
    found = [*((code, name) for code, name in known if code in set(first)), *naming.named(start, known)]
    pairs = list(dict.fromkeys(found))[:_MOST]
    return Names(tuple(code for code, _ in pairs), tuple(name for _, name in pairs))


def _contacts(tx: Transaction, customer: str | None) -> list[str]:
    return sorted(tx.contacts_of(tx.customer(customer, lock=False)).values()) if customer else []


def _tariffs(tx: Transaction) -> list[str]:
    return tariff_files.names(list(tx.setting.folders))


def _categories(tx: Transaction) -> list[str]:
    return sorted({name for tariff in _in_use(tx) for name in tariff.categories})


def _products(tx: Transaction) -> list[str]:
    return sorted({name for tariff in _in_use(tx) for name in tariff.products})


def _tiers(tx: Transaction) -> list[str]:
    return list(dict.fromkeys(name for tariff in _in_use(tx) for name in tariff.tiers))


def _priorities(tx: Transaction) -> list[str]:
    services = [tariff.service for tariff in _in_use(tx)]
    return list(dict.fromkeys(name for service in services for name in cases_.priorities(service)))


def _in_use(tx: Transaction) -> Iterable[Tariff]:
    return tx.tariffs.every().values()


_OF_TARIFFS: dict[str, Callable[[Transaction], list[str]]] = {
    "tariffs": _tariffs,
    "categories": _categories,
    "products": _products,
    "tiers": _tiers,
    "priorities": _priorities,
}

QUESTIONS = {AskNames: asked}
