"""Schemathesis finds nothing that is not as the document of the API says: requests that fit it, and some that do not.

A few of each operation always, the same each time; as many as BILLING_REQUESTS says where it does (`make night`).
"""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode, checks

from billing.http.app import made
from billing.http.routes import ROUTES, Route
from billing.requests.keys import AddKey
from billing.service import Billing
from tests.http.test_who import OWN
from tests.neighbours import neighbours
from tests.support import audit, do

EACH = int(os.environ.get("BILLING_REQUESTS", "3"))
KNOWN = OWN | {"position": "0-00000000", "first": "2025-01-01", "last": "2025-03-05", "month": "2025-02",
               "name": "q3", "tariff": "q3"}  # fmt: skip
CHECKS = [
    checks.not_a_server_error,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
    checks.negative_data_rejection,
]


class Api:
    """The API with an admin's key, as schemathesis asks it."""

    def __init__(self, folder: str) -> None:
        self.setting = neighbours(f"sqlite:///{folder}/b.db")
        self.key = do(self.setting, AddKey(name="admin", scope="admin"))["key"]
        self.schema = schemathesis.openapi.from_asgi("/v1/openapi.json", made(Billing(self.setting), 10**9))


def about_somebody(case: Any) -> None:
    """Puts names that there are in place of those that were made up, of which nearly all are nobody's.

    What else was made up and need not be said is left out of a query, so that something is found.
    """
    needed = {parameter.name for parameter in case.operation.query if parameter.is_required}
    case.query = {name: value for name, value in (case.query or {}).items() if name in needed}
    parts = [case.path_parameters, case.query, case.body]
    for part in parts:
        if isinstance(part, dict):
            part |= {name: value for name, value in KNOWN.items() if name in part}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    found = Api(str(tmp_path_factory.mktemp("api")))
    yield found
    assert audit(found.setting)["ok"]  # whatever was asked


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.told}")
def test_every_operation_is_as_the_document_says(api: Api, route: Route, mode: GenerationMode) -> None:
    operation = api.schema[route.told][route.method]
    ran = 0

    @hypothesis.settings(
        max_examples=EACH, deadline=None, database=None, derandomize=EACH < 10,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def asked(case: Any) -> None:
        nonlocal ran
        ran += 1
        if mode is GenerationMode.POSITIVE and ran % 3:
            about_somebody(case)
        case.call_and_validate(headers={"Authorization": f"Bearer {api.key}"}, checks=CHECKS)

    try:
        asked()
    except hypothesis.errors.Unsatisfiable:
        pytest.skip("nothing that this takes can be wrong")
    assert ran > 0
