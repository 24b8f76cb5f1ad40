"""The names that exist, for completion: customers, cases, categories, products, entries, invoices, tariffs.

`found` looks at the database through `Rows` alone, so that a shell's Tab waits for no SQLAlchemy; tariffs are read
where they are asked for.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing.core import naming
from billing.requests.names import AskNames
from billing.store import names as store
from billing.store.names import Rows
from billing.views.names import Names

if TYPE_CHECKING:
    from billing.core.tariff import Tariff
    from billing.office.transaction import Transaction

_MOST = 200  # what a shell can usefully list
_CLOSING = ("close", "ask-files")  # what happened last to a case that is probably closed
_CHANNELS = ("phone", "voicemail", "mail", "portal", "remote", "visit")  # any word is taken (q3: the customer chooses)

Pair = tuple[str, str]  # a name, and what it is


def asked(tx: "Transaction", question: AskNames) -> Names:
    """The names of a kind that begin with a text; see `found`."""
    from sqlalchemy import text

    return found(
        lambda sql, values: list(tx.connection.execute(text(sql), values)), question, lambda: tx.setting.folders
    )


def found(rows: Rows, question: AskNames, folders: Callable[[], Sequence[Path]]) -> Names:
    """The names of a kind that begin with a text; of what there is much of, the database finds the first.

    Customers are found by any part of their names too, cases of a customer by any part of what they are about.
    """
    start, whose = question.start, _whose(rows, question.customer) if question.customer else None
    if question.kind == "customers":
        return _named(_customers(rows, start))
    if question.kind == "cases":
        return _named(_cases_of(rows, start, whose) if whose else _cases(rows, start))
    if question.kind == "entries":
        return _named((name, "") for name in _entries(rows, start))
    if question.kind in store.BEGINNING:
        values = {"begins": store.begins(start), "most": _MOST}
        return _named((name, "") for (name,) in rows(store.BEGINNING[question.kind], values))
    if question.kind == "tariffs":
        from billing import tariffs

        some: Iterable[Pair] = ((name, "") for name in tariffs.names(folders()))
    elif question.kind == "channels":
        some = ((name, "") for name in _CHANNELS)
    elif question.kind == "agents":
        some = [(code, name or "") for code, name, _ in rows(store.AGENTS, {})]
    elif question.kind == "contacts":
        some = ((name, "") for (name,) in rows(store.CONTACTS, whose)) if whose else ()
    else:
        some = _of_tariffs(rows, question.kind, whose, question.language)
    return _named(pair for pair in some if pair[0].casefold().startswith(start.casefold()))


def _named(pairs: Iterable[Pair]) -> Names:
    some = dict(pairs)
    return Names(tuple(some), tuple(some.values()) if any(some.values()) else ())


def _whose(rows: Rows, written: str) -> dict[str, Any]:
    """The customer of that code, or whose case it is; none for neither."""
    found = rows(store.KEY, {"whose": written}) or rows(store.KEY_OF_CASE, {"folded": naming.folded(written)})
    return {"customer": found[0][0] if found else None}


def _customers(rows: Rows, start: str) -> list[Pair]:
    """Customers whose code begins with a text, then those of whose code or name it is a part, each with its name."""
    first = rows(store.BEGINNING["customers"], {"begins": store.begins(start), "most": _MOST})
    if start and len(first) == _MOST:
        return [(code, "") for (code,) in first]
    known = [(code, name) for code, name in rows(store.CUSTOMERS, {})]
    beginning = {code for (code,) in first}
    return [*(pair for pair in known if pair[0] in beginning), *naming.named(start, known)][:_MOST]


def _entries(rows: Rows, start: str) -> list[str]:
    """Ids of entries that begin with a text: those that were given, then a customer's latest."""
    forms = dict.fromkeys((start, start.upper(), start.lower()))
    given = (name for form in forms for (name,) in rows(store.ENTRIES_GIVEN, {"form": form, "most": _MOST}))
    known = [name for name in given if name.casefold().startswith(start.casefold())]
    if len(known) < _MOST:
        values = {"code": start.rpartition("-")[0], "begins": store.begins(start), "most": _MOST}
        known += [name for (name,) in rows(store.ENTRIES_MADE, values)]
    return list(dict.fromkeys(known))[:_MOST]


def _cases(rows: Rows, start: str) -> list[Pair]:
    """Cases whose reference begins with a text, with what they are about, those that are probably open first."""
    folded = naming.folded(start)
    return _open_first(rows, rows(store.CASES, {"begins": store.begins(folded), "most": _MOST}))


def _cases_of(rows: Rows, start: str, whose: dict[str, Any]) -> list[Pair]:
    """A customer's latest cases that a text names or that are about it, those that are probably open first."""
    some = _open_first(rows, rows(store.CASES_OF, whose | {"most": _MOST}))
    folded = naming.folded(start)
    beginning = [pair for pair in some if naming.folded(pair[0]).startswith(folded)]
    return beginning + (naming.named(start, some) if start else [])


def _open_first(rows: Rows, cases: Iterable[Any]) -> list[Pair]:
    events = store.events(rows, [reference for (reference,) in cases])
    last = {case: _last_kind(some) for case, some in events.items()}
    by_state = sorted(events, key=lambda case: (last[case] is None, last[case] in _CLOSING))
    return [(case, naming.subject_in(_about(events[case]))) for case in by_state]


def _last_kind(events: Iterable[store.Event]) -> str | None:
    """What happened last to a case; nothing to one on which work was only logged, which comes last."""
    told = [(seq, n, kind) for kind, seq, _, n, *_ in events if kind not in ("note", "change")]
    return max(told)[2] if told else None


def _about(events: Sequence[store.Event]) -> str:
    """The note of a case's opening, or of a later change that was not voided."""
    gone = {refers for *_, refers, _ in events}
    notes = [
        (at, seq, note)
        for kind, seq, at, _, _, note in events
        if note is not None and (kind == "open" or (kind == "change" and seq not in gone))
    ]
    return max(notes)[2] if notes else ""


def _of_tariffs(rows: Rows, kind: str, whose: dict[str, Any] | None, language: str) -> list[Pair]:
    """What the tariff versions have that a customer's terms cite, or all that any does; what a priority means (S14)."""
    from billing import tariffs
    from billing.core import cases

    have: dict[str, Callable[[Tariff], Iterable[str]]] = {
        "categories": lambda tariff: tariff.categories,
        "products": lambda tariff: tariff.products,
        "tiers": lambda tariff: tariff.tiers,
        "priorities": lambda tariff: cases.priorities(tariff.service),
    }
    cited = {version for (version,) in rows(store.VERSIONS_OF, whose)} if whose else set()
    versions = [row for row in rows(store.VERSIONS, {}) if not cited or row[0] in cited]
    parsed = [tariffs.parse(text, date.fromisoformat(since)) for _, since, text in versions]
    names = dict.fromkeys(name for tariff in parsed for name in have[kind](tariff))
    if kind == "priorities" and len({tariff.name for tariff in parsed}) == 1:  # several mean several things
        meanings = parsed[-1].service.meanings if parsed[-1].service else {}
        return [(name, meanings[name][language] if name in meanings else "") for name in names]
    return [(name, "") for name in names]


QUESTIONS = {AskNames: asked}
