"""A bank's file in a database: a credit that waits, settled in parts on account of a customer (M14)."""

from decimal import Decimal

from billing.office.transaction import Setting
from billing.requests.bank import ImportBankFile, SettleItem
from billing.requests.parties import SetIssuer
from tests.support import do

FILE = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id>
<IBAN>CH9300762011623852957</IBAN></Id></Acct><Ntry><Amt Ccy="CHF">90.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2025-03-10</Dt></BookgDt><AcctSvcrRef>BANK17X</AcctSvcrRef></Ntry></Stmt></BkToCstmrStmt></Document>"""


def everything(setting: Setting, customer: str = "BEAT") -> None:
    """Imports the file and says of a part of it whose it is."""
    do(setting, SetIssuer(iban="CH9300762011623852957"))
    do(setting, ImportBankFile(file="bank.xml", data=FILE.encode()))
    do(setting, SettleItem(item="B1", on=customer, amount=Decimal("40.00")), "settled")
