"""Tables that people give: exact, one reading of a file, each fault by its place, and nothing that hurts."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from billing.errors import BadInput, Refusal
from billing.exchange import sheets
from billing.exchange.sheets import reading, workbook
from billing.texts import say

HERE = say("here")


def book(rows: Sequence[Sequence[Any]], title: str = "entry", formats: dict[str, str] | None = None) -> bytes:
    """A workbook of one sheet."""
    made = Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def patched(data: bytes, before: str, after: str, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook in whose XML something else stands."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            text = old.read(each)
            if each.filename == part:
                assert before.encode() in text, text
                text = text.replace(before.encode(), after.encode())
            new.writestr(each.filename, text)
    return out.getvalue()


def refused(name: str, data: bytes) -> str:
    with pytest.raises(Refusal) as found:
        sheets.read(name, data)
    assert found.value.code == "bad-input"
    return found.value.message


def values(data: bytes, name: str = "a.csv") -> list[dict[str, Any]]:
    (table,) = sheets.read(name, data).tables
    return [row.cells for row in table.rows]


# CSV


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_csv_is_read_as_it_was_saved(mark: str, end: str, encoding: str) -> None:
    text = end.join(("Code;Vat-ID;note", '"A";"é; 1,5";"two\nlines ""said"""', "", "B;;Müller", "")).replace(";", mark)
    assert values(text.encode(encoding)) == [
        {"code": "A", "vat_id": f"é{mark} 1,5", "note": 'two\nlines "said"'},
        {"code": "B", "note": "Müller"},
    ]


def test_places_of_csv_are_lines_of_the_file() -> None:
    (table,) = sheets.read("a.csv", b'code,note\nA,"on\ntwo"\n\nB,x\n').tables
    assert [str(row.place("note")) for row in table.rows] == ["line 2, column note", "line 5, column note"]
    assert str(table.rows[1].place()) == "line 5"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "a.csv is empty; its first row has the names of the columns"),
        (b"\n \n", "a.csv is empty"),
        (b"a,b\n1\n", "line 2: 1 cell where the first row has 2; is the file whole?"),
        (b'a,b\n"1,2\n3,4', "line 2: this is no CSV: unexpected end of data"),
        (b'a,b\n1,2\n"x"y,2\n', "line 3: this is no CSV: ',' expected after '\"'"),
        (b"a,b;c\n1,2;3\n", "not plain what parts the cells"),
        (b"a,A\n1,2\n", "line 1, column 2: the column 'A' is there twice"),
        (b"vat id,VAT_ID\n1,2\n", "the column 'VAT_ID' is there twice"),
        (b"a,,b\n1,2,3\n", "line 2, column 2: there is something in a column without a name"),
        (b"a,b\n\x00,1\n", "a.csv is neither CSV nor a workbook"),
        (b"\xff\xfea", "a.csv is no text in UTF-16; save it as CSV in UTF-8"),
        ("a\nRenée".encode("cp850"), "line 2: it is not known which letters these are; save it as CSV in UTF-8"),
        ("a\nMüller".encode("cp850"), "line 2: it is not known which letters"),
        ("a\nRené".encode("mac-roman"), "line 2: it is not known which letters"),
        (b"a\n" + "é".encode() + b"\xe9\x81", "line 2: it is not known which letters"),
        ("a," * 600 + "z\n", "a.csv has more than 500 columns"),
    ],
)
def test_csv_that_cannot_be_read_is_refused_by_its_place(data: bytes | str, words: str) -> None:
    assert words in refused("a.csv", data.encode() if isinstance(data, str) else data)


def test_what_this_program_wrote_is_read_without_its_apostrophes() -> None:
    """A phone number came back as '+41 …: the apostrophe is for spreadsheets alone."""
    from billing.exchange.tables import written

    text = written(("phone", "note"), [("+41 21 000 00 00", "'quoted'")])
    assert "'+41" in text
    assert values(text.encode()) == [{"phone": "+41 21 000 00 00", "note": "'quoted'"}]


def test_all_faults_are_told_at_once_up_to_a_bound() -> None:
    torn = b"a,b\n" + b"1\n" * 30
    words = refused("a.csv", torn)
    assert words.startswith("line 2: 1 cell") and "line 21: " in words and "line 22: " not in words
    assert words.endswith("; and 10 more")


# XLSX


