"""Cells of a table that a spreadsheet opens: text in them is never computed.

What people typed stays readable: an apostrophe stands before it, which spreadsheets take as a mark of text. How a file
is written, and in which encoding, is not known here. The FEC is none of it: the tax office wants names as they are.
"""

import re

from billing.core.signs import shown

_BEGINS = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")  # some take the wide signs too
_AGAIN = re.compile(r"(?<=[;\t\r\n])(?=\s*(?:[=+@＝＋＠]|[-－](?!\s)))")


def harmless(cell: object) -> object:
    """A cell that no spreadsheet computes: text that begins like a formula has an apostrophe before it.

    So has what does so behind a semicolon, a tab or the end of a line, where a spreadsheet may begin a cell anew: one
    that is set to German parts a file at semicolons, within quotation marks too. What nobody sees is written out.
    """
    if not isinstance(cell, str):
        return cell
    text = _AGAIN.sub("'", shown(cell))
    return f"'{text}" if _BEGINS.match(text) else text
