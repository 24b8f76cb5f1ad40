"""Which letters a paper draws, how others are spelled, and how those of Arabic join."""

import unicodedata

import pytest

from billing.core import lettering


def test_a_sign_is_drawn_spelled_otherwise_or_named() -> None:
    assert lettering.undrawn("Łódź Ωμέγα שלום محمد ﬁn ①") == ()
    assert lettering.undrawn("京 A 京 ☎") == ("京",)
    assert lettering.written("京 ﬁn ①") == "<U+4EAC> fin 1"


def test_what_nobody_sees_is_nothing_on_paper() -> None:
    assert lettering.written("a\u200bb\u202ec\n\u00add\ufe0f") == "abc d"
    assert lettering.undrawn("a\u202e\u2764\ufe0f") == ()


def test_pictures_are_left_out_on_paper_m8() -> None:
    """A café whose name has a cup could not be invoiced; what is left of a name is its letters."""
    assert lettering.undrawn("Café ☕ 🎉🏻 Sàrl") == ()
    assert lettering.written("Café ☕ 🎉🏻 Sàrl") == "Café Sàrl"


@pytest.mark.parametrize("accented", ["e\u0301", "x\u030c", "Ω\u0301"])
def test_an_accent_stays_on_its_letter(accented: str) -> None:
    assert lettering.written(accented) == unicodedata.normalize("NFC", accented)


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("ب", "\ufe8f"),  # alone
        ("ء", "\ufe80"),  # the first of its forms
        ("ببب", "\ufe91\ufe92\ufe90"),
        ("با", "\ufe91\ufe8e"),  # alef joins what is before it alone
        ("اب", "\ufe8d\ufe8f"),
        ("لا", "\ufefb"),  # lam and alef are one form
        ("بلا", "\ufe91\ufefc"),
        ("بـ", "\ufe91\u0640"),
        ("ب\u200cب", "\ufe8f\ufe8f"),  # a ZWNJ parts
        ("ب\u200d", "\ufe91"),  # a ZWJ joins
        ("ب-ب", "\ufe8f-\ufe8f"),
        ("پژ", "\ufb58\ufb8b"),
        ("علی", "\ufecb\ufee0\ufbfd"),
        ("ب京", "\ufe8f<U+4EAC>"),
    ],
)
def test_letters_of_arabic_join(written: str, joined: str) -> None:
    assert lettering.joined(written) == joined
    assert set(joined) - set("-<U+4EAC>\u0640") <= lettering.joined_forms()


def test_each_letter_keeps_what_it_is() -> None:
    """A form is its letter again by Unicode's own table: nothing is drawn in place of another."""
    for sign in lettering.signs():
        if "\u0621" <= sign <= "\u06cc":
            forms = {lettering.joined(sign), lettering.joined(f"ب{sign}ب")[1:2]}
            assert {unicodedata.normalize("NFKC", form) for form in forms} == {sign}, f"U+{ord(sign):04X}"


def test_what_is_read_from_the_right() -> None:
    assert [lettering.from_right(text) for text in ("Alpina", "Ωμέγα", "שלום SA", "محمد")] == [False, False, True, True]


def test_every_letter_from_the_right_is_known_as_one() -> None:
    for sign in lettering.signs() | lettering.joined_forms():
        is_from_right = unicodedata.bidirectional(sign) in ("R", "AL", "AN")
        assert lettering.from_right(sign) or not is_from_right, f"U+{ord(sign):04X}"


def test_what_is_drawn_as_it_is_is_not_spelled_otherwise() -> None:
    assert all(lettering.written(sign) == unicodedata.normalize("NFC", sign) for sign in lettering.signs())
