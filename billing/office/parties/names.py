"""The names that exist, for completion: customers, cases, categories, products, entries, invoices, tariffs."""

from collections.abc import Iterator

from billing import tariffs as tariff_files
from billing.core import cases as cases_
from billing.core.tariff import Tariff
from billing.office.transaction import Setting, look
from billing.store import desk, documents, parties
from billing.store import maintenance as maintenance_store
from billing.store import quotes as quote_store


def customers(setting: Setting) -> list[str]:
    with look(setting) as tx:
        return parties.codes(tx.connection)


def cases(setting: Setting) -> list[str]:
    with look(setting) as tx:
        return desk.case_references(tx.connection)


def entries(setting: Setting) -> list[str]:
    with look(setting) as tx:
        return desk.entry_ids(tx.connection, "")


def invoices(setting: Setting) -> list[str]:
    with look(setting) as tx:
        return documents.numbers(tx.connection)


def quotes(setting: Setting) -> list[str]:
    with look(setting) as tx:
        return quote_store.numbers(tx.connection)


def maintenance(setting: Setting) -> list[str]:
    with look(setting) as tx:
        return [planned.number for planned in maintenance_store.listed(tx.connection)]


def tariffs(setting: Setting) -> list[str]:
    return tariff_files.names(list(setting.folders))


def categories(setting: Setting) -> list[str]:
    return sorted({name for tariff in _in_use(setting) for name in tariff.categories})


def products(setting: Setting) -> list[str]:
    return sorted({name for tariff in _in_use(setting) for name in tariff.products})


def tiers(setting: Setting) -> list[str]:
    return list(dict.fromkeys(name for tariff in _in_use(setting) for name in tariff.tiers))


def priorities(setting: Setting) -> list[str]:
    services = [tariff.service for tariff in _in_use(setting)]
    return list(dict.fromkeys(name for service in services for name in cases_.priorities(service)))


def _in_use(setting: Setting) -> Iterator[Tariff]:
    with look(setting) as tx:
        for kept in parties.kept_versions(tx.connection):
            yield tariff_files.parse(kept.text, kept.valid_from)
