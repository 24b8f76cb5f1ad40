"""Each tool's files read: its own shapes, and odd rows of each family."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from billing.errors import Refusal
from billing.exchange.imports import durations, plain, rows, shapes, times
from billing.exchange.imports.rows import Read
from billing.requests.importing import TOOLS
from tests.imports.made import kimai, table

ZURICH = ZoneInfo("Europe/Zurich")


def read(tool: str, data: Any, own: str = "", order: Any = None) -> Read:
    found = shapes.own(f'source = "{tool}"\n{own}'.encode())
    made = data if isinstance(data, bytes) else json.dumps(data).encode()
    return rows.read(tool, "file", made, found, ZURICH, order)


def days(found: Read) -> list[tuple[str, int]]:
    return [(row.on.isoformat(), row.seconds) for row in found.rows]


WRITTEN: list[tuple[str, Any, list[tuple[str, int]], str | None]] = [
    ("freshdesk", [{"id": 4, "ticket_id": 7, "company_id": 7, "agent_id": 6, "note": "", "timer_running": False,
                    "time_spent": "01:05", "executed_at": "2025-03-12T23:40:00Z"}], [("2025-03-13", 3900)], "4"),
    ("harvest", {"time_entries": [{"id": 9, "spent_date": "2025-03-14", "hours": 0.42, "rounded_hours": 0.5,
                                   "is_running": False, "user": {"name": "Eva"}, "client": {"name": "Alpina SA"},
                                   "task": {"name": "Support"}, "notes": "T-1"}]}, [("2025-03-14", 1500)], "9"),
    ("harvest", b"Date;Client;Project;Notes;Hours;Hours Rounded;First Name;Last Name\n"
                b"06.03.2025;Alpina SA;Support;T-23;0,42;0,50;Eva;Frei\n", [("2025-03-06", 1500)], None),
    ("glpi", {"item": {"id": 3, "content": "<p>x</p>", "duration": 720, "user": {"name": "eva"},
                       "date": "2025-03-10T23:30:00Z"}, "event": "new",
              "parent_item": {"id": 25, "entity": {"id": 7}, "date": "2025-03-03T09:00:00Z"}},
     [("2025-03-11", 720)], "3"),
    ("glpi", [{"id": 3, "tickets_id": 25, "actiontime": 720, "date": "2025-03-10 09:00:00", "users_id_tech": 9,
               "content": "&lt;p&gt;x&lt;/p&gt;"}], [("2025-03-10", 720)], "3"),
    ("jira", {"worklogs": [{"id": "1", "issueId": "16", "author": {"displayName": "Eva"},
                            "started": "2025-03-13T23:30:00.000+0100", "timeSpent": "25m", "timeSpentSeconds": 1500,
                            "comment": {"type": "doc", "content": [{"type": "paragraph", "content": [
                                {"type": "text", "text": "T-2 hello"}]}]}}]}, [("2025-03-13", 1500)], "1"),
    ("tempo", {"results": [{"tempoWorklogId": 90, "issue": {"id": 16}, "timeSpentSeconds": 1500,
                            "billableSeconds": 1800, "startDate": "2025-03-13", "startTime": "09:00:00",
                            "description": "T-28", "author": {"accountId": "5b"}}]}, [("2025-03-13", 1500)], "90"),
    ("kimai", [{"id": 17, "begin": "2025-03-03T09:00:00+0100", "end": "2025-03-03T09:10:20+0100", "duration": 620,
                "user": 2, "project": 3, "activity": 4, "description": "x"}], [("2025-03-03", 600)], "17"),
    ("toggl", b"\xef\xbb\xbfUser,Email,Client,Project,Description,Start date,Start time,End date,End time,Duration,"
              b"Tags\nBen,b@d.example,Alpina SA,Support,T-1 night,2025-03-04,23:50:00,2025-03-05,00:25:00,00:35:00,\n",
     [("2025-03-04", 2100)], None),
    ("toggl", [{"id": 5, "workspace_id": 1, "start": "2025-03-04T23:30:00Z", "stop": "2025-03-04T23:40:00Z",
                "duration": 600, "description": "x", "tags": ["data-check"]}], [("2025-03-05", 600)], "5"),
    ("clockify", b'"Client","Description","User","Tags","Start Date","Start Time","Duration (h)","Duration (decimal)"\n'
                 b'"Alpina SA","T-2","Eva","","03/14/2025","02:44:33 PM","00:34:57","0.58"\n',
     [("2025-03-14", 2100)], None),
    ("odoo", b'"id","date","employee_id","partner_id","helpdesk_ticket_id","name","unit_amount"\n'
             b'"__export__.account_analytic_line_901_7f","2025-03-07","Eva","Alpina SA, Rey","S (#24)","x",'
             b'"0.08333333333333333"\n', [("2025-03-07", 300)], "901"),
    ("odoo", [{"id": 901, "date": "2025-03-07", "partner_id": [77, "Alpina SA"], "employee_id": [4, "Eva"],
               "helpdesk_ticket_id": False, "name": "x", "unit_amount": 0.5, "product_uom_id": [6, "Hours"]}],
     [("2025-03-07", 1800)], "901"),
    ("redmine", {"time_entries": [{"id": 3, "project": {"id": 1, "name": "Alpina"}, "issue": {"id": 9},
                                   "user": {"id": 2, "name": "Eva"}, "activity": {"id": 8, "name": "Support"},
                                   "hours": 0.17, "comments": "", "spent_on": "2025-03-03"}]},
     [("2025-03-03", 600)], "3"),
    ("redmine", b"Project,Date,User,Activity,Issue,Comment,Hours\nAlpina,2025-03-03,Eva,Support,Bug #9: x,,0.17\n",
     [("2025-03-03", 600)], None),
    ("timewarrior", [{"id": 1, "start": "20250303T230500Z", "end": "20250303T231130Z", "tags": ["ALPINA", "T-17"]}],
     [("2025-03-04", 420)], None),
    ("watson", [{"id": "ab", "project": "Alpina SA", "start": "2025-03-03T09:00:00+01:00",
                 "stop": "2025-03-03T09:10:00+01:00", "tags": ["T-1"]}], [("2025-03-03", 600)], "ab"),
    ("klog", {"records": [{"date": "2025-03-03", "tags": [], "entries": [
        {"type": "range", "summary": "T-1 #alpina", "tags": ["#alpina"], "total_mins": 25, "start": "8:00"},
        {"type": "open_range", "summary": "now", "tags": [], "total_mins": 0, "start": "9:00"}]}]},
     [("2025-03-03", 1500)], None),
    ("zammad", [{"id": 6, "ticket_id": 50, "time_unit": "15.0", "created_by_id": 3,
                 "created_at": "2025-03-09T23:11:49.315Z"}], [("2025-03-10", 900)], "6"),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "data", "wanted", "id"), WRITTEN)
def test_t5_each_shape_is_read_with_its_local_day_and_its_whole_minutes(
    tool: str, data: Any, wanted: list[tuple[str, int]], id: str | None
) -> None:
    found = read(tool, data)
    assert days(found) == wanted
    assert not found.parked
    assert id is None or [row.id for row in found.rows] == [id]


@pytest.mark.parametrize(
    ("exact", "wanted"), [(0, 0), (29, 0), (30, 60), (89, 60), (90, 120), (620, 600), (-29, 0), (-30, -60), (-90, -120)]
)
def test_a_row_is_whole_minutes_by_itself(exact: int, wanted: int) -> None:
    assert durations.to_minute(exact) == wanted


def test_the_same_row_is_as_long_in_each_export() -> None:
    """Ten minutes and twenty seconds were 15 minutes charged from Kimai's API and 10 from its CSV."""
    csv = b"Date,From,To,Duration,Customer,User,Description\n2025-03-03,09:00,09:10,0.17,Alpina SA,eva,x\n"
    api = [{"id": 17, "begin": "2025-03-03T09:00:00+0100", "end": "2025-03-03T09:10:20+0100", "duration": 620,
            "user": 2, "project": 3, "activity": 4, "description": "x"}]  # fmt: skip
    assert days(read("kimai", csv)) == days(read("kimai", api)) == [("2025-03-03", 600)]


