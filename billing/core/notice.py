"""How long ahead planned maintenance is announced (S9)."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from billing.core.tariff import Tariff
from billing.errors import BadInput, Forbidden
from billing.texts import say


def check_notice(
    tariffs: Iterable[Tariff], starts_at: datetime, ends_at: datetime, now: datetime, emergency: bool, zone: tzinfo
) -> None:
    """Refuses maintenance that ends before it begins, is over, or begins before the longest notice of the tariffs that
    it concerns has passed; an emergency needs no notice (S9).

    Notice is counted in elapsed hours. Raises `bad-time` and `too-short-notice`; `zone` is that of the times in
    messages.
    """
    if ends_at <= starts_at:
        wrong = say("{end} is not after {start}", end=_shown(ends_at, zone), start=_shown(starts_at, zone))
        raise BadInput("bad-time", wrong, say("let it end after it begins"))
    if emergency:
        return
    if ends_at <= now:
        raise BadInput(
            "bad-time",
            say("{end} is over already", end=_shown(ends_at, zone)),
            say("what is planned is announced ahead, an emergency can be announced late"),
        )
    wanted = {t.name: t.service.notice_hours for t in tariffs if t.service and t.service.notice_hours is not None}
    if not wanted:
        return
    name, hours = max(wanted.items(), key=lambda item: (item[1], item[0]))
    earliest = now + timedelta(hours=hours)
    if starts_at < earliest:
        raise Forbidden(
            "too-short-notice",
            say("tariff {tariff} wants {hours} h of notice", tariff=name, hours=hours),
            say(
                "begin at {earliest} or later, or announce it as an emergency",
                earliest=earliest.astimezone(zone).isoformat(timespec="seconds"),
            ),
        )


def _shown(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
