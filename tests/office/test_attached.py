"""Files kept with cases and quotes: once, given back as they came, held against the chain (S8, L5, L6, L7, P1)."""

from pathlib import Path

import pytest
from sqlalchemy import text

from billing.core.access import Principal
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.attachments import AskAttachment, AskQuoteAttachment, AttachToCase, AttachToQuote
from billing.requests.cases import AskCase
from billing.requests.quotes import SendQuote
from billing.service import Asked, Billing
from tests import cases, quoted, support
from tests.support import load, made, run

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


@pytest.fixture
def desk(database_url: str) -> Setting:
    setting = made(database_url, "FR")
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "visualqie", "start": "2025-01-01"},
        {"type": "case", "id": "T-1", "customer": "A", "at": "2025-01-10T11:00"},
        {"type": "case", "id": "T-2", "customer": "A", "at": "2025-01-10T11:05"},
    )
    return setting


def code(setting: Setting, request: AttachToCase | AttachToQuote | SendQuote, key: str | None = None) -> str:
    with pytest.raises(Refusal) as refused:
        support.do(setting, request, key)
    return refused.value.code


def test_a_file_comes_back_as_it_came(desk: Setting) -> None:
    """L6: by any letters of the case; the same file twice is one, in another case it is another."""
    first = support.do(desk, AttachToCase(case="t-1", name="../screen.png", data=PNG))
    assert (first["case"], first["number"], first["name"], first["type"], first["size"]) == (
        "T-1", 1, "screen.png", "png", len(PNG),
    )  # fmt: skip
    assert support.do(desk, AttachToCase(case="T-1", name="again.png", data=PNG))["unchanged"]
    assert support.do(desk, AttachToCase(case="T-1", name="screen.png", data=PNG + b"\x00"))["number"] == 2
    assert support.do(desk, AttachToCase(case="T-2", name="screen.png", data=PNG))["number"] == 1
    assert [row["name"] for row in cases.show(desk, "T-1")["attachments"]] == ["screen.png", "screen.png"]
    with Billing(desk) as books:
        assert books.ask(AskAttachment(case="T-1", file=2)).data == PNG + b"\x00"
    assert support.audit(desk)["faults"] == []


def test_its_id_stands_for_its_content_l5(desk: Setting) -> None:
    """L5: same id, same file changes nothing; another file is refused."""
    support.do(desk, AttachToCase(case="T-1", name="a.png", data=PNG), "f")
    assert support.do(desk, AttachToCase(case="T-1", name="a.png", data=PNG), "f")["unchanged"]
    assert code(desk, AttachToCase(case="T-1", name="a.png", data=PNG + b"\x00"), "f") == "conflict"
    assert code(desk, AttachToQuote(quote="Q-2025-00001", name="a.png", data=PNG)) == "unknown-quote"


def test_a_specific_quote_goes_out_with_its_specification_s8(desk: Setting) -> None:
    """S8: visualqie's tariff asks for it, of specific ones alone."""
    number = quoted.add(desk, customer="A", kind="specific")["quote"]
    assert code(desk, SendQuote(quote=number)) == "not-eligible"
    support.do(desk, AttachToQuote(quote=number, name="wanted.txt", data=b"A list."))
    assert support.do(desk, SendQuote(quote=number))["state"] == "sent"
    assert [row["name"] for row in quoted.show(desk, number)["attachments"]] == ["wanted.txt"]
    with Billing(desk) as books:
        assert books.ask(AskQuoteAttachment(quote=number, file=1)).data == b"A list."
    important = quoted.add(desk, customer="A", kind="important")["quote"]
    assert support.do(desk, SendQuote(quote=important))["state"] == "sent"
    assert support.audit(desk)["faults"] == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE personal SET value = 'AAAA' WHERE field = 'file'", "the file is not what was recorded"),
        ("UPDATE personal SET value = 'other' WHERE field = 'file-name'", "the file-name is not what was recorded"),
        ("DELETE FROM personal WHERE field = 'file'", "the file is missing"),
    ],
)
def test_the_audit_finds_what_was_changed_l7(desk: Setting, change: str, fault: str) -> None:
    """L7: name and bytes are held against their digests in the chain."""
    support.do(desk, AttachToCase(case="T-1", name="a.png", data=PNG))
    with desk.engine.begin() as connection:
        connection.execute(text(change))
    (found,) = support.audit(desk)["faults"]
    assert fault in found


def test_nothing_that_is_there_is_written_over(desk: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that stands where the file would go is not followed."""
    support.do(desk, AttachToCase(case="T-1", name="a.png", data=PNG))
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "kept"
    kept.write_text("mine")
    (tmp_path / "a.png").symlink_to(kept)
    env = {"BILLING_DB": desk.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": "2025-03-31"}
    status, _, err = run("case", "attach", "T-1", "--get", "1", **env)
    assert status == 1 and "say where with -o" in err and kept.read_text() == "mine"
    (tmp_path / "a.png").unlink()
    assert run("case", "attach", "T-1", "--get", "1", **env)[0] == 0
    assert (tmp_path / "a.png").read_bytes() == PNG


def test_a_file_without_an_end_is_refused_and_not_read_to_it(desk: Setting) -> None:
    """It was read whole before its size was looked at."""
    env = {"BILLING_DB": desk.engine.url.render_as_string(hide_password=False)}
    status, _, err = run("case", "attach", "T-1", "/dev/zero", **env)
    assert status == 1 and "5000000 are the most" in err


def test_a_customer_is_shown_no_files_a3(desk: Setting) -> None:
    """What agents keep with a case may be for the desk alone; so may its name."""
    support.do(desk, AttachToCase(case="T-1", name="angry customer.png", data=PNG))
    with Billing(desk, who=Principal("key", "customer", "A")) as books:
        assert books.ask(AskCase(case="T-1")).attachments == ()
    with Billing(desk) as books:
        assert [row.name for row in books.ask(AskCase(case="T-1")).attachments] == ["angry customer.png"]


def test_many_files_of_a_case_are_kept_in_one_batch_l6(desk: Setting) -> None:
    """L5, L6: the second of a batch had the number of the first, and the database refused it in words of its own."""
    files = [PNG, PNG + b"\x00", PNG]
    asked = [Asked(str(n), AttachToCase(case="T-1", name=f"{n}.png", data=data), None) for n, data in enumerate(files)]
    assert Billing(desk).do_all(asked).applied == 2
    assert [(row["number"], row["name"]) for row in cases.show(desk, "T-1")["attachments"]] == [
        (1, "0.png"),
        (2, "1.png"),
    ]
    assert support.audit(desk)["faults"] == []
