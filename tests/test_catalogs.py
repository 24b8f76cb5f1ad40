"""The catalogs: complete, checked so that it can fail, compiled; and which language is spoken."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from billing import locales
from billing.documents import words
from billing.locales import building, catalogs
from billing.texts import Text, named, say, say_as
from billing.views.balances import GRANT_TITLES

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import catalogs as tool  # noqa: E402  # type: ignore[no-redef]


def test_every_word_is_translated() -> None:
    assert list(tool.faults()) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A program of one line, with its catalogs."""
    shutil.copytree(
        ROOT / "billing" / "locales", tmp_path / "billing" / "locales", ignore=shutil.ignore_patterns("*.py")
    )
    shutil.rmtree(tmp_path / "billing" / "locales" / "nl")  # has not what a terminal says
    for path in tool.catalogs(tmp_path / "billing" / "locales"):
        path.write_text('msgid ""\nmsgstr ""\n\nmsgid "of {day}"\nmsgstr "X {day}"\n')
    (tmp_path / "billing" / "one.py").write_text('SAID = say("of {day}", day=1)\n')
    return tmp_path


@pytest.mark.parametrize(
    ("source", "entry", "fault"),
    [
        ('say("of {day}", day=1)', None, None),
        ('say("of {day}", day=1), say("new")', None, "'new': is not translated"),
        ('say_as("a file", "of {day}", day=1)', None, "'of {day}': is not translated (a file)"),
        ('say("of {day}", day=1)', '\nmsgid "of {day}"\nmsgstr ""\n', "is not translated"),
        ('say("of {day}", day=1)', '\n#, fuzzy\nmsgid "of {day}"\nmsgstr "X {day}"\n', "is fuzzy"),
        ('say("of {day}", day=1)', '\nmsgid "of {day}"\nmsgstr "X {dya}"\n', "other placeholders: 'X {dya}'"),
        ('say("of {day}", day=1)', '\nmsgid "of {day}"\nmsgstr "X {day"\n', "expected '}'"),
        (
            'say("of {day}", day=1)',
            '\nmsgid "of {day}"\nmsgstr "X {day}"\n\nmsgid "b"\nmsgstr "c"\n',
            "nothing says it",
        ),
        ('say("of {day}", day=1)', '\nmsgid "of {day}"\nmsgstr "l\'X {day}"\n', "an apostrophe between letters is ’"),
        ('say("of {day}", day=1)', '\nmsgid "of {day}"\nmsgstr "X(e) {day}"\n', "what is counted is {count} {count:"),
        (
            'say("of {day}", day=1)',
            '\nmsgid "of {day}"\nmsgstr "X {day:a|b|c}"\n',
            "what is counted is {count} {count:",
        ),
        ('say("of {day}", day=1)', '\nmsgid "of {day}"\nmsgstr "{day:X|Xs}"\n', None),
        ('say("of {day}", day=1), say(f"{x}")', None, "one.py:1: say() without a literal"),
        ('say("of {day}", dya=1)', None, "is given other values"),
    ],
)
def test_what_is_wrong_with_a_catalog_is_named(copy: Path, source: str, entry: str | None, fault: str | None) -> None:
    (copy / "billing" / "one.py").write_text(source + "\n")
    if entry is not None:
        (copy / "billing/locales/it/LC_MESSAGES/billing.po").write_text(f'msgid ""\nmsgstr ""\n{entry}')
    found = list(tool.faults(copy))
    assert (found == []) if fault is None else (fault in "\n".join(found)), found


def test_french_has_a_blank_before_what_two_parts_have(copy: Path) -> None:
    """A tenth of the sentences with a colon had none."""
    path = copy / "billing/locales/fr/LC_MESSAGES/billing.po"
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "of {day}"\nmsgstr "X: {day}"\n')
    assert [fault for fault in tool.faults(copy) if "French has a blank" in fault]
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "of {day}"\nmsgstr "X : {day}, 12:30, `a; b`"\n')
    assert list(tool.faults(copy)) == []


def test_an_update_keeps_translations_adds_what_is_new_and_takes_away_the_rest(copy: Path) -> None:
    (copy / "billing" / "one.py").write_text('say("of {day}", day=1), say("new")\n')
    tool.update(copy)
    text = (copy / "billing/locales/it/LC_MESSAGES/billing.po").read_text()
    assert 'msgstr "X {day}"' in text and 'msgid "new"\nmsgstr ""' in text
    before = text
    tool.update(copy)
    assert (copy / "billing/locales/it/LC_MESSAGES/billing.po").read_text() == before


def test_the_shipped_catalogs_are_written_as_an_update_writes_them() -> None:
    for path in tool.catalogs():
        assert path.read_bytes() == tool.written(tool.read(path)), f"python tools/catalogs.py; {path}"


def test_a_catalog_that_is_newer_than_its_compiled_one_counts(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "FOLDER", copy / "billing" / "locales")
    catalogs._catalog.cache_clear()
    try:
        assert locales.worded(say("of {day}", day=1), "it") == "X 1"
        building.build(copy / "billing" / "locales")
        catalogs._catalog.cache_clear()
        assert locales.worded(say("of {day}", day=2), "it") == "X 2"
    finally:
        catalogs._catalog.cache_clear()


def test_one_english_word_may_have_two_translations() -> None:
    assert locales.worded(say("VAT"), "de") == "MwSt."
    assert locales.worded(say_as("number", "VAT"), "de") == "MWST"
    assert locales.worded(say("Invoice"), "es") == "Invoice"
    assert locales.worded("'as it is'", "fr") == "'as it is'"


