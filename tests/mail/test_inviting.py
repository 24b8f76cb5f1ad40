"""A link that is mailed: in the customer's language, printed nowhere, revoked where it is not taken (A2)."""

import re
from datetime import date
from pathlib import Path

from billing import requests
from tests.mail.server import serving
from tests.support import ask, do, load, made, run

ENV = {"BILLING_TODAY": "2025-03-05", "BILLING_URL": "https://help.example"}


def test_A2_a_link_is_mailed_and_opens(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db", today=date(2025, 3, 5))
    load(setting, {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH", "language": "fr",
                   "email": "anna@kunde.example"},
         {"type": "customer", "code": "BEAT", "name": "Beat", "country": "CH"})  # fmt: skip
    env = ENV | {"BILLING_DB": f"sqlite:///{tmp_path}/b.db"}
    assert run("customer", "link", "ANNA", "--send", **env)[0] == 1  # no server is named
    with serving() as server:
        env |= server.settings()
        assert run("customer", "link", "BEAT", "--send", **env)[0] == 1  # and he has no address
        status, out, err = run("customer", "link", "ANNA", "--send", **env)
        assert status == 0 and "https://" not in out and "anna@kunde.example" in out, err
        (mail,) = server.taken
        text = mail.body("plain")
        assert "solde" in text and mail.message["Subject"] == "Vos pages d’assistance chez Demo SA"
        (token,) = re.findall(r"https://help.example/c/enter#(\S+)", text)
        assert do(setting, requests.EnterByLink(token=token))["role"] == "customer"
    with serving() as server:
        server.refuses["gone@kunde.example"] = "550 5.1.1 no such user"
        env |= server.settings()
        status, _, err = run("customer", "link", "ANNA", "--send", "--to", "gone@kunde.example", **env)
        assert status == 1 and "revoked" in err
    standings = sorted(row["standing"] for row in ask(setting, requests.AskLinks())["links"])  # made at one moment
    assert standings == ["live", "revoked"]
