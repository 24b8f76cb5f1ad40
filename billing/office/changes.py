"""The journal as people read it: what became of each row that decides about money, by whom and when (A2)."""

from collections.abc import Mapping

from billing.core.units import from_cents
from billing.errors import Unknown
from billing.office.transaction import Transaction
from billing.requests.changes import AskChanges
from billing.store import journal, parties
from billing.store.journal import Recorded
from billing.store.rows import instant
from billing.store.watching import OF_KIND
from billing.texts import say
from billing.views.changes import Act, JournalColumn, JournalFact, JournalFacts

_OF_CUSTOMERS = ("customer", "address", "key", "link")
_CENTS = {"round_total", "write_off_limit", "reminder_minimum", "amount", "charges"}
_OPENS = {"key", "link"}  # whose digest is of what opens
_HIDDEN = "…"

Values = Mapping[str, str | int]


def changes(tx: Transaction, question: AskChanges) -> JournalFacts:
    """The facts of the journal, each beside what its row was before."""
    kinds, customer = _wanted(tx, question.of)
    codes = {one.id: one.code for one in parties.customers(tx.connection)}
    before: dict[tuple[str, str], Values] = {}
    found: list[JournalFact] = []
    for fact in journal.recorded(tx.connection, kinds):
        was = before.get((fact.kind, fact.subject))
        before[fact.kind, fact.subject] = fact.content
        if customer is not None and not _is_of(fact, was, customer):
            continue
        at = instant(fact.at).astimezone(tx.zone)
        if (question.first and at.date() < question.first) or (question.last and at.date() > question.last):
            continue
        known = was if fact.act == "removed" and was is not None else fact.content
        found.append(
            JournalFact(
                place=fact.n, at=at, by=fact.by, kind=fact.kind, what=_called(fact, known, codes),
                act=_act(fact, was), columns=_columns(fact, was or {}, codes),
            )
        )  # fmt: skip
    return JournalFacts(tuple(found))


def _wanted(tx: Transaction, of: str | None) -> tuple[tuple[str, ...], int | None]:
    """Of which kinds, and of which customer."""
    if of is None or of in OF_KIND:
        return (tuple(OF_KIND) if of is None else (of,)), None
    try:
        return _OF_CUSTOMERS, tx.customer(of, lock=False).id
    except Unknown as unknown:
        kinds = say("kinds are {kinds}", kinds=list(OF_KIND))
        likely = kinds if unknown.remedy is None else say("{wrong}; {remedy}", wrong=unknown.remedy, remedy=kinds)
        raise Unknown(unknown.code, unknown.what, likely) from None


def _is_of(fact: Recorded, was: Values | None, customer: int) -> bool:
    if fact.kind == "customer":
        return fact.subject == str(customer)
    return customer in (fact.content.get("customer_id"), (was or {}).get("customer_id"))


def _act(fact: Recorded, was: Values | None) -> Act:
    if fact.act in ("removed", "taken-over"):
        return "removed" if fact.act == "removed" else "taken-over"
    return "changed" if was else "new"


def _columns(fact: Recorded, was: Values, codes: Mapping[int, str]) -> tuple[JournalColumn, ...]:
    """The columns that are other than before; of what is taken over or removed none, for nothing became of it."""
    if fact.act != "set":
        return ()
    watched = OF_KIND[fact.kind]
    shown = [name for name in watched.plain if name != "digest" or fact.kind not in _OPENS]
    found: list[JournalColumn] = []
    for name in (*shown, *watched.salted):
        old, new = was.get(name), fact.content.get(name)
        if old == new:
            continue
        if name in watched.salted:
            there = [None if value is None else _HIDDEN for value in (old, new)]
            found.append(JournalColumn(column=name, before=there[0], after=there[1], hidden=True))
        else:
            found.append(JournalColumn(column=name, before=_value(name, old, codes), after=_value(name, new, codes)))
    return tuple(found)


def _value(name: str, value: str | int | None, codes: Mapping[int, str]) -> str | None:
    if value is None:
        return None
    if name in _CENTS:
        return str(from_cents(int(value)))
    return codes.get(int(value), str(value)) if name == "customer_id" else str(value)


def _called(fact: Recorded, known: Values, codes: Mapping[int, str]) -> str:
    """What a row is called: by what people know it."""
    match fact.kind:
        case "issuer":
            return str(known.get("name", ""))
        case "customer":
            return str(known.get("code", fact.subject))
        case "address":
            return codes.get(int(known.get("customer_id", 0)), fact.subject)
        case "bank":
            return f"B{fact.subject}"
        case "tariff":
            return f"{known.get('name')} {known.get('valid_from')}"
        case "logo" | "file":
            return fact.subject[:12]
    return fact.subject


QUESTIONS = {AskChanges: changes}
