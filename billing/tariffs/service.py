"""Reads the service part of a tariff's TOML into frozen values: hours, targets, closing, what is not covered."""

import re
from datetime import timedelta
from typing import Any, Literal, cast

from billing.core.tariff import Closing, Day, Evolution, Service, Target, TargetKind, Week

Table = dict[str, Any]
ALL = "all"  # in hours and targets: every priority that has no table of its own
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TARGETS: dict[str, TargetKind] = {"reply": "reply", "take_up": "take-up", "resolution": "resolution"}
_INTERVAL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_TARGET = re.compile(r"([1-9]\d{0,3}) (business minute|business hour|business day|elapsed minute|elapsed hour)s?")
_MOST = timedelta(days=365) // timedelta(minutes=1)


def service_of(table: Table) -> Service:
    """The service part that a checked table says."""
    priorities = tuple(table["priorities"])
    plain = ("timezone", "calendar", "from_take_up", "owner_is_first_answer", "written_authorisation", "notice_hours")
    return Service(
        priorities=priorities,
        default_priority=table.get("default_priority", priorities[-1] if priorities else ""),
        hours={name: week_of(row["days"]) for name, row in _by_priority(table["hours"], priorities).items()},
        targets={
            name: {kind: target_of(row[key]) for key, kind in TARGETS.items() if key in row}
            for name, row in _by_priority(table.get("targets", {}), priorities).items()
        },
        day_minutes=table.get("business_day"),
        no_target=tuple(table.get("no_target", ())),
        closing=_closing(table["closing"]) if "closing" in table else None,
        out_of_scope={name: _in_languages(row["reason"]) for name, row in table.get("out_of_scope", {}).items()},
        evolutions={name: _evolution(name, row) for name, row in table.get("evolutions", {}).items()},
        **{key: table[key] for key in plain if key in table},
    )


def week_of(days: dict[str, list[str]]) -> Week:
    """The week of `{ mon-thu = ["08:00-12:00"], fri = [...] }`. Raises ValueError for anything else."""
    found: dict[int, Day] = {}
    for key, intervals in days.items():
        first, _, last = key.partition("-")
        for day in range(DAYS.index(first), DAYS.index(last or first) + 1):
            if day in found:
                raise ValueError(f"{DAYS[day]} is there twice")
            found[day] = tuple(sorted(_interval(text) for text in intervals))
        if last and DAYS.index(last) <= DAYS.index(first):
            raise ValueError(f"{key} runs backwards")
    return cast(Week, tuple(found.get(day, ()) for day in range(7)))


def target_of(text: str) -> Target:
    """The target of `2 business days`, `1 business hour`, `48 elapsed hours`. Raises ValueError for anything else."""
    read = _TARGET.fullmatch(text)
    if read is None:
        raise ValueError(text)
    amount, unit = int(read[1]), read[2]
    if unit == "business day":
        return Target(amount, "business-days")
    minutes = amount * (60 if unit.endswith("hour") else 1)
    if minutes > _MOST:
        raise ValueError(text)
    kinds: dict[str, Literal["business-minutes", "elapsed-minutes"]] = {
        "business": "business-minutes",
        "elapsed": "elapsed-minutes",
    }
    return Target(minutes, kinds[unit.split()[0]])


def service_sources(table: Table) -> dict[str, str]:
    """Where each part of a service table comes from, as in `reading.sources`."""
    found = {f"service.{key}": source for key, source in table.get("source", {}).items()}
    for group in ("hours", "targets", "out_of_scope", "evolutions"):
        found |= {f"service.{group}.{name}": row.get("source", "") for name, row in table.get(group, {}).items()}
    if "closing" in table:
        found["service.closing"] = table["closing"].get("source", "")
    return found


def _interval(text: str) -> tuple[int, int]:
    read = _INTERVAL.fullmatch(text)
    if read is None:
        raise ValueError(text)
    opens, closes = int(read[1]) * 60 + int(read[2]), int(read[3]) * 60 + int(read[4])
    if not opens < closes <= 24 * 60:
        raise ValueError(text)
    return opens, closes


def _by_priority(table: Table, priorities: tuple[str, ...]) -> Table:
    return {name: table.get(name, table.get(ALL)) for name in priorities if name in table or ALL in table}


def _closing(table: Table) -> Closing:
    return Closing(
        table.get("attempts", 0),
        table.get("attempts_within_days", 0),
        table.get("silence_days", 0),
        table.get("on_files", False),
    )


def _evolution(name: str, table: Table) -> Evolution:
    plain = ("most_minutes", "above_minutes", "approval", "free", "share", "specification", "acceptance")
    return Evolution(
        name=name,
        titles=_in_languages(table.get("title", {"en": name})),
        categories=tuple(table["categories"]),
        **{key: table[key] for key in plain if key in table},
    )


def _in_languages(given: dict[str, str]) -> dict[str, str]:
    other = given.get("en") or next(iter(given.values()))
    return {language: given.get(language, other) for language in ("fr", "de", "it", "en")}
