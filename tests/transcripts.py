"""Replays `console` blocks of Markdown: `$ billing …` and what it prints, in a folder and a database of their own.

`python -m tests.transcripts FILE…` writes what is printed now into the files; read what it changed before you keep it.
"""

import contextlib
import os
import re
import shlex
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.support import run

_BLOCK = re.compile(r"(^```console\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)
_DATE = re.compile(r"\$\(date \+([%A-Za-z-]+)\)")
TODAY = "2025-02-03"


def blocks(text: str) -> list[str]:
    """The `console` blocks of a page."""
    return [found[2] for found in _BLOCK.finditer(text)]


def steps(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a block with what they print."""
    command, output = "", ""
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            if command:
                yield command, output
            command, output = line[2:].strip(), ""
        else:
            output += line
    if command:
        yield command, output


class Session:
    """A shell of sorts: `export`, `$(date +…)`, and `billing` in this process."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self.folder = folder
        self.env = {"BILLING_DB": database or f"sqlite:///{folder}/billing.db", "COLUMNS": "80"}
        self.files: dict[str, str] = {}

    def do(self, command: str) -> str:
        """What a command prints, errors after the rest, and its exit status if that is not 0."""
        words = shlex.split(_DATE.sub(self._date, command))
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self.env[name] = value
            return ""
        if words[0] == "write":  # write FILE TEXT: makes a file
            (self.folder / words[1]).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / words[1]).write_text(words[2].encode().decode("unicode_escape"))
            return ""
        if words[0] == "sql":  # sql FILE STATEMENT: changes a SQLite file behind the program's back
            with contextlib.closing(sqlite3.connect(self.folder / words[1])) as database, database:
                database.execute(words[2])
            return ""
        assert words[0] == "billing", command
        here = Path.cwd()
        os.chdir(self.folder)
        try:
            status, out, err = run(*words[1:], **self.env)
        finally:
            os.chdir(here)
        plain = (out + err).replace("\r\n", "\n")  # CSV ends its lines so, Markdown does not
        shown = plain.replace(self.env["BILLING_DB"], "sqlite:///billing.db").replace(str(self.folder), "FOLDER")
        return masked(shown) + (f"exit {status}\n" if status else "")

    def _date(self, asked: re.Match[str]) -> str:
        return date.fromisoformat(self.env.get("BILLING_TODAY") or f"{date.today()}").strftime(asked[1])


def masked(shown: str) -> str:
    """What is printed, without what differs each time: the digest in a position (L6), the last migration."""
    plain = re.sub(r"\b(program needs |program \()\d{4}\b", r"\1…", shown)
    return re.sub(r"\b(\d+)(?:-[0-9A-Z]{4}){7}\b", r"\1-…", plain)


def played(text: str, folder: Path, database: str | None = None, **env: str) -> str:
    """The text with the output of every block as it is now, on the machine's day if neither it nor `env` says one."""
    session = Session(folder, database)
    session.env |= env

    def block(found: re.Match[str]) -> str:
        return found[1] + "".join(f"$ {command}\n{session.do(command)}" for command, _ in steps(found[2])) + found[3]

    return _BLOCK.sub(block, text)


def day_of(path: Path) -> dict[str, str]:
    """README alone says no day itself: it is read on any (tests/test_readme.py), and written on this one."""
    return {"BILLING_TODAY": TODAY} if path.name == "README.md" else {}


def main() -> None:
    for name in sys.argv[1:]:
        path = Path(name).resolve()
        with tempfile.TemporaryDirectory() as folder:
            path.write_text(played(path.read_text(), Path(folder), **day_of(path)))


if __name__ == "__main__":
    main()
