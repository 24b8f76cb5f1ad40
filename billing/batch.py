"""Many requests at once, as a file has them: what each is and where it stands, and what all of them came to."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from billing.errors import Refusal
from billing.requests.base import Request
from billing.values import dataclass

if TYPE_CHECKING:
    from billing.texts import Text

Progress = Callable[[int, int | None], None]  # how much is done, of how much if that is known


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of many: where it stands (as `line 17`), what it is, its id; of a sheet where its cells are."""

    place: "str | Text"
    request: Request[Any]
    key: str | None = None
    cells: "Mapping[str, Text] | None" = None

    def place_of(self, refused: Refusal) -> "str | Text":
        """Where what was refused stands: the cell whose value it tells of, or that its code is about; else the row."""
        cells = {key: cell for key in _AT_FAULT.get(refused.code, ()) if (cell := (self.cells or {}).get(key))}
        told = (cell for key, cell in cells.items() if self._given(key) in refused.message)
        about = iter(cells.values()) if refused.code.startswith("unknown-") else iter(())
        return next(told, next(about, self.place))

    def _given(self, key: str) -> str:
        return str(getattr(self.request, "on" if key == "date" else key, key))


_AT_FAULT = {  # by a refusal's code: the keys that it may be about, the likeliest first
    "unknown-customer": ("customer",),
    "unknown-tariff": ("tariff",),
    "unknown-tier": ("tier", "tariff"),
    "unknown-product": ("product",),
    "unknown-category": ("category",),
    "price-required": ("product",),
    "bad-duration": ("left", "minutes"),
    "bad-date": ("expires", "starts", "issued", "worked", "start", "date"),
    "future-date": ("date",),
    "period-closed": ("date",),
    "conflict": ("id", "number", "invoice", "customer"),
    "no-active-contract": ("customer",),
    "not-eligible": ("product", "kind"),
    "bad-input": ("open", "amount", "kind", "currency"),
}


@dataclass(frozen=True, slots=True)
class File:
    """What a batch's requests without an id are known by, and whether somebody typed the load and is asked back."""

    digest: str
    lines: int
    typed: bool = False
    part: bool = False  # of a load in parts: all requests are known by it, and are done once


@dataclass(frozen=True, slots=True)
class Batch:
    """What many requests came to: how many were new, how many known, and what is to be looked at again."""

    applied: int
    unchanged: int
    warnings: tuple[str, ...]
    answer: Any = None  # to what was asked as all of them were done
    known: bool = False  # a part that was done before
