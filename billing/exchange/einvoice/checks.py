"""The exact check: every amount of a document made again from its lines, with no tolerance (M1, M2, M4, C4).

The official validators let a VAT amount be wrong by 0.50 and a line by 0.02; this one lets nothing be wrong by 0.01.
Each fault is a sentence that names the amount that stands there and the one that should.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from billing.core.units import ZERO, percentage, price_of
from billing.exchange.einvoice import mapping
from billing.exchange.einvoice.model import Invoice

Content = Mapping[str, Any]


def faults(content: Content, before: Sequence[Content] = ()) -> list[str]:
    """What does not hold in a document; none if all does.

    `before` are, for a credit note, the invoice that it corrects and the notes issued for it earlier: what a line may
    credit is the invoiced line less the line without it (C4), which one line alone cannot tell.
    """
    return [*_line_faults(content, before), *_annex_faults(content), *_sum_faults(content), *_paid_faults(content)]


def disagreements(amounts: Mapping[str, Any], content: Content) -> list[str]:
    """Where the amounts of an e-invoice's XML, as `amounts.read` found them, are not the document's."""
    expected = _expected(mapping.invoice(content))
    found = []
    for group in ("BG-25", "BG-23"):
        if len(amounts[group]) != len(expected[group]):
            found.append(f"{group}: {len(amounts[group])} in the XML, {len(expected[group])} in the document")
        for place, (said, meant) in enumerate(zip(amounts[group], expected[group], strict=False), 1):
            found += [f"{group} {place}, {fault}" for fault in _different(said, meant)]
    return found + list(_different(amounts, expected))


# Lines


def _line_faults(content: Content, before: Sequence[Content]) -> Iterator[str]:
    for place, line in enumerate(content["lines"], 1):
        expected = _price_of(line, place, content, before)
        if expected is None:
            yield f"line {place}: its amount cannot be told from quantity and price"
        elif isinstance(expected, str):
            yield f"line {place}: {expected}"
        elif Decimal(line["amount"]) != expected:
            yield f"line {place}: amount is {line['amount']}, quantity and price make {expected}"


def _price_of(line: Content, place: int, content: Content, before: Sequence[Content]) -> Decimal | str | None:
    if line.get("corrects_line") is not None and line.get("rate") is not None:
        return _credit_of(line, content, before)
    if line.get("unit_price") is not None and line.get("quantity") is not None:
        return Decimal(line["unit_price"]) * int(line["quantity"])
    if line.get("rate") is not None and line.get("minutes") is not None:
        return price_of(int(line["minutes"]), Decimal(line["rate"]))
    return None


def _credit_of(line: Content, content: Content, before: Sequence[Content]) -> Decimal | str:
    """The invoiced line with less minutes, priced anew, less what is left of it until now (C4)."""
    invoice = next((c for c in before if c["number"] == content["corrects"]), None)
    if invoice is None:
        return f"it corrects {content['corrects']}, which is not at hand"
    if not 1 <= line["corrects_line"] <= len(invoice["lines"]):
        return f"it corrects line {line['corrects_line']} of {content['corrects']}, which has no such line"
    billed = invoice["lines"][line["corrects_line"] - 1]
    if billed.get("rate") is None or Decimal(billed["rate"]) != Decimal(line["rate"]):
        return f"rate is {line['rate']}, the line that it corrects has {billed.get('rate')}"
    earlier = [
        taken
        for note in before
        if note["kind"] == "credit-note" and note["number"] != content["number"]
        for taken in note["lines"]
        if taken.get("corrects_line") == line["corrects_line"]
    ]
    minutes = billed["minutes"] + sum(taken["minutes"] for taken in earlier)
    left = Decimal(billed["amount"]) + sum((Decimal(taken["amount"]) for taken in earlier), ZERO)
    return price_of(minutes + line["minutes"], Decimal(line["rate"])) - left


def _annex_faults(content: Content) -> Iterator[str]:
    """The annex bills, at each rate, the minutes that the lines of this rate have (M5)."""
    billed: dict[Decimal, int] = defaultdict(int)
    for row in content.get("annex") or ():
        if row.get("rate") is not None:
            billed[Decimal(row["rate"])] += row["billed"]
    if not billed:
        return
    charged: dict[Decimal, int] = defaultdict(int)
    for line in content["lines"]:
        if line.get("rate") is not None and line.get("minutes") is not None:
            charged[Decimal(line["rate"])] += line["minutes"]
    for rate in sorted(billed.keys() | charged.keys()):
        if billed[rate] != charged[rate]:
            yield f"lines at {rate} have {charged[rate]} minutes, the annex bills {billed[rate]}"


# Sums


def _sum_faults(content: Content) -> Iterator[str]:
    bases: dict[tuple[str, Decimal], Decimal] = defaultdict(lambda: ZERO)
    for line in content["lines"]:
        bases[line["vat_category"], Decimal(line["vat_rate"])] += Decimal(line["amount"])
    stated = [(row["category"], Decimal(row["rate"])) for row in content["vat"]]
    if sorted(stated) != sorted(bases):
        yield f"VAT is broken down by {_kinds(stated)}, the lines are of {_kinds(bases)}"
    for row in content["vat"]:
        yield from _tax_faults(row, bases[row["category"], Decimal(row["rate"])])
    net = sum(bases.values(), ZERO)
    vat = sum((Decimal(row["amount"]) for row in content["vat"]), ZERO)
    if Decimal(content["net"]) != net:
        yield f"net is {content['net']}, the lines make {net}"
    total = net + vat + Decimal(content["rounding"])
    if Decimal(content["total"]) != total:
        yield f"total is {content['total']}, net, VAT and rounding make {total}"


def _tax_faults(row: Content, base: Decimal) -> Iterator[str]:
    name = f"VAT {row['category']} {row['rate']}%"
    if Decimal(row["base"]) != base:
        yield f"{name}: base is {row['base']}, the lines make {base}"
    amount = percentage(base, Decimal(row["rate"]))
    if Decimal(row["amount"]) != amount:
        yield f"{name}: amount is {row['amount']}, the rate makes {amount}"


def _paid_faults(content: Content) -> Iterator[str]:
    """What was paid before is nothing or the whole: the reform's frame S2 knows no other (BR-FR-CO-09)."""
    paid = Decimal(mapping.extra(content).get("paid") or 0)
    if paid and paid != Decimal(content["total"]):
        yield f"paid before is {paid}, the total is {content['total']}"
    frame = mapping.extra(content).get("frame")
    if frame is not None and (frame == "S2") != bool(paid):
        yield f"the frame is {frame}, paid before is {paid}"


