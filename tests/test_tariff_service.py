"""The service part of tariff files: the shipped ones say what the policies say, faults are found (S1 to S12)."""

from datetime import date
from pathlib import Path

import pytest

from billing import tariffs
from billing.core.tariff import Closing, Service, Target, Tariff
from billing.tariffs import calendars
from billing.tariffs.written import target_of, week_of
from tests.test_tariffs import GOOD, SHIPPED, shipped, write

LUNCH = ((540, 720), (840, 1080))  # 09:00-12:00, 14:00-18:00


def service(name: str) -> Service:
    found = shipped(name).service
    assert found is not None
    return found


def minutes(amount: int) -> Target:
    return Target(amount, "business-minutes")


def days(amount: int) -> Target:
    return Target(amount, "business-days")


# --- the shipped tariffs, figure by figure ---------------------------------------------------------------------------

CATEGORIES = {  # domain.md, section 11
    "moveon": ["support", "feature-request", "import", "configuration", "training"],
    "systell": ["support", "reinstall", "configuration", "program-error"],
    "visualqie": ["support", "evolution-minor", "evolution-important", "evolution-specific"],
}
BY_QUOTE = {"import", "configuration", "training", "evolution-important", "evolution-specific"}


@pytest.mark.parametrize("name", CATEGORIES)
def test_what_the_contract_includes_is_free(name: str) -> None:
    """S8: what is not free has no rate and goes by quote; terms run by the year (R1), nothing is sold in advance."""
    tariff = shipped(name)
    assert list(tariff.categories) == CATEGORIES[name]
    paid = BY_QUOTE if name != "systell" else set()
    assert {c.name: c.free for c in tariff.categories.values()} == {
        c: None if c in paid else "always" for c in CATEGORIES[name]
    }
    assert {c.rate for c in tariff.categories.values()} == {None}
    assert (tariff.currency, tariff.term, tariff.overage) == ("EUR", "year", "refuse")
    assert (tariff.tiers, tariff.products, tariff.allowance) == ((), {}, None)


def test_the_first_version_of_moveon_counts_for_earlier_days() -> None:
    (version,) = tariffs.versions(SHIPPED, "moveon")
    assert version.valid_from == date(2025, 6, 19)
    assert tariffs.version_for([version], date(2024, 1, 1)) is version


@pytest.mark.parametrize(
    ("name", "priority", "week"),
    [
        ("visualqie", "normal", (((660, 750), (990, 1080)),) * 5),
        ("visualqie", "urgent", (((540, 1080),),) * 5),
        ("systell", "normal", (*(((480, 720), (810, 1050)),) * 4, ((480, 720), (810, 1020)))),
        *(("moveon", priority, (((540, 1020),),) * 5) for priority in ("urgent", "high", "normal", "low")),
        *(("qualiodoo", priority, (LUNCH,) * 5) for priority in ("urgent", "medium", "low")),
        *(("q3", priority, (LUNCH,) * 5) for priority in ("urgent", "normal")),
    ],
)
def test_opening_hours(name: str, priority: str, week: tuple[object, ...]) -> None:
    """S1"""
    assert service(name).hours[priority] == (*week, (), ())


@pytest.mark.parametrize(
    ("name", "priorities", "default", "zone"),
    [
        ("visualqie", ("urgent", "normal"), "normal", "Europe/Paris"),
        ("systell", ("normal",), "normal", "Europe/Paris"),
        ("moveon", ("urgent", "high", "normal", "low"), "normal", "Europe/Berlin"),
        ("qualiodoo", ("urgent", "medium", "low"), "medium", "Europe/Paris"),
        ("q3", ("urgent", "normal"), "normal", "Europe/Zurich"),
    ],
)
def test_priorities(name: str, priorities: tuple[str, ...], default: str, zone: str) -> None:
    """S1: hours are stated for each, and holidays are those of the issuer."""
    found = service(name)
    assert (found.priorities, found.default_priority, found.timezone) == (priorities, default, zone)
    assert tuple(found.hours) == priorities and found.calendar is None


