"""The reply of a support agent: every situation, four languages (B1)."""

from typing import Any

import pytest

from billing.documents import reply
from billing.documents.words import LANGUAGES
from tests.documents.samples import balance, grant


def said(language: str, *grants: dict[str, Any], country: str = "", **other: Any) -> list[str]:
    return reply.text(balance(*grants, **other), language, country).replace("\u00a0", " ").split("\n")


ONE = [grant(1365, "2025-12-31")]
TWO = [grant(1365, "2025-12-01"), grant(0, "2025-03-31", "leer"), grant(35, "2025-04-08", "Forfait 12 h")]
MANY = [grant(5, "2025-04-01", "A"), grant(5, "2025-04-01", "B"), grant(60, "2025-05-01"), grant(60, "2025-06-01")]


@pytest.mark.parametrize(
    ("grants", "language", "sentence"),
    [
        (
            ONE,
            "fr",
            "Au 10 mars 2025, il vous reste 22 h 45 d’assistance prépayée, "
            "à utiliser jusqu’au 31 décembre 2025 inclus.",
        ),
        (
            ONE,
            "de",
            "Per 10. März 2025 haben Sie noch 22 h 45 vorausbezahlten Support, nutzbar bis zum 31. Dezember 2025.",
        ),
        (
            ONE,
            "it",
            "Al 10 marzo 2025 dispone ancora di 22 h 45 di assistenza prepagata, "
            "da utilizzare entro il 31 dicembre 2025 compreso.",
        ),
        (
            ONE,
            "en",
            "As of 10 March 2025, you have 22 h 45 of prepaid support left, to be used by 31 December "
            "2025 at the latest.",
        ),
        (
            TWO,
            "fr",
            "Au 10 mars 2025, il vous reste 23 h 20 d’assistance prépayée, dont 35 min (Forfait 12 h) "
            "à utiliser jusqu’au 8 avril 2025 inclus et 22 h 45 jusqu’au 1er décembre 2025.",
        ),
        (
            TWO,
            "de",
            "Per 10. März 2025 haben Sie noch 23 h 20 vorausbezahlten Support, davon 35 min (Forfait 12 h) "
            "nutzbar bis zum 8. April 2025 und 22 h 45 bis zum 1. Dezember 2025.",
        ),
        (
            TWO,
            "it",
            "Al 10 marzo 2025 dispone ancora di 23 h 20 di assistenza prepagata, di cui 35 min (Forfait 12 h) "
            "da utilizzare entro l’8 aprile 2025 compreso e 22 h 45 entro il 1º dicembre 2025.",
        ),
        (
            TWO,
            "en",
            "As of 10 March 2025, you have 23 h 20 of prepaid support left, of which 35 min (Forfait 12 h) "
            "to be used by 8 April 2025 and 22 h 45 by 1 December 2025.",
        ),
        (
            MANY,
            "fr",
            "Au 10 mars 2025, il vous reste 2 h 10 d’assistance prépayée, dont 10 min à utiliser "
            "jusqu’au 1er avril 2025 inclus et 2 h plus tard, au plus tard le 1er juin 2025.",
        ),
        (
            MANY,
            "de",
            "Per 10. März 2025 haben Sie noch 2 h 10 vorausbezahlten Support, davon 10 min nutzbar "
            "bis zum 1. April 2025 und 2 h später, spätestens bis zum 1. Juni 2025.",
        ),
        ([grant(1, None)], "fr", "Au 10 mars 2025, il vous reste 1 min d’assistance prépayée, sans date limite."),
        (
            [grant(1, "9999-12-31")],
            "en",
            "As of 10 March 2025, you have 1 min of prepaid support left, with no expiry date.",
        ),
        (
            [grant(5, "2025-04-01"), grant(9, None)],
            "en",
            "As of 10 March 2025, you have 14 min of prepaid support left, "
            "of which 5 min (Forfait) to be used by 1 April 2025 and 9 min with no expiry date.",
        ),
        (
            [grant(5, "2025-04-01"), grant(9, None), grant(1, "2025-05-01")],
            "de",
            "Per 10. März 2025 haben Sie noch 15 min "
            "vorausbezahlten Support, davon 5 min (Forfait) nutzbar bis zum 1. April 2025 "
            "und 10 min später, zum Teil ohne Ablaufdatum.",
        ),
        ([grant(0, "2025-04-01")], "fr", "Au 10 mars 2025, votre temps d’assistance prépayé est entièrement utilisé."),
        ([grant(0, "2025-04-01")], "de", "Per 10. März 2025 ist Ihr vorausbezahlter Support vollständig aufgebraucht."),
        ([grant(0, "2025-04-01")], "it", "Al 10 marzo 2025 la Sua assistenza prepagata è interamente esaurita."),
        ([grant(0, "2025-04-01")], "en", "As of 10 March 2025, all of your prepaid support time has been used."),
        ([], "fr", "Au 10 mars 2025, vous n’avez pas de temps d’assistance prépayé."),
        ([], "de", "Per 10. März 2025 haben Sie keinen vorausbezahlten Support."),
        ([], "it", "Al 10 marzo 2025 non dispone di assistenza prepagata."),
        ([], "en", "As of 10 March 2025, you have no prepaid support time."),
    ],
)
def test_what_is_left(grants: list[dict[str, Any]], language: str, sentence: str) -> None:
    assert said(language, *grants) == [sentence]


