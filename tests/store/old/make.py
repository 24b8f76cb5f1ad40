"""Makes a database as a program of an earlier day made it: `python -m tests.store.old.make COMMIT…`, a file each here.

A checkout of that commit plays `HISTORY`; what it does not know yet it refuses, and the rest goes on. Run it with the
last commit before a migration, when the migration is added: the file, REVISION-COMMIT.db.xz, is what that will meet.
"""

import contextlib
import io
import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
BANK = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id>
<IBAN>CH9300762011623852957</IBAN></Id></Acct><Ntry><Amt Ccy="CHF">90.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2025-03-10</Dt></BookgDt><AcctSvcrRef>BANK17X</AcctSvcrRef></Ntry></Stmt>
</BkToCstmrStmt></Document>"""
ISSUER = ("2025-01-01 init --name Demo --country CH --vat-id CHE-123.456.788 --iban CH9300762011623852957 --street Rue "
          "--postcode 1003 --city Lausanne")  # fmt: skip
# Once something was sold: it counts from a day, and the papers that there are get their files.
BASIS = "2025-01-08 init --vat-basis payment --vat-basis-from 2025-06-01"
# A day and a command each, after the lines of `tests.history.rich`.
HISTORY = """
2025-03-10 payments import bank.xml
2025-03-11 quote add ANNA --title Import --amount 500 --case A7
2025-03-12 quote send Q-2025-00001
2025-03-13 quote accept Q-2025-00001
2025-03-14 quote invoice Q-2025-00001
2025-03-14 maintenance announce --from 2025-03-20T18:00 --to 2025-03-20T20:00 --text Version-8
2025-04-01 customer hold BEAT --reason dispute
2025-04-02 customer release BEAT
2025-06-15 remind
2025-06-16 invoice run 2025-05 --id run-may
2025-06-17 invoice pdf INV-2025-00001 -o one.pdf
2025-06-18 customer change ANNA --name Annabelle --email anna@example.org
2025-07-01 close 2025-01
2025-07-02 agent add ana --name Ana
2025-07-02 key add desk --scope reply
2025-07-03 customer address add ANNA anna@anna.example
2025-07-03 customer link ANNA
2025-07-03 hook add https://desk.example.org/hooks
2025-07-03 desk add help --kind list
2025-07-05 case open ANNA A9 --subject Slow --contact Marie
2025-07-05 case open ANNA A9
2025-07-05 case take A9 --agent ana
2025-07-05 start A9 --agent ana
2025-07-06 log ANNA 25 --case A10 --agent ana --note looked
2025-07-06 undo --agent ana
2025-07-06 log ANNA 25 --case A10 --agent ana --note again
2025-08-01 invoice run 2025-07
2025-08-02 case sweep
2025-08-02 tick
"""


def made(commit: str) -> Path:
    """Plays the history with the program of a commit, and keeps the database."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "-C", ROOT, "worktree", "add", "--quiet", "--detach", tree, commit], check=True)
        try:
            environment = {**os.environ, "PYTHONPATH": str(tree)}
            player = [sys.executable, str(Path(__file__).resolve()), "play", str(ROOT)]
            said = subprocess.run(player, cwd=folder, env=environment, check=True, capture_output=True, text=True)
        finally:
            subprocess.run(["git", "-C", ROOT, "worktree", "remove", "--force", tree], check=True)
        print(said.stdout, end="")
        database = Path(folder) / "billing.db"
        with contextlib.closing(sqlite3.connect(database)) as connection:
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("VACUUM")
        kept = HERE / f"{revision}-{commit[:8]}.db.xz"
        kept.write_bytes(lzma.compress(database.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
        return kept


def play(root: str) -> None:
    """In a process of its own, whose `billing` is the old one: the history, in the folder where it runs."""
    sys.path.append(root)  # after the old program: for the lines of the history alone
    os.environ["BILLING_DB"] = "sqlite:///billing.db"
    Path("bank.xml").write_text(BANK)
    refused = [ISSUER] if not _did(*ISSUER.split()) else []
    for line in _lines(root):
        Path("line.jsonl").write_text(json.dumps(line) + "\n")
        today = (line.get("date") or line.get("at") or "2025-01-01")[:10]
        refused += [] if _did(today, "load", "line.jsonl") else [line["type"]]
        if line.get("id") == "p1":
            refused += [] if _did(*BASIS.split()) else [BASIS]
    refused += [line for line in HISTORY.strip().splitlines() if not _did(*line.split())]
    if not _did("2025-08-03", "audit"):
        refused.append("AUDIT")
    print("refused:", "; ".join(refused))


def _lines(root: str) -> list[dict[str, Any]]:
    """The lines of today's rich history, by its file: the old program's tests may have another."""
    names: dict[str, Any] = {"__file__": f"{root}/tests/history.py"}
    exec(Path(root, "tests", "history.py").read_text(), names)
    lines: list[dict[str, Any]] = names["rich"]()
    return lines


def _did(today: str, *argv: str) -> bool:
    from billing.commands import main

    os.environ["BILLING_TODAY"] = today
    sys.argv = ["billing", *argv]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            main()
        except SystemExit as ended:
            return not ended.code
    return True


if __name__ == "__main__":
    if sys.argv[1] == "play":
        play(sys.argv[2])
    else:
        for each in sys.argv[1:]:
            print(made(each).name)
