"""A real browser on the pages, where this machine has one: Debian's chromium, driven by selenium."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from billing import requests
from billing.http.app import made
from billing.office.transaction import Setting
from billing.service import Billing
from tests.support import do

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
AXE = os.environ.get("BILLING_AXE", "")  # axe.min.js of axe-core; `.ci/run` fetches it
WIDTHS = (1280, 640, 360)  # a desk, the same at 200 % zoom, a telephone


class Browser:
    """What somebody does in a browser, and what is wrong with the pages that he sees."""

    def __init__(self, driver: Any, setting: Setting, root: str) -> None:
        self.driver, self.setting, self.root = driver, setting, root
        self.looked_at = 0

    def comes(self, **link: Any) -> None:
        """By a link, as a mail has it."""
        asked = requests.MakeLink(**link) if "customer" in link else requests.InviteAgent(**link)
        self.driver.delete_all_cookies()
        self.driver.get(f"{self.root}/c/enter#{do(self.setting, asked)['token']}")
        self.wait(lambda: "/enter" not in self.driver.current_url)
        assert "#" not in self.driver.current_url

    def goes(self, path: str) -> None:
        self.driver.get(self.root + path)

    def wait(self, true: Any) -> Any:
        return WebDriverWait(self.driver, 20, poll_frequency=0.05).until(lambda _: true())

    def one(self, css: str) -> WebElement:
        found: WebElement = self.wait(lambda: next(iter(self.driver.find_elements(By.CSS_SELECTOR, css)), None))
        return found

    def writes(self, css: str, text: str) -> None:
        field = self.one(css)
        field.clear()
        field.send_keys(text)

    def clicks(self, css: str) -> None:
        """Clicks, and waits for the page that follows."""
        here = self.one("html")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found := self.one(css))
        found.click()
        self._gone(here)

    def presses(self, *keys: str, follows: bool = False) -> None:
        """Keys, wherever the focus is."""
        here = self.one("html")
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)
        if follows:
            self._gone(here)

    def _gone(self, page: WebElement) -> None:
        """Waits until another page is there, whole."""
        self.wait(lambda: self.one("html") != page)
        self.wait(lambda: self.driver.execute_script("return document.readyState") == "complete")

    @property
    def text(self) -> str:
        found: str = self.one("body").text
        return found

    def looks(self) -> None:
        """Looks at the page: wide, zoomed and narrow nothing sticks out; by day and by night axe finds nothing."""
        for width in WIDTHS:
            self._send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
            out = self.driver.execute_script("return document.documentElement.scrollWidth")
            assert out <= width, (self.driver.current_url, width, out)
        for scheme in ("dark", "light"):
            self._send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            if AXE:
                self.driver.execute_script(Path(AXE).read_text(encoding="utf-8"))
                wrong = self.driver.execute_async_script(_AXE)
                assert wrong == [], (self.driver.current_url, scheme, wrong)
        self._send("Emulation.clearDeviceMetricsOverride")
        said = [entry["message"] for entry in self.driver.get_log("browser") if "favicon" not in entry["message"]]
        assert said == [], said  # what the Content-Security-Policy refuses is said there too
        self.looked_at += 1

    def _send(self, command: str, **values: Any) -> None:
        self.driver.execute_cdp_cmd(command, values)


_AXE = """
const done = arguments[arguments.length - 1];
axe.run().then(found => done(found.violations.map(one => [one.id, one.nodes.map(node => node.target.join(" "))])));
"""
ENTER = Keys.ENTER


@contextmanager
def browser_on(setting: Setting) -> Iterator[Browser]:
    """A browser on the pages of some books; the test is skipped where this machine has none."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("no chromium and chromedriver on this machine")
    server = uvicorn.Server(uvicorn.Config(made(Billing(setting), 1_000_000), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    os.environ.update({"SE_OFFLINE": "true", "SE_AVOID_STATS": "true"})
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield Browser(driver, setting, f"http://localhost:{port}")
    finally:
        driver.quit()
        server.should_exit = True
        thread.join(10)
