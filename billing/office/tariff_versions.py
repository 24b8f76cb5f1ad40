"""The tariff versions of a transaction: those that contracts cite, and those in force on a day."""

from datetime import date
from pathlib import Path

from billing import tariffs
from billing.core.tariff import Tariff
from billing.errors import Unknown
from billing.store import parties
from billing.store.heads import Head
from billing.store.sql import Connection


class Tariffs:
    """Tariff versions, each parsed once; what a contract cites is kept word for word."""

    def __init__(self, connection: Connection, folders: tuple[Path, ...]) -> None:
        self._connection = connection
        self._folders = folders
        self._kept: dict[int, Tariff] = {}
        self._versions: dict[tuple[str, date], tuple[int, Tariff]] = {}

    def of(self, head: Head) -> dict[int, Tariff]:
        """The versions that the customer's terms cite."""
        return self._parsed(head.id)

    def every(self) -> dict[int, Tariff]:
        """All versions that contracts cite."""
        return self._parsed(None)

    def _parsed(self, customer_id: int | None) -> dict[int, Tariff]:
        for kept in parties.kept_versions(self._connection, customer_id):
            if kept.id not in self._kept:
                self._kept[kept.id] = tariffs.parse(kept.text, kept.valid_from)
        return self._kept

    def on(self, name: str, day: date) -> tuple[int, Tariff]:
        """The version of a tariff in force on a day, kept word for word from now on."""
        if (name, day) not in self._versions:
            found = self._found(name, day)
            key = parties.keep_version(self._connection, found.name, found.valid_from, found.text)
            self._kept[key] = found.tariff
            self._versions[name, day] = (key, found.tariff)
        return self._versions[name, day]

    def _found(self, name: str, day: date) -> tariffs.Version:
        try:
            known = tariffs.versions(list(self._folders), name)
        except Unknown:  # the file is gone: what was agreed goes on
            kept = [v for v in parties.kept_versions(self._connection) if v.name == name]
            if not kept:
                raise
            known = [
                tariffs.Version(v.name, v.valid_from, v.text, tariffs.parse(v.text, v.valid_from))
                for v in sorted(kept, key=lambda v: (v.valid_from, v.id))
            ]
        return tariffs.version_for(known, day)
