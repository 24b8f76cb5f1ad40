"""VAT ids, SIREN and IBAN: what is doubted, what is refused (M3)."""

import json
from pathlib import Path
from typing import Any

import pytest

from billing.errors import BadInput
from billing.office.parties import identifiers
from billing.requests.parties import SetIssuer
from tests.support import jsonl, run

WRONG = "FR00123456789"


@pytest.mark.parametrize(
    ("country", "vat_id", "says"),
    [
        ("FR", "FR40303265045", None),
        ("FR", "fr 40 303 265 045", None),
        ("FR", None, None),
        ("FR", WRONG, "check digits do not fit"),
        ("FR", "FR123", "too long or too short"),
        ("DE", "136695976", None),
        ("DE", "136695977", "check digits"),
        ("DE", "BE0428759497", "is one of BE, not of DE"),
        ("MC", "FR40303265045", None),
        ("GR", "EL094259216", None),
        ("GR", "GR094259216", None),
        ("CH", "CHE-123.456.788 TVA", None),
        ("LI", "CHE-123.456.788", None),
        ("CH", "CHE-123.456.789 MWST", "check digits"),
        ("FR", "CHE-123.456.788", "is one of CH, not of FR"),
        ("GB", "GB980780684", None),
        ("GB", "XI980780684", None),
        ("GB", "GB980780685", "check digits"),
        ("NO", "NO987654321MVA", None),
        ("US", "12-3456789", None),
    ],
)
def test_m3_a_vat_id_that_looks_wrong_is_doubted(country: str, vat_id: str | None, says: str | None) -> None:
    found = identifiers.doubts("A", {"country": country, "vat_id": vat_id})
    if says is None:
        assert found == []
    else:
        (doubt,) = found
        assert str(doubt).startswith("A: VAT id") and says in str(doubt)


def test_a_siren_is_checked_too() -> None:
    assert identifiers.doubts("A", {"country": "FR", "siren": "404833048"}) == []
    assert "SIREN '404833049'" in str(identifiers.doubts("A", {"country": "FR", "siren": "404833049"})[0])


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"iban": "CH93 0076 2011 6238 5295 7"}, None),
        ({"iban": "CH4431999123000889012"}, "is a QR-IBAN, .*; it is given with --qr-iban"),
        ({"iban": "LI86 3000 0012 3000 8890 1"}, "is a QR-IBAN"),
        ({"iban": "FR7630006000011234567890189"}, None),  # 30006 is a bank of France
        ({"qr_iban": "CH4431999123000889012"}, None),
        ({"iban": "CH9300762011623852958"}, "check digits"),
        ({"iban": "CH93007620116238529"}, "is no IBAN"),
        ({"iban": "nonsense"}, "is no IBAN"),
        ({"qr_iban": "CH4431999123000889013"}, "check digits"),
        ({"qr_iban": "CH9300762011623852957"}, "is no QR-IBAN"),
        ({"qr_iban": "FR7630006000011234567890189"}, "is no QR-IBAN"),
    ],
)
def test_a_wrong_iban_is_refused(values: dict[str, Any], says: str | None) -> None:
    if says is None:
        SetIssuer(**values)
    else:
        with pytest.raises(BadInput, match=says):
            SetIssuer(**values)


@pytest.fixture
def shop(tmp_path: Path) -> dict[str, str]:
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": "2025-03-31"}
    assert run("init", "--name", "Demo SA", "--country", "FR", **env)[0] == 0
    return env


def test_init_refuses_a_wrong_iban_and_makes_nothing(tmp_path: Path) -> None:
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db"}
    status, _, err = run("init", "--name", "D", "--country", "CH", "--iban", "CH9300762011623852958", "--json", **env)
    assert (status, json.loads(err)["error"]["code"]) == (1, "bad-input")
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_vat_id_is_taken_and_said(shop: dict[str, str]) -> None:
    add = ("customer", "add", "A", "--name", "A", "--country", "FR", "--vat-id", WRONG)
    status, out, err = run(*add, **shop)
    assert (status, out) == (0, "Customer A added.\n")
    assert err == f"warning: A: VAT id {WRONG!r} looks wrong: its check digits do not fit\n"
    status, out, err = run("customer", "change", "A", "--vat-id", "FR1", "--json", **shop)
    assert (status, err) == (0, "")
    assert json.loads(out)["warnings"] == ["A: VAT id 'FR1' looks wrong: it is not written as one"]
    status, out, _ = run("customer", "change", "A", "--vat-id", "FR40303265045", "--json", **shop)
    assert "warnings" not in json.loads(out)
    status, out, err = run("init", "--vat-id", WRONG, **shop)
    assert (status, err) == (0, f"warning: the issuer: VAT id {WRONG!r} looks wrong: its check digits do not fit\n")


@pytest.mark.parametrize(
    ("code", "hint"),
    [("EL", "did you mean GR?"), ("uk", "did you mean GB?"), ("XI", "did you mean GB?"), ("ZZ", "as CH or FR"),
     ("EU", "as CH or FR")],
)  # fmt: skip
def test_m3_a_country_that_there_is_not_is_refused(code: str, hint: str, shop: dict[str, str]) -> None:
    """A Greek customer written as EL was of no member state, and had no reverse charge."""
    status, out, err = run("customer", "add", "A", "--name", "A", "--country", code, **shop)
    assert (status, out) == (1, "")
    assert err.startswith(f"error: {code.upper()} is no country; ") and hint in err
    assert run("customer", "add", "A", "--name", "A", "--country", "xk", **shop)[0] == 0
    assert run("customer", "change", "A", "--country", code, "--json", **shop)[0] == 1
    shown = json.loads(run("customer", "show", "A", "--json", **shop)[1])
    assert shown["country"] == "XK"


def test_a_load_says_the_line(shop: dict[str, str]) -> None:
    lines = [
        {"type": "customer", "code": "A", "name": "A", "country": "DE", "vat_id": "DE136695976"},
        {"type": "customer", "code": "B", "name": "B", "country": "DE", "vat_id": "BE0428759497"},
        {"type": "issuer", "vat_id": WRONG},
    ]
    status, out, err = run("load", "-", "--json", stdin=jsonl(lines), **shop)
    assert (status, err) == (0, "")
    found = json.loads(out)["warnings"]
    assert [line.partition(":")[0] for line in found] == ["line 2", "line 3"]
    assert "B: VAT id 'BE0428759497' is one of BE, not of DE" in found[0]
    status, out, err = run("load", "-", stdin=jsonl(lines[1:2]).replace('"B"', '"C"'), **shop)
    assert err.startswith("warning: line 1: C: VAT id")


def test_the_month_and_the_preview_list_what_is_doubted(shop: dict[str, str]) -> None:
    lines: list[dict[str, Any]] = [
        {"type": "customer", "code": "A", "name": "A", "country": "DE", "vat_id": "DE1"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "entry", "customer": "A", "date": "2025-03-03", "minutes": 60},
    ]
    assert run("load", "-", stdin=jsonl(lines), **shop)[0] == 0
    doubt = "A: VAT id 'DE1' looks wrong: it is too long or too short"
    for command in (("month", "2025-03"), ("invoice", "run", "2025-03", "--dry-run")):
        _, out, _ = run(*command, "--json", **shop)
        assert json.loads(out)["warnings"][0] == doubt
        _, out, err = run(*command, **shop)
        assert f"Warning: {doubt}" in out + err
    assert run("invoice", "run", "2025-03", **shop)[0] == 0  # issued all the same
