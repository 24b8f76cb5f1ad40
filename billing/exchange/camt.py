"""Bank files: camt.053 statements and camt.054 notifications, versions 02, 04 and 08, as movements of money.

Only reads; what a movement pays is decided elsewhere. The amount and the direction of an entry are what the account
saw; what its parts say is information, unless they are several. One odd entry never refuses a file: what cannot be
read of it is left out by name. DTDs and entities are refused before anything is parsed, so that a file can neither
reach out nor swell.
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

from billing.core import unmatched
from billing.core.movements import OF_CONTENT, OF_THE_BANK, BankMovement, Entry
from billing.core.units import CENT, ZERO
from billing.errors import BadInput
from billing.texts import Text, say
from billing.values import dataclass

VERSIONS = ("02", "04", "08")
_NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.05([34])\.001\.(\d\d)\}Document")
_MOST = Decimal("10000000000")
_SAYS_NOTHING = {"NONREF", "NOREF", "NOTPROVIDED", "NOTAVAILABLE", "UNKNOWN", "NONE", "NA", "N/A"}
_COUNTER_DIGITS = 6  # a number this short begins anew in each file


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of a file is not taken in: its amount as it stands there, and the reason."""

    account: str
    amount: str
    reason: Text


@dataclass(frozen=True, slots=True)
class BankFile:
    """The booked entries of a file, each as one movement or as its parts; the accounts that it is of."""

    accounts: tuple[str, ...]
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]


def read(data: bytes) -> BankFile:
    """The booked movements of a bank file.

    Raises BadInput (`bad-input`) for what is no well-formed camt.053 or camt.054 of a known version, and for a DTD.
    """
    data = data.lstrip(b" \t\r\n")
    _refuse_declarations(data)
    root = ElementTree.fromstring(data)
    found = _NAMESPACE.fullmatch(root.tag)
    if found is None or found[2] not in VERSIONS:
        raise BadInput(
            "bad-input",
            say("the file is {tag}", tag=root.tag.strip("{").replace("}", " ")),
            say("camt.053 and camt.054 in the versions {versions} are read", versions=list(VERSIONS)),
        )
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    outer = root.find("BkToCstmrStmt" if found[1] == "3" else "BkToCstmrDbtCdtNtfctn")
    if outer is None:
        raise BadInput("bad-input", say("the file holds no statement and no notification"))
    return _Reading(outer).file()


def _refuse_declarations(data: bytes) -> None:
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise BadInput("bad-input", say("the file declares a document type or entities; bank files have none"))

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as broken:
        if broken.code in _ENCODINGS:
            raise _encoded() from None
        raise BadInput("bad-input", say("the file is no whole XML document: {why}", why=str(broken))) from None
    except (LookupError, ValueError):  # Python has an encoding of that name, which is none for XML
        raise _encoded() from None


_ENCODINGS = {
    expat.errors.codes[name]
    for name in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
}


def _encoded() -> BadInput:
    return BadInput(
        "bad-input",
        say("the file says that it is in an encoding in which it is not, or which is not read"),
        say("have it in UTF-8"),
    )


