"""Time from other tools in the ledger: once, edited, gone, parked; on both databases (L5, C1, C4)."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Refusal
from billing.requests.invoicing import RunMonth
from billing.service import Billing
from tests.imports.made import CUSTOMERS, TODAY, counts, desk, kimai, live, take, zammad
from tests.support import audit, contents, do, load, log, made, opened, run, void

PRINTER = {"Description": "T-18 printer", "From": "10:00", "To": "10:05", "Duration": "0.08"}


def test_l5_a_file_is_taken_in_once_and_again_changes_nothing(database_url: str) -> None:
    """Two rows that say the same are two; the same file again is known, whole or in parts."""
    setting = desk(database_url)
    data = kimai({}, PRINTER, PRINTER)
    first = take(setting, "kimai", data)
    assert counts(first) == (3, 0, 0, 0, 0)
    assert first.minutes == {"ALPINA": 20}
    assert sorted(row[1:] for row in live(setting).values()) == [
        ("T-17", "support", "2025-03-03", 600, "Anna"),
        ("T-18", "support", "2025-03-03", 300, "Anna"),
        ("T-18", "support", "2025-03-03", 300, "Anna"),
    ]
    assert all(id.startswith("kimai:") for id in live(setting))
    before = contents(setting)
    again = take(setting, "kimai", data)
    assert counts(again) == (0, 0, 0, 0, 3)
    assert again.minutes == first.minutes
    assert counts(take(setting, "kimai", kimai({}))) == (0, 0, 2, 0, 1)
    kept = contents(setting)
    assert {name: rows for name, rows in kept.items() if name != "imported_time"} == {
        name: rows for name, rows in before.items() if name != "imported_time"
    }
    assert audit(setting)["ok"]


def test_c1_what_was_changed_there_is_changed_here(database_url: str) -> None:
    """An edit is a void and ID#2 in one transaction; the row as it was before makes #3, the same again nothing."""
    setting = desk(database_url)
    assert counts(take(setting, "odoo", odoo(901, 0.25))) == (1, 0, 0, 0, 0)
    assert counts(take(setting, "odoo", odoo(901, 0.5))) == (0, 1, 0, 0, 0)
    assert {id: row[4] for id, row in live(setting).items()} == {"odoo:901#2": 1800}
    assert counts(take(setting, "odoo", odoo(901, 0.5))) == (0, 0, 0, 0, 1)
    assert counts(take(setting, "odoo", odoo(901, 0.25))) == (0, 1, 0, 0, 0)
    assert {id: row[4] for id, row in live(setting).items()} == {"odoo:901#3": 900}
    assert counts(
        take(setting, "odoo", odoo(901, 0.25, partner_id=[78, "Bergbahn AG"], helpdesk_ticket_id=[25, "#25"]))
    ) == (0, 1, 0, 0, 0)
    assert [row[0] for row in live(setting).values()] == ["BAHN"]
    assert audit(setting)["ok"]


def test_c4_time_that_was_invoiced_and_changed_becomes_a_credit_note(database_url: str) -> None:
    setting = desk(database_url)
    take(setting, "odoo", odoo(901, 1.0))
    Billing(setting).do(RunMonth(month=TODAY.replace(day=1), on=TODAY))
    assert counts(take(setting, "odoo", odoo(901, 0.5))) == (0, 1, 0, 0, 0)
    run = do(setting, RunMonth(month=TODAY.replace(day=1), on=TODAY))
    assert [(each["kind"], each["net"]) for each in run["invoices"]] == [
        ("invoice", "87.50"), ("credit-note", "-175.00"),
    ]  # fmt: skip
    assert audit(setting)["ok"]


def test_l5_what_was_put_right_here_stays_until_the_tool_changes_it(database_url: str) -> None:
    """The same file again does not take back what somebody edited or voided by hand."""
    setting = desk(database_url)
    rows = json.loads(odoo(901, 0.25)) + json.loads(odoo(902, 0.25))
    take(setting, "odoo", json.dumps(rows).encode())
    from billing.requests.edits import Edit

    do(setting, Edit(entry="odoo:901", seconds=1200))
    void(setting, "odoo:902", "not theirs")
    stood = live(setting)
    assert counts(take(setting, "odoo", json.dumps(rows).encode())) == (0, 0, 0, 0, 2)
    assert live(setting) == stood
    rows[0]["unit_amount"], rows[1]["unit_amount"] = 0.75, 0.75
    view = take(setting, "odoo", json.dumps(rows).encode())
    assert counts(view) == (0, 1, 0, 1, 0)
    assert [row.code for row in view.parked_rows] == ["already-voided"]
    assert {id: row[4] for id, row in live(setting).items()} == {"odoo:901#3": 2700}


