"""A bank's file read to the last field, and every answer of booking it and of settling what is left of it (M14, L5).

The keys are among them: a movement that an earlier version booked must be known by the same key for ever. All is in
`whole_bank.json`, skimmed, not worked out by hand; `python -m tests.exchange.test_whole_bank` writes it again.
"""

import json
import tempfile
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Refusal
from billing.exchange import camt
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.parties import AskCustomer
from billing.requests.payments import Bounce, PayOnAccount, Refund
from tests.exchange.test_bank_kinds import (
    DEBIT,
    FOURTH,
    IBAN,
    OTHER,
    QR_IBAN,
    REFERENCE,
    REFERENCE_2,
    SECOND,
    billed,
    charged,
    document,
    entry,
    part,
    statement,
    transacted,
)  # fmt: skip
from tests.support import ask, audit, do

KEPT = Path(__file__).with_name("whole_bank.json")
TOTAL = '<Chrgs><TtlChrgsAndTaxAmt Ccy="CHF">1.50</TtlChrgsAndTaxAmt></Chrgs>'
OLDER = '<Chrgs><Amt Ccy="CHF">0.50</Amt></Chrgs><Chrgs><Amt Ccy="EUR">9.00</Amt></Chrgs>'
INSTRUCTED = '<AmtDtls><InstdAmt><Amt Ccy="CHF">50.50</Amt></InstdAmt></AmtDtls>'
RETURN = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
PRICE = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>FEES</SubFmlyCd></Fmly></Domn></BkTxCd>"
GERMAN = "<BkTxCd><Prtry><Cd>NMSC+808+00930</Cd></Prtry></BkTxCd>"
BOTH = "<UltmtDbtr><Nm>Alpina SA</Nm></UltmtDbtr><Dbtr><Nm>Bank</Nm></Dbtr><Cdtr><Pty><Nm>Demo SA</Nm></Pty></Cdtr>"
CLOSING = "<CreDtTm>2025-02-12T06:00:00</CreDtTm>"
TO_DATE = "<FrToDt><FrDtTm>2025-02-10T00:00:00</FrDtTm><ToDtTm>2025-02-14T23:59:59</ToDtTm></FrToDt>"


def end_to_end(of: str, name: str) -> str:
    return of.replace("<RltdPties>", f"<Refs><EndToEndId>{name}</EndToEndId><TxId>TX-{name}</TxId></Refs><RltdPties>")


STATEMENTS = [
    statement(
        entry("94.59", part(ref=[REFERENCE], text=["Support", "January"]), own="R1", booked="2025-02-11"),
        entry("140.00", part("50.00", text=["one"], own="P1"), part("90.00", text=["two"]), own="R2", text="a sum"),
        entry("60.00", part("90.00", name=None), part("30.00", inside=DEBIT), text="a sum less another"),
        entry("48.50", part("50.00", inside=TOTAL, own="P2"), own="R3"),
        entry("50.00", part(None, inside=transacted("52.00") + charged("2.00"))),
        entry("50.00", part(None, inside=INSTRUCTED + OLDER, ref=["RF18 5390 0754 7034", "RF18539007547034"])),
        entry("50.00", part("51.00", inside=charged("2.00"))),
        entry("135.00", part("50.00"), part("90.00")).replace("<NtryDtls>", f"{charged('5.00')}<NtryDtls>"),
        entry("77.00", part("70.00"), part("8.00"), own="R4"),
        entry("20.00", end_to_end(part("20.00", text=["back"], parties=BOTH), "E2E-9"), own="R5", way="DBIT"),
        entry("20.00", end_to_end(part("20.00", text=["paid"]), "E2E-8")),
        entry("20.00", end_to_end(part("20.00", text=["paid"]), "NOTPROVIDED"), own="000123"),
        entry("94.59", part(inside=RETURN, parties=BOTH), own="R6", way="DBIT", on="2025-02-12"),
        entry("94.59", own="R7", way="DBIT").replace("</CdtDbtInd>", "</CdtDbtInd><RvslInd>true</RvslInd>"),
        entry("3.00", way="DBIT").replace("</Ntry>", f"{PRICE}</Ntry>"),
        entry("4.00", way="DBIT").replace("</Ntry>", f"{GERMAN}</Ntry>"),
        entry("5.00", on=None, own="R8"),
        entry("6.00", own="R9").replace("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>"),
        entry("7.00", own="R10").replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>"),
        entry("11.00", own="R11", text="from the bank's counter"),
        entry("1e3"),
        entry("8.00", own="twice1"), entry("9.00", own="twice1"),
        head=CLOSING + TO_DATE,
    ),
    statement(entry("141.88", part("141.88", ref=[REFERENCE_2]), own="Q1"), account=QR_IBAN.lower()),
    statement(entry("1.00"), account=OTHER),
]  # fmt: skip

