"""What help desks send, each in its own shape: questions for a balance, time worked, tickets opened and closed.

A key that is not there makes it another thing, or nothing; what is there and cannot be read is refused. `settings` are
the desk's: how its tickets, agents and fields are called.
"""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from billing.errors import BadInput
from billing.texts import say
from billing.values import dataclass

MOST = 200  # items at once
Object = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Whom something is about, as far as the desk says: its number for him, his addresses, the ticket."""

    organisation: str | None = None
    emails: tuple[str, ...] = ()
    ticket: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """Time worked, by the desk's id for it; `gone` where it was deleted there."""

    id: str
    whom: Whom
    seconds: int
    on: date | None = None
    agent: str | None = None
    note: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as it stands now."""

    id: str
    whom: Whom
    subject: str | None = None
    closed: bool = False


Sent = Whom | Time | Ticket


def read(kind: str, settings: Mapping[str, str], zone: ZoneInfo, sent: object) -> list[Sent]:
    """What a desk of a kind sent: whom it asks about, or what happened. Raises BadInput (`bad-input`)."""
    found: list[Sent] = []
    for one in _objects(sent):
        found += _READ.get(kind, _nothing)(one, settings, zone) or _generic(one, zone)
    if not found or len(found) > MOST:
        raise BadInput(
            "bad-input",
            say("nothing is known of what was sent, or it is more than {most} things at once", most=MOST),
            say("the desk's page in docs/desks says what it is to send"),
        )
    return found


def case_of(name: str, settings: Mapping[str, str], ticket: str) -> str:
    """The case that a ticket of a desk is: as the setting `case` has it, else the desk's name and the number."""
    return settings.get("case", f"{name}-{{id}}").replace("{id}", ticket)


def agent_of(settings: Mapping[str, str], agent: str | None) -> str | None:
    """The agent whom a desk names: by the setting `agent.ID`, or by his name; a number alone is nobody here."""
    if agent is None:
        return None
    return settings.get(f"agent.{agent}", None if agent.isdecimal() else agent)


def _objects(sent: object) -> Iterator[Object]:
    for one in sent if isinstance(sent, list) else [sent]:
        if not isinstance(one, dict):
            raise BadInput("bad-input", say("what was sent is no object, or no list of them"))
        yield one


def _nothing(_one: Object, _settings: Mapping[str, str], _zone: ZoneInfo) -> list[Sent]:
    return []


# Ours, that any desk can send whose webhooks are written by hand


def _generic(one: Object, zone: ZoneInfo) -> list[Sent]:
    entry, ticket = one.get("entry"), one.get("ticket")
    if isinstance(entry, dict):
        minutes = entry.get("minutes")
        seconds = _number(entry.get("seconds", 0), "seconds") if minutes is None else _number(minutes, "minutes") * 60
        return [Time(
            id=_needed(entry, "id"), whom=_whom(entry), seconds=_whole(seconds), on=_day(entry.get("date"), zone),
            agent=_text(entry.get("agent")), note=_prose(entry.get("note")), gone=entry.get("deleted") is True,
        )]  # fmt: skip
    if isinstance(ticket, dict):
        closed = _text(ticket.get("state")) == "closed"
        return [Ticket(id=_needed(ticket, "id"), whom=_whom(ticket), subject=_text(ticket.get("subject")),
                       closed=closed)]  # fmt: skip
    whom = _whom(one)
    return [] if whom == Whom() else [whom]


def _whom(one: Object) -> Whom:
    return Whom(
        organisation=_text(one.get("organization")), emails=_emails(one.get("email")), ticket=_text(one.get("ticket"))
    )


# Each desk's


def _zammad(one: Object, settings: Mapping[str, str], zone: ZoneInfo) -> list[Sent]:
    """A time accounting (its unit is the setting `unit`: minutes, hours), or a trigger's ticket."""
    if "time_unit" in one:
        unit = Decimal(3600 if settings.get("unit") == "hours" else 60)
        return [Time(
            id=_needed(one, "id"), whom=Whom(ticket=_text(one.get("ticket_id"))),
            seconds=_whole(_number(one["time_unit"], "time_unit") * unit), on=_day(one.get("created_at"), zone),
            agent=_text(one.get("created_by_id")),
        )]  # fmt: skip
    ticket = one.get("ticket")
    if not isinstance(ticket, dict) or "number" not in ticket:
        return []
    organisation, customer = _inner(ticket, "organization"), _inner(ticket, "customer")
    state = ticket.get("state")
    name = state.get("name") if isinstance(state, dict) else state
    whom = Whom(organisation=_text(organisation.get("id", ticket.get("organization_id"))),
                emails=_emails(customer.get("email")))  # fmt: skip
    return [Ticket(id=_needed(ticket, "id"), whom=whom, subject=_text(ticket.get("title")),
                   closed=name in ("closed", "merged"))]  # fmt: skip


def _glpi(one: Object, _settings: Mapping[str, str], zone: ZoneInfo) -> list[Sent]:
    """A task of a ticket with its duration in seconds; without a parent, a ticket."""
    item, parent, event = one.get("item"), one.get("parent_item"), one.get("event")
    if not isinstance(item, dict):
        return []
    if isinstance(parent, dict):
        entity, user = _inner(parent, "entity"), _inner(item, "user")
        return [Time(
            id=_needed(item, "id"), whom=Whom(organisation=_text(entity.get("id")), ticket=_text(parent.get("id"))),
            seconds=_whole(_number(item.get("duration") or 0, "duration")), on=_day(item.get("date"), zone),
            agent=_text(user.get("name")), note=_prose(item.get("content")), gone=event == "delete",
        )]  # fmt: skip
    status = _inner(item, "status").get("id", item.get("status"))
    if "name" not in item or status is None:
        return []
    return [Ticket(id=_needed(item, "id"), whom=Whom(organisation=_text(_inner(item, "entity").get("id"))),
                   subject=_text(item.get("name")), closed=_text(status) in ("5", "6"))]  # solved, closed # fmt: skip


