"""The plain model of a customer's minutes: what is granted, charged, drawn, owed and given back (rules T, R, G, C).

Slow and simple on purpose: everything is a list, and every figure is added up when somebody asks. What it does not
work out (`unsure`), it does not predict for that customer from then on.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.simulation.agreed import FAR, ONE, Tariff, until, years_later

NO_MONEY = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Rounded half-up to the cent (M1, M2)."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(eq=False)
class Contract:
    """What was signed, with its years."""

    tariff: Tariff
    start: date
    tier: str | None
    modules: tuple[str, ...]
    fee: Decimal | None
    years: list[int]
    ends: date = FAR  # its last day, where it was cancelled
    tiers: list[tuple[date, str]] = field(default_factory=list)  # from which day which tier, as recorded
    changed_on: date = date.min

    def spans(self) -> list[tuple[date, date]]:
        """First and last day of each term."""
        if self.tariff.term == "open":
            return [(self.start, FAR)]
        return [(years_later(self.start, n), years_later(self.start, n + 1) - ONE) for n in self.years]

    def covers(self, day: date) -> bool:
        return day <= self.ends and any(first <= day <= last for first, last in self.spans())

    def term_end(self, day: date) -> date:
        return next(last for first, last in self.spans() if first <= day <= last)

    def tier_on(self, day: date) -> str | None:
        found = [tier for since, tier in self.tiers if since <= day]
        return found[-1] if found else self.tier


@dataclass(eq=False)
class Sale:
    """Something sold; a pack waits for its payment where the tariff says so."""

    id: str
    contract: Contract
    product: str
    terms: dict[str, Any]
    pieces: int
    contacts: frozenset[str]
    on: date
    invoice: str
    net: Decimal
    credited: bool = False

    @property
    def last(self) -> date:
        return until(self.terms["validity"], self.on, self.contract.term_end(self.on))

    def in_force(self, day: date) -> bool:
        return self.terms["kind"] == "add-on" and self.on <= day <= min(self.last, self.contract.ends)


@dataclass(eq=False)
class Grant:
    """A lot of minutes."""

    contract: Contract
    kind: str
    product: str | None
    minutes: int
    starts: date
    expires: date
    covers: frozenset[str]
    contacts: frozenset[str] = frozenset()
    number: int = 0
    used: int = 0
    returned: date = date.min  # when minutes last came back to it


@dataclass(eq=False)
class Draw:
    grant: Grant
    minutes: int
    dated: date
    settles: bool = False


@dataclass(eq=False)
class Charge:
    """What one decision made of an entry."""

    dated: date
    category: str
    minutes: int = 0
    free: str | None = None
    over: int = 0
    rate: Decimal = NO_MONEY
    owed: int = 0
    draws: list[Draw] = field(default_factory=list)

    def still_owed(self, at: date = FAR) -> int:
        return self.owed - sum(draw.minutes for draw in self.draws if draw.settles and draw.dated <= at)


@dataclass(eq=False)
class Entry:
    """Work, with what was decided about it; the last charge stands."""

    id: str
    contract: Contract
    case: str | None
    category: str  # as logged
    worked: date
    seconds: int
    contact: str | None
    agent: str | None = None
    charges: list[Charge] = field(default_factory=list)
    billed: list[tuple[date, str, str, Decimal, int]] = field(default_factory=list)  # day, document, category, rate

    @property
    def charge(self) -> Charge:
        return self.charges[-1]

    @property
    def live(self) -> bool:
        return self.charge.free != "void"

    def stands(self, at: date) -> Charge | None:
        """The decision recorded last among those dated by then."""
        found = [charge for charge in self.charges if charge.dated <= at]
        return found[-1] if found else None

    def billed_as(self, category: str, rate: Decimal, at: date = FAR) -> int:
        return sum(m for on, _, name, price, m in self.billed if on <= at and (name, price) == (category, rate))

    def to_credit(self, category: str, rate: Decimal, at: date = FAR) -> list[tuple[str, int]]:
        """By invoice, what was billed of it so and stands no more: off the invoice that billed it last."""
        charge = self.stands(at)
        want = charge.over if charge is not None and (category, rate) == (charge.category, charge.rate) else 0
        more = self.billed_as(category, rate, at) - want
        by_invoice: dict[str, int] = {}
        for on, number, name, price, minutes in self.billed:
            if on <= at and (name, price) == (category, rate):
                by_invoice[number] = by_invoice.get(number, 0) + minutes
        found = []
        for number in reversed(by_invoice):
            part = max(0, min(more, by_invoice[number]))
            more -= part
            found += [(number, part)] if part else []
        return found


class Refused(Exception):
    """What the rules refuse, by the code of the refusal."""


class Book:
    """One customer's minutes."""

    def __init__(self) -> None:
        self.contracts: list[Contract] = []
        self.sales: list[Sale] = []
        self.grants: list[Grant] = []
        self.entries: list[Entry] = []
        self.gone: list[tuple[Grant, int, date]] = []  # minutes given back, as of a day
        self.verified: set[str] = set()
        self.unsure: str | None = None  # why nothing is predicted any more
        self.banked = False  # whether money came or went of which only the bank's file tells

    # What holds on a day

    def contract_on(self, day: date) -> Contract:
        found = next((contract for contract in self.contracts if contract.covers(day)), None)
        if found is None:
            raise Refused("no-active-contract")
        return found

    def windows(self, grant: Grant) -> list[tuple[date, date]]:
        """The days on which a grant can be drawn (G4, G5, G10)."""
        found = [(grant.starts, grant.expires)]
        packs = sorted((g for g in self.grants if g.kind == "pack"), key=lambda g: (g.starts, g.number))
        end = grant.expires
        while grant.kind == "pack" and grant.contract.tariff.carries:
            grace = end + timedelta(days=grant.contract.tariff.grace)
            later = [
                pack for pack in packs
                if pack.contract is grant.contract and (pack.starts, pack.number) > (grant.starts, grant.number)
                and pack.starts <= grace and pack.expires > end
            ]  # fmt: skip
            if not later:
                break
            found.append((max(end + ONE, later[0].starts), later[0].expires))
            end = later[0].expires
        cut = [(first, min(last, grant.contract.ends)) for first, last in found]
        return [(first, last) for first, last in cut if first <= last]

    def window(self, grant: Grant, day: date) -> tuple[date, date] | None:
        return next((window for window in self.windows(grant) if window[0] <= day <= window[1]), None)

    def drawn_by(self, grant: Grant, at: date) -> int:
        drawn = sum(
            draw.minutes for entry in self.entries for charge in entry.charges for draw in charge.draws
            if draw.grant is grant and draw.dated <= at
        )  # fmt: skip
        return drawn - sum(minutes for g, minutes, on in self.gone if g is grant and on <= at)

    def left(self, at: date) -> list[tuple[str, str | None, int, date]]:
        """What is left of each grant on a day: kind, product, minutes, last day (B1)."""
        found = []
        for grant in self.grants:
            window = self.window(grant, at)
            minutes = grant.minutes - self.drawn_by(grant, at)
            if window is not None and minutes:
                found.append((grant.kind, grant.product, minutes, window[1]))
        return sorted(found, key=str)

    def owed(self, at: date) -> int:
        charges = [entry.stands(at) for entry in self.entries]
        return sum(charge.still_owed(at) for charge in charges if charge is not None)

    def unbilled(self, at: date) -> tuple[int, Decimal]:
        """Overage of work up to a day that no document of a day up to it has, less what is to be credited (B1, C4)."""
        lines, credits_ = self.missing(at, at), self.too_much(at, at)
        minutes = sum(lines.values()) - sum(less for less, _ in credits_.values())
        amount = sum((cents(m * rate / 60) for (_, rate), m in lines.items()), NO_MONEY)
        for (_, _, rate), (less, billed) in credits_.items():
            amount += cents((billed - less) * rate / 60) - cents(billed * rate / 60)
        return minutes, amount

    def missing(self, at: date, issued_by: date = FAR) -> dict[tuple[str, Decimal], int]:
        """Minutes that stand and are on no document, by category and rate, of work up to a day."""
        lines: dict[tuple[str, Decimal], int] = {}
        for entry in self.entries:
            charge = entry.stands(issued_by)
            if charge is not None and charge.over and entry.worked <= at:
                missing = charge.over - entry.billed_as(charge.category, charge.rate, issued_by)
                if missing > 0:
                    key = (charge.category, charge.rate)
                    lines[key] = lines.get(key, 0) + missing
        return lines

    def too_much(self, at: date, issued_by: date = FAR) -> dict[tuple[str, str, Decimal], tuple[int, int]]:
        """By invoice, category and rate: minutes that stand no more, and all that the line has billed."""
        found: dict[tuple[str, str, Decimal], int] = {}
        for entry in (entry for entry in self.entries if entry.worked <= at):
            for name, rate in dict.fromkeys((name, rate) for on, _, name, rate, _ in entry.billed if on <= issued_by):
                for number, part in entry.to_credit(name, rate, issued_by):
                    found[number, name, rate] = found.get((number, name, rate), 0) + part
        return {key: (less, self._on_line(key, issued_by)) for key, less in found.items()}

    def _on_line(self, key: tuple[str, str, Decimal], at: date) -> int:
        parts = (part for entry in self.entries for part in entry.billed)
        return sum(minutes for on, number, name, rate, minutes in parts if on <= at and (number, name, rate) == key)

    # Rating

    def log(self, entry: Entry) -> Charge:
        """Rates a new entry (R2 to R5)."""
        known = entry.contract.tariff.categories[entry.category]
        free = known.get("free")
        charged_as = known.get("charged_as", entry.category)
        others = [e for e in self.entries if e.contract is entry.contract and e.category == entry.category and e.live]
        self.entries.append(entry)
        reason = None
        if free == "always":
            reason = "always"
        elif free == "first" and (not others or (entry.case is not None and others[0].case == entry.case)):
            reason = "first"
        elif free == "verified" and entry.case in self.verified:
            reason = "verified"
        if reason is not None:
            entry.charges.append(Charge(entry.worked, entry.category, free=reason))
        else:
            self._charge(entry, charged_as, entry.worked)
        return entry.charge

    def _pool(self, entry: Entry, category: str) -> list[Entry]:
        """The other live, charged entries that are rounded together with one (T2, T3)."""
        scope = entry.contract.tariff.rounding
        found = [e for e in self.entries if e is not entry and e.charges and e.charge.free is None]
        found = [e for e in found if e.charge.category == category]
        if scope == "day":
            return [e for e in found if e.worked == entry.worked and e.contract.tariff.rounding == "day"]
        if scope == "entry" or entry.case is None:
            return []
        return [e for e in found if e.case == entry.case and e.contract.tariff.rounding == scope]

    def _charge(self, entry: Entry, category: str, dated: date) -> None:
        tariff, pool = entry.contract.tariff, self._pool(entry, category)
        total = tariff.rounded(entry.seconds + sum(e.seconds for e in pool))
        minutes = max(0, total - sum(e.charge.minutes for e in pool))
        charge = Charge(dated, category, minutes)
        left = self._draw(entry, charge, minutes, entry.worked, dated)
        entry.charges.append(charge)
        if left and tariff.overage == "bill":
            charge.over, charge.rate = left, self._rate(entry.contract, category, entry.worked)
        elif left and tariff.overage == "owe":
            charge.owed = left
            self._settle_late(entry)

    def _rate(self, contract: Contract, category: str, day: date) -> Decimal:
        rates: list[Decimal] = [contract.tariff.categories[category]["rate"]]
        for sale in self.sales:
            if sale.in_force(day) and category in sale.terms.get("applies_to", []):
                rates.append(sale.terms["reduced_rate"])
        return min(rates)

    def _draw(self, entry: Entry, charge: Charge, minutes: int, day: date, dated: date, settles: bool = False) -> int:
        """Draws minutes from what can be drawn on a day, in the order of R4: what is left."""
        lots = []
        for grant in self.grants:
            window = self.window(grant, day)
            left = grant.minutes - grant.used
            if window and left > 0 and charge.category in grant.covers and self._admits(grant, entry.contact, day):
                lots.append((window[1], len(grant.covers), not grant.contacts, grant.starts, grant.number, grant, left))
        for *_, grant, left in sorted(lots, key=lambda lot: lot[:5]):
            part = min(left, minutes)
            if part:
                charge.draws.append(Draw(grant, part, max(dated, grant.returned), settles))
                grant.used += part
                minutes -= part
        return minutes

    def _admits(self, grant: Grant, contact: str | None, day: date) -> bool:
        if not grant.contacts:
            return True
        if contact is None:
            return False
        more = [s for s in self.sales if s.in_force(day) and s.terms.get("extends") == grant.product]
        known = {name.casefold() for name in grant.contacts}
        known |= {name.casefold() for sale in more if sale.contract is grant.contract for name in sale.contacts}
        return contact.casefold() in known

    # Owed minutes

    def _settle_late(self, entry: Entry) -> None:
        later = sorted((g for g in self.grants if g.starts > entry.worked), key=lambda g: (g.starts, g.number))
        for grant in later:
            owed = entry.charge.still_owed()
            if owed and entry.charge.category in grant.covers and self._admits(grant, entry.contact, grant.starts):
                self._draw(entry, entry.charge, owed, grant.starts, max(grant.starts, entry.charge.dated), True)

    def grant(self, grant: Grant) -> Grant:
        """Takes a new grant in and settles with it what is owed, the oldest work first (G9)."""
        grant.number = len(self.grants) + 1
        self.grants.append(grant)
        order = {id(entry): place for place, entry in enumerate(self.entries)}
        for entry in sorted(self.entries, key=lambda e: (e.worked, order[id(e)])):
            owed = entry.charge.still_owed()
            day = max(grant.starts, entry.worked)
            if owed and entry.charge.category in grant.covers and self._admits(grant, entry.contact, day):
                self._draw(entry, entry.charge, owed, day, day, True)
        return grant

    # Corrections

    def void(self, entry: Entry, on: date) -> None:
        """Takes an entry back and rates again what was rounded after it (C1)."""
        again = self._after([entry])
        self._reverse([entry, *again], on)
        self._again(again, on)

    def verify(self, case: str, on: date, also: tuple[str, ...]) -> None:
        """Frees what waited for the verification of a case, and what is declared free with it (C2)."""
        self.verified.add(case)
        mine = [e for e in self.entries if e.case == case and e.charge.free is None]
        freed = [e for e in mine if e.category in also or self._waits(e)]
        again = self._after(freed)
        self._reverse([e for e in self.entries if e in freed or e in again], on)
        for entry in freed:
            entry.charges.append(Charge(max(on, entry.worked), entry.category, free="verified"))
        self._again(again, on)

    def _waits(self, entry: Entry) -> bool:
        return bool(entry.contract.tariff.categories[entry.category].get("free") == "verified")

    def _after(self, out: list[Entry]) -> list[Entry]:
        found: list[Entry] = []
        for entry in out:
            if entry.charge.free is None:
                pool = self._pool(entry, entry.charge.category)
                found += [e for e in pool if self.entries.index(e) > self.entries.index(entry)]
        return [e for e in self.entries if e in found and e not in out]

    def _reverse(self, entries: list[Entry], on: date) -> None:
        for entry in entries:
            before = entry.charge
            entry.charges.append(Charge(max(on, entry.worked), before.category, free="void"))
            for draw in before.draws:
                day = max(on, draw.dated)
                self.gone.append((draw.grant, draw.minutes, day))
                draw.grant.used -= draw.minutes
                draw.grant.returned = max(draw.grant.returned, day)

    def _again(self, entries: list[Entry], on: date) -> None:
        for entry in entries:
            self._charge(entry, entry.charges[-2].category, max(on, entry.worked))
