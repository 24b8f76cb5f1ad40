"""Answers in words, for people at a terminal. What is said comes from the answer alone (L8)."""

from typing import Any

from billing.commands import reading
from billing.commands.context import Answer, table
from billing.documents import locale

LANGUAGE = "en"


def minutes(count: int) -> str:
    """`22 h 45`, `35 min`; with a sign where it is negative."""
    return locale.duration(count, LANGUAGE)


def money(amount: str, currency: str) -> str:
    return locale.money(amount, currency, LANGUAGE, "CH")


def day(text: str) -> str:
    from datetime import date

    return locale.day(date.fromisoformat(text), LANGUAGE)


def raw(seconds: int) -> str:
    """The time as worked, with its seconds if it has any."""
    whole, rest = divmod(seconds, 60)
    return minutes(whole) if not rest else f"{minutes(whole)} {rest} s" if whole else f"{rest} s"


# The desk


def logged(answer: Answer) -> str:
    """Raw → charged, from which grant, what is left."""
    known = {grant["id"]: grant for grant in answer["balance"]["grants"]}
    parts = [f"{raw(answer['raw_seconds'])} → {minutes(answer['charged'])}"]
    if answer["free"]:
        why = {"always": "free", "first": "free, the first case", "verified": "free, verified"}
        parts.append(why.get(answer["free"]) or f"on quote {answer['quote']}, not charged")
    for drawn in answer["drawn"]:
        grant = known.get(drawn["grant"])
        took = f"{minutes(drawn['minutes'])} from " if len(answer["drawn"]) > 1 or answer["overage"] else ""
        if grant is None:
            parts.append(f"{took}{drawn['grant']}")
        else:
            parts.append(f"{took}{grant['label']}, {minutes(grant['remaining'])} left until {day(grant['expires'])}")
    if answer["overage"]:
        over = answer["overage"]
        parts.append(
            f"{minutes(over['minutes'])} to invoice at {money(over['rate'], over['currency'])}/h: "
            f"{money(over['amount'], over['currency'])}"
        )
    if answer["owed"]:
        parts.append(f"{minutes(answer['owed'])} owed, to be drawn from the next grant")
    about = f"{answer['entry']}  {answer['customer']}" + (f"  {answer['case']}" if answer["case"] else "")
    again = "  (logged before, nothing changed)" if answer.get("unchanged") else ""
    return f"{about}  {answer['category']}  {day(answer['date'])}{again}\n{', '.join(parts)}"


def corrected(answer: Answer) -> str:
    what = answer.get("entry") or f"case {answer.get('case')}"
    verb = "voided" if answer.get("entry") else "verified"
    if answer.get("kind", "program-error") != "program-error":
        verb = f"verified as {answer['kind']}: what was charged stands"
    lines = [
        f"{what} ({answer['customer']}) {verb}" + (" before; nothing changed." if answer.get("unchanged") else ".")
    ]
    for change in answer["changed"]:
        line = f"  {change['entry']}: {minutes(change['charged_before'])} → {minutes(change['charged'])}"
        if change["free"] == "verified":
            line += ", free"
        if change["returned"]:
            way = "back to" if change["returned"] > 0 else "more drawn from"
            line += f", {minutes(abs(change['returned']))} {way} the grants"
        if change["overage"]:
            line += f", {minutes(abs(change['overage']))} {'less' if change['overage'] < 0 else 'more'} to invoice"
        lines.append(line)
    if "balance" in answer:
        lines.append(_left(answer["balance"]))
    return "\n".join(lines)


def _left(balance: Answer) -> str:
    return f"{balance['customer']} has {minutes(balance['minutes'])} left on {day(balance['at'])}."


# Balance


