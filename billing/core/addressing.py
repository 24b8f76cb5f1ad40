"""Whose an address is (A4): what says so of it, and whose that makes it. It knows no mail and no database."""

from collections.abc import Iterable
from typing import Literal

from billing.values import dataclass

Kind = Literal["address", "domain", "desk"]  # what a customer can be given: a mailbox, a domain, a help desk's name
By = Literal["address", "domain", "desk", "email"]  # and what is kept of him anyway: where his documents go


@dataclass(frozen=True, slots=True)
class Claim:
    """That an address is a customer's, and by what."""

    customer: str  # a code
    by: By


def owner(claims: Iterable[Claim]) -> Claim | None:
    """Whose an address is by all that is claimed of it: what names it itself comes before its domain (A4).

    Nobody's where several customers claim it, as where one fiduciary gets the invoices of two.
    """
    found = list(claims)
    counted = [claim for claim in found if claim.by != "domain"] or found
    return counted[0] if len({claim.customer for claim in counted}) == 1 else None


def of_all(owners: Iterable[Claim | None]) -> str | None:
    """The one customer whose all addresses are; none where one is nobody's or another's, or there is no address (A4).

    So a message to more than one customer has neither's balance in it.
    """
    codes = {None if claim is None else claim.customer for claim in owners}
    return codes.pop() if len(codes) == 1 else None
