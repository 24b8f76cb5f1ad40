"""What customers are told in each situation and language, as `sentences.md` holds it; run it to write that anew."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from billing.documents.words import LANGUAGES
from billing.office.transaction import Setting
from billing.requests.balances import AskBalance
from billing.requests.maintenance import Announce
from billing.service import Billing
from tests.support import load, made, on

FILE = Path(__file__).with_suffix(".md")
TODAY = date(2026, 3, 10)
MAINTAINED = date(2026, 3, 20)  # when maintenance is announced for all
HEAD = """# What customers are told

Each situation in all languages of customers, as `billing balance --reply` says it on 10 March 2026, or 20 March with
maintenance. `python -m tests.documents.sentences FILE` writes it; `test_sentences.py` replays it on both databases.
"""
Line = dict[str, Any]


@dataclass(frozen=True)
class State:
    """A situation: a tariff's contract, what happened then."""

    name: str
    contract: Line | None
    lines: tuple[Line, ...] = ()
    at: date = TODAY
    bought: tuple[tuple[str, str], ...] = field(default=())  # days of sale and payment of a pack of 12 h ("": not paid)


def q3(start: str = "2026-01-01", **more: Any) -> Line:
    return {"tariff": "q3", "tier": "premium", "modules": ["COFI"], "fee": "480", "start": start} | more


def packs(start: str = "2025-01-01") -> Line:
    return {"tariff": "qualiodoo", "start": start}


def sold(product: str, day: str, **more: Any) -> Line:
    return {"type": "purchase", "product": product, "date": day} | more


def worked(minutes: int, day: str, **more: Any) -> Line:
    return {"type": "entry", "minutes": minutes, "date": day} | more


PLUS = (sold("half-fare", "2026-01-05", price="480"), sold("support-plus", "2026-02-01", contacts=["Marie Duc"]))
STATES = (
    State("never a contract", None),
    State("a contract that begins later", q3("2026-04-01")),
    State("a contract that ended, nothing waits", q3("2025-01-01")),
    State("a contract that ended, minutes wait for its renewal", q3("2025-03-01"),
          (sold("half-fare", "2025-04-01", price="480"),
           sold("support-plus", "2025-04-02", contacts=["Marie Duc", "Luc Rey"], quantity=2))),
    State("a contract that ended and begins again", q3("2025-01-01"),
          ({"type": "goodwill", "minutes": 30, "date": "2025-12-01", "expires": "2026-06-30", "reason": "sorry"},
           {"type": "renewal", "date": "2027-02-01"})),
    State("a pack", packs(), bought=(("2026-02-01", "2026-02-03"),)),
    State("a pack that is used", packs(), (worked(720, "2026-02-05"),), bought=(("2026-02-01", "2026-02-03"),)),
    State("two packs of one name", packs(), (worked(100, "2026-02-05"),),
          bought=(("2025-11-01", "2025-11-03"), ("2026-02-01", "2026-02-03"))),
    State("no pack yet", packs()),
    State("an allowance, for support alone", q3()),
    State("Support+ too, for one person", q3(), PLUS),
    State("Support+ for two persons, and time for all", q3(),
          (*PLUS, sold("support-plus-contact", "2026-02-02", contacts=["Luc Rey"]),
           {"type": "goodwill", "minutes": 30, "date": "2026-03-01", "expires": "2026-12-31", "reason": "sorry"})),
    State("Support+ that outlives the contract", q3("2025-04-01"),
          (sold("half-fare", "2025-12-01", price="480"),
           sold("support-plus", "2025-12-02", contacts=["Marie Duc"]))),
    State("included: moveon", {"tariff": "moveon", "start": "2026-01-01"}),
    State("included: systell", {"tariff": "systell", "start": "2026-01-01"}),
    State("included: visualqie", {"tariff": "visualqie", "start": "2026-01-01"}),
    State("included, and maintenance planned", {"tariff": "visualqie", "start": "2026-01-01"}, at=MAINTAINED),
    State("included, and minutes", {"tariff": "moveon", "start": "2026-01-01"},
          ({"type": "goodwill", "minutes": 45, "date": "2026-03-01", "expires": "2026-12-31", "reason": "sorry"},)),
    State("a pack that ended, in grace", packs(), (worked(45, "2025-06-01"),), bought=(("2025-02-18", "2025-02-20"),)),
    State("a pack that ended, after the grace", packs(), bought=(("2025-01-18", "2025-01-20"),)),
    State("a pack that ended, and the next waits for its payment", packs(),
          bought=(("2025-02-18", "2025-02-20"), ("2026-03-05", ""))),
    State("a pack that waits for its payment", packs(), bought=(("2026-03-05", ""),)),
    State("owed minutes", packs(), (worked(40, "2026-03-01"),)),
    State("not invoiced", q3(), (worked(60, "2026-03-01"),)),
    State("reduced rate", q3(), (sold("half-fare", "2026-01-05", price="480"),)),
    State("reduced rate, and the contract ended", q3("2025-03-01"), (sold("half-fare", "2025-04-01", price="480"),)),
    State("all at once", packs(), (worked(1000, "2025-06-01"),),
          bought=(("2025-02-18", "2025-02-20"), ("2026-03-01", ""), ("2026-03-05", ""))),
    State("all at once, and maintenance", packs(), (worked(1000, "2025-06-01"),), at=MAINTAINED,
          bought=(("2025-02-18", "2025-02-20"), ("2026-03-01", ""), ("2026-03-05", ""))),
    State("much at once", q3("2025-04-01"),
          (sold("half-fare", "2026-01-05", price="480"), sold("support-plus", "2026-02-01", contacts=["Marie Duc"]),
           worked(90, "2026-03-02", case="T-1"))),
)  # fmt: skip