def test_values_of_a_workbook_are_exact() -> None:
    rows: list[list[Any]] = [
        ["Code", "minutes", "price", "start", "at", "took", "long", "yes"],
        ["A", 12, 1234.56, date(2025, 3, 31), datetime(2025, 3, 4, 12, 15), time(0, 35), timedelta(hours=30), True],
        [None],
        ["B", 12.0, 0.1 + 0.2, None, None, None, None, False],
    ]
    found = values(book(rows, formats={"F2": "h:mm", "G2": "[h]:mm"}), "a.xlsx")
    assert found[0] == {
        "code": "A", "minutes": 12, "price": Decimal("1234.56"), "start": datetime(2025, 3, 31),
        "at": datetime(2025, 3, 4, 12, 15), "took": time(0, 35), "long": timedelta(hours=30), "yes": True,
    }  # fmt: skip
    assert found[1] == {"code": "B", "minutes": 12, "price": Decimal("0.3"), "yes": False}, "as a spreadsheet shows it"
    assert not any(isinstance(value, float) for row in found for value in row.values())


def test_cents_and_minutes_stay_what_they_are() -> None:
    cents = [*range(1, 20_000, 7), 123456789, 99999999999]
    read = values(book([["price", "minutes"], *([count / 100, count] for count in cents)]), "a.xlsx")
    assert [Decimal(sheets.money(row["price"])) * 100 for row in read] == cents
    assert [row["minutes"] for row in read] == cents


def test_a_number_with_noughts_before_it_keeps_them() -> None:
    (row,) = values(book([["postcode"], [1234]], formats={"A2": "00000"}), "a.xlsx")
    assert row == {"postcode": "01234"}


def test_a_formula_counts_by_its_kept_value_and_without_one_is_refused_by_its_cell() -> None:
    data = book([["code", "minutes"], ["A", "=6+6"], ["B", "=7+7"]])
    assert refused("a.xlsx", data) == (
        "sheet entry, cell B2: a formula whose value is not in the file; open and save it in a spreadsheet, or write "
        "the value; sheet entry, cell B3: a formula whose value is not in the file; open and save it in a spreadsheet, "
        "or write the value"
    )
    kept = patched(
        patched(data, "<f>6+6</f><v></v>", "<f>6+6</f><v>12</v>"), "<f>7+7</f><v></v>", "<f>7+7</f><v>14</v>"
    )
    assert [row["minutes"] for row in values(kept, "a.xlsx")] == [12, 14]


def test_errors_of_a_spreadsheet_and_faults_are_named_by_their_cells() -> None:
    data = book([["code", "minutes"], ["A", "#DIV/0!"], ["B", 3, "over"]])
    words = refused("a.xlsx", data)
    assert "sheet entry, cell B2: #DIV/0! is an error of the spreadsheet" in words
    assert "sheet entry, cell C3: there is something in a column without a name" in words


def test_every_sheet_that_is_seen_is_a_table_and_places_are_cells() -> None:
    made = Workbook()
    made.active.title = "customer"
    made.active.append(["code"])
    made.active.append(["A"])
    made.create_sheet("empty")
    hidden = made.create_sheet("lists")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    entry = made.create_sheet("entry")
    entry["C4"], entry["B4"], entry["C6"] = "duration", "customer", "12"
    read = sheets.read("a.xlsx", saved(made))
    assert [table.name for table in read.tables] == ["customer", "entry"]
    (row,) = read.tables[1].rows
    assert str(row.place("duration")) == "sheet entry, cell C6" and row.cells == {"duration": "12"}
    assert str(row.place()) == "sheet entry, row 6"


