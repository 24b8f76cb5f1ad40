"""Reads the service part of a tariff file into frozen values: hours, targets, closing, what is not covered."""

from collections.abc import Mapping
from typing import TypeVar

from billing.core.tariff import Closing, Evolution, Service, Target, TargetKind
from billing.tariffs.shape import ClosingTable, EvolutionTable, ServiceTable, TargetsTable
from billing.tariffs.written import target_of, titles_of, week_of

ALL = "all"  # in hours and targets: every priority that has no table of its own
T = TypeVar("T")


def service_of(table: ServiceTable) -> Service:
    """The service part that a file's table says."""
    priorities = table.priorities
    least = priorities[-1] if priorities else ""
    return Service(
        priorities=priorities,
        default_priority=least if table.default_priority is None else table.default_priority,
        hours={name: week_of(row.days) for name, row in _by_priority(table.hours, priorities)},
        targets={name: _targets(row) for name, row in _by_priority(table.targets, priorities)},
        meanings={name: titles_of(row.text, name) for name, row in table.meanings.items()},
        timezone=table.timezone,
        calendar=table.calendar,
        day_minutes=table.business_day,
        no_target=table.no_target,
        from_take_up=table.from_take_up,
        closing=_closing(table.closing) if table.closing else None,
        owner_is_first_answer=table.owner_is_first_answer,
        written_authorisation=table.written_authorisation,
        urgency_agreed=table.urgency_agreed,
        told_at_take_up=table.told_at_take_up,
        verdicts=table.verdicts,
        notice_hours=table.notice_hours,
        out_of_scope={name: titles_of(row.reason, name) for name, row in table.out_of_scope.items()},
        evolutions={name: _evolution(name, row) for name, row in table.evolutions.items()},
    )


def _by_priority(tables: Mapping[str, T], priorities: tuple[str, ...]) -> list[tuple[str, T]]:
    found = [(name, tables.get(name, tables.get(ALL))) for name in priorities]
    return [(name, table) for name, table in found if table is not None]


def _targets(table: TargetsTable) -> dict[TargetKind, Target]:
    written: dict[TargetKind, str | None] = {
        "reply": table.reply,
        "take-up": table.take_up,
        "resolution": table.resolution,
    }
    return {kind: target_of(text) for kind, text in written.items() if text is not None}


def _closing(table: ClosingTable) -> Closing:
    return Closing(
        attempts=table.attempts or 0,
        attempts_within_days=table.attempts_within_days or 0,
        silence_days=table.silence_days or 0,
        on_files=table.on_files,
    )


def _evolution(name: str, table: EvolutionTable) -> Evolution:
    return Evolution(
        name=name,
        titles=titles_of(table.title, name),
        categories=table.categories,
        most_minutes=table.most_minutes,
        above_minutes=table.above_minutes,
        approval=table.approval,
        free=table.free,
        share=table.share,
        specification=table.specification,
        acceptance=table.acceptance,
    )