def _kinds(kinds: Iterable[tuple[str, Decimal]]) -> str:
    return ", ".join(f"{category} {rate}%" for category, rate in sorted(kinds)) or "nothing"


# The XML


def _expected(invoice: Invoice) -> dict[str, Any]:
    """The amounts of a document by business term, as its XML has to have them."""
    totals = invoice.totals
    return {
        "BT-106": totals.lines,
        "BT-109": totals.net,
        "BT-110": totals.vat,
        "BT-112": totals.gross,
        "BT-113": totals.paid,
        "BT-114": totals.rounding,
        "BT-115": totals.payable,
        "BG-25": [
            {"BT-129": line.quantity, "BT-131": line.net, "BT-146": line.price, "BT-149": Decimal(line.base_quantity)}
            | ({} if line.rate is None else {"BT-152": Decimal(line.rate)})
            for line in invoice.lines
        ],
        "BG-23": [
            {"BT-116": tax.base, "BT-117": tax.amount} | ({} if tax.rate is None else {"BT-119": Decimal(tax.rate)})
            for tax in invoice.taxes
        ],
    }


def _different(said: Mapping[str, Any], meant: Mapping[str, Any]) -> Iterator[str]:
    for term in sorted(term for term in said.keys() | meant.keys() if term.startswith("BT-")):
        one, other = said.get(term, ZERO), meant.get(term, ZERO)
        if one != other:
            yield f"{term}: the XML says {one}, the document {other}"