def test_unknown_columns_are_refused_with_the_near_one_and_missing_ones_by_name() -> None:
    (table,) = sheets.read("a.csv", b"custmer,duration\nA,1\n").tables
    faults = sheets.Faults()
    table.checked({"customer", "duration", "case"}, faults, needed=("customer",))
    with pytest.raises(BadInput) as found:
        faults.check()
    assert found.value.message == (
        "line 1, column custmer: unknown column 'custmer'; did you mean customer?; line 1: there is no column "
        "customer; it has custmer, duration"
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is an old .xls, or has a password; save it as .xlsx or as CSV"),
        (b"PK\x03\x04 nothing", "is damaged: it cannot be unpacked"),
        (book([["a"]])[:-40], "is damaged: it cannot be unpacked"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, words: str) -> None:
    assert words in refused("a.xlsx", data)


def test_a_workbook_is_bounded_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b"<a/>")
        packed.writestr("xl/workbook.xml", b" " * (workbook.UNPACKED // 2))
    assert "is larger than 300 MB when it is unpacked, or all but empty" in refused("a.xlsx", out.getvalue())
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")
    assert "is no .xlsx" in refused("a.ods", other.getvalue())


def test_a_row_far_down_and_a_cell_far_out_end_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 1000)
    monkeypatch.setattr(reading, "COLUMNS", 50)
    data = book([["a"], ["b"]])
    far = patched(data, '<row r="2"><c r="A2"', '<row r="5000"><c r="A5000"')
    assert "has more than 1000 rows" in refused("a.xlsx", far)
    out = patched(data, 'r="A2"', 'r="ZZZ2"')
    assert "has more than 50 columns" in refused("a.xlsx", out)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<row r="2">', '<row r="1">'), ('<row r="2">', '<row r="99999999999">'), ('<row r="2">', '<row r="-2">'),
        ('r="B2"', 'r="A2"'), ('r="B2"', 'r="B3"'), ('r="A2"', 'r="C2"'), ('r="B2"', 'r="2B"'), ('r="B2"', 'r="AAAA2"'),
    ],
)  # fmt: skip
def test_rows_and_cells_that_are_not_in_their_order_are_refused(before: str, after: str) -> None:
    """openpyxl left them out, and said nothing: a part of a file would have been in."""
    data = patched(book([["a", "b"], ["c", "d"]]), before, after)
    assert "has a sheet whose rows or cells are not in their order" in refused("a.xlsx", data)


def test_cells_without_a_place_follow_each_other() -> None:
    data = book([["a", "b"], ["c", "d"]])
    for said in (' r="A1"', ' r="B1"', ' r="A2"', ' r="B2"'):
        data = patched(data, f"<c{said}", "<c")
    assert values(patched(data, '<row r="2">', "<row>"), "a.xlsx") == [{"a": "c", "b": "d"}]


def test_numbers_that_no_spreadsheet_keeps_are_refused_by_their_cell() -> None:
    for text in ("NaN", "1e400", "1e15", "0x12", "１２", "1_000", ""):
        data = patched(book([["a"], [77]]), "<v>77</v>", f"<v>{text}</v>")
        if text:
            assert "sheet entry, cell A2: what is there cannot be read" in refused("a.xlsx", data), text
        else:
            assert sheets.read("a.xlsx", data).tables[0].rows == []
    assert "cell A2: what is there" in refused("a.xlsx", patched(excels(), "<v>2</v>", "<v>99</v>"))
    assert "cell A2: what is there" in refused("a.xlsx", patched(excels(), "<v>2</v>", "<v>-1</v>"))
    far = book([["start"], [99999999]], formats={"A2": "yyyy-mm-dd"})
    assert "cell A2: what is there" in refused("a.xlsx", far)


def excels() -> bytes:
    """A workbook as Excel writes one: its texts in a part of their own, rich ones in pieces, no width of its own."""
    made = book([["note", "customer"], ["x", "y"]])
    for cell, number in (("A1", 0), ("B1", 1), ("A2", 2), ("B2", 3)):
        text = {"A1": "note", "B1": "customer", "A2": "x", "B2": "y"}[cell]
        inline = f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'
        made = patched(made, inline, f'<c r="{cell}" t="s"><v>{number}</v></c>')
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    made = patched(
        made, "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>',
        "[Content_Types].xml",
    )  # fmt: skip
    out = io.BytesIO(made)
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>note</t></si><si><t>customer</t>'
        '</si><si><r><t>a </t></r><r><t xml:space="preserve">b</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si>'
        "<si><t>ALPINA</t></si></sst>"
    )
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/sharedStrings.xml", strings)
    return out.getvalue()


def test_a_workbook_as_excel_writes_it_is_read() -> None:
    assert values(excels(), "a.xlsx") == [{"note": "a b", "customer": "ALPINA"}]


@pytest.mark.parametrize("entity", ['<!ENTITY x "aaaa">', '<!ENTITY x SYSTEM "file:///etc/passwd">'])
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_in_a_workbook_are_refused(entity: str, part: str) -> None:
    head = {"xl/sharedStrings.xml": "<sst", "xl/workbook.xml": "<workbook ", "xl/worksheets/sheet1.xml": "<worksheet"}
    data = patched(excels(), head[part], f"<!DOCTYPE a [{entity}]>{head[part]}", part)
    assert "a.xlsx declares a document type or entities; workbooks have none" in refused("a.xlsx", data)