def test_l5_what_is_gone_is_named_and_voided_only_when_asked(database_url: str) -> None:
    """Of the days of the file or of the period; a row that is back is logged anew."""
    setting = desk(database_url)
    both = json.dumps(json.loads(odoo(901, 0.25)) + json.loads(odoo(902, 0.5, date="2025-03-20"))).encode()
    take(setting, "odoo", both)
    assert counts(take(setting, "odoo", odoo(901, 0.25))) == (0, 0, 0, 0, 1)  # its days end before
    march = TODAY.replace(day=1)
    view = take(setting, "odoo", odoo(901, 0.25), period=march)
    assert counts(view) == (0, 0, 1, 0, 1)
    assert [(gone.entry, gone.customer, gone.minutes, gone.voided) for gone in view.gone_entries] == [
        ("odoo:902", "ALPINA", 30, False)
    ]
    assert set(live(setting)) == {"odoo:901", "odoo:902"}
    view = take(setting, "odoo", odoo(901, 0.25), period=march, delete=True)
    assert [gone.voided for gone in view.gone_entries] == [True]
    assert set(live(setting)) == {"odoo:901"}
    assert counts(take(setting, "odoo", odoo(901, 0.25), period=march, delete=True)) == (0, 0, 0, 0, 1)
    assert counts(take(setting, "odoo", both)) == (1, 0, 0, 0, 1)
    assert set(live(setting)) == {"odoo:901", "odoo:902#2"}
    assert audit(setting)["ok"]


def test_an_empty_file_voids_nothing_unless_it_is_said_twice(database_url: str) -> None:
    setting = desk(database_url)
    take(setting, "odoo", odoo(901, 0.25))
    with pytest.raises(Refusal) as refused:
        take(setting, "odoo", b"[]", period=TODAY.replace(day=1), delete=True)
    assert refused.value.code == "ask-back"
    assert set(live(setting)) == {"odoo:901"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"Customer": "Nobody AG"}, "unknown-customer"),
        ({"Customer": "Cima Sagl"}, "no-active-contract"),
        ({"Date": "2024-12-31"}, "no-active-contract"),
        ({"Date": "2025-04-01"}, "future-date"),
        ({"Date": "2025-02-30"}, "bad-date"),
        ({"Activity": "Meeting"}, "unknown-category"),
        ({"Duration": "10"}, "bad-duration"),
        ({"Duration": "25.00"}, "bad-duration"),
        ({"Duration": "-0.50"}, "bad-duration"),
        ({"Duration": "soon"}, "bad-duration"),
        ({"User": "An\u202ena"}, "bad-input"),
        ({"User": "x" * 201}, "bad-input"),
        ({"Description": "B-1 theirs"}, "conflict"),
    ],
)
def test_what_cannot_be_placed_is_parked_and_the_rest_goes_in(
    database_url: str, row: dict[str, str], code: str
) -> None:
    setting = desk(database_url)
    log(setting, customer="BAHN", seconds=60, case="B-1", on=TODAY)
    view = take(setting, "kimai", kimai({}, row, PRINTER))
    assert counts(view) == (2, 0, 0, 1, 0)
    assert [(parked.row, parked.code) for parked in view.parked_rows] == [(3, code)]
    assert view.minutes == {"ALPINA": 15}
    assert audit(setting)["ok"]
    assert counts(take(setting, "kimai", kimai({}, PRINTER))) == (0, 0, 0, 0, 2)
    assert log(setting, customer="BAHN", seconds=60, case="B-1", on=TODAY)["customer"] == "BAHN"


def test_a_category_that_is_none_is_parked_with_the_line_that_mends_it(database_url: str) -> None:
    """An unknown customer had it, and a category by its number nothing to go by."""
    setting = desk(database_url)
    (parked,) = take(setting, "kimai", kimai({"Activity": "3"})).parked_rows
    line = '[categories] "3" = "CATEGORY"'
    assert f"write {line} into the --map" in str(parked.reason)
    assert (
        counts(
            take(setting, "kimai", kimai({"Activity": "3"}), line.replace(" ", "\n", 1).replace("CATEGORY", "support"))
        )[0]
        == 1
    )


