"""What an entry of the books is called: in English, and in French for the FEC (Code de commerce, L123-22)."""

from datetime import date
from typing import Literal

from billing.core.journal import Entry, What

Language = Literal["en", "fr"]
_SAID: dict[Language, dict[What, str]] = {
    "en": {
        "opening": "opening balance",
        "invoice": "invoice",
        "credit-note": "credit note for {}",
        "payment": "payment for {}",
        "payment-back": "payment for {} taken back",
        "own-money": "own money for {}",
        "own-money-back": "own money for {} taken back",
        "customer-money": "money of the customer and {}",
        "on-account": "money on account",
        "on-account-back": "money on account taken back",
        "refund": "money of the customer paid out",
        "write-off": "written off of {}",
        "vat-due": "VAT due on what was paid for {}",
        "movement": "movement of the bank, on suspense",
        "bank-charges": "charges of the bank",
        "recognised": "movement of the bank recognised as {}",
    },
    "fr": {
        "opening": "à-nouveaux",
        "invoice": "facture",
        "credit-note": "avoir sur {}",
        "payment": "règlement de {}",
        "payment-back": "règlement de {} annulé",
        "own-money": "avance du client imputée sur {}",
        "own-money-back": "avance du client imputée sur {}, annulée",
        "customer-money": "avance du client et {}",
        "on-account": "avance du client reçue",
        "on-account-back": "avance du client reçue, annulée",
        "refund": "avance du client remboursée",
        "write-off": "perte sur {}",
        "vat-due": "TVA exigible sur l'encaissement de {}",
        "movement": "mouvement bancaire, en attente",
        "bank-charges": "frais bancaires",
        "recognised": "mouvement bancaire reconnu, {}",
    },
}
_LATE: dict[Language, str] = {"en": "{} of {:%Y-%m-%d}", "fr": "{} du {:%d/%m/%Y}"}
_EARNED: dict[Language, tuple[str, str, str]] = {
    "en": ("{} min used", "{} min expired", "{product}: {changes} of {minutes}"),
    "fr": ("{} min consommées", "{} min échues", "{product} : {changes} sur {minutes}"),
}
_SERVED: dict[Language, tuple[str, str, str]] = {
    "en": ("{} days served", "{} days not served any more", "contract fee: {changes} of {minutes}"),
    "fr": ("{} jours servis", "{} jours non servis", "redevance du contrat : {changes} sur {minutes}"),
}


def text(entry: Entry, language: Language = "en") -> str:
    """The words for an entry, with the document or the minutes that it is about."""
    return late(_text(entry, language), entry.own_day, language)


def late(text: str, own_day: date | None, language: Language = "en") -> str:
    """The words for what is posted later than its own day, which they name (M16)."""
    return text if own_day is None else _LATE[language].format(text, own_day)


def _text(entry: Entry, language: Language) -> str:
    if entry.what not in ("earned", "fee-earned"):
        return _SAID[language][entry.what].format(*entry.about)
    product, used, expired, minutes = entry.about
    of_used, of_expired, whole = (_EARNED if entry.what == "earned" else _SERVED)[language]
    changes = [of_used.format(used)] if used != "0" else []
    changes += [of_expired.format(expired)] if expired != "0" else []
    changes = changes or [of_used.format(used)]
    return whole.format(product=product, changes=", ".join(changes), minutes=minutes)