@pytest.mark.parametrize(
    ("other", "language", "sentence"),
    [
        ({"owed": 35}, "fr", "Un dépassement de 35 min sera déduit de votre prochain crédit de temps."),
        ({"owed": 1}, "de", "Eine Überschreitung von 1 min wird von Ihrem nächsten Zeitguthaben abgezogen."),
        ({"owed": 60}, "it", "Un’eccedenza di 1 h sarà detratta dal Suo prossimo credito di tempo."),
        ({"owed": 65}, "en", "An overrun of 1 h 05 will be deducted from your next time credit."),
        (
            {"unbilled": (35, "102.08")},
            "fr",
            "Un dépassement de 35 min n’est pas encore facturé : CHF 102.08 hors TVA.",
        ),
        (
            {"unbilled": (35, "102.08")},
            "de",
            "Eine Überschreitung von 35 min ist noch nicht in Rechnung gestellt: CHF 102.08 ohne MwSt.",
        ),
        ({"unbilled": (35, "102.08")}, "it", "Un’eccedenza di 35 min non è ancora fatturata: CHF 102.08 IVA esclusa."),
        ({"unbilled": (35, "102.08")}, "en", "An overrun of 35 min has not been invoiced yet: CHF 102.08 excl. VAT."),
        (
            {"unbilled": (-35, "-1102.08")},
            "fr",
            "Une note de crédit de CHF 1’102.08 hors TVA (35 min) vous sera établie.",
        ),
        (
            {"unbilled": (-35, "-102.08")},
            "de",
            "Eine Gutschrift von CHF 102.08 ohne MwSt. (35 min) wird Ihnen ausgestellt.",
        ),
        (
            {"unbilled": (-35, "-102.08")},
            "it",
            "Le sarà emessa una nota di credito di CHF 102.08 IVA esclusa (35 min).",
        ),
        ({"unbilled": (-35, "-102.08")}, "en", "A credit note of CHF 102.08 excl. VAT (35 min) will be issued to you."),
        ({"unbilled": (0, "-9.33")}, "en", "A credit note of CHF 9.33 excl. VAT will be issued to you."),
        ({"unbilled": (5, "-9.33")}, "it", "Le sarà emessa una nota di credito di CHF 9.33 IVA esclusa."),
        ({"unbilled": (0, "9.33")}, "fr", "Un montant de CHF 9.33 hors TVA n’est pas encore facturé."),
        ({"unbilled": (-5, "9.33")}, "de", "Ein Betrag von CHF 9.33 ohne MwSt. ist noch nicht in Rechnung gestellt."),
        ({"unbilled": (5, "0.00")}, "en", "An overrun of 5 min has not been invoiced yet: CHF 0.00 excl. VAT."),
        (
            {"reduced_rate_until": "2025-11-11"},
            "fr",
            "Votre tarif réduit est valable jusqu’au 11 novembre 2025 inclus.",
        ),
        ({"reduced_rate_until": "2025-11-11"}, "de", "Ihr reduzierter Tarif gilt bis zum 11. November 2025."),
        (
            {"reduced_rate_until": "2025-11-11"},
            "it",
            "La Sua tariffa ridotta è valida fino all’11 novembre 2025 compreso.",
        ),
        ({"reduced_rate_until": "2025-11-11"}, "en", "Your reduced rate applies until 11 November 2025 inclusive."),
        ({"reduced_rate_until": "9999-12-31"}, "en", "Your reduced rate applies with no end date."),
    ],
)
def test_what_else_is_to_say(other: dict[str, Any], language: str, sentence: str) -> None:
    if "unbilled" in other:
        minutes, amount = other["unbilled"]
        other = {"unbilled": {"minutes": minutes, "amount": amount, "currency": "CHF"}}
    assert said(language, *ONE, **other)[1:] == [sentence]


def test_nothing_to_bill_is_not_said() -> None:
    assert len(said("fr", *ONE, unbilled={"minutes": 0, "amount": "0.00", "currency": "CHF"})) == 1
    assert len(said("fr", *ONE, unbilled={"minutes": -5, "amount": "0.00", "currency": "CHF"})) == 1
    assert len(said("fr", *ONE, unbilled={"minutes": 0, "amount": "-0.00", "currency": "CHF"})) == 1


FULL: dict[str, Any] = {
    "customer_name": "A & B <Sàrl>",
    "owed": 5,
    "unbilled": {"minutes": 5, "amount": "1234.58", "currency": "EUR"},
    "reduced_rate_until": "2025-08-08",
    "position": "12-ab",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_lines_at_most_then_the_place_in_the_chain(language: str) -> None:
    lines = said(language, *TWO, **FULL)
    assert len(lines) == 4
    assert lines[0].startswith("A & B <Sàrl> : au" if language == "fr" else "A & B <Sàrl>: ")
    assert lines[-1].endswith(" 12-ab)")


def test_money_follows_the_issuers_country_or_the_currency() -> None:
    assert "1\u202f234,58 €" in said("fr", *ONE, **FULL)[2]
    assert "EUR 1’234.58" in said("fr", *ONE, **FULL, country="CH")[2]


def test_html_is_escaped_and_names_its_language() -> None:
    page = reply.html(balance(*ONE, **FULL), "fr")
    assert page.startswith('<p lang="fr">A &amp; B &lt;Sàrl&gt;')
    assert page.count("<br>") == 3
    assert page.endswith("</p>\n")


def test_markdown_keeps_markup_out_and_its_lines_apart() -> None:
    page = reply.markdown(balance(*ONE, **(FULL | {"customer_name": "*A_B* [x]"})), "en")
    assert page.startswith(r"\*A\_B\* \[x\]: as of")
    assert page.count("\\\n") == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_on_two_lines_does_not_make_a_fifth_line(language: str) -> None:
    assert len(said(language, grant(5, "2025-04-01", "a\nb {x}"), grant(6, "2025-05-01"))) == 1
