"""A tariff that asks: what goes over the prepaid is billed as far as the customer approved it before (R5)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing import requests
from billing.core.access import Principal
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.service import Billing
from tests.http.visiting import Visitor, client_of
from tests.support import ask, do, environment, load, made

Q3 = next(Path("tariffs/q3").glob("2*.toml"))


@pytest.fixture
def asks(database_url: str, tmp_path: Path) -> Setting:
    text = Q3.read_text().replace('overage = "bill"', 'overage = "ask"').replace('name = "q3"', 'name = "asks"')
    (tmp_path / "tariffs" / "asks").mkdir(parents=True)
    (tmp_path / "tariffs" / "asks" / Q3.name).write_text(text)
    with environment(BILLING_TARIFFS=str(tmp_path / "tariffs")):
        setting = made(database_url, today=date(2025, 3, 5))
    load(setting, {"type": "customer", "code": "ANNA", "name": "Anna", "country": "CH"},
         {"type": "contract", "customer": "ANNA", "tariff": "asks", "tier": "profi", "start": "2025-01-01"},
         {"type": "case", "id": "T-1", "customer": "ANNA", "at": "2025-03-03T09:00"})  # fmt: skip
    return setting


def log(setting: Setting, minutes: int, **more: Any) -> Any:
    return do(setting, requests.Log(case="T-1", seconds=60 * minutes, **more))


def test_R5_what_is_approved_is_billed_and_no_more(asks: Setting) -> None:
    with pytest.raises(Refusal, match="over what is prepaid") as caught:
        log(asks, 30)
    assert caught.value.code == "overage-refused" and (
        "`billing case approve T-1 30 --by … --on 2025-03-05`" in str(caught.value.remedy)
    )
    before = ask(asks, requests.AskOverage(case="t-1"))
    assert before["asks"] and (before["approved"], before["billed"]) == (0, 0)
    assert before["offers"][1] == {"minutes": 30, "amount": "87.50"}
    approval = requests.ApproveOverage(case="T-1", minutes=30, by="Anna Ast")
    assert do(asks, approval, "a1")["left"] == 30
    assert do(asks, approval, "a1")["unchanged"]
    assert log(asks, 20)["overage"]["minutes"] == 20
    with pytest.raises(Refusal, match="10 min more are approved") as short:
        log(asks, 15, on=date(2025, 3, 5))
    assert "case approve T-1 5 --by" in str(short.value.remedy)
    assert ask(asks, requests.AskOverage(case="T-1"))["left"] == 10
    assert ask(asks, requests.AskAudit())["ok"]
    own = Billing(asks).acting(Principal("link-1", "customer", "ANNA", "Anna Ast"))
    assert own.do(requests.ApproveOverage(case="T-1", minutes=5, by="x")).view.approved == 35
    other = Billing(asks).acting(Principal("link-2", "customer", "BEAT"))
    with pytest.raises(Refusal):
        other.do(requests.ApproveOverage(case="T-1", minutes=5, by="x"))


def test_R5_the_customer_approves_on_his_page(asks: Setting) -> None:
    with client_of(asks) as client:
        site = Visitor(asks, client).comes(customer="ANNA")
        assert "87.50" in site.get("/c/case/T-1")
        site.sends("/c/case/T-1/approve", minutes="30", by="Anna Ast")
        assert ask(asks, requests.AskOverage(case="T-1"))["approved"] == 30
        assert log(asks, 30)["overage"]["minutes"] == 30
        load(asks, {"type": "agent", "code": "ana"})
        assert "30 min" in site.comes(agent="ana", role="agent").get("/desk/case/T-1")
