"""Somebody on the pages: he comes by a link, and sends the forms that he finds there."""

import re
from html import unescape
from typing import Any

from fastapi.testclient import TestClient

from billing import requests
from billing.http.app import made
from billing.office.transaction import Setting
from billing.service import Billing
from tests.support import do


class Visitor:
    """A browser without scripts: cookies, pages, forms."""

    def __init__(self, setting: Setting, client: TestClient) -> None:
        self.setting, self.client, self.page = setting, client, ""

    def comes(self, **link: Any) -> "Visitor":
        """By a link of a customer, or of an agent."""
        asked = requests.MakeLink(**link) if "customer" in link else requests.InviteAgent(**link)
        return self.by(do(self.setting, asked)["token"])

    def by(self, token: str) -> "Visitor":
        self.client.cookies.clear()
        answer = self.client.post("/c/enter", data={"token": token})
        assert answer.status_code == 200, answer.text
        self.page = answer.text
        return self

    def get(self, path: str, status: int = 200) -> str:
        """A page."""
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        self.page = answer.text
        return self.page

    def bytes_of(self, path: str) -> bytes:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.text[:500])
        return answer.content

    def sends(self, action: str, status: int = 200, files: Any = None, **fields: str) -> str:
        """The form of the last page that goes to a place, with what it held and what is written into it."""
        form = next(
            form
            for form in re.findall(r"<form.*?</form>", self.page, re.S)
            if f'action="{action}"' in form.partition(">")[0]
        )
        held = {}
        for tag in re.findall(r"<input[^>]*>", form):
            parts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if parts.get("type") == "hidden":
                held[parts["name"]] = unescape(parts.get("value", ""))
        answer = self.client.post(action, data=held | fields, files=files)
        assert answer.status_code == status, (action, answer.status_code, answer.text[:3000])
        self.page = answer.text
        return self.page


def client_of(setting: Setting) -> TestClient:
    """A client of the server on some books, over TLS as a browser sees it."""
    return TestClient(made(Billing(setting), 1_000_000), base_url="https://testserver")