class _Odd(Exception):
    """An entry that cannot be read, with the reason."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


class _Reading:
    """A file while it is read: its statements, and how often each reference stands at an entry."""

    def __init__(self, outer: ElementTree.Element) -> None:
        self.statements = [*outer.iter("Stmt"), *outer.iter("Ntfctn")]
        named = (_text(entry, "AcctSvcrRef") or "" for s in self.statements for entry in s.iter("Ntry"))
        self.times = Counter(named)

    def file(self) -> BankFile:
        accounts, entries, left_out = [], [], []
        for statement in self.statements:
            account = (_text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id") or "").replace(" ", "")
            accounts.append(account.upper())
            on = _statement_day(statement)
            for entry in statement.iter("Ntry"):
                if (_text(entry, "Sts/Cd") or _text(entry, "Sts") or "BOOK") != "BOOK":
                    continue  # pending or for information: it comes again when it is booked
                try:
                    entries.append(self._entry(entry, account.upper(), on))
                except _Odd as odd:
                    left_out.append(LeftOut(account.upper(), _text(entry, "Amt") or "", odd.reason))
        return BankFile(tuple(dict.fromkeys(accounts)), tuple(entries), tuple(left_out))

    def _entry(self, entry: ElementTree.Element, account: str, statement_on: date | None) -> Entry:
        amount, currency = _amount(entry, "Amt")
        incoming, reversal = _direction(entry)
        value_on = _day(entry, "ValDt") or _day(entry, "BookgDt") or statement_on
        if value_on is None:
            raise _Odd(say("it has no day, and its statement has none"))
        own, way = _text(entry, "AcctSvcrRef") or "", f"{incoming} {reversal}"
        strong = _identifies(own) and self.times[own] == 1
        content = f"{value_on} {amount} {currency} {way}"
        batch = _key(OF_THE_BANK, f"{own} {way} {amount} {currency}") if strong else _key(OF_CONTENT, content)
        details = list(entry.iter("TxDtls"))
        returned = reversal or any(part.find("RtrInf") is not None for part in details)
        text = _text(entry, "AddtlNtryInf") or ""
        is_charge = not incoming and not returned and _is_price(entry)
        whole = BankMovement(
            key=batch if strong else _key(OF_CONTENT, f"{content} {text}"),
            batch=batch,
            is_batch=True,
            account=account,
            amount=amount,
            currency=currency,
            value_on=value_on,
            booked_on=_day(entry, "BookgDt") or value_on,
            incoming=incoming,
            returned=reversal,
            references=(),
            text=text,
            name=None,
            end_to_end=None,
            whole=amount,
            former=_key("", f"{own} {way}") if strong else None,
            is_charge=is_charge,
        )
        if not details or not (incoming or returned):
            return (_told(whole, details),)
        try:
            return tuple(_parts(whole, details, _charges(entry, whole.currency)))
        except _Odd as odd:
            return (replace(whole, odd=odd.reason, returned=returned),)


def _told(whole: BankMovement, details: list[ElementTree.Element]) -> BankMovement:
    """Money out with what its one part says of it; its key stays that of the entry."""
    if len(details) != 1:
        return whole
    (part,) = details
    name = next((name for path in _CREDITORS if (name := _text(part, f"RltdPties/{path}"))), None)
    end_to_end = _text(part, "Refs/EndToEndId")
    return replace(
        whole,
        text=_words(part, whole.text),
        name=name,
        end_to_end=end_to_end if end_to_end and _identifies(end_to_end) else None,
    )


_DEBTORS = ("UltmtDbtr/Pty/Nm", "UltmtDbtr/Nm", "Dbtr/Pty/Nm", "Dbtr/Nm")
_CREDITORS = ("UltmtCdtr/Pty/Nm", "UltmtCdtr/Nm", "Cdtr/Pty/Nm", "Cdtr/Nm")


def _parts(whole: BankMovement, details: list[ElementTree.Element], of_entry: Decimal) -> Iterator[BankMovement]:
    """The parts of an entry. Of one alone, the entry says amount, currency and direction; several must be the whole.

    `of_entry` are the charges that the entry itself names.
    """
    sums = _only(whole, details[0], of_entry) if len(details) == 1 else _sums(whole, details, of_entry)
    for part, (amount, incoming, charges) in zip(details, sums, strict=True):
        references = [
            "".join(found.text.split()).upper()
            for found in part.iterfind("RmtInf/Strd/CdtrRefInf/Ref")
            if found.text and found.text.strip()
        ]
        end_to_end = _text(part, "Refs/EndToEndId")
        end_to_end = end_to_end if end_to_end and _identifies(end_to_end) else None
        returned = whole.returned or part.find("RtrInf") is not None
        text, name = _words(part, whole.text if len(details) == 1 else ""), _payer(part)
        own = next((o for o in (_text(part, "Refs/AcctSvcrRef"), _text(part, "Refs/TxId")) if o and _identifies(o)), "")
        way = f"{incoming} {returned} {amount} {whole.currency}"
        said = " ".join([whole.batch, way, *references, end_to_end or "", text, name or ""])
        yield replace(
            whole,
            key=_key(OF_THE_BANK, f"{own} {way}") if own else _key(OF_CONTENT, said),
            is_batch=False,
            amount=amount,
            incoming=incoming,
            returned=returned,
            charges=charges,
            references=tuple(dict.fromkeys(references)),
            text=text,
            name=name,
            end_to_end=end_to_end,
            parties=_parties(part) if returned and not incoming else (),
        )


_Sums = list[tuple[Decimal, bool, Decimal]]  # amount that the account saw, direction, charges kept back of it


def _only(whole: BankMovement, part: ElementTree.Element, of_entry: Decimal) -> _Sums:
    """The one part of an entry: what the account saw, and what the bank kept back of what was paid.

    Charges are kept back where what was paid is named too, and the account saw just that less the charges. In what a
    return debits they are more than what comes back, so they count as less than nothing.
    """
    charges = _charges(part, whole.currency) or of_entry
    if not whole.incoming:
        apart = charges >= whole.amount or _text(part, "Chrgs/Rcrd/ChrgInclInd") in ("false", "0")
        return [(whole.amount, False, ZERO if apart else ZERO - charges)]
    paid = {_named(part, path, whole.currency) for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")}
    kept_back = whole.incoming and not whole.returned and charges > 0 and whole.amount + charges in paid
    return [(whole.amount, whole.incoming, charges if kept_back else ZERO)]


def _sums(whole: BankMovement, details: list[ElementTree.Element], of_entry: Decimal) -> _Sums:
    """Amount and direction of each of several parts; they must come to the entry's, or something is booked nowhere.

    Where charges make the difference, they were kept back: each part's own, else the entry's of its largest part.
    """
    found, charges = [], []
    for part in details:
        place = next((path for path in ("Amt", "AmtDtls/TxAmt/Amt") if part.find(path) is not None), None)
        if place is None:
            raise _Odd(unmatched.NO_AMOUNTS)
        amount, currency = _amount(part, place)
        if currency != whole.currency:
            raise _Odd(unmatched.PARTS_IN.of(currency=currency))
        has_way = part.find("CdtDbtInd") is not None
        found.append((amount, _direction(part)[0] if has_way else whole.incoming))
        charges.append(_charges(part, whole.currency))
    come = sum((amount if incoming == whole.incoming else -amount for amount, incoming in found), ZERO)
    if come == whole.amount:
        return [(amount, incoming, ZERO) for amount, incoming in found]
    if not any(charges):
        largest = max(range(len(found)), key=lambda place: found[place][0])
        charges[largest] = of_entry
    gross = [(amount, kept_back) for (amount, _), kept_back in zip(found, charges, strict=True)]
    if not whole.incoming and come + sum(charges, ZERO) == whole.amount:
        return [(a + more, incoming, ZERO - more) for (a, incoming), more in zip(found, charges, strict=True)]
    if not whole.incoming or come - sum(charges, ZERO) != whole.amount or any(a <= kept for a, kept in gross):
        raise _Odd(unmatched.SUM.of(whole=whole.amount, come=come))
    return [(a - kept, incoming, kept) for (a, incoming), kept in zip(found, charges, strict=True)]


def _charges(element: ElementTree.Element, currency: str) -> Decimal:
    """The charges that an entry or a part names, in the currency of the account."""
    total = _named(element, "Chrgs/TtlChrgsAndTaxAmt", currency)
    if total is not None:
        return total
    records = [_named(record, "Amt", currency) for record in element.iterfind("Chrgs/Rcrd")]
    older = [_named(record, "Amt", currency) for record in element.iterfind("Chrgs") if record.find("Amt") is not None]
    return sum((amount for amount in [*records, *older] if amount is not None), ZERO)


def _named(element: ElementTree.Element, path: str, currency: str) -> Decimal | None:
    """An amount that stands there in a currency; none where there is none, or no amount."""
    if element.find(path) is None:
        return None
    try:
        amount, of = _amount(element, path)
    except _Odd:
        return None
    return amount if of == currency else None


def _is_price(entry: ElementTree.Element) -> bool:
    """Whether the bank says that an entry is its own price: by the code of ISO 20022, or Germany's."""
    codes = [entry, *entry.iter("TxDtls")]
    kinds = {_text(element, "BkTxCd/Domn/Fmly/SubFmlyCd") for element in codes} - {None}
    own = {code for element in codes for code in (_text(element, "BkTxCd/Prtry/Cd") or "").split("+")}
    return (bool(kinds) and kinds <= _PRICES) or "808" in own


