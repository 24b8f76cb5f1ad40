"""Each role's day in a real browser, on both databases: clicked, typed, looked at wide and narrow, by day and night."""

from datetime import date
from pathlib import Path

import pytest

from billing import requests
from billing.requests import moments
from tests.http.browsing import ENTER, Browser, browser_on
from tests.neighbours import neighbours
from tests.support import WHOLE, ask, do, init, load, on


def test_a_day_of_each_role(database_url: str, tmp_path: Path) -> None:
    """A customer asks, an agent answers and logs by the keyboard, an accountant issues the month; one story."""
    if database_url.startswith("postgresql") and not WHOLE:
        pytest.skip("on PostgreSQL by night")
    setting = on(neighbours(database_url), date(2025, 4, 2))
    init(setting, iban="CH9300762011623852957", accent="#8a5a00")
    load(setting, *({"type": "agent", "code": code} for code in ("ana", "uma")))
    load(setting, {"type": "goodwill", "customer": "ALPINA", "minutes": 45, "reason": "sorry", "date": "2025-02-03",
                   "expires": "2025-12-31"})  # fmt: skip
    starts, ends = (moments.moment(f"2025-04-10T{at}") for at in ("22:00", "23:30"))
    do(setting, requests.Announce(starts=starts, ends=ends, text="A new disk"))
    picture = tmp_path / "beep.txt"
    picture.write_text("beep")
    with browser_on(setting) as browser:
        customers_day(browser, picture)
        agents_day(browser)
        heads_day(browser)
        accountants_day(browser)
        assert browser.looked_at >= 18


def customers_day(browser: Browser, picture: Path) -> None:
    browser.comes(customer="ALPINA", contact="Anna Ast")
    told = ask(browser.setting, requests.AskBalance(customer="ALPINA", reply=True))["text"]
    assert told.splitlines()[0] in browser.text
    browser.looks()
    browser.clicks("form.row button")  # takes note of the maintenance
    for path in ("/c/cases", "/c/documents", "/c/quotes"):
        browser.goes(path)
        browser.looks()
    browser.goes("/c")
    browser.clicks('a[href="/c/cases/new"]')
    browser.looks()
    browser.writes("#subject", "It beeps")
    browser.writes("#note", "all day")
    browser.one("#file").send_keys(str(picture))
    browser.clicks("main form button")
    assert "It beeps" in browser.text and "beep.txt" in browser.text
    browser.writes("#note", "and at night")
    browser.clicks("main form button")
    assert "and at night" in browser.text
    browser.looks()
    browser.goes("/c/quote/Q-2025-00001")
    browser.looks()


def agents_day(browser: Browser) -> None:
    browser.comes(agent="ana", role="agent")
    browser.looks()
    do(browser.setting, requests.OpenCase(customer="BEATUS", case="T-LATER", subject="came later " + "x" * 150))
    browser.driver.execute_script("htmx.trigger('#rows', 'fresh')")
    browser.wait(lambda: "came later" in browser.text)
    browser.looks()  # however long a word is, nothing sticks out
    browser.presses("/", *"alpina-1", ENTER, follows=True)  # a reference alone leads to its case
    assert "It beeps" in browser.text
    browser.looks()
    browser.presses("t", follows=True)
    browser.presses("l", *"20", ENTER, follows=True)
    browser.presses("r", *"Turn it off")
    browser.clicks('button[value="reply"]')
    shown = ask(browser.setting, requests.AskCase(case="ALPINA-1"))
    assert [event["kind"] for event in shown["events"]][-2:] == ["take", "reply"]
    assert [entry["raw_seconds"] for entry in shown["entries"]] == [1200] and shown["owner"] == "ana"
    assert ask(browser.setting, requests.AskReply(case="ALPINA-1"))["text"].splitlines()[0] in browser.text
    browser.clicks('button[value="start"]')
    assert browser.one("[data-seconds]").text
    browser.goes("/desk")
    browser.presses("j", ENTER, follows=True)
    assert "/desk/case/" in browser.driver.current_url
    browser.goes("/desk/customer/BEATUS")
    browser.looks()


def heads_day(browser: Browser) -> None:
    browser.comes(agent="ana", role="head")
    for path in ("/desk/targets?month=2025-03", "/desk/time?first=2025-01-01", "/desk/credit", "/desk/find?q=a"):
        browser.goes(path)
        browser.looks()


def accountants_day(browser: Browser) -> None:
    browser.comes(agent="uma", role="accountant")
    browser.looks()
    browser.clicks('form[action="/books/run"] button')
    browser.wait(lambda: "INV-2025-00003" in browser.text)  # fetched as it goes on
    browser.looks()
    browser.clicks('a[href="/books/document/INV-2025-00003"]')
    assert browser.one("iframe.paper").size["height"] > 300
    for path in ("/books/bank", "/books/documents?month=2025-04", "/books/report/revenue"):
        browser.goes(path)
        browser.looks()
