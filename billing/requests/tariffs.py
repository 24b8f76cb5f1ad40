"""What is asked of tariff files: which there are, what one says, whether it can be read. No database is needed."""

from datetime import date
from pathlib import Path

from billing.requests.base import Question
from billing.requests.fields import Language, Word
from billing.values import dataclass
from billing.views.tariffs import TariffChecked, TariffList, TariffShown


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTariffs(Question[TariffList]):
    """The versions of all tariffs, of one's own folders and those that ship."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTariff(Question[TariffShown]):
    """Every figure of a tariff with its source, in the version of a day, by default today; titles in a language."""

    name: Word
    at: date | None = None
    language: Language = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTariff(Question[TariffChecked]):
    """Every fault of some tariff files, each with its line and key."""

    files: tuple[Path, ...]
