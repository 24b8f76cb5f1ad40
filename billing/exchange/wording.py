"""What an entry of the books is called: in French for the FEC (Code de commerce, L123-22), in German for DATEV, and in
all languages for who reads the journal."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args

from billing.core.journal import Entry, What

Language = Literal["en", "fr", "de", "it"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_SAID: dict[Language, dict[What, str]] = {
    "en": {
        "opening": "opening balance",
        "brought": "brought over from another system",
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
        "brought": "repris d'un autre système",
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
    "de": {
        "opening": "Saldovortrag",
        "brought": "übernommen aus einem anderen System",
        "invoice": "Rechnung",
        "credit-note": "Gutschrift zu {}",
        "payment": "Zahlung zu {}",
        "payment-back": "Zahlung zu {} zurückgeholt",
        "own-money": "Guthaben verrechnet mit {}",
        "own-money-back": "Guthaben nicht mehr verrechnet mit {}",
        "customer-money": "Guthaben des Kunden und {}",
        "on-account": "Zahlung auf Konto",
        "on-account-back": "Zahlung auf Konto zurückgeholt",
        "refund": "Guthaben ausbezahlt",
        "write-off": "Verlust auf {}",
        "vat-due": "MwSt. fällig aus Zahlung zu {}",
        "movement": "Bankbewegung, ungeklärt",
        "bank-charges": "Bankspesen",
        "recognised": "Bankbewegung geklärt als {}",
    },
    "it": {
        "opening": "saldi iniziali",
        "brought": "ripreso da un altro sistema",
        "invoice": "fattura",
        "credit-note": "nota di credito su {}",
        "payment": "pagamento di {}",
        "payment-back": "pagamento di {} revocato",
        "own-money": "credito del cliente imputato a {}",
        "own-money-back": "credito del cliente imputato a {}, annullato",
        "customer-money": "credito del cliente e {}",
        "on-account": "acconto ricevuto",
        "on-account-back": "acconto ricevuto, revocato",
        "refund": "credito del cliente rimborsato",
        "write-off": "perdita su {}",
        "vat-due": "IVA esigibile sull'incasso di {}",
        "movement": "movimento bancario, in sospeso",
        "bank-charges": "spese bancarie",
        "recognised": "movimento bancario riconosciuto, {}",
    },
}
_LATE: dict[Language, str] = {
    "en": "{} of {:%Y-%m-%d}", "fr": "{} du {:%d/%m/%Y}", "de": "{} vom {:%d.%m.%Y}", "it": "{} del {:%d/%m/%Y}",
}  # fmt: skip
_EARNED: dict[Language, tuple[str, str, str]] = {
    "en": ("{} min used", "{} min expired", "{product}: {changes} of {minutes}"),
    "fr": ("{} min consommées", "{} min échues", "{product} : {changes} sur {minutes}"),
    "de": ("{} Min. verbraucht", "{} Min. verfallen", "{product}: {changes} von {minutes}"),
    "it": ("{} min consumati", "{} min scaduti", "{product}: {changes} su {minutes}"),
}
_SERVED: dict[Language, tuple[str, str, str]] = {
    "en": ("{} days served", "{} days not served any more", "contract fee: {changes} of {minutes}"),
    "fr": ("{} jours servis", "{} jours non servis", "redevance du contrat : {changes} sur {minutes}"),
    "de": ("{} Tage erbracht", "{} Tage nicht mehr erbracht", "Vertragsgebühr: {changes} von {minutes}"),
    "it": ("{} giorni prestati", "{} giorni non più prestati", "canone del contratto: {changes} su {minutes}"),
}


def text(entry: Entry, language: Language = "en") -> str:
    """The words for an entry, with the document or the minutes that it is about."""
    return said(entry.what, entry.about, entry.own_day, language)


def said(what: What, about: Sequence[str], own_day: date | None, language: Language = "en") -> str:
    """The same of an entry that is told by what it is, of what, and of which day if it is posted later."""
    return late(_text(what, about, language), own_day, language)


def known(language: str) -> Language:
    """A language that the journal speaks; English in place of another."""
    return next((one for one in LANGUAGES if one == language), LANGUAGES[0])


def late(text: str, own_day: date | None, language: Language = "en") -> str:
    """The words for what is posted later than its own day, which they name (M16)."""
    return text if own_day is None else _LATE[language].format(text, own_day)


def _text(what: What, about: Sequence[str], language: Language) -> str:
    if what not in ("earned", "fee-earned"):
        return _SAID[language][what].format(*about)
    product, used, expired, minutes = about
    of_used, of_expired, whole = (_EARNED if what == "earned" else _SERVED)[language]
    changes = [of_used.format(used)] if used != "0" else []
    changes += [of_expired.format(expired)] if expired != "0" else []
    changes = changes or [of_used.format(used)]
    return whole.format(product=product, changes=", ".join(changes), minutes=minutes)


def label(entry: Entry, name: str, language: Language = "en") -> str:
    """The words for an entry with its document and its customer's name, where they do not say it already."""
    words = text(entry, language)
    if entry.document and entry.document not in words:
        words = f"{words} {entry.document}" if entry.what in ("invoice", "opening") else f"{words}, {entry.document}"
    return f"{words}, {name}" if name else words