_PRICES: set[str | None] = {"CHRG", "FEES", "COMM", "COME", "COMT"}


def _words(part: ElementTree.Element, of_entry: str) -> str:
    """What the payer wrote: free text, the numbers of documents, else what the bank adds to it."""
    paths = ("RmtInf/Ustrd", "RmtInf/Strd/RfrdDocInf/Nb", "RmtInf/Strd/AddtlRmtInf")
    found = [text for path in paths for each in part.iterfind(path) if (text := (each.text or "").strip())]
    for added in (_text(part, "AddtlTxInf") or "", of_entry):
        if added and not any(added in text or text in added for text in found):
            found.append(added)
    return " ".join(found)


def _payer(part: ElementTree.Element) -> str | None:
    """Who owed the money, else who sent it."""
    return next((name for path in _DEBTORS if (name := _text(part, f"RltdPties/{path}"))), None)


def _parties(part: ElementTree.Element) -> tuple[str, ...]:
    """All whom a return names: some banks say who paid once, some who is paid back."""
    return tuple(name for path in (*_DEBTORS, *_CREDITORS) if (name := _text(part, f"RltdPties/{path}")))


def _identifies(reference: str) -> bool:
    """Whether a reference names one movement: not a word for none, a counter, an account's number."""
    plain = "".join(reference.split()).upper()
    return (
        plain not in _SAYS_NOTHING
        and any(sign.isdigit() and sign != "0" for sign in plain)
        and not (plain.isdigit() and len(plain) <= _COUNTER_DIGITS)
        and re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain) is None
    )


