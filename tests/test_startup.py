"""What takes long to import comes in with the command that needs it, so that help and completion answer at once."""

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SLOW = (
    "sqlalchemy",
    "alembic",
    "reportlab",
    "pydantic",
    "babel",
    "rich",
    "holidays",
    "fastapi",
    "starlette",
    "uvicorn",
)


OTHERS = (  # what of the program a desk has no use for, and what comes with it
    "ssl", "billing.commands.contract", "billing.core.journal", "billing.core.matching", "billing.requests.parties",
    "billing.store.watching", "billing.views.documents",
)  # fmt: skip


def imported(code: str, *others: str, **env: str) -> set[str]:
    """The slow libraries, and which of some others, that a program has imported at its end."""
    shown = f"print('\\n' + ' '.join(m for m in {SLOW + others} if m in sys.modules))"
    ask = f"import atexit, sys; atexit.register(lambda: {shown})"
    done = subprocess.run(
        [sys.executable, "-c", f"{ask}\n{code}"], env=os.environ | env, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def command(*words: str) -> str:
    return f"import sys; sys.argv = ['billing', *{words}]\nfrom billing.commands import main\nmain()"


def test_help_imports_nothing_slow() -> None:
    assert imported(command("--help")) == set()
    assert imported(command("log", "--help")) == set()


def test_help_imports_no_command() -> None:
    """What each is for is written down; `make check` and tests/test_docs.py hold it equal."""
    assert imported(command("--help"), "billing.commands.entry", "billing.commands.agent", "tomllib") == set()


def test_completion_of_commands_imports_nothing_slow() -> None:
    words = {"_BILLING_COMPLETE": "complete_bash", "COMP_WORDS": "billing lo", "COMP_CWORD": "1"}
    assert imported(command(), **words) == set()


def test_completion_of_names_reads_the_file_alone(tmp_path: Path) -> None:
    """SQLAlchemy takes longer to come in than a Tab may take, and what reads JSON a twentieth of it."""
    from tests.support import load, made

    url = f"sqlite:///{tmp_path}/b.db"
    setting = made(url)
    load(setting, {"type": "customer", "code": "ANNA", "name": "A", "country": "CH"})
    setting.engine.dispose()
    line = {"_BILLING_COMPLETE": "complete_plain", "_BILLING_LINE": "billing log an", "BILLING_DB": url}
    assert imported(command(), "json", **line) == set()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A book with a customer, a contract and a case that is open, as its URL."""
    from tests.support import load, made

    url = f"sqlite:///{tmp_path_factory.mktemp('desk')}/b.db"
    setting = made(url)
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
    )
    setting.engine.dispose()
    imported(command("case", "open", "ANNA", "T-1", "--note", "Broken"), BILLING_DB=url, BILLING_TODAY="2025-02-01")
    return url


DESK = (
    "balance ANNA", "balance ANNA --reply", "log ANNA 5", "log ANNA 5 --case T-1 --note x", "log ANNA 5 --case T-9",
    "start T-1", "status", "pause", "resume", "stop", "day", "week", "queue", "undo",
    "case show T-1", "case take T-1", "case note T-1 x", "case reply T-1", "case close T-1", "case reopen T-1",
)  # fmt: skip


def test_the_desk_imports_nothing_slow(desk: str) -> None:
    """What an agent asks all day is done on the file itself: SQLAlchemy takes longer to come in than all the rest."""
    for words in DESK:
        asked = command(*words.split())
        slow = imported(asked, *OTHERS, BILLING_DB=desk, BILLING_TODAY="2025-02-01", BILLING_AGENT="eva")
        assert slow == set(), words


def test_a_process_that_draws_needs_no_database(tmp_path: Path) -> None:
    """What a worker of a crew is given is all that it needs; SQLAlchemy took it longer than a hundred invoices."""
    from billing.office.invoicing.drawing import Drawing, drawn
    from billing.office.transacting import look
    from billing.store import files
    from tests.support import load, made

    setting = made(f"sqlite:///{tmp_path}/b.db")
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "entry", "customer": "ANNA", "case": "T-1", "date": "2025-01-10", "minutes": 30},
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
    )
    with look(setting) as tx:
        papers = files.papers(tx.connection, ["INV-2025-00001"])
    task = tmp_path / "task"
    task.write_bytes(pickle.dumps((drawn, Drawing([*papers.values()], None, {code: {} for code in papers}, {}))))
    work = f"import pathlib, pickle; work, task = pickle.loads(pathlib.Path({str(task)!r}).read_bytes()); work(task)"
    assert imported(work) == {"reportlab"}


def test_a_server_is_asked_without_a_database() -> None:
    """Who has a server needs no database: it is refused, for none is there, before anything slow comes in."""
    asked = command("balance", "ANNA")
    assert imported(asked, BILLING_DB="http://localhost:9", BILLING_KEY="k" * 40) == set()


def test_the_desk_of_a_server_imports_nothing_slow(desk: str) -> None:
    """What it answers is a view, which needs no database to be read and printed; a Tab is answered likewise."""
    from tests.remote.running import running

    with running() as server, pytest.MonkeyPatch.context() as patched:
        patched.setenv("BILLING_TODAY", "2025-02-01")
        env = {"BILLING_DB": server.url, "BILLING_KEY": server.key(desk, "desk"), "BILLING_AGENT": "eva"}
        for words in ("balance ANNA --reply", "log ANNA 5 --case T-1", "start T-1", "status", "stop", "day", "queue"):
            assert imported(command(*words.split()), **env) == set(), words
        line = {"_BILLING_COMPLETE": "complete_plain", "_BILLING_LINE": "billing log an"}
        assert imported(command(), **line, **env) == set()


def test_only_the_module_of_the_command_comes_in() -> None:
    """What is built for one command has just what the whole has of it; options of the program may stand before it."""
    from typer.main import get_command

    from billing.commands import app

    whole = get_command(app.program())
    known = [*app._GROUPS, *(name for names in app._COMMANDS.values() for name in names)]
    assert sorted(whole.commands) == sorted(known)  # type: ignore[attr-defined]
    for name in known:
        alone = get_command(app.program(name)).commands  # type: ignore[attr-defined]
        assert shape(alone[name]) == shape(whole.commands[name])  # type: ignore[attr-defined]
        assert list(alone) == [name]
    assert app._asked(["--db", "case", "log", "T-1"]) == app._asked(["--db=x", "log", "T-1"]) == ("log", "T-1")
    assert app._asked(["case"]) == ("case", None)
    assert {app._asked(words) for words in ([], ["--db"], ["lgo"], ["--help", "log"])} == {(None, None)}
    loaded = command("log", "--help") + "\n"
    shown = "import atexit, sys; atexit.register(lambda: print([m for m in sys.modules if 'billing.commands' in m]))\n"
    done = subprocess.run([sys.executable, "-c", shown + loaded], capture_output=True, text=True, check=True).stdout
    assert "'billing.commands.entry'" in done and "'billing.commands.invoice'" not in done


def test_of_a_group_the_command_alone_is_built_that_comes_second() -> None:
    """Where another word does, as a month after `send`, or help, the group is there whole."""
    from typer.main import get_command

    from billing.commands import app

    whole = get_command(app.program()).commands  # type: ignore[attr-defined]
    for group in app._GROUPS:
        for name, one in whole[group].commands.items():
            alone = get_command(app.program(group, name)).commands[group]  # type: ignore[attr-defined]
            assert shape(alone.commands[name]) == shape(one)
            assert list(alone.commands) == ([name] if not hasattr(one, "commands") else list(whole[group].commands))
    for second in ("2025-03", "-h", None):
        send = get_command(app.program("send", second)).commands["send"]  # type: ignore[attr-defined]
        assert shape(send) == shape(whole["send"])


def test_the_overview_says_of_each_command_what_the_whole_says() -> None:
    """Help and the completion of a command's name need no options of it."""
    from typer.main import get_command

    from billing.commands import app

    def named(command: Any) -> list[tuple[str, str, bool]]:
        return [(name, one.get_short_help_str(200), one.hidden) for name, one in command.commands.items()]

    assert named(get_command(app.overview())) == named(get_command(app.program()))
    assert app._is_overview([]) and app._is_overview(["--help"]) and not app._is_overview(["log", "--help"])


def shape(command: Any) -> object:
    """The names, options and help of a command and of those in it."""
    inner = {name: shape(one) for name, one in getattr(command, "commands", {}).items()}
    return [(param.name, param.opts, getattr(param, "help", None)) for param in command.params], command.help, inner