def _freshdesk(one: Object, _settings: Mapping[str, str], zone: ZoneInfo) -> list[Sent]:
    """A time entry; one whose timer runs is none yet."""
    spent = one.get("time_spent")
    if not isinstance(spent, str):
        return []
    found = re.fullmatch(r"([0-9]{1,4}):([0-5][0-9])", spent)
    if found is None:
        raise BadInput("bad-duration", say("{value!r} is no time", value=spent), say("write it as 01:05"))
    seconds = 0 if one.get("timer_running") is True else int(found[1]) * 3600 + int(found[2]) * 60
    return [Time(
        id=_needed(one, "id"), seconds=seconds, on=_day(one.get("executed_at"), zone),
        whom=Whom(organisation=_text(one.get("company_id")), ticket=_text(one.get("ticket_id"))),
        agent=_text(one.get("agent_id")), note=_prose(one.get("note")), gone=one.get("deleted") is True,
    )]  # fmt: skip


def _zendesk(one: Object, settings: Mapping[str, str], zone: ZoneInfo) -> list[Sent]:
    """Audits of a ticket: what each adds to the field that counts its seconds (the setting `total-field`)."""
    audits, field = one.get("audits"), settings.get("total-field")
    if not isinstance(audits, list):
        return []
    if field is None:
        raise BadInput("bad-input", say("which field counts the seconds of a ticket is not known"),
                       say("add the desk with --set total-field=ID"))  # fmt: skip
    found: list[Sent] = []
    for audit in _objects(audits):
        events = audit.get("events")
        for event in _objects(events if isinstance(events, list) else []):
            if event.get("type") == "Change" and _text(event.get("field_name")) == field:
                before = _number(event.get("previous_value") or 0, "previous_value")
                seconds = _number(event.get("value") or 0, "value") - before
                found.append(Time(
                    id=_needed(audit, "id"), whom=Whom(ticket=_text(audit.get("ticket_id"))), seconds=_whole(seconds),
                    on=_day(audit.get("created_at"), zone), agent=_text(audit.get("author_id")),
                ))  # fmt: skip
    return found


def _odoo(one: Object, _settings: Mapping[str, str], zone: ZoneInfo) -> list[Sent]:
    """An analytic line, its time in hours; references are pairs of a number and a name."""
    if "unit_amount" not in one:
        return []
    return [Time(
        id=_needed(one, "id"), seconds=_whole(_number(one["unit_amount"], "unit_amount") * 3600),
        on=_day(one.get("date"), zone), agent=_first(one.get("employee_id")), note=_prose(one.get("name")),
        whom=Whom(organisation=_first(one.get("partner_id")), ticket=_first(one.get("helpdesk_ticket_id"))),
        gone=one.get("deleted") is True,
    )]  # fmt: skip


def _helpscout(one: Object, _settings: Mapping[str, str], _zone: ZoneInfo) -> list[Sent]:
    """Who is beside a conversation that an agent looks at."""
    customer = one.get("customer")
    if not isinstance(customer, dict):
        return []
    emails = dict.fromkeys((*_emails(customer.get("emails")), *_emails(customer.get("email"))))
    return [Whom(emails=tuple(emails))] if emails else []


_READ = {
    "zammad": _zammad,
    "glpi": _glpi,
    "freshdesk": _freshdesk,
    "zendesk": _zendesk,
    "odoo": _odoo,
    "helpscout": _helpscout,
    "freescout": _helpscout,
}


# Values


def _inner(one: Object, key: str) -> Object:
    found = one.get(key)
    return found if isinstance(found, dict) else {}


def _needed(one: Object, key: str) -> str:
    found = _text(one.get(key))
    if found is None:
        raise BadInput("bad-input", say("{key} is missing", key=key))
    return found


def _text(value: object) -> str | None:
    """A name or a number as text; nothing where there is none."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _prose(value: object) -> str | None:
    """Text without the markup that some desks write it in."""
    if not isinstance(value, str):
        return None
    plain = html.unescape(re.sub(r"<[^>]{0,1000}>", " ", value))
    return " ".join(plain.split())[:10_000] or None


def _first(value: object) -> str | None:
    return _text(value[0]) if isinstance(value, list) and value else _text(value)


def _emails(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(found for one in values if (found := _text(one)) is not None)


def _number(value: object, key: str) -> Decimal:
    try:
        found = Decimal(value) if isinstance(value, str | int | Decimal) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite() or abs(found) > 10_000_000:
        raise BadInput("bad-duration", say("{key} {value!r} is no number of time", key=key, value=str(value)[:60]))
    return found


def _whole(seconds: Decimal) -> int:
    """Whole seconds: half of one and more is one."""
    return int(seconds.quantize(Decimal(1), ROUND_HALF_UP))


def _day(value: object, zone: ZoneInfo) -> date | None:
    """The issuer's day of a moment, or a day (T5)."""
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise BadInput(
            "bad-date", say("{value!r} is no day", value=value[:60]), say("write it as 2025-03-04")
        ) from None
    return found.date() if found.tzinfo is None else found.astimezone(zone).date()
