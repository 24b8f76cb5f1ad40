"""Cases in words: what happened to one, what it was promised, what waits."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from billing.commands import attached, printing
from billing.commands.context import pages, table
from billing.commands.printing import told
from billing.locales.words import CALLS, CASES, word
from billing.locales.words_inside import CHANNELS, HAPPENED, MAINTENANCE, PRIORITIES, VERDICTS
from billing.texts import Text, named, say, say_as

if TYPE_CHECKING:
    from billing.views.cases import (
        CallBack,
        CaseList,
        CaseRow,
        CaseShown,
        Happened,
        Hours,
        OpenCases,
        Queue,
        Swept,
        Target,
        Worked,
    )

TARGETS = {"reply": say("first reply"), "take-up": say("take-up"), "resolution": say("resolution")}


def told_of(a: "CaseShown") -> str:
    """What happened last to a case, how it stands, and what it still waits for."""
    newest = max(a.events, key=_number)
    known = {"case": a.case, "customer": a.customer, "what": what(newest), "state": word(CASES, a.state)}
    if a.owner:
        first = say(
            "{case} ({customer}): {what}. It is {state}, {owner}'s, priority {priority}.",
            **known,
            owner=a.owner,
            priority=word(PRIORITIES, a.priority),
        )
    else:
        first = say(
            "{case} ({customer}): {what}. It is {state}, priority {priority}.",
            **known,
            priority=word(PRIORITIES, a.priority),
        )
    more: list[Text | str] = [target(t) for t in a.targets if not t.met and a.state != "closed"]
    if a.meaning and newest.priority is not None:
        more.insert(0, meaning(a.priority, a.meaning))
    if a.line is not None and not a.line.open:
        more.append(_shut(a.line))
    return "\n".join([told(first), *(f"  {told(line)}" for line in more)])


def meaning(priority: str, means: dict[str, str]) -> Text:
    """What a priority means, in the words of the tariff."""
    return say("{name}: {value}", name=word(PRIORITIES, priority), value=named(means))


def _shut(line: "Hours") -> Text:
    return say("Nobody is there at that time: the line opens {moment}.", moment=moment(line.opens))


def _number(event: "Happened") -> int:
    """Its number in the order of recording: the newest has the highest, whatever its moment is."""
    return int(event.id.rpartition("#")[2])


def again(a: "CaseShown") -> Text:
    """That the same was recorded before."""
    return say("{case} ({customer}): recorded before; nothing changed.", case=a.case, customer=a.customer)


def target(target: "Target") -> Text:
    """How a target stands, in a few words."""
    known = {"target": TARGETS[target.kind], "due": moment(target.due)}
    if target.met:
        if target.state == "met":
            return say("{target}: {moment}, in time (due {due})", **known, moment=moment(target.met))
        return say("{target}: {moment}, late (due {due})", **known, moment=moment(target.met))
    if target.state == "paused":
        return say("{target}: stopped, waiting for the customer", target=known["target"])
    if target.state == "late":
        return say("{target}: due {due}, overdue", **known)
    return say("{target}: due {due}", **known)


def due(next_: "Target | None") -> Text | str:
    """What is due next, in a few words."""
    return target(next_) if next_ else ""


def moment(at: datetime | None) -> str:
    """A time for people: to the minute."""
    return "" if at is None else printing.moment(at)


def what(event: "Happened") -> Text:
    """What an event was, in words; of one that is void that it is."""
    return say("void: {what}", what=_happened(event)) if event.void else _happened(event)


def _happened(event: "Happened") -> Text:
    kind, sender = event.kind, event.sender
    if kind == "answer":
        return HAPPENED["answer" if sender == "customer" else "reply"]
    if kind == "void":
        return say("{event} is void", event=event.of)
    if kind == "change":
        return _changed(event)
    if kind == "ask-files" and event.closes:
        return say("asked for files, which closes it until they arrive")
    if kind == "hand-over":
        return say("handed over to {agent}", agent=event.recipient)
    if kind == "priority":
        return _agreed(say("priority {priority}", priority=word(PRIORITIES, event.priority)), event)
    if kind == "take" and event.told:
        return say("taken up, and the customer told")
    if kind == "verify":
        return say("verified: {verdict}", verdict=word(VERDICTS, event.verdict))
    if kind in ("callback-done", "callback-withdrawn"):
        return say("{what}, {event}", what=HAPPENED[kind], event=event.of)
    if event.since is not None and kind != "callback":
        when = _span(event.since, event.until)
        return say("{what}; to be called back {when}", what=_reached(event), when=when)
    if kind == "callback":
        return say("can be called back {when}", when=_span(event.since, event.until))
    if kind == "close":
        return say("closed by the rules") if sender == "sweep" else say("closed by agreement")
    return _reached(event)


def _reached(event: "Happened") -> Text:
    kind = event.kind
    text = HAPPENED[kind]
    if event.channel:
        text = say("{what} by {channel}", what=text, channel=word(CHANNELS, event.channel))
    if kind == "open" and event.priority:
        text = say("{what}, {priority}", what=text, priority=word(PRIORITIES, event.priority))
    return _agreed(text, event)


def _agreed(text: Text, event: "Happened") -> Text:
    return say("{what}, agreed with {name}", what=text, name=event.agreed_with) if event.agreed_with else text


def _changed(event: "Happened") -> Text:
    """What was corrected about a case."""
    parts = (say("subject") if event.subject else None, event.category, event.contact,
             word(PRIORITIES, event.priority))  # fmt: skip
    return say("changed: {what}", what=", ".join(told(part) for part in parts if part))


def _call(call: "CallBack") -> Text:
    """When a customer is to be called back, or when that was missed."""
    window = _span(call.first, call.last)
    return say("missed: {when}", when=window) if call.state == "missed" else window


def _kept(call: "CallBack") -> Text:
    """What became of a call-back."""
    if call.done is None:
        return CALLS[call.state]
    known = {"state": CALLS["done"], "moment": moment(call.done)}
    return (
        say("{state} {moment} by {agent}", **known, agent=call.agent)
        if call.agent
        else say("{state} {moment}", **known)
    )


def _span(first: datetime | None, last: datetime | None) -> Text:
    """From a moment to another of the same day, as a rule."""
    return say_as("moments", "{first} to {last}", first=moment(first), last=moment(last)[-5:])


def shown(a: "CaseShown") -> str:
    """A case with its targets and its whole history."""
    senders = {"customer": say("customer"), "sweep": say_as("who did it", "rules")}
    rows: list[tuple[date, bool, tuple[object, ...]]] = [
        (
            e.at.date(), False,
            (moment(e.at), f"#{_number(e)}", e.agent or senders.get(e.sender), what(e),
             "" if e.note == e.verdict else " / ".join((e.note or "").splitlines())),
        )
        for e in a.events
    ]  # fmt: skip
    rows += [(e.date, True, (e.date, "", e.agent, _work(e), e.entry)) for e in a.entries]
    rows.sort(key=lambda row: row[:2])  # work has a day alone: after its events
    head = say_as("a moment", "when"), "", say("who"), say("what"), ""
    return "\n".join([*(told(line) for line in _about(a)), "", table(head, [cells for _, _, cells in rows])])


def _about(a: "CaseShown") -> Iterator[Text | str]:
    level = say("priority {priority}", priority=word(PRIORITIES, a.priority)) if a.priority else None
    about = [told(part) for part in (a.customer, a.category, level, a.contact) if part]
    yield say("{name}: {value}", name=a.case, value=", ".join(about))
    if a.subject:
        yield a.subject
    state = word(CASES, a.state)
    yield say("{state}, owned by {owner}", state=state, owner=a.owner) if a.owner else state
    if a.meaning:
        yield meaning(a.priority, a.meaning)
    yield from map(target, a.targets)
    if a.line is not None and not a.line.open:
        yield _shut(a.line)
    if a.told:
        yield say("last told {moment}", moment=moment(a.told))
    yield from (say("call back {when}: {state}", when=_span(c.first, c.last), state=_kept(c)) for c in a.callbacks)
    if a.needs_authorisation and not a.authorised:
        yield say("No written authorisation of the customer is kept: his data is not to be changed.")
    for planned in a.maintenance:
        yield say(
            "Maintenance {maintenance}, {state}, {when}: {text}",
            maintenance=planned.maintenance,
            state=word(MAINTENANCE, planned.state),
            when=say_as("moments", "{first} to {last}", first=moment(planned.first), last=moment(planned.last)),
            text=planned.text,
        )
    for file in a.attachments:
        yield say("file {file}", file=attached.line(file))
    yield say("worked {raw} min, charged {charged} min", raw=a.minutes.raw, charged=a.minutes.charged)


def _work(entry: "Worked") -> Text:
    from billing.commands import speech

    worked = speech.raw(entry.raw_seconds)
    if entry.free == "void":
        return say("worked {time}, voided", time=worked)
    if entry.free == "quote":
        return say("worked {time}, on a quote", time=worked)
    return say("worked {time}, charged {charged}", time=worked, charged=speech.minutes(entry.charged))


def listed(a: "CaseList", page: int = 1) -> Text | str:
    """Cases as a table."""
    rows = [
        (c.case, c.customer, c.category, word(PRIORITIES, c.priority), word(CASES, c.state), c.owner, c.minutes.raw,
         moment(c.opened), last(c), *_who_and_what(c))
        for c in a.cases
    ]  # fmt: skip
    head = (
        say("case"), say("customer"), say("category"), say("priority"), say("state"), say("owner"), "min",
        say("opened"), say("last"), *_ABOUT,
    )  # fmt: skip
    return pages(head, rows, page, right=(6,)) if rows else say("No cases.")


def queued(a: "Queue", page: int = 1) -> Text | str:
    """What is to be done as a table, the next one first."""
    rows = []
    for c in a.cases:
        windows = ", ".join(told(_call(call)) for call in c.callbacks)
        first = "Support+" if c.priority_service else ""
        rows.append(
            (c.case, c.customer, word(PRIORITIES, c.priority), first, word(CASES, c.state), c.owner, due(c.next),
             windows, c.minutes.raw, last(c), moment(c.told), *_who_and_what(c))
        )  # fmt: skip
    head = (
        say("case"), say("customer"), say("priority"), "", say("state"), say("owner"), say("next"), say("call back"),
        "min", say("last"), say("last told"), *_ABOUT,
    )  # fmt: skip
    return pages(head, rows, page, right=(8,)) if rows else say("Nothing waits.")


def opened(a: "OpenCases", page: int = 1) -> Text | str:
    """The unresolved cases as a table, the oldest first."""
    rows = [
        (c.case, c.customer, word(PRIORITIES, c.priority), word(CASES, c.state), c.owner, c.age_days, c.minutes.raw,
         last(c), moment(c.told), due(c.next), *_who_and_what(c))
        for c in a.cases
    ]  # fmt: skip
    head = (
        say("case"), say("customer"), say("priority"), say("state"), say("owner"), say("days"), "min", say("last"),
        say("last told"), say("next"), *_ABOUT,
    )  # fmt: skip
    return pages(head, rows, page, right=(5, 6)) if rows else say("Every case is resolved.")


_ABOUT = say("name"), say("subject")  # last, where a narrow terminal cuts them first


def _who_and_what(c: "CaseRow") -> tuple[str, str | None]:
    return c.customer_name, c.subject


def last(c: "CaseRow") -> Text:
    """What happened last to a case, and when; of work only the day is known."""
    when = printing.day(c.last.at.date()) if c.last.kind == "work" else moment(c.last.at)
    return say("{what} {moment}", what=word(HAPPENED, c.last.kind), moment=when)


def swept(a: "Swept") -> str:
    """What the rules closed, and why."""
    return _reasons(a, say("{count} {count:case|cases} closed.", count=len(a.closed)))


def would_be_swept(a: "Swept") -> str:
    """What the rules would close, and why."""
    return _reasons(a, say("{count} {count:case|cases} would be closed.", count=len(a.closed)))


def _reasons(a: "Swept", sum_: Text) -> str:
    return "\n".join([*(told(say("{name}: {value}", name=row.case, value=row.reason)) for row in a.closed), told(sum_)])
