"""`billing invoice xml`, `check` and `pdf`, and documents issued before there were e-invoices."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from billing.documents import invoice_pdf
from billing.errors import BadInput
from tests import support
from tests.documents import samples
from tests.exchange.einvoice import histories, validators
from tests.invoicing import einvoices
from tests.invoicing.documents import paper

ISSUER = histories.FRENCH
CUSTOMER = {"siren": "303265045", "electronic_address": "303265045"}


def shop(folder: Path, customer: dict[str, Any], **issuer: Any) -> dict[str, str]:
    """A French issuer that sells a pack to a customer: the environment for more commands."""
    env = {"BILLING_DB": f"sqlite:///{folder}/b.db", "BILLING_TODAY": "2025-02-03"}
    setting = support.made(env["BILLING_DB"], "FR", **(ISSUER | issuer))
    support.load(
        setting,
        {"type": "customer", "code": "DUPONT", "name": "Dupont SAS", "country": "FR", **customer},
        {"type": "contract", "customer": "DUPONT", "tariff": "qualiodoo", "start": "2025-01-01"},
        {"type": "purchase", "customer": "DUPONT", "product": "pack-12h", "price": "900.00", "date": "2025-02-03"},
    )
    return env


def billing(*words: str, **env: str) -> Any:
    status, out, err = support.run(*words, "--json", **env)
    return status, json.loads(out) if out else None, json.loads(err)["error"]["message"] if err else ""


def test_xml_is_what_is_inside_the_PDF_and_check_says_that_all_holds(tmp_path: Path) -> None:
    env = shop(tmp_path, CUSTOMER)
    status, out, _ = support.run("invoice", "xml", "INV-2025-00001", **env)
    assert status == 0 and validators.rule_faults(out.encode(), validators.FRENCH_CII) == []
    for format in ("cii", "ubl"):
        file = tmp_path / f"{format}.xml"
        assert billing("invoice", "xml", "INV-2025-00001", "--format", format, "-o", str(file), **env) == (
            0, {"number": "INV-2025-00001", "format": format, "file": str(file)}, "")  # fmt: skip
        assert validators.schema_faults(file.read_bytes()) == []
    assert billing("invoice", "xml", "INV-2025-00001", **env)[1]["xml"] == out
    status, answer, _ = billing("invoice", "check", "INV-2025-00001", **env)
    assert status == 0 and answer["ok"] and answer["issued_as"] == "factur-x" and answer["faults"] == []
    assert {row["format"]: row["possible"] for row in answer["formats"]} == dict.fromkeys(einvoices.FORMATS, True)
    support.run("invoice", "pdf", "INV-2025-00001", "-o", str(tmp_path / "a.pdf"), **env)
    support.run("invoice", "pdf", "INV-2025-00001", "-o", str(tmp_path / "plain.pdf"), "--plain", **env)
    made, plain = (tmp_path / "a.pdf").read_bytes(), (tmp_path / "plain.pdf").read_bytes()
    assert b"factur-x.xml" in made and b"factur-x.xml" not in plain


def test_M8_the_PDF_is_the_same_bytes_in_another_process_with_another_hash_seed(tmp_path: Path) -> None:
    env = shop(tmp_path, CUSTOMER)
    made = []
    for seed in ("1", "2"):
        words = [sys.executable, "-m", "billing", "invoice", "pdf", "INV-2025-00001", "-o", f"{tmp_path}/{seed}.pdf"]
        subprocess.run(words, env=os.environ | env | {"PYTHONHASHSEED": seed}, check=True, capture_output=True)
        made.append((tmp_path / f"{seed}.pdf").read_bytes())
    assert made[0] == made[1] and b"factur-x.xml" in made[0]


def test_what_is_missing_is_named_with_the_command_that_fills_it(tmp_path: Path) -> None:
    env = shop(tmp_path, {"vat_id": "FR40303265045"})
    status, answer, _ = billing("invoice", "check", "INV-2025-00001", **env)
    assert status == 1 and not answer["ok"] and answer["faults"] == [] and answer["issued_as"] == "pdf"
    missing = {row["format"]: row["missing"] for row in answer["formats"]}
    assert missing["pdf"] == []
    assert "billing customer change DUPONT --siren 303265045" in missing["factur-x"][0]
    status, _, message = billing("invoice", "xml", "INV-2025-00001", **env)
    assert status == 1 and "no SIREN" in message and "billing customer change DUPONT" in message
    status, out, _ = support.run("invoice", "check", "INV-2025-00001", **env)
    assert status == 1 and "factur-x: no" in out and "billing customer change DUPONT --siren" in out
    assert billing("invoice", "check", "INV-2025-00001", "--format", "pdf", **env)[0] == 0


def test_M8_what_an_issued_document_lacks_is_filled_for_the_next_ones(tmp_path: Path) -> None:
    """M8: it advised the same command for ever, and the issued document has what it had on its day."""
    env = shop(tmp_path, {"vat_id": "FR40303265045"})
    advice = "for the next documents: billing customer change DUPONT --siren 303265045"
    stays = "INV-2025-00001 stays as it was issued: give what is missing, credit it and issue it anew"
    assert billing("customer", "change", "DUPONT", "--siren", "303265045", **env)[0] == 0
    _, answer, _ = billing("invoice", "check", "INV-2025-00001", "--format", "cii", **env)
    assert any(advice in lack for row in answer["formats"] for lack in row["missing"]) and stays in answer["warnings"]
    message = billing("invoice", "xml", "INV-2025-00001", **env)[2]
    assert advice in message and stays in message
    assert stays not in str(billing("invoice", "check", "INV-2025-00001", "--format", "pdf", **env)[1])


def test_bad_words_are_refused(tmp_path: Path) -> None:
    env = shop(tmp_path, CUSTOMER)
    assert billing("invoice", "xml", "INV-2025-00009", **env)[0] == 1
    assert "INV-2025-00001" in billing("invoice", "check", "INV-2025-00009", **env)[2]
    assert "known: cii, ubl" in billing("invoice", "xml", "INV-2025-00001", "--format", "edifact", **env)[2]
    assert "factur-x" in billing("invoice", "check", "INV-2025-00001", "--format", "edifact", **env)[2]
    with pytest.raises(BadInput, match="factur-x, cii, ubl"):
        support.init(support.made(env["BILLING_DB"], "FR"), einvoice="zugferd")


def test_a_check_of_a_document_that_was_tampered_with_names_the_amount(tmp_path: Path) -> None:
    env = shop(tmp_path, CUSTOMER)
    import sqlite3

    with sqlite3.connect(tmp_path / "b.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE document SET content = replace(content, '\"1080.00\"', '\"1080.01\"')")
    database.close()
    status, answer, _ = billing("invoice", "check", "INV-2025-00001", **env)
    assert status == 1 and "total is 1080.01, net, VAT and rounding make 1080.00" in answer["faults"]


def test_an_issuer_that_wants_none_gets_plain_PDFs(tmp_path: Path) -> None:
    env = shop(tmp_path, CUSTOMER, einvoice="none")
    assert billing("invoice", "check", "INV-2025-00001", **env)[1]["issued_as"] == "pdf"


@pytest.mark.parametrize("kind", ["invoice", "credit-note"])
def test_M8_documents_issued_earlier_keep_their_PDF_and_have_an_XML_too(kind: str) -> None:
    made = samples.invoice if kind == "invoice" else samples.credit_note
    content = made("fr", "FR")
    content["issuer"] |= {"electronic_address": "303265045"}
    content["recipient"] |= {"country": "FR", "siren": "404833048", "electronic_address": "404833048"}
    content = json.loads(json.dumps(content).replace('"8.1"', '"20"').replace('"7.7"', '"19.6"'))
    assert "einvoice" not in content and "format" not in content
    assert einvoices.pdf(content) == invoice_pdf.render(paper(content))
    xml = einvoices.xml(content, "cii")
    assert validators.schema_faults(xml) == []
    assert validators.rule_faults(xml, validators.FRENCH_CII) == []
    assert etree.fromstring(xml).findtext(".//{*}SubjectCode") == "BAR"