def test_a_noun_fits_its_number_in_every_language() -> None:
    """Of one thing it said `1 document(s)` or `1 customers`; of none French has the singular."""
    texts = [say("{count} {count:document|documents} issued.", count=count) for count in (0, 1, 2)]
    issued = {language: [locales.worded(text, language) for text in texts] for language in locales.terminals()}
    assert issued == {
        "en": ["0 documents issued.", "1 document issued.", "2 documents issued."],
        "fr": ["0 document émis.", "1 document émis.", "2 documents émis."],
        "de": ["0 Belege ausgestellt.", "1 Beleg ausgestellt.", "2 Belege ausgestellt."],
        "it": ["0 documenti emessi.", "1 documento emesso.", "2 documenti emessi."],
    }


def test_what_has_a_name_of_its_own_is_called_by_it() -> None:
    title = named({"en": "12-hour {pack}", "fr": "Forfait 12 h", "de": ""})
    assert str(title) == "12-hour {pack}"
    assert [locales.worded(say("({title})", title=title), to) for to in ("fr", "de", "it")] == [
        "(Forfait 12 h)", "(12-hour {pack})", "(12-hour {pack})",
    ]  # fmt: skip


# One word for one thing: in each language what nobody says of it, in any sentence of a terminal or a page
OTHER_WORDS = {
    "fr": r"\b[Pp]acks?\b|\brelanc|\bAvoirs|d’avoir\b|un avoir (de|en) \{own|forfait inclus|abandons? de créance",
    "de": r"Freikontingent|Ausbuchung|auf Konto\b|[Ee]igenes? (Geld|Guthaben)|zurückgeholt",
    "it": r"tempo incluso|\bavere\b (di|è)|omaggio|denaro (dei|proprio)|(Acconto|Pagamento) revocato",
}


@pytest.mark.parametrize("language", sorted(OTHER_WORDS))
def test_one_thing_has_one_word(language: str) -> None:
    """A credit note was an `avoir` in one French sentence and a `note de crédit` in the next."""
    catalog = tool.read(tool.LOCALES / language / "LC_MESSAGES" / "billing.po")
    found = [str(entry.string) for entry in catalog if entry.id and re.search(OTHER_WORDS[language], str(entry.string))]
    assert found == []


def test_a_credit_note_is_an_avoir_to_who_works_and_as_the_country_has_it_on_paper() -> None:
    """A French issuer's reply promised a `note de crédit`, and a Swiss one's mail had an `avoir` attached."""
    catalog = tool.read(tool.LOCALES / "fr" / "LC_MESSAGES" / "billing.po")
    papers = [text for text in vars(words).values() if isinstance(text, Text)]
    swiss = {str(entry.string) for entry in catalog if "note de crédit" in str(entry.string).lower()}
    assert swiss == {locales.template(text, "fr") for text in papers if "credit note" in text.template.lower()}
    for text in (words.INVOICE_CREDIT_NOTE, words.MAIL_NOTE, words.REPLY_CREDIT, words.REPLY_CREDIT_AMOUNT):
        assert (
            "avoir" in words.said("fr", "FR")(text).lower() and "note de crédit" in words.said("fr", "CH")(text).lower()
        )


def test_whatever_customers_read_is_said_in_dutch_too() -> None:
    """No word of a paper falls back to English; the terminal speaks another language than half Dutch."""
    dutch = tool.read(tool.LOCALES / "nl" / "LC_MESSAGES" / "billing.po")
    said = [text for text in [*vars(words).values(), *GRANT_TITLES.values()] if isinstance(text, Text)]
    assert len(said) > 180
    assert [text.template for text in said if not dutch.get(text.template, text.context)] == []
    assert set(tool.PAPERS) == set(catalogs.PAPERS) and "nl" in locales.languages()
    assert "nl" not in locales.terminals() and locales.chosen({"LANG": "nl_BE.UTF-8"}) == "en"
    sources = {ROOT / "billing" / name for name in tool.WORDS_OF_PAPERS}
    for path in (ROOT / "billing" / "documents").glob("*.py"):  # what papers say is in one module
        if path not in sources and path.name not in ("svg.py", "logo.py"):  # these refuse, at a terminal
            assert not re.search(r"(?<![\w.])say(_as)?\(", path.read_text()), path.name


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_CH.UTF-8"}, "fr"),
        ({"LANG": "fr_CH.UTF-8", "LC_MESSAGES": "de_DE"}, "de"),
        ({"LANG": "fr_CH.UTF-8", "LC_MESSAGES": "de_DE", "LC_ALL": "it_CH.ISO-8859-1"}, "it"),
        ({"LANG": "fr_CH.UTF-8", "LC_ALL": ""}, "fr"),
        ({"LC_ALL": "C.UTF-8", "LANG": "fr_CH.UTF-8"}, "en"),
        ({"LC_ALL": "POSIX"}, "en"),
        ({"LC_ALL": "fr_FR", "BILLING_LANGUAGE": "de"}, "de"),
        ({"LC_ALL": "fr_FR", "BILLING_LANGUAGE": ""}, "fr"),
        ({"BILLING_LANGUAGE": "de-CH"}, "de"),
        ({"BILLING_LANGUAGE": "es"}, "en"),
        ({"LANG": "french"}, "en"),
    ],
)
def test_a_terminals_language(environ: dict[str, str], language: str) -> None:
    assert locales.chosen(environ) == language
