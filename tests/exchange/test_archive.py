"""The archive of a year: checked and read with nothing of this program (L6, L10, M8)."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import page
import pytest

from billing.requests.privacy import PrunePapers
from tests import support
from tests.privacy import played
from tests.store import histories
from tests.support import load, made, run


@pytest.fixture
def issued(tmp_path: Path, database_url: str) -> str:
    """Two years with invoices, a credit note, a quote."""
    home = {"street": "Rue 1", "postcode": "1200", "city": "Genève"}
    setting = made(database_url, iban="CH9300762011623852957", language="fr", address=home)
    load(
        setting, *histories.signed("ALPINA", start="2024-11-01"),
        {"type": "entry", "id": "E1", "customer": "ALPINA", "date": "2024-12-02", "minutes": 600},
        {"type": "entry", "id": "E2", "customer": "ALPINA", "date": "2025-02-03", "minutes": 600},
        {"type": "invoice-run", "month": "2024-12", "date": "2024-12-31"},
        {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
        {"type": "void", "entry": "E2", "reason": "slip", "date": "2025-03-03"},
        {"type": "invoice-run", "month": "2025-03", "date": "2025-03-31"},
    )  # fmt: skip
    setting.engine.dispose()
    words = ("quote", "add", "ALPINA", "--title", "Export <b>", "--amount", "900", "--on", "2025-04-01", "--yes")
    status, out, said = run("--db", database_url, *words)
    assert status == 0, out + said
    return database_url


def rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "index.csv").read_text("utf-8"))))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_archive_is_whole_and_proves_itself_l6_l10(issued: str, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert run("--db", issued, "archive", "2025", "-o", str(folder))[0] == 0
    found = rows(folder)
    assert [(row["number"], row["kind"]) for row in found] == [
        ("INV-2025-00001", "invoice"), ("CN-2025-00001", "credit-note"), ("Q-2025-00001", "quote"),
    ]  # fmt: skip
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        str(path.relative_to(folder)): digest(path)
        for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS"
    }  # fmt: skip
    for row in found:
        inside = folder / ("quotes" if row["kind"] == "quote" else "documents")
        kept = (inside / f"{row['number']}.json").read_bytes()
        assert hashlib.sha256(f"{row['before']}\n".encode() + kept).hexdigest() == row["hash"]
        assert row["pdf_sha256"] == digest(inside / f"{row['number']}.pdf")
        for name in row["files"].split():
            assert (folder / name).is_file() and f'href="{name}"' in (folder / "index.html").read_text("utf-8")
        assert page.validate_pdf_bytes((inside / f"{row['number']}.pdfa.pdf").read_bytes(), profile="3b").failures == []
    run("--db", issued, "archive", "2024", "-o", str(tmp_path / "before"))
    (last,) = rows(tmp_path / "before")
    assert last["before"] == "0" * 64 and last["hash"] == found[0]["before"]


def test_files_in_an_archive_are_those_that_were_given_out_l10(issued: str, tmp_path: Path) -> None:
    run("--db", issued, "invoice", "pdf", "INV-2025-00001", "-o", str(tmp_path / "given.pdf"))
    run("--db", issued, "archive", "2025", "-o", str(tmp_path / "kept"))
    kept = (tmp_path / "kept/documents/INV-2025-00001.pdf").read_bytes()
    assert kept == (tmp_path / "given.pdf").read_bytes()
    setting = support.opened(issued)
    assert support.audit(setting)["ok"]
    setting.engine.dispose()


def test_an_archive_again_changes_nothing_and_replaces_nothing(issued: str, tmp_path: Path) -> None:
    folder, zipped = tmp_path / "kept", tmp_path / "kept.zip"
    for _ in range(2):
        assert run("--db", issued, "archive", "2025", "-o", str(folder))[0] == 0
    (folder / "documents/INV-2025-00001.pdf").write_bytes(b"another")
    status, _, said = run("--db", issued, "archive", "2025", "-o", str(folder))
    assert status == 1 and "INV-2025-00001.pdf" in said
    assert (folder / "documents/INV-2025-00001.pdf").read_bytes() == b"another"
    assert run("--db", issued, "archive", "2025", "-o", str(zipped))[0] == 0
    first = zipped.read_bytes()
    status, _, said = run("--db", issued, "archive", "2025", "-o", str(zipped))
    assert status == 1 and zipped.read_bytes() == first
    zipped.unlink()
    run("--db", issued, "archive", "2025", "-o", str(zipped))
    assert zipped.read_bytes() == first
    with zipfile.ZipFile(zipped) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
    assert names == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".part"]


def test_a_financial_year_may_begin_on_any_first_day(issued: str, tmp_path: Path) -> None:
    words = ("archive", "2024", "--year-start", "07-01", "-o", str(tmp_path / "a"), "--json")
    answer = json.loads(run("--db", issued, *words)[1])
    assert (answer["from"], answer["to"], answer["documents"]) == ("2024-07-01", "2025-06-30", 4)


def test_the_page_of_an_archive_is_in_the_issuers_language_and_escapes(issued: str, tmp_path: Path) -> None:
    run("--db", issued, "archive", "2025", "-o", str(tmp_path / "a"))
    shown = (tmp_path / "a/index.html").read_text("utf-8")
    assert '<html lang="fr">' in shown and "avoir (INV-2025-00001)" in shown and "2 factures et avoirs" in shown
    assert "<script" not in shown and "http" not in shown


def test_of_documents_past_their_ten_years_the_index_alone_is_left_p2(database_url: str, tmp_path: Path) -> None:
    setting = support.on(played.customer(database_url), date(2031, 1, 1))
    support.do(setting, PrunePapers())
    setting.engine.dispose()
    assert run("--db", database_url, "archive", "2020", "-o", str(tmp_path / "a"))[0] == 0
    found = rows(tmp_path / "a")
    assert [row["number"] for row in found] == ["INV-2020-00001", "INV-2020-00002"]
    assert all(row["name"] == row["files"] == row["pdf_sha256"] == "" and row["total"] for row in found)
    assert not (tmp_path / "a/documents").exists()
