"""How amounts, durations and days are written."""

from datetime import date
from decimal import Decimal

import pytest

from billing.documents import locale, words
from billing.documents.words import LANGUAGES
from billing.texts import Text


@pytest.mark.parametrize(
    ("amount", "currency", "language", "country", "written"),
    [
        ("1234.5", "CHF", "fr", "CH", "CHF 1’234.50"),
        ("1234.5", "CHF", "de", "CH", "CHF 1’234.50"),
        ("1234567.89", "CHF", "it", "LI", "CHF 1’234’567.89"),
        ("1234.5", "EUR", "en", "CH", "EUR 1’234.50"),
        ("-29.17", "CHF", "de", "CH", "CHF -29.17"),
        ("1234.5", "EUR", "fr", "FR", "1\u202f234,50 €"),
        ("-1234.5", "EUR", "fr", "FR", "-1\u202f234,50 €"),
        ("1234.5", "EUR", "fr-FR", "MC", "1\u202f234,50 €"),
        ("1234.5", "EUR", "de", "FR", "1.234,50 €"),
        ("1234.5", "EUR", "it", "FR", "1.234,50 €"),
        ("1234.5", "EUR", "en", "FR", "€1,234.50"),
        ("-1234.5", "EUR", "en", "FR", "-€1,234.50"),
        ("1234.5", "CHF", "fr", "FR", "1\u202f234,50 CHF"),
        ("1234.5", "CHF", "en", "FR", "CHF 1,234.50"),
        ("1234.5", "EUR", "es", "FR", "€1,234.50"),
        # half-up, away from zero, never half-even; no negative zero
        ("0.125", "EUR", "fr", "FR", "0,13 €"),
        ("0.005", "CHF", "fr", "CH", "CHF 0.01"),
        ("-0.125", "CHF", "fr", "CH", "CHF -0.13"),
        ("-0.00", "CHF", "fr", "CH", "CHF 0.00"),
        ("-0.004", "EUR", "en", "FR", "€0.00"),
        ("123456789012345678.99", "EUR", "en", "FR", "€123,456,789,012,345,678.99"),
    ],
)
def test_money(amount: str, currency: str, language: str, country: str, written: str) -> None:
    for value in (amount, Decimal(amount)):
        assert locale.money(value, currency, language, country).replace("\u00a0", " ") == written


def test_a_float_is_refused() -> None:
    with pytest.raises(AssertionError):
        locale.money(1.5, "CHF", "fr", "CH")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(0, "0 min"), (1, "1 min"), (35, "35 min"), (60, "1 h"), (65, "1 h 05"), (1365, "22 h 45"), (-65, "-1 h 05")],
)
def test_durations_are_the_same_everywhere(minutes: int, written: str) -> None:
    assert [locale.duration(minutes, language) for language in LANGUAGES] == [written] * 5


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(7, "7 s"), (187, "3 min 07 s"), (3600, "1 h"), (3907, "1 h 05 min 07 s"), (-187, "-3 min 07 s"), (300, "5 min")],
)
def test_raw_times_keep_their_seconds(seconds: int, written: str) -> None:
    assert locale.stopwatch(seconds, "fr") == written


def test_signed_durations() -> None:
    assert [locale.signed(m, "de") for m in (720, 0, -35)] == ["+12 h", "0 min", "-35 min"]


@pytest.mark.parametrize(
    ("language", "country", "short", "long"),
    [
        ("fr", "FR", "01/04/2025", "1er avril 2025"),
        ("fr", "CH", "01.04.2025", "1er avril 2025"),
        ("de", "FR", "01.04.2025", "1. April 2025"),
        ("it", "CH", "01.04.2025", "1º aprile 2025"),
        ("it", "FR", "01/04/2025", "1º aprile 2025"),
        ("en", "CH", "1 Apr 2025", "1 April 2025"),
    ],
)
def test_days(language: str, country: str, short: str, long: str) -> None:
    for on in (date(2025, 4, 1), "2025-04-01"):
        assert locale.day(on, language, country) == short
        assert locale.long_day(on, language) == long
    assert locale.long_day("2025-12-31", "fr") == "31 décembre 2025"


@pytest.mark.parametrize(
    ("language", "written"), [("fr", "février 2025"), ("de", "Februar 2025"), ("it", "febbraio 2025")]
)
def test_months(language: str, written: str) -> None:
    assert locale.month("2025-02", language) == written


@pytest.mark.parametrize(
    ("rate", "language", "country", "written"),
    [
        ("8.1", "de", "CH", "8.1 %"),
        ("20.0", "fr", "FR", "20 %"),
        ("5.50", "fr", "FR", "5,5 %"),
        ("100", "en", "FR", "100%"),
    ],
)
def test_percent(rate: str, language: str, country: str, written: str) -> None:
    assert locale.percent(rate, language, country).replace("\u00a0", " ") == written


def test_italian_elides_before_8_and_11() -> None:
    assert locale.elided("entro il 8 marzo, al 11 aprile, il 18 maggio, al 1º", "it") == (
        "entro l’8 marzo, all’11 aprile, il 18 maggio, al 1º"
    )
    assert locale.elided("Al 8 marzo", "it") == "All’8 marzo"
    assert locale.elided("il 8 marzo", "fr") == "il 8 marzo"


def test_every_word_has_every_language_and_the_same_holes() -> None:
    import string

    texts = {name: text for name, text in vars(words).items() if isinstance(text, Text)}
    assert len(texts) > 90
    for name, text in texts.items():
        said = [words.said(language)(text) for language in LANGUAGES]
        holes = {frozenset(field for _, field, _, _ in string.Formatter().parse(one) if field) for one in said}
        assert len(holes) == 1, name