def _key(kind: str, name: str) -> str:
    """What names a movement in every file. The account is not in it: a QR-IBAN and its IBAN are one account."""
    return kind + hashlib.sha256(name.encode()).hexdigest()[:20]


def _statement_day(statement: ElementTree.Element) -> date | None:
    """The day of a statement: of its closing balance, else of its end, else of its making."""
    closing = [b for b in statement.iter("Bal") if _text(b, "Tp/CdOrPrtry/Cd") in ("CLBD", "ITBD")]
    found = next((day for balance in reversed(closing) if (day := _day(balance, "Dt"))), None)
    return found or _written_day(_text(statement, "FrToDt/ToDtTm")) or _written_day(_text(statement, "CreDtTm"))


def _direction(element: ElementTree.Element) -> tuple[bool, bool]:
    """Whether money came in, and whether the entry takes an earlier one back."""
    indicator = _text(element, "CdtDbtInd")
    if indicator not in ("CRDT", "DBIT"):
        raise _Odd(say("it is neither credit nor debit: {indicator!r}", indicator=indicator or ""))
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
        raise _Odd(say("its amount {amount!r} is none of 0 or more with two decimals", amount=text)) from None
    return amount.quantize(CENT), currency


def _day(element: ElementTree.Element, path: str) -> date | None:
    return _written_day(_text(element, f"{path}/Dt") or _text(element, f"{path}/DtTm"))


def _written_day(text: str | None) -> date | None:
    """A day as it is written; none where no bank can have meant it."""
    try:
        found = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2200 else None


def _text(element: ElementTree.Element, path: str) -> str | None:
    found = element.find(path)
    return found.text.strip() if found is not None and found.text and found.text.strip() else None
