"""The staff logs in at a provider: off to it, and back with a session as by a link (A1, A2)."""

import logging
from collections.abc import Callable
from typing import Protocol

from fastapi import Request, Response

from billing.errors import Refusal
from billing.http.limits import Rate, place
from billing.http.oidc import faults
from billing.http.oidc.faults import Fault
from billing.http.oidc.provider import LATEST_SECONDS, Provider
from billing.http.pages import forms, visits
from billing.http.pages.frame import SAFE
from billing.requests.links import EnterByProvider
from billing.service import Billing
from billing.texts import Text
from billing.views.links import Entered

LOG = logging.getLogger("billing.http")
COOKIE = "__Host-oidc"  # of the browser in which a log-in began


class Said(Protocol):
    """Makes a page of what was refused."""

    def __call__(
        self, request: Request, status: int, detail: Text | str, remedy: Text | str | None, code: str
    ) -> Response: ...


class LogIn:
    """The way to a provider and back; `wrong` counts what fails by where it came from."""

    def __init__(
        self, books: Billing, provider: Provider, wrong: Rate, said: Said, entered: Callable[[Entered], Response]
    ) -> None:
        self._books, self._provider, self._wrong, self._said, self._entered = books, provider, wrong, said, entered

    @property
    def name(self) -> str:
        """What the provider is called."""
        return self._provider.settings.name

    def begin(self, request: Request) -> Response:
        """Off to the provider, with a cookie that only this browser has."""
        try:
            begun = self._provider.begin()
        except Fault as fault:
            return self._failed(request, fault)
        response = Response(status_code=303, headers=SAFE | {"Location": begun.place})
        response.set_cookie(COOKIE, begun.cookie, path="/", secure=True, httponly=True, samesite="lax",
                            max_age=LATEST_SECONDS)  # fmt: skip
        return response

    def back(self, request: Request) -> Response:
        """Back from the provider: a session for whose address it vouches; its cookie has done its duty either way."""
        try:
            email = self._provider.email(forms.queried(request.url.query), visits.cookie(request.headers, COOKIE))
            response = self._entered(self._books.acting(None).do(EnterByProvider(email=email)).view)
        except Fault as fault:
            response = self._failed(request, fault)
        except Refusal as refused:
            if refused.code != "not-allowed":
                raise
            LOG.warning("log-in: %s", refused.code)
            self._wrong.take(place(request))
            response = self._said(request, 403, refused.what, refused.remedy, refused.code)
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        return response

    def _failed(self, request: Request, fault: Fault) -> Response:
        LOG.warning("log-in: %s (%s)", fault.code, fault.why)
        self._wrong.take(place(request))
        status, what, remedy = faults.SAID[fault.code]
        return self._said(request, status, what, remedy, fault.code)
