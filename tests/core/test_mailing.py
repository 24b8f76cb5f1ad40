"""What became of a paper's mails, and what is sent again only when asked (M20)."""

from datetime import date

import pytest

from billing.core import mailing
from billing.core.mailing import Happened, MailEvent, State

DAY = date(2025, 4, 2)


def event(mail: str, happened: Happened) -> MailEvent:
    return MailEvent(mail, happened, "document", "INV-2025-00001", DAY)


@pytest.mark.parametrize(
    ("history", "state", "is_sent_now"),
    [
        ([], "unsent", True),
        ([("a", "begun")], "unsure", False),
        ([("a", "begun"), ("a", "sent")], "sent", False),
        ([("a", "begun"), ("a", "refused")], "refused", True),
        ([("a", "draft")], "draft", False),
        ([("a", "handed")], "sent", False),
        ([("a", "begun"), ("a", "sent"), ("a", "bounced")], "bounced", False),
        ([("a", "begun"), ("a", "bounced"), ("a", "sent")], "bounced", False),  # the report was read before the answer
        ([("a", "begun"), ("a", "bounced")], "bounced", False),  # it did go out
        ([("a", "draft"), ("a", "bounced")], "bounced", False),
        ([("a", "begun"), ("a", "sent"), ("b", "begun"), ("b", "refused")], "sent", False),
        ([("a", "begun"), ("a", "refused"), ("b", "begun"), ("b", "sent")], "sent", False),
        ([("a", "begun"), ("a", "sent"), ("b", "begun")], "unsure", False),
        ([("a", "begun"), ("a", "sent"), ("a", "bounced"), ("b", "begun"), ("b", "sent")], "sent", False),
        ([("a", "begun"), ("a", "refused"), ("b", "begun"), ("b", "refused")], "refused", True),
    ],
)
def test_m20_a_paper_stands_as_its_last_mail_that_went_out(
    history: list[tuple[str, Happened]], state: State, is_sent_now: bool
) -> None:
    found = mailing.standing(event(*one) for one in history)
    assert found.state == state
    assert mailing.is_to_be_sent(found, again=False) == is_sent_now
    assert mailing.is_to_be_sent(found, again=True)
    assert mailing.is_missing(found) == (state not in ("sent", "draft"))


def test_the_name_of_a_mail_is_legible_and_fits_a_return_path() -> None:
    position = "3fa9c2d1" + 56 * "0"
    assert mailing.name_of("INV-2025-00001", position) == "inv-2025-00001.3fa9c2d1"
    assert mailing.name_of("A_B.C/2025-03", position) == "a-b-c-2025-03.3fa9c2d1"
    assert mailing.name_of("_", position) == "mail.3fa9c2d1"
    long = mailing.name_of("X" * 200 + "-7", position)
    assert len(long) <= mailing.NAME_LENGTH
    for name in ("inv-2025-00001.3fa9c2d1", long, "mail.3fa9c2d1"):
        assert mailing.names_in(f"<Billing+{name.upper()}@acme.example>") == [name]
        assert mailing.names_in(f"<{name}@acme.example>") == [name]


def test_what_is_no_name_of_a_mail_is_not_taken_for_one() -> None:
    assert mailing.names_in("billing@acme.example") == []
    assert mailing.names_in("<a.3fa9c2d@acme.example> <a.3fa9c2d12@acme.example>") == []


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("Re: [T-17] it prints nothing", ["T-17"]),
        ("AW: [ #4711 ] and (ALPINA-3), of 2025", ["4711", "ALPINA-3"]),
        ("invoice #12/3 of 2025-03", ["12/3"]),
        ("hello 2025", []),
        ('"A1!" and b-2.', ["A1", "b-2"]),
        ("[T-1] [T-1] T-1", ["T-1"]),
    ],
)
def test_S14_a_subject_names_cases_the_likeliest_first(subject: str, found: list[str]) -> None:
    assert mailing.references_in(subject) == found