def lines(state: State, code: str) -> Iterator[Line]:
    """What makes a situation, as lines of a bulk load."""
    yield {"type": "customer", "code": code, "name": "Exemple SA", "country": "CH", "language": "fr"}
    if state.contract:
        yield {"type": "contract", "customer": code, **state.contract}
    for number, (day, paid) in enumerate(state.bought, 1):
        yield {"type": "purchase", "id": f"{code}-p{number}", "customer": code, "product": "pack-12h", "date": day,
               "price": "900"}  # fmt: skip
        if paid:
            yield {"type": "payment", "purchase": f"{code}-p{number}", "date": paid}
    for line in state.lines:
        yield {**line, "customer": code}


def setting_of(url: str) -> Setting:
    """A database with a customer in each situation."""
    setting = made(url, "CH", today=TODAY)
    every = [line for number, state in enumerate(STATES, 1) for line in lines(state, f"SITE-{number:02}")]
    load(setting, *sorted(every, key=lambda line: line.get("date", "")))  # as documents are issued
    starts = datetime(2026, 3, 24, 18)
    Billing(on(setting, MAINTAINED)).do(Announce(starts=starts, ends=starts.replace(hour=19), text="Version 8"))
    return setting


def page(setting: Setting) -> str:
    """The file: each situation and what is said of it, without the place in the chain, whose hash has salts in it."""
    parts = [HEAD]
    for number, state in enumerate(STATES, 1):
        parts.append(f"\n## {state.name}\n")
        then = Billing(on(setting, state.at))
        for language in LANGUAGES:
            asked = AskBalance(customer=f"SITE-{number:02}", at=state.at, language=language, reply=True)
            text = then.ask(asked).text.replace("\u00a0", " ").rpartition(" (")[0]
            parts.append(f"\n{language}:\n" + "".join(f"  {line}\n" for line in text.split("\n")))
    return "".join(parts)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        Path(sys.argv[1]).write_text(page(setting_of(f"sqlite:///{folder}/b.db")))