def test_t5_a_task_without_a_day_is_not_of_the_day_on_which_its_ticket_was_opened() -> None:
    """T5: what GLPI's webhook left out was taken from the ticket, and rated as of that day, without a word."""
    sent = {"item": {"id": 3, "content": "x", "duration": 720}, "event": "new",
            "parent_item": {"id": 25, "entity": {"id": 7}, "date": "2025-03-10T09:00:00Z"}}  # fmt: skip
    found = read("glpi", sent)
    assert not found.rows
    assert [(left.id, left.code, str(left.reason)) for left in found.parked] == [
        ("3", "bad-date", "nothing in the row says on which day it was worked; export it with item.date | item.begin")
    ]


def test_one_decimal_is_exact_where_the_file_has_two() -> None:
    """0,5 was parked beside 0,25: who rounds to one decimal does so in all rows."""

    def harvest(*hours: str) -> bytes:
        rows = "".join(f"06.03.2025;Alpina SA;Support;T-{n};{text};Eva;Frei\n" for n, text in enumerate(hours))
        return f"Date;Client;Project;Notes;Hours;First Name;Last Name\n{rows}".encode()

    assert [seconds for _, seconds in days(read("harvest", harvest("0,5", "0,25", "1")))] == [1800, 900, 3600]
    found = read("harvest", harvest("0,5", "1", "0:10"))
    assert [seconds for _, seconds in days(found)] == [3600, 600]
    assert [left.code for left in found.parked] == ["bad-duration"]


