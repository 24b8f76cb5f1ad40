"""S9: maintenance is announced ahead by the longest notice of the tariffs that it concerns."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from billing.core.notice import check_notice
from billing.core.tariff import Service, Tariff
from billing.errors import Refusal
from tests.core import build

NOW = datetime(2025, 3, 28, 12, tzinfo=UTC)  # the clocks go forward in the night after next
HOUR = timedelta(hours=1)


def tariff(name: str, hours: int | None) -> Tariff:
    return build.changed(build.PACKS, name=name, service=Service(("normal",), "normal", {}, notice_hours=hours))


def code(*tariffs: Tariff, ahead: timedelta, lasts: timedelta = HOUR, emergency: bool = False) -> str | None:
    try:
        check_notice(tariffs, NOW + ahead, NOW + ahead + lasts, NOW, emergency, UTC)
    except Refusal as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("ahead", "refused"), [(48 * HOUR, None), (48 * HOUR - timedelta(seconds=1), "too-short-notice")]
)
def test_S9_notice_is_elapsed_time_to_the_second(ahead: timedelta, refused: str | None) -> None:
    assert code(tariff("a", 48), ahead=ahead) == refused
    assert code(tariff("a", 48), ahead=ahead, emergency=True) is None


def test_S9_the_longest_notice_of_the_tariffs_counts() -> None:
    known = [tariff("c", 24), tariff("a", 72), tariff("b", None)]
    assert code(*known, ahead=71 * HOUR) == "too-short-notice"
    assert code(*known, ahead=72 * HOUR) is None
    assert code(known[2], ahead=HOUR) is None
    assert code(ahead=HOUR) is None


def test_S9_what_is_over_or_ends_before_it_begins_is_no_announcement() -> None:
    assert code(ahead=-2 * HOUR) == "bad-time"
    assert code(ahead=-2 * HOUR, lasts=2 * HOUR) == "bad-time"
    assert code(ahead=-2 * HOUR, emergency=True) is None
    assert code(ahead=HOUR, lasts=timedelta(), emergency=True) == "bad-time"


def test_S9_a_refusal_says_the_local_time() -> None:
    zone = timezone(HOUR)
    with pytest.raises(Refusal, match=r"^2025-03-28T12:30 is not after 2025-03-28T13:00; let it"):
        check_notice((), NOW, NOW - HOUR / 2, NOW, False, zone)
    with pytest.raises(Refusal, match=r"^2025-03-28T13:00 is over already; "):
        check_notice((), NOW - HOUR, NOW, NOW, False, zone)
    with pytest.raises(Refusal, match=r"^tariff a wants 48 h of notice; begin at 2025-03-30T13:00:00\+01:00 or "):
        check_notice((tariff("a", 48),), NOW, NOW + HOUR, NOW, False, zone)
