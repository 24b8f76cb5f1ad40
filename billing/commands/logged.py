"""What an entry was charged to, and what a correction changed, in words."""

from billing.commands import speech
from billing.commands.speech import minutes
from billing.views.balances import Balance
from billing.views.entries import Charged, Corrected

_FREE = {"always": "free", "first": "free, the first case", "verified": "free, verified"}


def logged(a: Charged, again: bool = False) -> str:
    """Raw → charged, from which grant, what is left."""
    assert a.balance is not None
    known = {grant.id: grant for grant in a.balance.grants}
    parts = [f"{speech.raw(a.raw_seconds)} → {minutes(a.charged)}"]
    if a.free:
        parts.append(_FREE.get(a.free) or f"on quote {a.quote}, not charged")
    for drawn in a.drawn:
        grant = known.get(drawn.grant)
        took = f"{minutes(drawn.minutes)} from " if len(a.drawn) > 1 or a.overage else ""
        if grant is None:
            parts.append(f"{took}{drawn.grant}")
        else:
            until = speech.day(grant.expires.isoformat())
            parts.append(f"{took}{grant.label}, {minutes(grant.remaining)} left until {until}")
    if a.overage:
        over = a.overage
        parts.append(
            f"{minutes(over.minutes)} to invoice at {speech.money(str(over.rate), over.currency)}/h: "
            f"{speech.money(str(over.amount), over.currency)}"
        )
    if a.owed:
        parts.append(f"{minutes(a.owed)} owed, to be drawn from the next grant")
    about = f"{a.entry}  {a.customer}" + (f"  {a.case}" if a.case else "")
    said = "  (logged before, nothing changed)" if again else ""
    return f"{about}  {a.category}  {speech.day(a.worked_on.isoformat())}{said}\n{', '.join(parts)}"


def corrected(a: Corrected, again: bool = False) -> str:
    """Each entry that was charged anew, before and after, and what is left."""
    what = a.entry or f"case {a.case}"
    verb = "voided" if a.entry else "verified"
    if a.kind not in (None, "program-error"):
        verb = f"verified as {a.kind}: what was charged stands"
    lines = [f"{what} ({a.customer}) {verb}" + (" before; nothing changed." if again else ".")]
    for change in a.changed:
        line = f"  {change.entry}: {minutes(change.charged_before)} → {minutes(change.charged)}"
        if change.free == "verified":
            line += ", free"
        if change.returned:
            way = "back to" if change.returned > 0 else "more drawn from"
            line += f", {minutes(abs(change.returned))} {way} the grants"
        if change.overage:
            line += f", {minutes(abs(change.overage))} {'less' if change.overage < 0 else 'more'} to invoice"
        lines.append(line)
    if a.balance is not None:
        lines.append(left(a.balance))
    return "\n".join(lines)


def left(balance: Balance) -> str:
    """What a customer has in hand, in one sentence."""
    return f"{balance.customer} has {minutes(balance.minutes)} left on {speech.day(balance.at.isoformat())}."