def test_targets() -> None:
    """S2, S3"""
    assert service("moveon").targets == {
        "urgent": {"reply": minutes(60), "resolution": days(2)},
        "high": {"reply": days(1), "resolution": days(10)},
        "normal": {"reply": days(10), "resolution": days(30)},
        "low": {"reply": days(15), "resolution": days(30)},
    }
    assert service("qualiodoo").targets == {
        "urgent": {"take-up": minutes(120)},
        "medium": {"take-up": minutes(420)},
        "low": {"take-up": days(2)},
    }
    assert service("systell").targets == {"normal": {"reply": Target(48 * 60, "elapsed-minutes")}}
    assert service("visualqie").targets == service("q3").targets == {}
    assert {name: service(name).day_minutes for name in tariffs.names(SHIPPED)} == {
        "moveon": 480, "q3": None, "qualiodoo": None, "systell": None, "visualqie": None,
    }  # fmt: skip
    assert service("moveon").no_target == ("feature-request",)


def test_the_rest_of_the_service_parts() -> None:
    """S4, S5, S9, S10, S12: each is there where the policy has it, and nowhere else."""
    names = tariffs.names(SHIPPED)
    assert [name for name in names if service(name).from_take_up] == ["qualiodoo"]
    assert {name: service(name).closing for name in names if service(name).closing} == {
        "systell": Closing(attempts=3, attempts_within_days=2, silence_days=3, on_files=True)
    }
    assert {name: service(name).notice_hours for name in names if service(name).notice_hours} == {"moveon": 48}
    assert [name for name in names if service(name).owner_is_first_answer] == ["systell"]
    assert [name for name in names if service(name).written_authorisation] == ["moveon"]


def test_out_of_scope() -> None:
    """S11"""
    kinds = ["hardware", "operating-system", "network", "third-party-software", "development", "training"]
    assert list(service("systell").out_of_scope) == kinds
    assert {name for name in tariffs.names(SHIPPED) if service(name).out_of_scope} == {"systell"}
    assert service("systell").out_of_scope["training"]["en"] == "Training is a service of its own"


def test_evolutions() -> None:
    """S8: minor up to half a day, free after approval; important above it, a share; specific and paid by quote."""
    minor, important, specific = service("visualqie").evolutions.values()
    assert [e.name for e in (minor, important, specific)] == ["minor", "important", "specific"]
    assert [e.categories for e in (minor, important, specific)] == [
        ("evolution-minor",), ("evolution-important",), ("evolution-specific",),
    ]  # fmt: skip
    assert (minor.most_minutes, minor.approval, minor.free, minor.acceptance) == (240, True, True, False)
    assert (important.above_minutes, important.share, important.free) == (240, True, False)
    assert (specific.specification, specific.acceptance, specific.free) == (True, True, False)
    (paid,) = service("moveon").evolutions.values()
    assert (paid.name, paid.acceptance) == ("service", True)
    assert paid.categories == ("import", "configuration", "training")
    assert not any(service(name).evolutions for name in ("q3", "qualiodoo", "systell"))


# --- in words --------------------------------------------------------------------------------------------------------


def shown(name: str, language: str = "en") -> dict[tuple[str, str], str]:
    (version,) = tariffs.versions(SHIPPED, name)
    rows = tariffs.describe(version, language)
    found = {(str(section), item): value for section, item, value, _ in rows}
    assert len(found) == len(rows)
    return found


