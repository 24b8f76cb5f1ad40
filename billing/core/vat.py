"""How a line is taxed: EN 16931's category and the rate. Which one applies is law, and dated data (`billing.law`)."""

from decimal import Decimal
from typing import Literal

from billing.values import dataclass

VatCategory = Literal["S", "AE", "E", "O"]


@dataclass(frozen=True, slots=True, order=True)
class VatClass:
    """A VAT category, S (standard), AE (reverse charge), E (exempt) or O (outside scope), with its rate in per cent."""

    category: VatCategory
    rate: Decimal