# Days


def order(*texts: str, given: str | None = None) -> sheets.Order:
    return sheets.order_of([(say("line {n}", n=n), text) for n, text in enumerate(texts, 2)], given)


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (("2025-05-04", "4.5.2025", "04.05.25", "2025/05/04"), [date(2025, 5, 4)] * 4),
        (("04/05/2025", "31/05/2025"), [date(2025, 5, 4), date(2025, 5, 31)]),
        (("04/05/2025", "05/31/2025"), [date(2025, 4, 5), date(2025, 5, 31)]),
        (("04-05-25", "31-05-25", "2025-05-04"), [date(2025, 5, 4), date(2025, 5, 31), date(2025, 5, 4)]),
        (("03/03/2025",), [date(2025, 3, 3)]),
    ],
)
def test_days_have_one_reading_by_the_file_as_a_whole(texts: tuple[str, ...], days: list[date]) -> None:
    assert [order(*texts).day(text) for text in texts] == days


def test_days_that_may_be_either_are_refused_unless_it_is_said() -> None:
    with pytest.raises(
        BadInput, match=r"line 2: '04/05/2025' may be 2025-05-04 or 2025-04-05; .* give --date-order dmy"
    ):
        order("04/05/2025", "03/03/2025", "2025-12-31", "13.5.2025")
    assert order("04/05/2025", given="mdy").day("04/05/2025") == date(2025, 4, 5)
    assert order("04/05/2025", given="dmy").day("04/05/2025") == date(2025, 5, 4)
    with pytest.raises(BadInput, match="'31/05/2025' is no date; this file has the month first"):
        order("31/05/2025", given="mdy").day("31/05/2025")
    with pytest.raises(BadInput, match=r"line 2 has the day first .31/05/2025. and line 3 the month .05/31/2025."):
        order("31/05/2025", "05/31/2025")
    with pytest.raises(BadInput, match="give dmy or mdy"):
        order(given="ymd")


@pytest.mark.parametrize("text", ["31.2.2025", "45678", "tomorrow", "2025-13-01", "1.1.1", "٣/٣/2025", "0/0/0000"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is no date"):
        sheets.Order().day(text)


def test_a_number_and_a_time_are_no_days() -> None:
    with pytest.raises(BadInput, match="45678 is a number, and no day; format the cell as a date"):
        sheets.Order().day(45678)
    with pytest.raises(BadInput, match="is a time; a day is wanted"):
        sheets.Order().day(datetime(2025, 1, 1, 12))
    assert sheets.Order().day(datetime(2025, 1, 1)) == date(2025, 1, 1)


# Values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1234,50", "1234.50"), ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("1'234.50", "1'234.50"),
        (Decimal("1234.5"), "1234.50"), (12, "12"), (Decimal("0.125"), "0.125"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_they_are_written(value: sheets.Value, text: str) -> None:
    assert sheets.money(value) == text


def test_durations_in_cells_are_hours_and_minutes() -> None:
    assert sheets.time_worked(time(0, 35)) == "0h35m0s"
    assert sheets.time_worked(timedelta(hours=30, seconds=9, milliseconds=999)) == "30h0m10s"
    assert sheets.time_worked(12) == "12" and sheets.time_worked("1h30") == "1h30"
    with pytest.raises(BadInput, match="is a date, and no duration"):
        sheets.time_worked(datetime(2025, 1, 1))


def test_other_values() -> None:
    assert [sheets.whole(value) for value in (12, "12", "12.0", "12,00", " 7 ")] == [12, 12, 12, 12, 7]
    assert sheets.several("COFI; Salaires\nFactures") == ["COFI", "Salaires", "Factures"]
    assert [sheets.flag(value) for value in (True, "ja", "Oui", "no", 0)] == [True, True, True, False, False]
    assert sheets.month("2025-03") == sheets.month(datetime(2025, 3, 1)) == "2025-03"
    assert sheets.moment("04.03.2025 9:15", sheets.Order()) == "2025-03-04T09:15"
    assert sheets.moment(datetime(2025, 3, 4, 12, 15), sheets.Order()) == "2025-03-04T12:15"
    for wrong in (lambda: sheets.whole("12,5"), lambda: sheets.flag("maybe"), lambda: sheets.text(date(2025, 3, 4))):
        with pytest.raises(BadInput):
            wrong()