def test_what_is_parked_of_a_customer_in_another_letter_case_leaves_nothing(database_url: str) -> None:
    """His book had half taken in what was refused, and recorded it with the next row."""
    setting = desk(database_url)
    log(setting, customer="BAHN", seconds=60, case="B-1", on=TODAY)
    own = '[customers]\n"Alpina SA" = "alpina"'
    view = take(setting, "kimai", kimai({}, {"Description": "B-1 theirs", "Duration": "0.50"}, PRINTER), own)
    assert counts(view) == (2, 0, 0, 1, 0)
    assert sorted(row[4] for row in live(setting).values()) == [60, 300, 600]
    assert audit(setting)["ok"]


def test_an_edit_that_is_refused_leaves_what_was(database_url: str) -> None:
    """Its void is taken back with it, and the rows behind it go in."""
    setting = desk(database_url)
    take(setting, "odoo", odoo(901, 0.25))
    stood = live(setting)
    rows = json.loads(odoo(901, 0.5, partner_id=[79, "Cima Sagl"])) + json.loads(odoo(902, 0.5))
    view = take(setting, "odoo", json.dumps(rows).encode())
    assert counts(view) == (1, 0, 0, 1, 0)
    assert [parked.code for parked in view.parked_rows] == ["no-active-contract"]
    assert {id: row for id, row in live(setting).items() if id != "odoo:902"} == stood
    assert audit(setting)["ok"]


