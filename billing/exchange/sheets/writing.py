"""XLSX out: one sheet, its head bold and frozen, days as days, amounts as they are, and text that is never a formula.

The same bytes for the same values: nothing in the file says when it was made. It is written by hand, for openpyxl makes
a float of each amount, and 9.95 is then 9.949999999999999.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from xml.sax.saxutils import escape

from billing.core import signs
from billing.core.cells import harmless
from billing.errors import BadInput
from billing.exchange.sheets.table import ROWS, letters
from billing.texts import Text, say

_FIRST = date(1899, 12, 30)  # what day 0 is for a spreadsheet, from March 1900 on
_KNOWN_FROM = date(1900, 3, 1)
_LONGEST = 32_767  # letters that a cell takes
_FIGURES = 15  # of a number, beyond which a spreadsheet loses some
_NARROW, _WIDE, _LOOKED_AT = 6, 60, 2_000  # columns of letters; rows by which a width is chosen
_PLAIN, _HEAD, _DAY, _AMOUNT, _WHOLE, _QUOTED = range(6)  # of `cellXfs` below
_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


def xlsx_of(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet, with the names of its columns above its rows.

    Raises BadInput (`bad-input`) where there are more rows than a spreadsheet takes.
    """
    kept = list(islice(rows, ROWS))
    if len(kept) == ROWS:
        raise BadInput("bad-input", say("more than {rows} rows are no spreadsheet's", rows=ROWS - 1), say("give --csv"))
    name = escape(re.sub(r"[\[\]:*?/\\']", " ", title)[:31], {'"': "&quot;"})
    workbook = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    )
    parts = _PARTS | {"xl/workbook.xml": workbook, "xl/worksheets/sheet1.xml": _sheet(head, kept)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, text in parts.items():
            told = zipfile.ZipInfo(part, _TIME)
            told.external_attr, told.compress_type = 0o600 << 16, zipfile.ZIP_DEFLATED
            packed.writestr(told, _XML + text)
    return out.getvalue()


def _sheet(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [_row(1, head, _HEAD), *(_row(line, row) for line, row in enumerate(rows, 2))]
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(_widths(head, rows), 1)
    )
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:{letters(len(head) - 1)}{len(lines)}"/>'
        f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(lines)}</sheetData></worksheet>"
    )


def _widths(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[int]:
    looked = [head, *rows[:_LOOKED_AT]]
    found = (max(signs.wide(_shown(row[at])) for row in looked) + 2 for at in range(len(head)))
    return [min(max(width, _NARROW), _WIDE) for width in found]


def _row(line: int, cells: Sequence[object], style: int = _PLAIN) -> str:
    written = (_cell(f"{letters(at)}{line}", cell, style) for at, cell in enumerate(cells))
    return f'<row r="{line}">{"".join(written)}</row>'


def _cell(at: str, value: object, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int) and abs(value) < 10**_FIGURES:
        return f'<c r="{at}" s="{_WHOLE}"><v>{value}</v></c>'
    if isinstance(value, Decimal) and value.is_finite() and len(value.as_tuple().digits) <= _FIGURES:
        cents = value == value.quantize(Decimal("0.01"))
        return f'<c r="{at}" s="{_AMOUNT if cents else _PLAIN}"><v>{value:f}</v></c>'
    if isinstance(value, date) and not isinstance(value, datetime) and value >= _KNOWN_FROM:
        return f'<c r="{at}" s="{_DAY}"><v>{(value - _FIRST).days}</v></c>'
    text = _ILLEGAL.sub("", signs.shown(_shown(value)))[:_LONGEST]
    style = _QUOTED if style == _PLAIN and harmless(text) != text else style
    kept = escape(text).replace("\r", "")
    return f'<c r="{at}" t="inlineStr" s="{style}"><is><t xml:space="preserve">{kept}</t></is></c>'


def _shown(value: object) -> str:
    """A value as text: moments as ISO 8601 has them, several values with blanks between."""
    if isinstance(value, tuple):
        return " ".join(map(_shown, value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value) if isinstance(value, Text) else f"{value}"
