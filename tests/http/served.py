"""The API in this process, and somebody with a key for each role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.core.access import SCOPES
from billing.http.app import made
from billing.office.transaction import Setting
from billing.requests.keys import AddKey
from billing.service import Billing
from tests.support import do

BOUNDED = {"customer": "ALPINA"}


@dataclass(frozen=True)
class Served:
    """The API on some books, with a key for each scope."""

    client: TestClient
    setting: Setting
    keys: dict[str, str]

    def ask(self, scope: str, method: str, path: str, **more: Any) -> Any:
        """Asks with the key of a scope."""
        headers = {"Authorization": f"Bearer {self.keys[scope]}"} | more.pop("headers", {})
        return self.client.request(method, path, headers=headers, **more)


@contextmanager
def served(setting: Setting, rate: int = 1_000_000) -> Iterator[Served]:
    keys = {
        scope: do(setting, AddKey(name=f"key of {scope}", scope=scope, customer=BOUNDED.get(scope)))["key"]
        for scope in SCOPES
    }
    with TestClient(made(Billing(setting), rate)) as client:
        yield Served(client, setting, keys)


def is_problem(answer: Any, status: int, code: str) -> None:
    """It is a problem of RFC 9457 with our code."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    body = answer.json()
    assert body["code"] == code and body["status"] == status and body["title"] and body["detail"], body
    assert "Traceback" not in answer.text


__all__ = ["Served", "is_problem", "pytest", "served"]