def test_the_companys_map_says_who_is_who(database_url: str) -> None:
    """Names and numbers to customers, users to agents, activities to categories, tickets to cases, other columns."""
    setting = desk(database_url)
    own = """
        source = "kimai-zh"
        prefix = "T-"
        [customers]
        "alpina gruppe" = "ALPINA"
        [agents]
        "Anna" = "ana"
        [categories]
        "Meeting" = "training"
        "*" = "support"
        [columns]
        date = "Datum"
        [[skip]]
        column = "Billable"
        values = ["0"]
        because = "not billable"
    """
    data = kimai(
        {"Customer": "Alpina Gruppe", "Activity": "Meeting", "Description": "see t-40 please"},
        {"Customer": "Alpina Gruppe", "Activity": "Whatever", "Description": "COVID-19 numbers"},
        {"Customer": "Alpina Gruppe", "Billable": "0"},
    ).replace(b'"Date"', b'"Datum"', 1)  # fmt: skip
    view = take(setting, "kimai", data, own)
    assert counts(view) == (2, 0, 0, 0, 0)
    assert [str(left.reason) for left in view.skipped_rows] == ["not billable"]
    assert sorted(row[1:4] for row in live(setting).values() if row[1]) == [("t-40", "training", "2025-03-03")]
    assert {(row[0], row[5]) for row in live(setting).values()} == {("ALPINA", "ana")}
    assert all(id.startswith("kimai-zh:") for id in live(setting))


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ("customers = 3", "customers"),
        ("colour = 'red'", "there is no 'colour'"),
        ("[columns]\ndate = 7", "columns.date"),
        ("[columns]\nunit = 'days'", "columns.unit"),
        ("[columns]\nsoup = 'x'", "there is no 'soup'"),
        ("[[skip]]\nvalue = 1", "skip"),
        ("source = 'a b'", "source"),
        ("[", "no TOML"),
        ("[agents]\nx = 1", "agents"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused_by_its_key(database_url: str, own: str, says: str) -> None:
    setting = desk(database_url)
    with pytest.raises(Refusal, match=r"map|there is no") as refused:
        take(setting, "kimai", kimai({}), own)
    assert says in str(refused.value)


def test_corrections_are_taken_from_the_tickets_time_in_any_order(database_url: str) -> None:
    """Zammad corrects with less than no time (T4 knows none): together, one after the other, the wrong way round."""
    own = '[customers]\n"*" = "ALPINA"'
    time, less, more = (
        (6, 50, "15.0", "2025-03-09T23:11:49.315Z"), (7, 50, "-5.0", "2025-03-10T08:12:02.249Z"),
        (8, 50, "3.0", "2025-03-11T08:00:00.000Z"),
    )  # fmt: skip
    setting = desk(database_url)
    view = take(setting, "zammad", zammad(time, less), own)
    assert counts(view) == (2, 0, 0, 0, 0)
    assert view.minutes == {"ALPINA": 10}
    assert [row[1:5] for row in live(setting).values()] == [("zammad-50", "support", "2025-03-10", 600)]
    assert counts(take(setting, "zammad", zammad(less), own)) == (0, 0, 1, 0, 1)
    assert counts(take(setting, "zammad", zammad(time), own)) == (0, 0, 0, 0, 1)
    assert counts(take(setting, "zammad", zammad(more), own)) == (1, 0, 0, 0, 0)
    assert sum(row[4] for row in live(setting).values()) == 13 * 60
    gone = take(setting, "zammad", zammad(time), own, period=TODAY.replace(day=1), delete=True)
    assert counts(gone)[1:3] == (1, 1)  # the correction went, and gives its minutes back
    assert sum(row[4] for row in live(setting).values()) == 15 * 60
    assert audit(setting)["ok"]


def test_a_correction_that_comes_first_waits_for_its_time(database_url: str) -> None:
    own = '[customers]\n"*" = "ALPINA"'
    setting = desk(database_url)
    view = take(setting, "zammad", zammad((7, 50, "-5.0", "2025-03-10T08:12:02.249Z")), own)
    assert [parked.code for parked in view.parked_rows] == ["bad-duration"]
    take(setting, "zammad", zammad((6, 50, "15.0", "2025-03-09T23:11:49.315Z")), own)
    assert [row[4] for row in live(setting).values()] == [600]
    assert counts(take(setting, "zammad", zammad((7, 50, "-5.0", "2025-03-10T08:12:02.249Z")), own))[3:] == (0, 1)


def test_zendesk_adds_what_the_total_grows_by(database_url: str) -> None:
    """Never the field "time spent last update"; what the total shrinks by is a correction."""
    own = 'total = "360001"\n[customers]\n"*" = "ALPINA"'
    change = {"type": "Change", "field_name": "360001"}
    audits: list[dict[str, Any]] = [
        {"id": 800, "events": [{"id": 1, "type": "Create", "field_name": "360001", "value": "600"}]},
        {"id": 801, "events": [
            {"id": 2, **change, "value": "900", "previous_value": "600"},
            {"id": 3, "type": "Change", "field_name": "360002", "value": "300", "previous_value": "600"},
            {"id": 4, "type": "Comment", "body": "hello"},
        ]},
        {"id": 802, "events": [{"id": 5, **change, "value": "840", "previous_value": "900"}]},
    ]  # fmt: skip
    for audit_ in audits:
        audit_ |= {"ticket_id": 26, "author_id": 55, "created_at": f"2025-03-11T{audit_['id'] % 100 + 8:02}:00:00Z"}
    setting = desk(database_url)
    view = take(setting, "zendesk", json.dumps({"audits": audits, "count": 3}).encode(), own)
    assert counts(view) == (3, 0, 0, 0, 0)
    assert {id: row[4] for id, row in live(setting).items()} == {"zendesk:800": 600, "zendesk:801": 240}
    with pytest.raises(Refusal, match="which field counts"):
        take(setting, "zendesk", json.dumps({"audits": audits}).encode())


def test_what_a_help_desk_told_before_is_known(database_url: str) -> None:
    """The webhook and the import of one desk have one id for a row: it is in the ledger once."""
    own = '[customers]\n"*" = "ALPINA"'
    setting = desk(database_url)
    log(setting, "zammad:6", customer="ALPINA", seconds=900, case="zammad-50", on=TODAY.replace(day=10))
    row = (6, 50, "15.0", "2025-03-09T23:11:49.315Z")
    assert counts(take(setting, "zammad", zammad(row), own)) == (0, 0, 0, 0, 1)
    assert counts(take(setting, "zammad", zammad((6, 50, "20.0", row[3])), own)) == (0, 1, 0, 0, 0)
    assert {id: row[4] for id, row in live(setting).items()} == {"zammad:6#2": 1200}


def test_r0_a_case_that_is_known_says_whose_a_row_is(database_url: str) -> None:
    setting = desk(database_url)
    log(setting, customer="BAHN", seconds=60, case="zammad-50", on=TODAY)
    assert take(setting, "zammad", zammad((6, 50, "15.0", "2025-03-09T23:11:49.315Z"))).minutes == {"BAHN": 15}


def test_a_dry_run_keeps_nothing(database_url: str) -> None:
    from billing.requests.importing import ImportTime

    setting = desk(database_url)
    before = contents(setting)
    request = ImportTime(tool="kimai", file="f", data=kimai({}, PRINTER))
    assert counts(Billing(setting).do(request, dry_run=True).view) == (2, 0, 0, 0, 0)
    assert contents(setting) == before


def odoo(id: int, hours: float, **other: Any) -> bytes:
    """An analytic line as JSON-2 has it."""
    line = {
        "id": id, "date": "2025-03-07", "employee_id": [4, "Emil Frei"], "partner_id": [77, "Alpina SA"],
        "helpdesk_ticket_id": [24, "Salaires (#24)"], "name": "T-24 payslip", "unit_amount": hours,
        "product_uom_id": [6, "Hours"], "write_date": "2025-03-07 13:05:11",
    }  # fmt: skip
    return json.dumps([line | other]).encode()


def test_the_command_answers_counts_and_parks_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known is a number too; what was parked can be given again as it stands."""
    url = f"sqlite:///{tmp_path}/b.db"
    desk(url).engine.dispose()
    monkeypatch.chdir(tmp_path)
    env = {"BILLING_DB": url, "BILLING_TODAY": f"{TODAY}"}
    Path("k.csv").write_bytes(kimai({}, {"Customer": "Nobody AG", "User": "ANNA", "Description": "=1+1"}))
    status, out, err = run("import", "kimai", "k.csv", "--json", **env)
    answer = json.loads(out)
    assert (status, err) == (0, "")
    counted = ("new", "changed", "gone", "parked", "unchanged", "minutes")
    assert {name: answer[name] for name in counted} == {
        "new": 1, "changed": 0, "gone": 0, "parked": 1, "unchanged": 0, "minutes": {"ALPINA": 10},
    }  # fmt: skip
    Path("map.toml").write_text('[customers]\n"Nobody AG" = "BAHN"\n')
    status, out, err = run("import", "kimai", "k.csv.parked.csv", "--map", "map.toml", "--json", **env)
    assert json.loads(out)["new"] == 1
    status, out, err = run("import", "kimai", "k.csv", "--map", "map.toml", "--json", **env)
    answer = json.loads(out)
    assert {name: answer[name] for name in counted} == {
        "new": 0, "changed": 0, "gone": 0, "parked": 0, "unchanged": 2, "minutes": {"ALPINA": 10, "BAHN": 10},
    }  # fmt: skip
    setting = opened(url, TODAY)
    assert {row[5] for row in live(setting).values()} == {"Anna"}
    setting.engine.dispose()
    Path("k.csv").write_bytes(kimai({"Customer": "Nobody AG"}))
    status, out, err = run("import", "kimai", "k.csv", **env, BILLING_LANGUAGE="fr")
    assert "mise en attente" in out and "k.csv.parked.csv" in out


def test_m19_work_of_over_a_year_ago_is_parked_until_it_is_meant(database_url: str) -> None:
    setting = made(database_url, today=date(2026, 3, 31))
    load(setting, *CUSTOMERS)
    load(setting, {"type": "contract", "customer": "ALPINA", "tariff": "q3", "tier": "standard", "start": "2025-01-01"})
    view = take(setting, "kimai", kimai({}))
    assert [row.code for row in view.parked_rows] == ["ask-back"]
    assert str(view.parked_rows[0].reason) == "work on 2025-03-03 was over a year ago; --yes takes it as it is"
    assert counts(take(setting, "kimai", kimai({}), yes=True)) == (1, 0, 0, 0, 0)


def test_m19_a_name_like_a_known_one_is_parked_and_the_map_can_say_who_it_is(database_url: str) -> None:
    setting = desk(database_url)
    log(setting, customer="ALPINA", seconds=60, case="B-1", on=TODAY, agent="Hannah Keller")
    view = take(setting, "kimai", kimai({"User": "Hannah Kellre"}))
    assert [str(row.reason).partition("; ")[2] for row in view.parked_rows] == [
        "did you mean Hannah Keller?; --yes takes it as it is; who is meant, the --map can say"
    ]
    assert counts(take(setting, "kimai", kimai({"User": "Hannah Kellre"}), yes=True)) == (1, 0, 0, 0, 0)