def balance(answer: Answer) -> str:
    """The balance as a table of grants and a few sentences."""
    lines = [_left(answer)]
    if answer["owed"]:
        lines.append(f"Owed: {minutes(answer['owed'])}, drawn first from the next grant.")
    unbilled = answer["unbilled"]
    if unbilled["minutes"] or unbilled["amount"] != "0.00":
        amount = money(unbilled["amount"], unbilled["currency"])
        lines.append(f"Not invoiced yet: {minutes(unbilled['minutes'])}, {amount} net.")
    if answer["reduced_rate_until"]:
        lines.append(f"Reduced rate until {day(answer['reduced_rate_until'])}.")
    if answer["grants"]:
        rows = [
            (g["id"], g["label"], minutes(g["granted"]), minutes(g["used"]), minutes(g["remaining"]), g["starts"],
             g["expires"] + (" (carried)" if g["carried"] else ""), ", ".join(g["covers"]))
            for g in answer["grants"]
        ]  # fmt: skip
        head = ("grant", "", "granted", "used", "left", "from", "until", "covers")
        lines += ["", table(head, rows, right=(2, 3, 4))]
    return "\n".join([*lines, "", f"Position {answer['position']}"])


def reply(answer: Answer, format: str) -> str:
    """The sentences for a reply to the customer (B1)."""
    from billing.documents import reply as sentences

    write = {"text": sentences.text, "html": sentences.html, "markdown": sentences.markdown}[format]
    return write(answer, answer["language"])


# Customers and documents


def customer(answer: Answer) -> str:
    address = " ".join(str(part) for part in answer["address"].values() if part)
    lines = [f"{answer['code']}: {answer['name']}, {answer['country']}" + (f", {address}" if address else "")]
    if answer["held"]:
        lines.append(f"HELD: {answer['held']}; `billing customer release {answer['code']}` ends that.")
    for c in answer["contracts"]:
        tier = f", {c['tier']}" if c["tier"] else ""
        end = f"cancelled, last day {c['cancelled']}" if c["cancelled"] else f"until {c['until'] or 'cancelled'}"
        lines.append(f"Contract {c['contract']}: {c['tariff']}{tier}, from {c['start']} {end}")
    if answer["contacts"]:
        lines.append(f"Contacts: {', '.join(answer['contacts'])}")
    for left in answer["own_money"]:
        lines.append(f"Own money, paid beyond what is due: {money(left['amount'], left['currency'])}")
    if answer["documents"]:
        rows = [(d["number"], d["date"], d["total"], d["status"]) for d in answer["documents"]]
        lines += ["", table(("document", "date", "total", "status"), rows, right=(2,))]
    if answer["payments"]:
        paid = [(p["payment"], p["invoice"], p["date"], p["amount"], p["bounced"]) for p in answer["payments"]]
        lines += ["", table(("payment", "invoice", "date", "amount", "taken back"), paid, right=(3,))]
    return "\n".join([*lines, "", balance(answer["balance"])])


def document(answer: Answer) -> str:
    corrects = f", corrects {answer['corrects']}" if answer["corrects"] else ""
    due = f", due {answer['due']}" if answer["due"] else ""
    rows = [
        (line["label"], minutes(line["minutes"]) if line["minutes"] is not None else line["quantity"],
         line["rate"] or line["unit_price"], f"{line['vat_rate']} %", line["amount"])
        for line in answer["lines"]
    ]  # fmt: skip
    sums: list[tuple[Any, ...]] = [("net", "", "", "", answer["net"])]
    sums += [(f"VAT {v['category']} {v['rate']} %", "", "", f"on {v['base']}", v["amount"]) for v in answer["vat"]]
    if answer["rounding"] != "0.00":
        sums.append(("rounding", "", "", "", answer["rounding"]))
    sums.append((f"total {answer['currency']}", "", "", "", answer["total"]))
    head = f"{answer['number']}, {answer['kind']} to {answer['customer']}, {answer['date']}{due}{corrects}"
    state = "" if answer["kind"] == "credit-note" else f"\n{answer['status']}, paid {answer['paid']}"
    return f"{head}\n\n{table(('', 'time', 'price', 'VAT', 'amount'), [*rows, *sums], right=(1, 2, 3, 4))}{state}"


def explained(answer: Answer) -> str:
    """The explanation, and at its end where the rules that it cites are written (B4)."""
    read = reading.links(answer["text"])
    return "\n".join([*answer["text"], *(["Where to read:", *(f"  {link}" for link in read)] if read else [])])
