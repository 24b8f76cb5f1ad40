"""Workbooks to be filled in: a sheet a kind, its columns named and explained, lists to choose from. What they mean is
not known here."""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from billing.exchange.sheets.table import letters
from billing.values import dataclass

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS = 2000  # for which cells have a list or a format
_WIDE, _MOST = 14, 44


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, what it says to who fills it in, and what may be chosen."""

    key: str
    caption: str
    needed: bool = False
    choices: str | None = None  # the name of a list
    is_day: bool = False
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A sheet to be filled in: what it is called, what it is for, its columns."""

    name: str
    about: str
    columns: tuple[Column, ...]


def workbook(
    title: str,
    head: Sequence[str],
    text: Sequence[str],
    forms: Sequence[Form],
    lists: Mapping[str, Sequence[str]],
    mark: str,
) -> bytes:
    """A workbook: first a sheet that explains, of four columns with a `head`, then the forms. What may be chosen stands
    on a sheet that is hidden.

    The first row of a form has the keys, the second the captions, each with `mark` before it.
    """
    from openpyxl import Workbook

    book = Workbook()
    _explain(book.active, title, text, forms, head)
    places = _lists(book.create_sheet("lists"), lists)
    for form in forms:
        _form(book.create_sheet(form.name), form, places, mark)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _explain(sheet: "Worksheet", title: str, text: Sequence[str], forms: Sequence[Form], head: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = title
    sheet.append(list(head))
    for paragraph in text:
        sheet.append(["", "", paragraph])
    bold = [1]
    for form in forms:
        sheet.append([form.name, "", form.about])
        bold.append(sheet.max_row)
        for column in form.columns:
            sheet.append(["", column.key, column.caption, "*" if column.needed else ""])
    for letter, width in (("A", 20), ("B", 14), ("C", 90), ("D", 8)):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.font = Font(bold=cell.row in bold)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _lists(sheet: "Worksheet", lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Writes the lists, a column each; where each stands."""
    s = sheet
    s.sheet_state = "hidden"
    places = {}
    for at, (name, values) in enumerate(lists.items()):
        for row, value in enumerate([name, *values], 1):
            s.cell(row, at + 1, value)
        places[name] = f"lists!${letters(at)}$2:${letters(at)}${max(2, len(values) + 1)}"
    return places


def _form(sheet: "Worksheet", form: Form, places: Mapping[str, str], mark: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    s = sheet
    s.freeze_panes = "A3"
    for at, column in enumerate(form.columns):
        letter, span = letters(at), f"{letters(at)}3:{letters(at)}{_ROWS}"
        head, caption = s.cell(1, at + 1, column.key), s.cell(2, at + 1, f"{mark} {column.caption}")
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="FFE699" if column.needed else "E7E6E6")
        caption.font, caption.alignment = Font(italic=True, color="666666"), Alignment(wrap_text=True, vertical="top")
        s.column_dimensions[letter].width = min(_MOST, max(_WIDE, len(column.caption) // 3))
        if column.choices is not None:
            choice = DataValidation(type="list", formula1=places[column.choices], allow_blank=True)
            choice.error, choice.errorTitle = column.caption, column.key
            s.add_data_validation(choice)
            choice.add(span)
        kind = "yyyy-mm-dd" if column.is_day else "0.00" if column.is_money else None
        if kind is not None:
            for row in range(3, 53):
                s.cell(row, at + 1).number_format = kind
    s.row_dimensions[2].height = 60
