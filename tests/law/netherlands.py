"""The Netherlands as an issuer's country, in data alone: what a copy of `billing/law` is given to try it (M11).

Not shipped: the figures are good enough for a trial, the sources of some are not named.
"""

COUNTRY = {
    "currency": "EUR",
    "timezone": "Europe/Amsterdam",
    "language": "en",
    "vat": "NL",
    "mentions": "NL",
    "accounts": "NL",
    "reminders": "NL",
    "calendar": "NL",
    "window": 112,
    "figures": "language",
    "credit_note": "note de crédit",
    "vat_label": "union",
    "company_id": {"pattern": "NL.*"},
    "einvoice_address": "9944:{vat}",
}
VAT = """
[[territory]]
code = "NL"
source = "trial"

[[rate]]
territory = "NL"
from = 2012-10-01
standard = "21.0"
source = "trial"
"""
_MENTION = """
[[mention]]
territory = "NL"
category = "{category}"
kinds = ["invoice", "credit-note", "quote"]
from = 2010-01-01
source = "trial"
fr = "{words}"
de = "{words}"
it = "{words}"
en = "{words}"
"""
MENTIONS = (
    _MENTION.format(category="AE", words="Btw verlegd")
    + _MENTION.format(category="O", words="Buiten Nederland")
    + _MENTION.format(category="E", words="Kleineondernemersregeling")
)
ACCOUNTS = """
[NL]
source = "trial"
receivable = ["1300", "Debiteuren"]
customer-money = ["1450", "Vooruitbetalingen van klanten"]
bank = ["1100", "Bank"]
deferred = ["1460", "Vooruitontvangen omzet"]
revenue = ["8000", "Omzet diensten"]
add-ons = ["8000", "Omzet diensten"]
quotes = ["8000", "Omzet diensten"]
breakage = ["8090", "Omzet vervallen tijd"]
vat = ["1520", "Af te dragen btw"]
vat-pending = ["1525", "Nog niet verschuldigde btw"]
rounding = ["9990", "Afrondingsverschillen"]
suspense = ["2000", "Tussenrekening"]
bank-charges = ["4750", "Bankkosten"]
loss = ["4900", "Afboeking dubieuze debiteuren"]
retained = ["0500", "Winstreserve"]
opening-balance = ["0999", "Beginbalans"]
"""
REMINDERS = """
[[indemnity]]
law = "NL"
from = 2013-03-16
amount = "40.00"
currency = "EUR"
source = "trial"
fr = "Indemnité, {each} par facture"
de = "Pauschale, {each} je Rechnung"
it = "Indennizzo, {each} per fattura"
en = "Dutch compensation, {each} per invoice"
"""
