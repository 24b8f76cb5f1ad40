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
    with look(setting) as looking:
        return parties.codes(looking.connection)


def cases(setting: Setting) -> list[str]:
    with look(setting) as looking:
        return desk.case_references(looking.connection)


def entries(setting: Setting) -> list[str]:
    with look(setting) as looking:
        return desk.entry_ids(looking.connection, "")


def invoices(setting: Setting) -> list[str]:
    with look(setting) as looking:
        return documents.numbers(looking.connection)


def quotes(setting: Setting) -> list[str]:
    with look(setting) as looking:
        return quote_store.numbers(looking.connection)


def maintenance(setting: Setting) -> list[str]:
    with look(setting) as looking:
        return [planned.number for planned in maintenance_store.listed(looking.connection)]


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
    with look(setting) as looking:
        for kept in parties.kept_versions(looking.connection):
            yield tariff_files.parse(kept.text, kept.valid_from)
