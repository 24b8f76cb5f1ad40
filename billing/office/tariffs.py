"""Tariff files for who asks of them; without a database, for a tariff is checked before anything is sold by it."""

from collections.abc import Callable
from typing import Any

from billing import tariffs
from billing.office.transaction import Setting
from billing.requests.tariffs import CheckTariff, ListTariffs, ShowTariff
from billing.texts import named
from billing.views.tariffs import TariffChecked, TariffFault, TariffList, TariffRow, TariffShown, TariffVersion


def listed(setting: Setting, _: ListTariffs) -> TariffList:
    """All versions of all tariffs by name and date. Raises `bad-tariff` for a file that cannot be used."""
    names = tariffs.names(setting.folders)
    return TariffList(tuple(_version(v) for name in names for v in tariffs.versions(setting.folders, name)))


def _version(version: tariffs.Version) -> TariffVersion:
    tariff = version.tariff
    return TariffVersion(
        tariff=version.name,
        valid_from=version.valid_from,
        title=named(tariff.titles),
        currency=tariff.currency,
        tiers=tuple(tariff.tiers),
        products=tuple(tariff.products),
    )


def shown(setting: Setting, question: ShowTariff) -> TariffShown:
    """A tariff figure by figure, in the version of a day. Raises `unknown-tariff` and `bad-tariff`."""
    known = tariffs.versions(setting.folders, question.name)
    version = tariffs.version_for(known, question.at or setting.today)
    rows = tuple(TariffRow(*row) for row in tariffs.describe(version, question.language))
    return TariffShown(tariff=version.name, valid_from=version.valid_from, rows=rows)


def checked(question: CheckTariff) -> TariffChecked:
    """What is wrong in tariff files, by line."""
    faults = tuple(
        TariffFault(str(fault.file), fault.line, fault.key, fault.message)
        for file in question.files
        for fault in tariffs.faults(file)
    )
    return TariffChecked(ok=not faults, faults=faults)


ALONE: dict[Any, Callable[[Setting, Any], Any]] = {
    ListTariffs: listed,
    ShowTariff: shown,
    CheckTariff: lambda _, question: checked(question),
}
