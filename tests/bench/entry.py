"""One logged entry in a running process, against raw sqlite3 with the same statements on the same rows: at most 5."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from billing.store.engine import kept
from tests import support
from tests.bench.measure import Recorder, goal, raw, replay, seconds, sized
from tests.support import load, made


def run(folder: Path) -> None:
    setting = made(f"sqlite:///{folder}/a.db", today=date(2025, 6, 1))
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "CH"},
        {
            "type": "contract",
            "customer": "ANNA",
            "tariff": "q3",
            "tier": "premium",
            "modules": ["COFI"],
            "fee": "900",
            "start": "2025-01-01",
        },
        *(
            {"type": "entry", "customer": "ANNA", "case": f"C{n}", "date": "2025-02-01", "minutes": 7}
            for n in range(50)
        ),
        {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
    )
    setting.engine.dispose()
    shutil.copy(folder / "a.db", folder / "b.db")
    setting = replace(setting, engine=kept(setting.engine))
    support.log(setting, customer="ANNA", seconds=300, case="warm")
    count = sized(300)
    recorder = Recorder(setting)

    def logged() -> None:
        for n in range(count):
            support.log(setting, customer="ANNA", seconds=420, case=f"N{n}")

    ours = seconds(logged)
    floor_db = raw(folder / "b.db")
    replay(floor_db, recorder.statements[:0])
    # the floor needs the warm-up entry too, so that its keys are free and its references exist
    shutil.copy(folder / "b.db", folder / "c.db")
    again = replace(setting, engine=kept(made_engine(folder / "c.db")))
    support.log(again, customer="ANNA", seconds=300, case="warm")
    again.engine.dispose()
    floor_db = raw(folder / "c.db")
    floor = seconds(lambda: replay(floor_db, recorder.statements))
    per = len(recorder.statements) / count
    goal("one entry / raw sqlite3", ours / floor, 5, f"{1000 * ours / count:.2f} ms, {per:.0f} statements each")


def made_engine(path: Path) -> Engine:
    from billing.store.engine import open_engine

    return open_engine(f"sqlite:///{path}")