@pytest.mark.parametrize(
    ("begin", "end", "duration", "taken"),
    [
        ("09:00", "09:10", "0.17", True), ("09:00", "09:10", "10", False), ("09:00", "17:00", "7.00", True),
        ("09:00", "09:10", "0.25", True), ("23:50", "00:20", "0.50", True), ("23:50", "00:20", "1.50", False),
        ("", "09:10", "10.00", True), ("09:00", "", "10.00", True), ("09:00", "09:00", "24.00", True),
    ],
)  # fmt: skip
def test_a_row_of_kimai_that_contradicts_itself_is_parked(begin: str, end: str, duration: str, taken: bool) -> None:
    """`10` between 09:00 and 09:10 was ten hours. A break makes a row shorter, and rounding a little longer."""
    found = read("kimai", kimai({"From": begin, "To": end, "Duration": duration}))
    assert bool(found.rows) is taken
    assert [left.code for left in found.parked] == ([] if taken else ["bad-duration"])


def test_less_than_half_a_minute_is_left_out_and_named() -> None:
    row = {"id": 17, "begin": "2025-03-03T09:00:00+0100", "end": "2025-03-03T09:00:20+0100", "duration": 20,
           "user": 2, "project": 3, "activity": 4, "description": "x"}  # fmt: skip
    found = read("kimai", [row])
    assert not found.rows and [str(left.reason) for left in found.skipped] == ["less than half a minute"]


def test_every_tool_has_a_map_and_a_file_here() -> None:
    assert {tool for tool, *_ in WRITTEN} | {"zendesk"} == set(TOOLS)
    for tool in TOOLS:
        assert all(shape.date and (shape.duration or shape.unit == "span") for shape in shapes.shipped(tool))


HOURS = [
    ("0.17", 600), ("0.08", 300), ("0,42", 1500), ("0.01", 60), ("1.00", 3600), ("1", 3600), ("0.1666", 600),
    ("0:10", 600), ("1:30", 5400), ("00:12:34", 754), ("-0.50", -1800), ("+0.25", 900), (" 0.25 ", 900),
    ("0.00", 0), ("24.00", 86400), ("0.33", 1200), ("0.67", 2400), ("0.99", 3540), ("0.02", 60), ("12.25", 44100),
]  # fmt: skip
NO_HOURS = ["0.5", "1.5", "0,1", "", "soon", "1:60", "1h", "0x10", "1e9", "٠.٢٥", "1.2.3", "--1", "NaN", "inf", "½"]


