"""Every command that writes can be tried: `--dry-run` answers as it would and leaves the database as it was."""

import hashlib
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from typer.main import get_command

from billing.commands.app import program
from tests.support import contents, load, made, opened, run
from tests.test_docs import commands
from tests.test_surfaces import TODAY

FOUND = dict(commands("billing", get_command(program())))
READS = {
    "why", "status", "day", "week", "agent list",
    "queue", "hours", "balance", "statement", "month", "audit", "prove", "case show", "case list", "case export",
    "customer list", "customer show", "quote show", "quote list", "quote pdf", "invoice list", "invoice show",
    "invoice pdf", "invoice xml", "invoice check", "payments open", "maintenance list", "report vat",
    "report receivables", "report deferred", "report evolutions", "report errors", "report open", "report sla",
    "report revenue", "report time", "report credit", "report callbacks", "report sales-list",
    "report journal", "export datev", "send list",
    "tariff list", "tariff show", "tariff check", "tariff replay", "export beancount", "export hledger", "export fec",
    "export csv", "key list", "serve", "hook list", "hook test", "customer address list", "mail stamp", "mail relay",
    "link list", "desk list", "journal", "privacy export", "privacy due",
    "archive", "stats",
    "anchor", "backup", "restore",  # write files, and a database back as a file has it; nothing of theirs is recorded
    "opening show", "opening template", "issuer list",
    "shard",  # tried where Citus seems to be: tests/store/test_spreading.py
    "demo",  # writes books of its own
}  # fmt: skip
NO_ID = {
    "init",
    "privacy erase",  # an id would have to remember whom
    "privacy prune",  # again, it finds nothing
    "privacy replay",
    "agent add",  # agents have no chain, as the issuer has none
    "agent end",
    "load",
    "opening take",  # its ids are its lines'
    "invoice run",
    "issuer add",  # as init
    "issuer run",
    "case sweep",
    "tick",
    "key revoke",
    "mail in",  # by its own name
    "hook replay",
    "hook remove",
    "link revoke",
    "desk push",
    "desk remove",
    "import",
    "customer import",  # what is there already is not done twice
}  # a load's ids are its lines'; a run again issues nothing twice
TRIED = {
    "privacy erase": "privacy erase BEAT --reason demanded --yes",
    "privacy prune": "privacy prune",
    "privacy replay": "privacy replay erasures.jsonl",
    "init": "init --language fr",
    "issuer add": "issuer add acme --name Acme --country CH",
    "issuer run": "issuer run 2025-03 --on 2025-03-31",
    "customer add": "customer add CARA --name Cara --country CH",
    "customer change": "customer change ALPINA --email a@example.org",
    "customer hold": "customer hold ALPINA --reason order",
    "customer release": "customer release BEAT",
    "customer address add": "customer address add ALPINA @alpina.example",
    "customer address remove": "customer address remove BEAT beat@post.example",
    "agent add": "agent add cleo",
    "agent end": "agent end zoe --on 2025-03-31",
    "log": "log ALPINA 12 --case T-1 --agent zoe --contact Rey --note hello",
    "void": "void E1 --reason slip",
    "undo": "undo --agent ana",
    "edit": "edit E1 --duration 20",
    "start": "start T-1 --agent zoe",
    "stop": "stop --agent ana",
    "pause": "pause --agent ana",
    "resume": "resume --agent ben",
    "cancel": "cancel --agent ben",
    "verify": "verify T-2",
    "buy": "buy ALPINA half-fare --price 90",
    "pay": "pay INV-2025-00002",
    "refund": "refund ALPINA",
    "write-off": "write-off INV-2025-00002 --amount 2 --reason slip",
    "bounce": "bounce pay1",
    "remind": "remind --on 2025-05-06",
    "load": "load more.jsonl",
    "import": "import kimai kimai.csv",
    "customer import": "customer import customers.csv",
    "opening take": "opening take brought.jsonl",
    "opening void": "opening void ELSA-1 --reason slip",
    "key add": "key add zammad --scope reply",
    "key revoke": "key revoke desk",
    "mail in": "mail in --from nobody@else.example",
    "mail unknown": "mail unknown 1 --drop",
    "hook add": "hook add https://desk.invalid/hooks",
    "hook replay": "hook replay --since 2025-03-05",
    "hook remove": "hook remove 1",
    "customer link": "customer link ALPINA --contact Rey",
    "agent invite": "agent invite ana",
    "link revoke": "link revoke link-3359963d8a",
    "desk add": "desk add glpi --kind glpi",
    "desk push": "desk push zammad",
    "desk remove": "desk remove zammad",
    "tick": "tick",
    "case sweep": "case sweep --at 2025-03-31T12:00",
    "case open": "case open ALPINA T-9 --channel phone --note hello",
    "case approve": "case approve T-1 30 --by Rey",
    "case take": "case take T-1 --agent ana",
    "case ask": "case ask T-1 --note when",
    "case ask-files": "case ask-files T-1",
    "case answer": "case answer T-1 --note yes",
    "case reply": "case reply T-1 --channel phone",
    "case note": "case note T-1 old",
    "case change": "case change T-1 --subject VAT",
    "case void": "case void T-7#2 --reason slip",
    "case files": "case files T-1",
    "case attempt": "case attempt T-1 --channel voicemail",
    "case workaround": "case workaround T-1",
    "case resolve": "case resolve T-1",
    "case close": "case close T-1",
    "case reopen": "case reopen T-8",
    "case hand-over": "case hand-over T-7 --to ben",
    "case priority": "case priority T-1 urgent --reason agreed",
    "case attach": "case attach T-1 bank.xml",
    "case authorise": "case authorise T-1 --note mail",
    "case callback add": "case callback add T-1 --from 2025-03-10T09:00 --to 11:00",
    "case callback done": "case callback done T-7",
    "case callback withdraw": "case callback withdraw T-7#3",
    "contract sign": "contract sign BEAT --tariff q3 --tier profi",
    "contract renew": "contract renew ALPINA",
    "contract tier": "contract tier ALPINA premium",
    "contract cancel": "contract cancel ALPINA --on 2025-03-31",
    "contract goodwill": "contract goodwill ALPINA 30 --expires 2025-06-30 --reason sorry",
    "quote add": "quote add ALPINA --title Form --amount 120 --case T-1 --kind important --share 50",
    "quote attach": "quote attach Q-2025-00001 bank.xml",
    "quote send": "quote send Q-2025-00001",
    "quote approve": "quote approve Q-2025-00002 --by Users",
    "quote accept": "quote accept Q-2025-00003 --by Rey",
    "quote refuse": "quote refuse Q-2025-00003 --reason dear",
    "quote deliver": "quote deliver Q-2025-00004 --text Forms",
    "quote name": "quote name Q-2025-00004 --by Marie",
    "quote invoice": "quote invoice Q-2025-00004",
    "invoice run": "invoice run 2025-03",
    "invoice credit": "invoice credit INV-2025-00001 --reason mistake",
    "close": "close 2025-02",
    "reopen": "reopen 2025-01 --reason slip",
    "send documents": "send documents INV-2025-00001",
    "send reminders": "send reminders --on 2025-03-05",
    "send statements": "send statements 2025-03",
    "send bounces": "send bounces bounce.eml",
    "send mark": "send mark INV-2025-00001",
    "payments import": "payments import bank.xml",
    "payments settle": "payments settle B1 INV-2025-00002",
    "maintenance announce": "maintenance announce --from 2025-03-10T22:00 --to 2025-03-11T02:00 --text Update",
    "maintenance acknowledge": "maintenance acknowledge ALPINA M-2025-00001 --by Rey",
}
BANK = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.04"><BkToCstmrStmt><Stmt><Id>S{n}</Id>
<Acct><Id><IBAN>CH9300762011623852957</IBAN></Id></Acct><Ntry><Amt Ccy="CHF">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Sts>BOOK</Sts><BookgDt><Dt>2025-03-05</Dt></BookgDt><AcctSvcrRef>B{n}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf>
<Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"""


def writing() -> set[str]:
    return {name.removeprefix("billing ") for name in FOUND} - READS


def options(name: str) -> set[str]:
    return {spelling for parameter in FOUND[f"billing {name}"].params for spelling in parameter.opts}


def test_every_command_that_writes_has_the_two_options() -> None:
    """Whatever is not known to read only; what is named here is there."""
    assert {name.removeprefix("billing ") for name in FOUND} >= READS
    assert {name for name in writing() if "--dry-run" not in options(name)} == set()
    assert {name for name in writing() if "--id" not in options(name)} <= NO_ID
    assert writing() <= set(TRIED), "say how the new command is tried"


@pytest.fixture
def env(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A database in which each command would do something, and the files that two of them read."""
    setting = made(database_url, today=TODAY, iban="CH9300762011623852957")
    base = {
        "type": "contract",
        "customer": "ALPINA",
        "tariff": "q3",
        "tier": "profi",
        "modules": ["COFI"],
        "fee": "480",
    }
    sold = {"type": "purchase", "customer": "ALPINA", "product": "half-fare", "price": "90"}
    work = {"type": "entry", "customer": "ALPINA", "minutes": 40}
    lines: list[dict[str, Any]] = [
        *({"type": "customer", "code": code, "name": code, "country": "CH"} for code in ("ALPINA", "BEAT")),
        *({"type": "agent", "code": code} for code in ("ana", "ben", "zoe")),
        {"type": "agent", "code": "cara", "name": "Cara Z."},
        base | {"start": "2025-01-01"},
        {"type": "customer", "code": "DELTA", "name": "DELTA", "country": "FR"},
        {"type": "contract", "customer": "DELTA", "tariff": "visualqie", "start": "2025-01-01"},
        {"type": "case", "id": "T-1", "customer": "ALPINA", "at": "2025-03-03T09:00"},
        {"type": "case", "id": "T-8", "customer": "ALPINA", "at": "2025-03-03T09:00"},
        {"type": "case-event", "case": "T-8", "kind": "resolve", "at": "2025-03-03T10:00"},
        {"type": "case", "id": "T-7", "customer": "ALPINA", "at": "2025-03-03T09:00"},
        {"type": "case-event", "case": "T-7", "kind": "take", "agent": "ana", "at": "2025-03-03T10:00"},
        {
            "type": "case-event",
            "case": "T-7",
            "kind": "callback",
            "at": "2025-03-03T10:01",
            "window": ["2025-03-10T09:00", "2025-03-10T10:00"],
        },
        work | {"id": "E1", "case": "T-1", "date": "2025-03-04"},
        work | {"case": "T-2", "category": "bug", "agent": "ana"},
        sold | {"id": "p1", "date": "2025-03-01"},
        {"type": "payment", "id": "pay1", "purchase": "p1", "date": "2025-03-02"},
        sold | {"id": "p2", "date": "2025-03-03"},
        {"type": "on-account", "customer": "ALPINA", "amount": "20.00", "date": "2025-03-03"},
    ]
    load(setting, *lines)
    setting.engine.dispose()
    monkeypatch.chdir(tmp_path)
    Path("customers.csv").write_text("code,name,country\nDORA,Dora,CH\nALPINA,Alpina AG,CH\n")
    brought = {"type": "opening-money", "customer": "ELSA", "date": "2025-03-01", "amount": "5"}
    Path("brought.jsonl").write_text(json.dumps(brought | {"amount": "7"}) + "\n")
    load(setting, {"type": "customer", "code": "ELSA", "name": "Elsa", "country": "CH"}, brought)
    Path("more.jsonl").write_text(json.dumps(work | {"case": "T-3"}) + "\n")
    Path("erasures.jsonl").write_text('{"scope": "agent", "code": "cara", "at": "2025-03-01"}\n')
    found = {"BILLING_DB": database_url, "BILLING_TODAY": f"{TODAY}"}
    head = "Date,From,Duration,User,Customer,Activity,Description"
    Path("kimai.csv").write_text(f"{head}\n2025-03-03,09:00,0.17,zoe,ALPINA,Support,T-3 printer\n")
    Path("bounce.eml").write_text("From: post@example.org\nSubject: hello\n\nhello\n")
    Path("open.xml").write_text(BANK.format(n=1, amount="7.00", text="nobody knows"))
    Path("bank.xml").write_text(BANK.format(n=2, amount="97.29", text="INV-2025-00002"))
    status, _, err = run("payments", "import", "open.xml", **found)
    assert status == 0, err
    status, _, err = run("close", "2025-01", **found)
    assert status == 0, err
    status, _, err = run("customer", "hold", "BEAT", "--reason", "order", **found)
    assert status == 0, err
    status, _, err = run("customer", "address", "add", "BEAT", "beat@post.example", **found)
    assert status == 0, err
    status, _, err = run("desk", "add", "zammad", "--kind", "zammad", "--url", "https://desk.invalid", **found)
    assert status == 0, err
    status, _, err = run("mail", "in", stdin="From: nobody@else.example\n\nhello", **found)
    assert status == 0, err
    status, _, err = run("hook", "add", "https://desk.invalid/hooks", **found)
    assert status == 0, err
    status, _, err = run("key", "add", "desk", "--scope", "log", **found)
    assert status == 0, err
    with patch("billing.store.links.fresh", return_value="opens"):
        status, _, err = run("customer", "link", "BEAT", **found)
    assert status == 0, err
    for words in ("start T-7 --agent ana --at 09:00", "start T-7 --agent ben --at 09:00", "pause --agent ben"):
        status, _, err = run(*words.split(), **found)
        assert status == 0, (words, err)
    for words in ("add ALPINA --title draft --amount 120", "add DELTA --title minor --kind minor --minutes 10",
                  "add ALPINA --title sent --amount 120", "add ALPINA --title accepted --amount 120",
                  "send Q-2025-00003", "send Q-2025-00004", "accept Q-2025-00004"):  # fmt: skip
        status, _, err = run("quote", *words.split(), **found)
        assert status == 0, (words, err)
    status, _, err = run("maintenance", "announce", "--from", "2025-03-20T22:00", "--to", "2025-03-21T02:00", "--text",
                         "Update", **found)  # fmt: skip
    assert status == 0, err
    return found


def state(env: dict[str, str], folder: Path) -> object:
    """All that is there: the rows of every table, and each file byte for byte, on SQLite the database among them."""
    setting = opened(env["BILLING_DB"], TODAY)
    try:
        rows = contents(setting)
    finally:
        setting.engine.dispose()
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}
    return rows, {name: digest for name, digest in files.items() if not name.endswith(("-wal", "-shm"))}


def test_a_dry_run_leaves_the_database_byte_for_byte(env: dict[str, str], tmp_path: Path) -> None:
    """Each is accepted and keeps nothing; done in earnest, each of them would have."""
    before = state(env, tmp_path)
    for name, command in TRIED.items():
        words = command.split()
        status, out, err = run(*words, "--dry-run", **env)
        assert status == 0, (name, err)
        assert out.strip(), name
        assert state(env, tmp_path) == before, name
    status, out, err = run(*TRIED["log"].split(), **env)
    assert status == 0 and state(env, tmp_path) != before, err
