"""What an entry was charged to, and what a correction changed, in words."""

from collections.abc import Iterator, Sequence

from billing.commands import speech
from billing.commands.printing import told
from billing.commands.speech import minutes
from billing.documents import locale
from billing.locales.words import word
from billing.locales.words_inside import VERDICTS
from billing.texts import Text, say
from billing.views.balances import GRANT_UNENDING, GRANT_UNTIL, Balance
from billing.views.entries import Change, Charged, Corrected, Drawn

_FREE = {
    "always": say("free"),
    "first": say("free, the first case"),
    "verified": say("free, verified"),
}


def logged(a: Charged, again: bool = False) -> str:
    """Raw → charged, from which grant, what is left."""
    about = f"{a.entry}  {a.customer}" + (f"  {a.case}" if a.case else "")
    before = told(say("(logged before, nothing changed)"))
    said = f"  {before}" if again else ""
    parts = ", ".join(told(part) for part in charges(a))
    return f"{about}  {a.category}  {speech.day(a.worked_on)}{said}\n{parts}"


def charges(a: Charged) -> Iterator[Text | str]:
    """What an entry was charged to, part by part, and what is left today for its contact and category (B1)."""
    yield f"{speech.raw(a.raw_seconds)} → {minutes(a.charged)}"
    if a.first:
        yield _not_first(a)
    if a.free:
        yield free(a)
    several = len(a.drawn) > 1 or a.overage or a.owed
    for drawn in a.drawn:
        grant = _named(drawn)
        yield say("{minutes} from {grant}", minutes=minutes(drawn.minutes), grant=grant) if several else grant
    if a.overage:
        over = a.overage
        yield say(
            "{minutes} to invoice at {rate}/h: {amount}",
            minutes=minutes(over.minutes),
            rate=speech.money(over.rate, over.currency),
            amount=speech.money(over.amount, over.currency),
        )
    if a.owed:
        yield say("{minutes} owed, to be drawn from the next grant", minutes=minutes(a.owed))
    yield from _today(a.balance)


def _named(drawn: Drawn) -> Text | str:
    """A grant as an agent knows it: its name and its end."""
    if drawn.kind is None:
        return drawn.grant
    if drawn.until is None or locale.never_ends(drawn.until):
        return GRANT_UNENDING.of(title=drawn.label)
    return GRANT_UNTIL.of(title=drawn.label, day=speech.day(drawn.until))


def _today(a: Balance | None) -> Iterator[Text]:
    if a is not None and a.contract is not None and not a.contract.active and a.contract.until is not None:
        yield say("today: the contract ended on {day}", day=speech.day(a.contract.until))
    elif a is not None and a.usable is not None:
        yield say("today: {usable}", usable=speech.usable(a))
    elif a is not None and a.included and a.contract is not None and a.contract.until is not None:
        yield say("today: included until {day}", day=speech.day(a.included_until or a.contract.until))


def free(a: Charged) -> Text:
    """Why an entry is not charged."""
    return _FREE.get(a.free or "") or say("on quote {quote}, not charged", quote=a.quote)


def _not_first(a: Charged) -> Text:
    """Why a category of which the first case is free is charged, and which case that was (R2)."""
    assert a.first is not None
    day = speech.day(a.first.worked_on)
    if a.first.case is None:
        return say(
            "charged as {category}: {entry} of {day} was the first", category=a.charged_as, entry=a.first.entry, day=day
        )
    return say(
        "charged as {category}: case {case} of {day} was the first", category=a.charged_as, case=a.first.case, day=day
    )


def corrected(a: Corrected, again: bool = False) -> str:
    """Each entry that was charged anew, before and after, and what is left."""
    lines: list[Text | str] = [_verdict(a, again)]
    if a.taken is not None:
        taken = a.taken
        about = "  ".join(part for part in (taken.case, taken.category, speech.raw(taken.raw_seconds)) if part)
        quoted = say("“{note}”", note=taken.note)
        note = f"  {told(quoted)}" if taken.note else ""
        lines.append(f"  {speech.day(taken.worked_on)}  {about}{note}")
    lines += changes(a.changed)
    for left in (a.still_charged or ()) if a.kind == "program-error" else ():  # else all: it is said above
        lines.append(
            say(
                "  {entry}: {minutes} stay charged: {reason}",
                entry=left.entry,
                minutes=minutes(left.charged),
                reason=left.reason,
            )
        )
    if a.balance is not None:
        lines.append(speech.left(a.balance))
    return "\n".join(told(line) for line in lines)


def _verdict(a: Corrected, again: bool) -> Text | str:
    what = {"what": a.entry or say("case {case}", case=a.case), "customer": a.customer}
    if a.kind not in (None, "program-error"):
        if again:
            return say(
                "{what} ({customer}) verified as {kind}: what was charged stands before; nothing changed.",
                **what,
                kind=word(VERDICTS, a.kind),
            )
        return say(
            "{what} ({customer}) verified as {kind}: what was charged stands.", **what, kind=word(VERDICTS, a.kind)
        )
    if a.entry:
        if again:
            return say("{what} ({customer}) voided before; nothing changed.", **what)
        return say("{what} ({customer}) voided.", **what)
    if again:
        return say("{what} ({customer}) verified before; nothing changed.", **what)
    return say("{what} ({customer}) verified.", **what)


def changes(changed: Sequence[Change]) -> list[str]:
    """Each entry that was charged anew, before and after, a line each."""
    return [f"  {', '.join(told(part) for part in _change(change))}" for change in changed]


def _change(change: Change) -> Iterator[Text | str]:
    became = f"{minutes(change.charged_before)} → {minutes(change.charged)}"
    yield say("{name}: {value}", name=change.entry, value=became)
    if change.free == "verified":
        yield say("free")
    if change.returned > 0:
        yield say("{minutes} back to the grants", minutes=minutes(change.returned))
    elif change.returned:
        yield say("{minutes} more drawn from the grants", minutes=minutes(-change.returned))
    if change.overage < 0:
        yield say("{minutes} less to invoice", minutes=minutes(-change.overage))
    elif change.overage:
        yield say("{minutes} more to invoice", minutes=minutes(change.overage))
