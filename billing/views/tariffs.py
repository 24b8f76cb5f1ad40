"""Tariff files as they are asked for: which there are, what one says, what is wrong in one."""

from datetime import date

from billing.texts import Text
from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffVersion:
    """A version of a tariff: from when it counts, what it sells to whom."""

    tariff: str
    valid_from: date
    title: Text | str
    currency: str
    tiers: tuple[str, ...]
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TariffList:
    """Tariffs by name, the versions of each by date."""

    tariffs: tuple[TariffVersion, ...]


@dataclass(frozen=True, slots=True)
class TariffRow:
    """A figure of a tariff in words, and the passage of the policy that it comes from, if one is named."""

    section: Text | str
    item: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffShown:
    """A version of a tariff, figure by figure, in the order of a policy."""

    tariff: str
    valid_from: date
    rows: tuple[TariffRow, ...]


@dataclass(frozen=True, slots=True)
class TariffFault:
    """What is wrong in a tariff file, and where; the key is empty where the file as a whole is at fault."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.key, self.message) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffChecked:
    """Whether tariff files can be used, and each fault in them."""

    ok: bool
    faults: tuple[TariffFault, ...]
