"""The French year, tariff qualiodoo, with a week at the desk under the others."""

from datetime import date

from billing.commands import speech
from billing.commands.demonstration import desk
from billing.commands.demonstration.desk import YEAR
from billing.commands.demonstration.play import Play
from billing.requests.balances import AskBalance
from billing.requests.statements import AskStatement

ISSUER = {
    "name": "Conseil des Tilleuls SARL", "country": "FR", "iban": "FR7630006000011234567890189",
    "vat_id": "FR83404833048", "siren": "404833048", "electronic_address": "0225:404833048",
    "street": "Rue des Tilleuls", "house_number": "4", "postcode": "38000", "city": "Grenoble",
}  # fmt: skip


def year(play: Play) -> None:
    """Tariff qualiodoo: a pack renewed late and carried over, minutes owed and settled, a part payment, a pack that is
    not renewed and lost, a customer abroad."""
    play.on(f"{YEAR - 1}-02-01")
    play.customer("DUPONT", "Dupont & Filles SAS", "FR", "fr", "Rue Neuve, 7, 69003, Lyon", siren="552100554",
                  electronic_address="0225:552100554")  # fmt: skip
    play.customer("EIFFEL", "Ateliers Eiffel SARL", "FR", "fr", "Rue de la Tour, 7, 75015, Paris", siren="732829320",
                  electronic_address="0225:732829320")  # fmt: skip
    play.customer("KOELN", "Kölner Werkzeug GmbH", "DE", "de", "Hauptstraße, 7, 50667, Köln", vat_id="DE136695976")
    for customer in ("DUPONT", "EIFFEL"):
        play.pay(play.buy(customer, "pack-12h", "900.00"))
    play.on("01-14")
    play.log("DUPONT", 200, "F-1", "incident")
    play.on("01-20")
    play.log("EIFFEL", 45, "E-1")
    play.bill(1)
    play.on("02-01")
    for customer in ("DUPONT", "EIFFEL"):
        play.tell(customer, f"the pack has ended with {_ended(play, customer)}; a next one paid by 2 March keeps them")
    play.on("02-05")
    play.log("DUPONT", 12, "F-2")
    play.on("02-06")
    renewal = play.buy("DUPONT", "pack-24h", "1700.00")
    play.on("02-10")
    play.pay(renewal, "1000.00")
    play.on("02-17")
    play.pay(renewal)
    left = play.ask(AskBalance(customer="DUPONT", language="en"))
    carried = next(grant for grant in left.grants if grant.carried)
    play.tell("DUPONT", f"{speech.minutes(carried.remaining)} of the {carried.label} carried over to "
                        f"{speech.day(carried.expires)}, after what was owed")  # fmt: skip
    play.bill(2)
    play.on("03-03")
    pack = play.buy("KOELN", "pack-36h", "2400.00")
    play.on("03-04")
    play.tell("EIFFEL", f"no next pack within 30 days: {_ended(play, 'EIFFEL')} are lost")
    play.on("03-20")
    play.pay(pack)
    for month in range(3, 13):
        play.on(f"{month:02}-11")
        play.log("DUPONT", 17 * month, f"F-{month}", "support" if month % 2 else "bug", tell=False)
        play.on(f"{month:02}-25")
        play.log("KOELN", 70 + month, f"K-{month}", "upgrade-test", tell=False, agent="ben")
        if month == 3:
            play.week(desk.french_week(), "03-31")
        play.bill(month)
    play.tell("", "twelve monthly runs: no invoice, for all time was prepaid or is owed")


def _ended(play: Play, customer: str) -> str:
    """What is left of the customer's pack that has ended, as its statement says."""
    asked = AskStatement(customer=customer, first=date(YEAR, 1, 1), last=play.setting.today)
    movements = play.ask(asked).movements
    return speech.minutes(sum(-moved.minutes for moved in movements if moved.kind == "expiry"))
