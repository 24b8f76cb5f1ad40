"""The Swiss year, tariff q3."""

from datetime import date
from decimal import Decimal

from billing.commands import speech
from billing.commands.demonstration import desk
from billing.commands.demonstration.desk import YEAR
from billing.commands.demonstration.play import Play
from billing.requests.contracts import ChangeTier, Goodwill, Renew
from billing.requests.entries import Void
from billing.requests.parties import Hold
from billing.requests.verdicts import Verify

ISSUER = {
    "name": "Logiciels du Léman SA", "country": "CH", "language": "fr", "iban": "CH9300762011623852957",
    "vat_id": "CHE-116.281.710 TVA",
    "street": "Rue du Lac", "house_number": "12", "postcode": "1003", "city": "Lausanne",
}  # fmt: skip


def year(play: Play) -> None:
    """Tariff q3: an allowance used up, half-fare, Support+, a free first installation, a bug verified after it was
    invoiced, goodwill, a tier change, a held customer."""
    play.on("01-01")
    play.customer("ALPINA", "Alpina Treuhand AG", "CH", "de", "Hauptstrasse, 7, 3011, Bern",
                  tier="profi", modules=("COFI", "Salaires"), fee=Decimal(480))  # fmt: skip
    play.customer("BERNINA", "Bernina Sagl", "CH", "it", "Via Nuova, 7, 6900, Lugano",
                  tier="standard", modules=("Factures",), fee=Decimal(120))  # fmt: skip
    play.customer("CERVIN", "Cervin SA", "CH", "fr", "Rue Neuve, 7, 1950, Sion",
                  tier="premium", modules=("COFI",), fee=Decimal(900))  # fmt: skip
    play.customer("DOVER", "Dover Accounting Ltd", "GB", "en", "High Street, 7, CT16 1PH, Dover",
                  tier="advanced", modules=("COFI",), fee=Decimal(300))  # fmt: skip
    play.on("01-14")
    play.log("ALPINA", 3, "A-1")
    play.log("ALPINA", 4, "A-1", agent="ben")
    play.on("01-15")
    play.log("CERVIN", 47, "C-1", "first-install")
    play.on("01-20")
    play.log("DOVER", 70, "D-1", "training", agent="ben")
    paid = play.bill(1, tell=True)
    play.on("02-03")
    half_fare = play.buy("BERNINA", "half-fare", "90.00")
    play.on("02-10")
    play.buy("CERVIN", "support-plus", contacts=("Mme Rey",))
    play.on("02-12")
    play.log("BERNINA", 35, "B-1")
    play.on("02-17")
    play.log("ALPINA", 40, "A-2", agent="ben")
    play.on("02-18")
    play.log("CERVIN", 75, "C-2", "data-check", contact="Mme Rey")
    play.on("02-20")
    play.pay(half_fare)
    slip = play.log("CERVIN", 25, "C-3", "support", agent="ben")
    play.ask_for(Void(entry=slip, reason="logged for the wrong customer"))
    play.tell("CERVIN", f"{slip} voided, what it drew is back: logged for the wrong customer")
    play.on("02-24")
    play.log("ALPINA", 33, "A-3", "bug")
    paid += play.bill(2, tell=True)
    play.on("03-06")
    changed = play.ask_for(Verify(case="A-3")).changed[0]
    play.tell("ALPINA", f"A-3 is verified: free, {speech.minutes(-changed.overage)} less to invoice")
    play.on("03-07")
    play.ask_for(Goodwill(customer="ALPINA", minutes=30, expires=date(YEAR, 6, 30), reason="for the program error"))
    until = speech.day(date(YEAR, 6, 30))
    play.tell("ALPINA", f"{speech.minutes(30)} of goodwill until {until}: for the program error")
    play.week(desk.swiss_week(), "03-12")
    play.log("CERVIN", 55, "C-4", "training", contact="Mme Rey", agent="ben")
    play.on("03-15")
    granted = play.ask_for(ChangeTier(customer="BERNINA", tier="advanced")).granted[0]
    play.tell(
        "BERNINA",
        f"tier advanced: {speech.minutes(granted.minutes)} more until {speech.day(granted.expires)}",
    )
    play.on("03-18")
    play.log("BERNINA", 12, "B-2")
    paid += play.bill(3)
    for month in range(4, 12):
        _month(play, month)
        paid += play.bill(month)
    play.on("12-01")
    for number in paid[:-2]:
        play.pay(number, tell=False)
    play.tell("", f"paid: all invoices but {' and '.join(paid[-2:])}")
    _month(play, 12)
    play.on("12-18")
    play.ask_for(Hold(customer="DOVER", reason="asks for an order number on its invoices"))
    play.ask_for(Renew(customer="CERVIN"))
    play.tell("CERVIN", f"contract renewed for {YEAR + 1}; what is left of this year's allowance is not taken along")
    play.bill(12, tell=True)


def _month(play: Play, month: int) -> None:
    """What happens every month; nothing of it is told."""
    play.on(f"{month:02}-09")
    play.log("ALPINA", 7 + 3 * month, f"A-{month}", tell=False)
    if month % 3 == 0:
        play.on(f"{month:02}-16")
        play.log("DOVER", 25, f"D-{month}", "forms", tell=False, agent="ben")
