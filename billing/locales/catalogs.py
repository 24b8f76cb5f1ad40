"""Texts in words: `worded(say("no such case"), "fr")`, and which language a person at a terminal reads.

A catalog is read once a process, and only where something is said in that language. English needs none.
"""

import gettext
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from billing.texts import NAMED, Text, Written, counted

DOMAIN = "billing"
FOLDER = Path(__file__).parent
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as gettext has it


_ONES = {"fr": (0, 1)}  # numbers that a noun in the singular stands with, where it is not 1 alone


PAPERS = ("nl",)  # languages of papers alone: their catalogs have what customers read, not what a terminal says


_NO_SHARP_S = "de_CH"  # the locale whose German has ss for ß


NAMES = {"en": "English", "fr": "Français", "de": "Deutsch", "it": "Italiano", "nl": "Nederlands"}  # of each, in itself


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are: one catalog each, and English."""
    return (*sorted(folder.parent.name for folder in FOLDER.glob("*/LC_MESSAGES")), "en")


def terminals() -> tuple[str, ...]:
    """The languages of people at a terminal."""
    return tuple(language for language in languages() if language not in PAPERS)


@cache
def spoken(language: str) -> str:
    """The language that is written: `fr` for `fr-CH` or `fr_CH.ISO-8859-1`, English for one that we lack."""
    short = re.split("[-_.@]", language, maxsplit=1)[0].lower()
    return short if short in languages() else "en"


def chosen(environ: Mapping[str, str]) -> str:
    """The language of whoever reads the terminal: BILLING_LANGUAGE, else the locale's messages, else English."""
    found = spoken(_set(environ))
    return found if found in terminals() else "en"


def region(environ: Mapping[str, str]) -> str:
    """The country that is named with the language of whoever reads the terminal: `CH` of `fr_CH.UTF-8`, or nothing."""
    found = re.match("[A-Za-z]+[-_]([A-Za-z]{2})(?![A-Za-z])", _set(environ))
    return found[1].upper() if found else ""


def _set(environ: Mapping[str, str]) -> str:
    """The first variable that is set."""
    return next((environ[name] for name in ("BILLING_LANGUAGE", *_VARIABLES) if environ.get(name)), "en")


def worded(text: Text | str, language: str, written: Written | None = None, country: str = "") -> str:
    """A text in a language as a country spells it, days and amounts as `written` has them, else as typed.

    What is words already stays.
    """
    return text if isinstance(text, str) else text.worded(lambda part: template(part, language, country), written)


def template(text: Text, language: str, country: str = "") -> str:
    """A text's template in a language as a country spells it, before anything is put in."""
    language = spoken(language)
    if text.context == NAMED:
        return f"{{{language}}}" if text.values.get(language) else text.template
    said = counted(_found(text, language), text.values, *_ONES.get(language, (1,)))
    if not country or "ß" not in said:
        return said
    from billing.law import countries  # which little needs that is said

    return said.replace("ß", "ss") if countries.of(country).own_figures == _NO_SHARP_S else said


def _found(text: Text, language: str) -> str:
    if language == "en":
        return text.template
    if text.context is None:
        return _catalog(language).gettext(text.template)
    return _catalog(language).pgettext(text.context, text.template)


@cache
def _catalog(language: str) -> gettext.NullTranslations:
    """The compiled catalog; from a checkout where it is missing or older than what it is made of, that itself."""
    made = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    source = made.with_suffix(".po")
    if not source.exists() or (made.exists() and made.stat().st_mtime >= source.stat().st_mtime):
        with made.open("rb") as file:
            return gettext.GNUTranslations(file)
    from io import BytesIO

    from billing.locales.building import compiled

    return gettext.GNUTranslations(BytesIO(compiled(source)))