@pytest.mark.parametrize(("text", "wanted"), HOURS)
def test_hours_go_to_the_nearest_minute(text: str, wanted: int) -> None:
    assert durations.seconds(text, "hours") == wanted


@pytest.mark.parametrize("text", NO_HOURS)
def test_t4_what_is_no_time_or_could_be_any_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        durations.seconds(text, "hours")
    assert refused.value.code == "bad-duration"


def test_every_minute_of_a_day_comes_back_out_of_two_decimals_and_out_of_a_float() -> None:
    """What a tool can say of a minute is that minute; and a float of twelfths of an hour is 5 minutes each."""
    for minute in range(1, 24 * 60 + 1):
        rounded = (Decimal(minute) / 60).quantize(Decimal("0.01"))
        assert durations.seconds(str(rounded), "hours") == minute * 60
        assert durations.seconds(repr(minute / 60), "hours-float") == minute * 60


@pytest.mark.parametrize(
    ("unit", "text", "wanted"),
    [
        ("minutes", "15.0", 900), ("minutes", "-5.0", -300), ("minutes", "7.5", 450), ("minutes", "0.0", 0),
        ("seconds", "620", 620), ("seconds", "-1", -1), ("clock", "00:34:57", 2097), ("clock", "0:13", 780),
        ("clock", "100:00", 360000), ("hours-float", "0.08333333333333333", 300), ("hours-float", "0.5", 1800),
        ("hours-float", "8.333e-2", 300),
    ],
)  # fmt: skip
def test_units(unit: str, text: str, wanted: int) -> None:
    assert durations.seconds(text, unit) == wanted


@pytest.mark.parametrize(
    ("texts", "given", "wanted"),
    [
        (["2025-03-14"], None, None), (["03/14/2025", "04/05/2025"], None, "mdy"), (["14/03/2025"], None, "dmy"),
        (["05/05/2025"], None, "dmy"), (["04/05/2025"], "mdy", "mdy"), (["04/05/2025"], "dmy", "dmy"), ([], None, None),
        (["06.03.2025"], None, None),
    ],
)  # fmt: skip
def test_dates_have_one_reading_a_file(texts: list[str], given: Any, wanted: str | None) -> None:
    assert times.order_of(texts, given) == wanted


@pytest.mark.parametrize("texts", [["04/05/2025"], ["14/03/2025", "03/14/2025"], ["01/02/2025", "03/04/2025"]])
def test_dates_that_can_be_read_in_two_ways_are_refused(texts: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        times.order_of(texts, None)
    assert refused.value.code == "bad-date"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025-03-03", "2025-03-03"), ("2025/3/3", "2025-03-03"), ("3.3.2025", "2025-03-03"),
        ("2025-03-09T23:11:49.315Z", "2025-03-10"), ("2025-03-13T23:30:00.000+0100", "2025-03-13"),
        ("2025-03-13 23:30:00", "2025-03-13"), ("20250303T230000Z", "2025-03-04"),
        ("2025-03-03T00:30:00+05:30", "2025-03-02"), ("2025-03-30T02:30:00", "2025-03-30"),
        ("2024-02-29", "2024-02-29"), ("2025-12-31T23:00:00Z", "2026-01-01"),
    ],
)  # fmt: skip
def test_t5_the_day_is_the_issuers(text: str, wanted: str) -> None:
    assert times.day(text, "", None, ZURICH).on == date.fromisoformat(wanted)


