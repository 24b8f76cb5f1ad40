"""CSV: RFC 4180 with commas, semicolons or tabs; in UTF-8, in UTF-16 with its mark, in Windows' letters if sure.

What could be read in two ways is refused with what would work: another encoding, another separator, a torn row.
"""

import csv
import io
import re
from collections.abc import Iterator

from billing.core.cells import harmless
from billing.errors import BadInput
from billing.exchange.sheets.table import Faults, Value
from billing.texts import say

SEPARATORS = ",;\t"
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_UTF8 = say("save it as CSV in UTF-8")
_ELSEWHERE = re.compile(r"(?<=[^\W\d_])(?:[‚„‡ˆ]|[ƒ…†‰“”˜](?=[^\W\d_]))|(?<=[a-zß-öø-ÿ])[ŠŒŽŸ]")  # as DOS's or Mac's é
_SEP = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)  # as Excel writes it


def lines(name: str, data: bytes, faults: Faults) -> Iterator[tuple[int, list[Value | None]]]:
    """The rows of a file with the number of the line that each begins on. Raises BadInput where it is no CSV."""
    written = _decoded(name, data)
    said = _SEP.match(written)
    if said:
        written = written[said.end() :]
    before = 1 if said else 0
    mark = said[1] if said else _separator(name, written)
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=mark, strict=True)
    width = None
    while True:
        line = reader.line_num + before + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            raise BadInput(
                "bad-input",
                say("line {line}: this is no CSV: {wrong}", line=line, wrong=str(wrong)),
                say("a cell with a quotation mark, a separator or an end of line stands in quotation marks"),
            ) from None
        if not any(cell.strip() for cell in row):
            continue
        width = len(row) if width is None else width
        if len(row) != width:
            torn = say("{count} {count:cell|cells} where the first row has {width}", count=len(row), width=width)
            faults.add(BadInput("bad-input", torn, say("is the file whole?")).at(say("line {line}", line=line)))
            continue
        yield line, [_plain(cell) for cell in row]


def _plain(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from computing it, which is how this program writes it."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def _decoded(name: str, data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise BadInput(
                    "bad-input", say("{file} is no text in {encoding}", file=name, encoding=encoding.upper()), _UTF8
                ) from None
    if b"\0" in data:
        raise BadInput("bad-input", say("{file} is neither CSV nor a workbook", file=name), say("give .csv or .xlsx"))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _windows(data)


def _windows(data: bytes) -> str:
    """Text in Windows' western letters, of which Latin-1's are a part. Raises BadInput where it may be in others."""
    try:
        written = data.decode("cp1252")
    except UnicodeDecodeError as failed:
        raise _foreign(data[: failed.start].count(b"\n") + 1) from None
    strange = _ELSEWHERE.search(written)
    if strange:
        raise _foreign(written[: strange.start()].count("\n") + 1)
    return written


def _foreign(line: int) -> BadInput:
    return BadInput("bad-input", say("line {line}: it is not known which letters these are", line=line), _UTF8)


def _separator(name: str, written: str) -> str:
    """What parts the cells of the first line that holds something, outside of quotation marks."""
    first = re.sub(r'"[^"]*"', "", next((line for line in written.splitlines() if line.strip()), ""))
    counts = {mark: first.count(mark) for mark in SEPARATORS}
    most = max(counts.values())
    if most == 0:
        return ","
    found = [mark for mark, count in counts.items() if count == most]
    if len(found) > 1:
        raise BadInput(
            "bad-input",
            say("{file}: it is not plain what parts the cells of its first line", file=name),
            say("part them by commas, by semicolons or by tabs"),
        )
    return found[0]