SECOND_FILE = statement(
    entry("278.77", end_to_end(part("283.77", text=["INV-2025-00001, INV-2025-00003"], name=None,
                                    inside=charged("5.00")), "X1"), own="S1"),
    entry("278.77", end_to_end(part("278.77", inside=RETURN), "X1"), way="DBIT", on="2025-03-12"),
    entry("9.00", part("9.00", parties="<Cdtr><Nm>Cima Sagl</Nm></Cdtr>"), way="DBIT", on="2025-03-12", own="S2"),
)  # fmt: skip


def read() -> Any:
    """What is read of both kinds of file; movements by their fields, texts as they are said."""
    return {kind: asdict(camt.read(document(*STATEMENTS, kind=kind).encode())) for kind in ("053", "054")}


def booked(folder: Path) -> dict[str, Any]:
    """The file booked, seen again, and each open item settled, some in parts, some twice, some wrongly."""
    setting = billed(f"sqlite:///{folder}/b.db")
    file = ImportBankFile(file="in.xml", data=document(*STATEMENTS).encode())
    do(setting, PayOnAccount(customer="BAHN", amount=Decimal(8), on=date(2025, 2, 9)), "by-hand")
    do(setting, PayOnAccount(customer="BAHN", amount=Decimal(30), on=date(2025, 2, 9)), "to-bounce")
    do(setting, Bounce(payment="to-bounce", on=date(2025, 2, 11)))
    told: dict[str, Any] = {"tried": do(setting, file, dry_run=True), "first": do(setting, file, "f")}
    told |= {"again": do(setting, file), "under its id": do(setting, file, "f")}
    told["open"] = ask(setting, AskOpenItems(everything=True))
    steps: list[tuple[str, str, str | None]] = []
    for item in told["open"]["open"]:
        what = _whose(item, told["first"]["booked"][0]["payment"])
        steps += [(item["id"], what, "1.00"), (item["id"], what, None), (item["id"], FOURTH, "99999.00")]
    for place, (item, what, amount) in enumerate(steps):
        request = SettleItem(item=item, on=what, amount=None if amount is None else Decimal(amount))
        for key in (f"s{place}", f"s{place}"):
            try:
                answer: Any = do(setting, request, key)
            except Refusal as refused:
                answer = [refused.code, refused.message]
            told.setdefault(f"{place}: {item} {what} {amount}", []).append(answer)
    do(setting, Refund(customer="ALPINA", amount=Decimal("0.50"), on=date(2025, 3, 1)), "out")
    told["second"] = do(setting, ImportBankFile(file="second.xml", data=document(SECOND_FILE).encode()))
    told["left"] = ask(setting, AskOpenItems(everything=True))
    told["faults"] = audit(setting)["faults"]
    told |= {code: ask(setting, AskCustomer(customer=code)) for code in ("ALPINA", "BAHN", "CIMA")}
    setting.engine.dispose()
    return told


def _whose(item: dict[str, Any], payment: str) -> str:
    if item.get("out"):
        return {"94.59": payment, "20.00": "ALPINA"}.get(item["amount"], "to-bounce")
    return {"8.00": "by-hand", "9.00": "CIMA", "50.00": FOURTH, "7.00": SECOND}.get(item["amount"], "ALPINA")


def told() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        found = {"read": read(), "booked": booked(Path(folder))}
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str), object_hook=_plain)
    return plain


def _plain(of: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in of.items() if name != "position"}  # of a chain's secret


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return told()


@pytest.mark.parametrize("kind", ["053", "054"])
def test_a_file_is_read_to_the_last_field_m14(kind: str) -> None:
    found = json.loads(json.dumps(read()[kind], default=str))
    assert found == json.loads(KEPT.read_text())["read"][kind]
    assert IBAN in found["accounts"]


def test_what_booking_and_settling_answer_m14_l5(answers: dict[str, Any]) -> None:
    kept = json.loads(KEPT.read_text())["booked"]
    assert list(answers["booked"]) == list(kept)
    for name, answer in kept.items():
        assert answers["booked"][name] == answer, name


if __name__ == "__main__":
    KEPT.write_text(json.dumps(told(), indent=1, ensure_ascii=False) + "\n")
