"""Files that were issued are kept: the bytes as first made, given back whatever the program's version (L10)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update

from billing.documents import invoice_pdf, quote_pdf
from billing.errors import Refusal
from billing.exchange.einvoice import cii, embed, ubl
from billing.office.transaction import Setting
from billing.store import migrate, schema
from billing.store.engine import open_engine
from tests import quoted, support
from tests.exchange.einvoice import histories as einvoice
from tests.invoicing import files
from tests.store import histories
from tests.store.test_migrations import fill, to
from tests.store.writers import at_once
from tests.support import contents, load, made, opened, run

ON = date(2025, 2, 3)
INVOICE, QUOTE = "INV-2025-00001", "Q-2025-00001"
BUYER = {"siren": "303265045", "electronic_address": "303265045"}


def shop(url: str) -> Setting:
    """A French issuer that sold a pack, which has a Factur-X, and drafted a quote."""
    setting = made(url, "FR", ON, **einvoice.FRENCH | {"logo": None})  # which older databases cannot hold
    load(
        setting,
        {"type": "customer", "code": "DUPONT", "name": "Dupont SAS", "country": "FR", **BUYER},
        {"type": "contract", "customer": "DUPONT", "tariff": "qualiodoo", "start": "2025-01-01"},
        {"type": "purchase", "customer": "DUPONT", "product": "pack-12h", "price": "900.00", "date": "2025-02-03"},
    )
    quoted.add(setting, "DUPONT", title="An import", amount=Decimal("600.00"), on=ON)
    return setting


@pytest.fixture
def sold(copied: Callable[..., Setting]) -> Setting:
    return copied(shop, today=ON)


def all_files(setting: Setting) -> dict[str, bytes]:
    return {
        "pdf": files.pdf(setting, INVOICE),
        "plain": files.pdf(setting, INVOICE, plain=True),
        "cii": files.xml(setting, INVOICE, "cii"),
        "ubl": files.xml(setting, INVOICE, "ubl"),
        "quote": files.quote_pdf(setting, QUOTE),
    }


def newer_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that writes files writes something else from now on."""
    monkeypatch.setattr(invoice_pdf, "render", lambda *_: b"%PDF of another version")
    monkeypatch.setattr(quote_pdf, "render", lambda *_: b"%PDF of another version")
    monkeypatch.setattr(embed, "factur_x", lambda *_: b"%PDF of another version")
    monkeypatch.setattr(cii, "write", lambda *_: b"<other/>")
    monkeypatch.setattr(ubl, "write", lambda *_: b"<other/>")


