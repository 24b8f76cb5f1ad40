"""Whose an address is by what is claimed of it (A4)."""

from billing.core.addressing import Claim, of_all, owner

ANNA, ANNAS_DOMAIN = Claim("ANNA", "address"), Claim("ANNA", "domain")
BEAT, BEATS_EMAIL = Claim("BEAT", "address"), Claim("BEAT", "email")


def test_A4_an_address_counts_before_its_domain() -> None:
    assert owner([ANNAS_DOMAIN]) == ANNAS_DOMAIN
    assert owner([ANNAS_DOMAIN, BEAT]) == BEAT == owner([BEAT, ANNAS_DOMAIN])
    assert owner([]) is None


def test_A4_what_two_claim_is_nobodys_also_where_one_has_the_domain() -> None:
    assert owner([ANNA, BEATS_EMAIL]) is None
    assert owner([ANNA, BEATS_EMAIL, ANNAS_DOMAIN]) is None
    assert owner([BEAT, BEATS_EMAIL]) == BEAT


def test_A4_a_message_to_more_than_one_customer_is_nobodys() -> None:
    assert of_all([ANNA, ANNAS_DOMAIN]) == "ANNA"
    assert of_all([ANNA, BEAT]) is None
    assert of_all([ANNA, None]) is None
    assert of_all([]) is None