def test_a_service_part_reads_like_the_policy() -> None:
    moveon, systell, visualqie = shown("moveon"), shown("systell", "fr"), shown("visualqie", "de")
    assert moveon["opening hours", "low"] == "Mon-Fri 09:00-17:00"
    assert (
        moveon["targets", "urgent"]
        == "first reply within 1 h of business time, resolution within 2 business days"
    )  # fmt: skip
    assert moveon["service", "business_day"] == "8 h of business time"
    assert moveon["categories", "training (Training)"] == "by quote"
    assert systell["opening hours", "normal"] == "Mon-Thu 08:00-12:00, 13:30-17:30; Fri 08:00-12:00, 13:30-17:00"
    assert systell["targets", "normal"] == "first reply within 48 h of the calendar"
    attempts = "after 3 failed attempts to reach the customer within 2 business days"
    assert systell["closing a case", "attempts"] == attempts
    assert systell["out of scope", "training"] == "La formation est un service à part"
    item = "minor (Kleine Erweiterung)"
    said = "evolution-minor: up to 4 h, free, after the users' group has approved"
    assert visualqie["work on request", item] == said
    assert shown("qualiodoo")["categories", "support (Support)"] == "no rate"


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1 business hour", minutes(60)),
        ("2 business hours", minutes(120)),
        ("90 business minutes", minutes(90)),
        ("1 business day", days(1)),
        ("48 elapsed hours", Target(2880, "elapsed-minutes")),
        ("30 elapsed minutes", Target(30, "elapsed-minutes")),
    ],
)
def test_a_target_as_it_is_written(written: str, read: Target) -> None:
    assert target_of(written) == read


NO_TARGETS = ["", "0 business hours", "2 hours", "2 elapsed days", "1.5 business hours", "9999 elapsed hours"]


@pytest.mark.parametrize("written", NO_TARGETS)
def test_what_is_no_target(written: str) -> None:
    with pytest.raises(ValueError):
        target_of(written)


def test_a_week_as_it_is_written() -> None:
    week = week_of({"mon-wed": ("13:00-24:00", "00:00-12:00"), "sun": ("10:00-11:30",)})
    assert week == (*(((0, 720), (780, 1440)),) * 3, (), (), (), ((600, 690),))


SERVICE = """
[service]
timezone = "Europe/Paris"
calendar = "CH-ZH"
priorities = ["urgent", "normal"]
default_priority = "normal"
business_day = 480
source.business_day = "our terms"
no_target = ["bug"]

[service.hours.all]
days = { mon-thu = ["08:00-12:00", "13:30-17:30"], fri = ["08:00-12:00"] }
source = "our terms"

[service.targets.urgent]
reply = "1 business hour"
source = "our terms"

[service.meanings.urgent]
text = { fr = "rien ne va" }
source = "our terms"

[service.closing]
attempts = 3
attempts_within_days = 2
source = "our terms"

[service.out_of_scope.hardware]
reason = { fr = "non" }
source = "our terms"

[service.evolutions.small]
categories = ["support"]
free = true
source = "our terms"
"""


def read(tmp_path: Path, text: str) -> Tariff:
    assert tariffs.faults(write(tmp_path, text)) == []
    return tariffs.parse(text, date(2025, 1, 1))


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD).service is None
    found = read(tmp_path, GOOD + SERVICE).service
    assert found is not None
    assert list(found.hours) == ["urgent", "normal"] and list(found.targets) == ["urgent"]
    assert found.out_of_scope == {"hardware": dict.fromkeys(tariffs.LANGUAGES, "non")}
    assert found.meanings == {"urgent": dict.fromkeys(tariffs.LANGUAGES, "rien ne va")}
    assert found.closing == Closing(3, 2, 0, False)
    assert (found.from_take_up, found.owner_is_first_answer, found.written_authorisation) == (False, False, False)
    assert (found.urgency_agreed, found.told_at_take_up, found.verdicts) == (False, False, ())
    assert list(found.evolutions["small"].titles.values()) == ["small"] * 5
    least = (
        '\n[service]\npriorities = ["a", "b"]\n[service.hours.all]\ndays = { sat = ["00:00-24:00"] }\nsource = "x"\n'
    )
    found = read(tmp_path, GOOD + least).service
    assert found is not None
    assert (found.default_priority, found.timezone, found.calendar, found.day_minutes) == ("b", None, None, None)