def test_L10_what_was_made_once_is_given_back_whatever_the_program_would_make_now(
    sold: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = all_files(sold)
    assert len(set(first.values())) == 5
    newer_program(monkeypatch)
    assert all_files(sold) == first
    assert support.audit(sold)["ok"]


def test_L10_what_was_never_made_is_made_by_the_program_of_the_day(
    sold: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer_program(monkeypatch)
    assert files.quote_pdf(sold, QUOTE) == b"%PDF of another version"
    monkeypatch.undo()
    assert files.quote_pdf(sold, QUOTE) == b"%PDF of another version"


def test_L10_the_xml_by_itself_is_the_one_inside_the_pdf(sold: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of the two is asked for first."""
    xml = files.xml(sold, INVOICE, "cii")
    monkeypatch.setattr(cii, "write", lambda *_: b"<other/>")
    inside: list[bytes] = []

    def embedded(_pdf: bytes, xml: bytes, *_: object) -> bytes:
        inside.append(xml)
        return b"%PDF"

    monkeypatch.setattr(embed, "factur_x", embedded)
    files.pdf(sold, INVOICE)
    assert inside == [xml]


def test_L10_the_digest_is_in_the_chain_and_audit_names_bytes_that_are_others(sold: Setting) -> None:
    files.pdf(sold, INVOICE)
    with sold.engine.connect() as connection:
        whole = connection.execute(select(schema.issued_file.c.data)).scalars().all()
        for data in (whole[0][:-1], whole[0] + b"x", whole[1], b"nothing"):
            migrate.unguard(connection, ["issued_file"])
            connection.execute(update(schema.issued_file).where(schema.issued_file.c.format == "pdf").values(data=data))
            migrate.guard(connection, ["issued_file"])
            connection.commit()
            faults = support.audit(sold)["faults"]
            assert len(faults) == 1 and f"the pdf of {INVOICE}" in faults[0], faults
        migrate.unguard(connection, ["issued_file"])
        connection.execute(update(schema.issued_file).values(digest="0" * 64))
        connection.commit()
    assert any("the rows are not those that were recorded" in fault for fault in support.audit(sold)["faults"])


def test_L10_one_position_for_the_files_of_a_document_and_none_when_asked_again(sold: Setting) -> None:
    def positions() -> int:
        return len(contents(sold)["link"])

    before = positions()
    assert [number for number, _ in files.pdfs(sold, [INVOICE])] == [INVOICE]
    files.quote_pdf(sold, QUOTE)
    assert positions() == before + 2
    files.pdf(sold, INVOICE)
    files.xml(sold, INVOICE, "cii")  # it came with the PDF
    assert positions() == before + 2


def test_L10_all_get_the_file_that_was_kept_first(sold: Setting) -> None:
    url = sold.engine.url.render_as_string(hide_password=False)
    answers = at_once(url, [("pdf", {"number": INVOICE})] * 4, ON)
    assert len({answer["digest"] for answer in answers}) == 1
    assert sorted(row["format"] for row in contents(sold)["issued_file"]) == ["cii", "pdf"]
    assert support.audit(sold)["ok"]


def test_L10_init_makes_the_files_of_an_older_database_once(
    sold: Setting, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database of before there were files: `init` brings it up, and makes what may have been given out."""
    rows = contents(sold)
    old = open_engine(url)
    to(old, "0006")
    with old.begin() as connection:
        fill(connection, rows, rows.keys() - {"issued_file", "loaded_file"})
    old.dispose()
    assert run("init", BILLING_DB=url, BILLING_TODAY="2025-02-03")[0] == 0
    setting = opened(url, ON)
    held = {(row["code"], row["format"]) for row in contents(setting)["issued_file"]}
    assert held == {(INVOICE, "pdf"), (INVOICE, "cii"), (INVOICE, "ubl"), (QUOTE, "pdf")}
    first = files.pdf(setting, INVOICE), files.xml(setting, INVOICE, "ubl"), files.quote_pdf(setting, QUOTE)
    assert first == (files.pdf(sold, INVOICE), files.xml(sold, INVOICE, "ubl"), files.quote_pdf(sold, QUOTE))
    newer_program(monkeypatch)
    told: list[tuple[int, int]] = []
    assert files.complete(setting, lambda done, of: told.append((done, of))) == 0 and told == []
    assert (files.pdf(setting, INVOICE), files.xml(setting, INVOICE, "ubl"), files.quote_pdf(setting, QUOTE)) == first
    assert support.audit(setting)["ok"]
    setting.engine.dispose()


def test_L10_a_run_writes_into_a_folder_what_is_kept(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = made(url, today=date(2025, 3, 1))
    load(setting, *histories.signed("ANNA"), *histories.signed("BEN"),
         {"type": "entry", "customer": "ANNA", "minutes": 60, "date": "2025-02-03"},
         {"type": "entry", "customer": "BEN", "minutes": 30, "date": "2025-02-03"})  # fmt: skip
    setting.engine.dispose()
    env = {"BILLING_DB": url, "BILLING_TODAY": "2025-03-01"}
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("invoice", "run", "2025-02", "--out", str(first), **env)[0] == 0
    newer_program(monkeypatch)
    assert run("invoice", "run", "2025-02", "--out", str(second), **env)[0] == 0
    written = {file.name: file.read_bytes() for file in first.iterdir()}
    assert len(written) == 2 and written == {file.name: file.read_bytes() for file in second.iterdir()}


def test_a_number_of_the_other_kind_is_unknown(sold: Setting) -> None:
    for ask, number, code in ((files.pdf, QUOTE, "unknown-invoice"), (files.quote_pdf, INVOICE, "unknown-quote")):
        with pytest.raises(Refusal) as refused:
            ask(sold, number)
        assert refused.value.code == code