@pytest.mark.parametrize(
    "text", ["", "2025-02-30", "31.02.2025", "yesterday", "2025-13-01", "0000-01-01", "9999-12-31T23:59:59Z",
             "2025-03-03T25:00:00Z", "1/2", "2025", "٢٠٢٥-٠٣-٠٣", "99999-01-01"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        times.day(text, "", "dmy", ZURICH)
    assert refused.value.code == "bad-date"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<p>VAT &amp; report</p>", "VAT & report"),
        ("&lt;p&gt;a&lt;br&gt;b&lt;/p&gt;", "a\nb"), ("a < b > c", "a < b > c"),
        ("x &copy y", "x &copy y"), ("&#233;t&eacute;", "été"), ("<div><ul><li>a</li><li>b</li></ul></div>", "a\nb"),
        ("if (a<b) return;", "if (a<b) return;"), ("<script>x", "<script>x"), 
        ("a\0b\x07", "a b"), ("  a \n\n b ", "a\nb"),
        ('<a href="http://x">x</a>', "x"), ("&#0;&#55296;a", "\ufffd\ufffda"), ("", ""),
    ],
)  # fmt: skip
def test_notes_are_plain_text(text: str, wanted: str) -> None:
    assert plain.plain(text) == wanted


@pytest.mark.parametrize(
    ("note", "own", "wanted"),
    [
        ("T-17 VAT report", "", ("T-17",)), ("[T-20] data check", "", ("T-20",)), ("see T-17", "", ()),
        ("see t-17, please", 'prefix = "T-"', ("t-17",)), ("COVID-19", 'prefix = "T-"', ()),
        ("XT-17", 'prefix = "T-"', ()), ("(#ABC-1) x", "", ("ABC-1",)), ("-17", "", ()), ("T-17x", "", ()),
    ],
)  # fmt: skip
def test_a_case_is_what_a_note_begins_with_or_has_by_the_companys_prefix(
    note: str, own: str, wanted: tuple[str, ...]
) -> None:
    assert read("kimai", kimai({"Description": note}), own).rows[0].cases == wanted


def test_rows_that_say_the_same_are_told_apart_by_their_place_and_others_by_what_they_say() -> None:
    one, other = {"Description": "a"}, {"Description": "b"}
    ids = [row.id for row in read("kimai", kimai(one, other, one)).rows]
    assert ids[2] == f"{ids[0]}.2" and ids[0] != ids[1]
    assert [row.id for row in read("kimai", kimai(other, one)).rows] == [ids[1], ids[0]]
    assert [row.id for row in read("kimai", kimai(one | {"Billable": "0"})).rows] == ids[:1]


def test_breaks_and_timers_that_run_are_left_out_by_name() -> None:
    head = ("Client", "Description", "User", "Type", "Start Date", "Start Time", "Duration (h)")
    usual = {"Client": "A", "User": "E", "Start Date": "14/03/2025", "Start Time": "10:00", "Duration (h)": "0:13"}
    found = read("clockify", table(head, [usual | {"Type": "Regular"}, usual | {"Type": "Break"}]))
    assert [str(left.reason) for left in found.skipped] == ["a break"]
    running = [{"id": 1, "begin": "2025-03-03T09:00:00+0100", "end": None, "duration": 0, "description": ""}]
    assert [str(left.reason) for left in read("kimai", running).skipped] == ["its timer runs"]


def test_a_workbook_is_read_like_the_csv() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Date", "From", "Duration", "User", "Customer", "Activity", "Description"])
    sheet.append([date(2025, 3, 3), "09:00", 0.5, "Anna", "Alpina SA", "Support", "T-17 VAT"])
    out = BytesIO()
    book.save(out)
    assert days(read("kimai", out.getvalue())) == [("2025-03-03", 1800)]


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"{", b"[1, 2]", b'{"a": 1}', b"Date,Nothing\n1,2\n", b"[NaN]", b"\xff\xfe", b"[" * 100_000,
             b'[{"id": 1}]', b"PK\x03\x04", b"null", b'{"worklogs": 3}', b"[[]]", b'{"id":' + b"9" * 5000 + b"}"],
)  # fmt: skip
@pytest.mark.parametrize("tool", ["kimai", "jira", "klog"])
def test_what_is_no_file_of_the_tool_is_refused(tool: str, data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read(tool, data)
    assert refused.value.code == "bad-input"