def test_a_title_without_any_language_is_none(tmp_path: Path) -> None:
    """It ended in a crash once: `[service.evolutions.NAME]` was read by other code than categories and products."""
    text = GOOD + "title = {}\n" + SERVICE + "title = {}\n"
    tariff = read(tmp_path, text)
    assert tariff.service is not None
    named = (tariff.products["half"], tariff.service.evolutions["small"])
    assert [set(each.titles.values()) for each in named] == [{"half"}, {"small"}]


FAULTS = [
    ('"Europe/Paris"', '"Europe/Pari"', "service.timezone", "is no time zone"),
    ('"CH-ZH"', '"CH-ZX"', "service.calendar", '"CH-ZX" is no holiday calendar; known: CH, CH- and one of AG'),
    ('"CH-ZH"', '"FR-Alsace"', "service.calendar", "did you mean FR-Alsace-Moselle?"),
    ('"CH-ZH"', '"DE-XX"', "service.calendar", "known: DE, DE- and one of BB, BE"),
    ('"CH-ZH"', '"ch-zh"', "service.calendar", "did you mean CH-ZH?"),
    ('"CH-ZH"', '"Mars"', "service.calendar", "is no holiday calendar; known: BE, CH"),
    ('["urgent", "normal"]', "[]", "service.priorities", "an empty list is not"),
    ('["urgent", "normal"]', '["normal", "urgent", "normal"]', "service.priorities", "names a priority twice"),
    ('default_priority = "normal"', 'default_priority = "norml"', "service.default_priority", "did you mean normal?"),
    ("business_day = 480", "business_day = 0", "service.business_day", "0 is not whole minutes from 1 up"),
    ('source.business_day = "our terms"\n', "", "service.source.business_day", "is missing: the document"),
    ('source.business_day = "our terms"', 'source.business_day = "x"\nsource.calender = "x"', "service.source.calender",
     "is the source of nothing"),
    ('no_target = ["bug"]', 'no_target = ["bag"]', "service.no_target", "did you mean bug?"),
    ('no_target = ["bug"]', "notice = 1", "service.notice", "did you mean notice_hours?"),
    ("[service.hours.all]", "[service.hours.urgent]", "service.hours.normal", "is missing: days for every priority"),
    ("[service.hours.all]", "[service.hours.al]", "service.hours.al", "no priority of this tariff; did you mean all?"),
    ('["08:00-12:00", "13:30-17:30"]', '["08:00-12:00", "11:30-17:30"]', "service.hours.urgent.days",
     "the hours of mon overlap between 11:30 and 12:00"),
    ('["08:00-12:00", "13:30-17:30"]', '["08:00-12:00", "12:00-08:00"]', "service.hours.all.days", "is not days with"),
    ('["08:00-12:00", "13:30-17:30"]', '["8-12"]', "service.hours.all.days", "is not days with their hours, such as"),
    ('["08:00-12:00", "13:30-17:30"]', '["20:00-24:30"]', "service.hours.all.days", "is not days with their hours"),
    ("fri =", "thu =", "service.hours.all.days", "each day once"),
    ("mon-thu =", "thu-mon =", "service.hours.all.days", "is not days with their hours"),
    ("mon-thu =", "monday =", "service.hours.all.days", "is not days with their hours"),
    ('{ mon-thu = ["08:00-12:00", "13:30-17:30"], fri = ["08:00-12:00"] }', "{}", "service.hours.all.days",
     "is not days"),
    ("[service.targets.urgent]", "[service.targets.urgnt]", "service.targets.urgnt", "did you mean urgent?"),
    ('"1 business hour"', '"1 hour"', "service.targets.urgent.reply", '"1 hour" is not "2 business hours"'),
    ("reply =", "answer =", "service.targets.urgent.answer", "is not a key here; known: reply, take_up, resolution"),
    ("[service.meanings.urgent]", "[service.meanings.all]", "service.meanings.all", "is no priority of this tariff"),
    ('{ fr = "rien ne va" }', "{}", "service.meanings.urgent.text", "is not what it means, by language"),
    ("attempts = 3\n", "", "service.closing.attempts", "go together"),
    ("attempts_within_days = 2\n", "", "service.closing.attempts_within_days", "go together"),
    ("attempts = 3", "attempts = 0", "service.closing.attempts", "0 is not a whole number from 1 up"),
    ("[service.out_of_scope.hardware]", "[service.out_of_scope.bug]", "service.out_of_scope.bug", "is a category"),
    ('{ fr = "non" }', "{}", "service.out_of_scope.hardware.reason", "is not why, by language"),
    ('categories = ["support"]\nfree', 'categories = ["suport"]\nfree', "service.evolutions.small.categories",
     "did you mean support?"),
    ('categories = ["support"]\nfree', "free", "service.evolutions.small.categories", "is missing: a list of names"),
    ("free = true", "free = 1", "service.evolutions.small.free", "1 is not true or false"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "message"), FAULTS)
