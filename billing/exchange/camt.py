"""Bank files: camt.053 statements and camt.054 notifications, versions 02, 04 and 08, as movements of money.

Only reads; what a movement pays is decided elsewhere. DTDs and entities are refused before anything is parsed, so that
a file can neither reach out nor swell.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree
from xml.parsers import expat

from billing.core.matching import BankMovement
from billing.core.units import CENT
from billing.errors import BadInput

VERSIONS = ("02", "04", "08")
_NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.05([34])\.001\.(\d\d)\}Document")
_MOST = Decimal("10000000000")


def read(data: bytes) -> list[BankMovement]:
    """The booked movements of a bank file.

    Raises BadInput (`bad-input`) for what is no well-formed camt.053 or camt.054 of a known version, for a DTD, and for
    amounts or days that are none.
    """
    _refuse_declarations(data)
    root = ElementTree.fromstring(data)
    found = _NAMESPACE.fullmatch(root.tag)
    if found is None or found[2] not in VERSIONS:
        raise BadInput(
            "bad-input",
            f"the file is {root.tag.strip('{').replace('}', ' ')}; camt.053 and camt.054 in the versions "
            f"{', '.join(VERSIONS)} are read",
        )
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    outer = root.find("BkToCstmrStmt" if found[1] == "3" else "BkToCstmrDbtCdtNtfctn")
    if outer is None:
        raise BadInput("bad-input", "the file holds no statement and no notification")
    movements: list[BankMovement] = []
    for statement in [*outer.iter("Stmt"), *outer.iter("Ntfctn")]:
        account = _text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id") or ""
        for entry in statement.iter("Ntry"):
            movements += _movements(entry, account.replace(" ", "").upper())
    return list(_told_apart(movements))


def _refuse_declarations(data: bytes) -> None:
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise BadInput("bad-input", "the file declares a document type or entities; bank files have none")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as broken:
        raise BadInput("bad-input", f"the file is no whole XML document: {broken}") from None


def _movements(entry: ElementTree.Element, account: str) -> Iterator[BankMovement]:
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts") or "BOOK"
    if status != "BOOK":  # pending or for information: it comes again when it is booked
        return
    value_on = _day(entry, "ValDt") or _day(entry, "BookgDt")
    if value_on is None:
        raise BadInput("bad-input", "an entry has neither a value date nor a booking date")
    amount, currency = _amount(entry, "Amt")
    incoming, reversal = _direction(entry)
    own = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef") or ""
    way = f"{incoming} {reversal}"
    batch = _key(f"{own} {way}" if own else f"{value_on} {amount} {currency} {way}")
    details = list(entry.iter("TxDtls"))
    if not details:
        text = _text(entry, "AddtlNtryInf") or ""
        yield BankMovement(
            batch, batch, True, account, amount, currency, value_on, incoming, reversal, None, text, None, None
        )
        return
    parts = [
        _part(details_of, account, batch, (amount, currency), len(details), value_on, (incoming, reversal))
        for details_of in details
    ]
    _check_sum(parts, amount, currency, incoming)
    yield from parts


def _check_sum(parts: list[BankMovement], amount: Decimal, currency: str, incoming: bool) -> None:
    """Refuses a collective entry whose parts are not the whole: what is missing would be booked nowhere."""
    if len(parts) < 2 or any(part.currency != currency for part in parts):
        return
    come = sum((part.amount if part.incoming == incoming else -part.amount for part in parts), Decimal("0.00"))
    if come != amount:
        raise BadInput("bad-input", f"a collective entry of {currency} {amount} has parts of {come} in all")


def _part(
    details: ElementTree.Element,
    account: str,
    batch: str,
    whole: tuple[Decimal, str],
    parts: int,
    value_on: date,
    direction: tuple[bool, bool],
) -> BankMovement:
    place = next((path for path in ("Amt", "AmtDtls/TxAmt/Amt") if details.find(path) is not None), None)
    if place is None and parts > 1:
        raise BadInput("bad-input", "a collective entry has parts without amounts")
    amount, currency = _amount(details, place) if place else whole
    incoming = _direction(details)[0] if details.find("CdtDbtInd") is not None else direction[0]
    reference = _text(details, "RmtInf/Strd/CdtrRefInf/Ref")
    text = " ".join(part.text.strip() for part in details.iterfind("RmtInf/Ustrd") if part.text)
    name = _text(details, "RltdPties/Dbtr/Nm") or _text(details, "RltdPties/Dbtr/Pty/Nm")
    end_to_end = _text(details, "Refs/EndToEndId")
    end_to_end = None if end_to_end in (None, "NOTPROVIDED") else end_to_end
    returned = direction[1] or details.find("RtrInf") is not None
    own = _text(details, "Refs/AcctSvcrRef") or _text(details, "Refs/TxId") or ""
    named = own or " ".join([batch, str(amount), reference or "", end_to_end or "", text, name or ""])
    return BankMovement(
        key=_key(f"{named} {incoming} {returned}"),
        batch=batch,
        is_batch=False,
        account=account,
        amount=amount,
        currency=currency,
        value_on=value_on,
        incoming=incoming,
        returned=returned,
        reference=reference.replace(" ", "").upper() if reference else None,
        text=text,
        name=name,
        end_to_end=end_to_end,
    )


def _told_apart(movements: list[BankMovement]) -> Iterator[BankMovement]:
    """Movements that nothing tells apart get a number: two equal payments on one day are two."""
    seen: Counter[str] = Counter()
    for movement in movements:
        seen[movement.key] += 1
        times = seen[movement.key]
        yield movement if times == 1 else replace(movement, key=f"{movement.key}-{times}")


def _key(name: str) -> str:
    """What names a movement in every file. The account is not in it: a QR-IBAN and its IBAN are one account."""
    return hashlib.sha256(name.encode()).hexdigest()[:20]


def _direction(element: ElementTree.Element) -> tuple[bool, bool]:
    """Whether money came in, and whether the entry takes an earlier one back."""
    indicator = _text(element, "CdtDbtInd")
    if indicator not in ("CRDT", "DBIT"):
        raise BadInput("bad-input", f"an entry is neither credit nor debit: {indicator!r}")
    return indicator == "CRDT", _text(element, "RvslInd") in ("true", "1")


def _amount(element: ElementTree.Element, path: str) -> tuple[Decimal, str]:
    found = element.find(path)
    text = (found.text or "").strip() if found is not None else ""
    currency = found.get("Ccy", "") if found is not None else ""
    try:
        amount = Decimal(text)
        if not re.fullmatch(r"[0-9.]+", text) or amount >= _MOST or amount != amount.quantize(CENT):
            raise InvalidOperation
    except InvalidOperation:
        raise BadInput("bad-input", f"an entry has the amount {text!r}; 0 or more with two decimals is read") from None
    return amount.quantize(CENT), currency


def _day(element: ElementTree.Element, path: str) -> date | None:
    text = _text(element, f"{path}/Dt") or (_text(element, f"{path}/DtTm") or "")[:10]
    if not text:
        return None
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        raise BadInput("bad-input", f"an entry has the day {text!r}") from None
    if not 1990 <= found.year <= 2200:
        raise BadInput("bad-input", f"an entry has the day {text}, which no bank has booked")
    return found


def _text(element: ElementTree.Element, path: str) -> str | None:
    found = element.find(path)
    return found.text.strip() if found is not None and found.text and found.text.strip() else None