def test_every_fault_of_a_service_part_has_its_key(old: str, new: str, key: str, message: str, tmp_path: Path) -> None:
    """S1: hours that overlap and a calendar that does not exist are refused, and so is all that cannot be meant."""
    assert SERVICE.count(old) >= 1
    (fault,) = tariffs.faults(write(tmp_path, GOOD + SERVICE.replace(old, new, 1)))
    assert fault.key == key and fault.line > GOOD.count("\n")
    assert message in fault.message


# --- calendars -------------------------------------------------------------------------------------------------------


def test_calendars_by_name() -> None:
    """S1: France with Alsace-Moselle, 26 cantons, Belgium, Luxembourg, Germany."""
    names = calendars.names()
    assert len([name for name in names if name.startswith("CH-")]) == 26
    assert {"FR", "FR-Alsace-Moselle", "BE", "LU", "DE", "DE-BY", "LI", "MC"} <= set(names)
    for name in names:
        found = calendars.days(name, 2025)
        assert date(2025, 1, 1) in found and date(2025, 12, 25) in found and len(found) < 20, name
        assert list(found) == sorted(found)
    assert calendars.named("CH", "zh") == "CH-ZH"
    assert calendars.named("FR", "alsace-moselle") == "FR-Alsace-Moselle"
    assert calendars.named("FR", "ZH") is None
    assert calendars.of_zone("Europe/Zurich") == "CH" and calendars.of_zone(None) is None


FRANCE = ["01-01", "04-21", "05-01", "05-08", "05-29", "06-09", "07-14", "08-15", "11-01", "11-11", "12-25"]
DAYS_2025 = {
    "FR": FRANCE,
    "FR-Alsace-Moselle": sorted([*FRANCE, "04-18", "12-26"]),
    "CH": ["01-01", "05-29", "08-01", "12-25"],
    "CH-ZH": ["01-01", "04-18", "04-21", "05-01", "05-29", "06-09", "08-01", "12-25", "12-26"],
    "CH-GE": ["01-01", "04-18", "04-21", "05-29", "06-09", "08-01", "09-11", "12-25", "12-31"],
    "CH-TI": ["01-01", "01-06", "03-19", "04-21", "05-01", "05-29", "06-09", "06-19", "06-29", "08-01", "08-15",
              "11-01", "12-08", "12-25", "12-26"],
}  # fmt: skip


@pytest.mark.parametrize("name", DAYS_2025)
def test_the_days_of_a_year(name: str) -> None:
    """S1: as the tables of openings take them to be."""
    assert [f"{day:%m-%d}" for day in calendars.days(name, 2025)] == DAYS_2025[name]


def test_what_a_priority_means_s14() -> None:
    """S14: moveon defines its four priorities, each in every language; the others define none."""
    meanings = service("moveon").meanings
    assert tuple(meanings) == service("moveon").priorities
    assert all(len(set(texts.values())) == len(tariffs.LANGUAGES) for texts in meanings.values())
    assert {name for name in tariffs.names(SHIPPED) if service(name).meanings} == {"moveon"}
