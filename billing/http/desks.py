"""Where help desks ask and tell: `POST /desk/NAME`, signed by the desk, and `/desk/panel` for its sidebars.

Who signs nothing that is known reads one sentence, whether there is such a desk or not. What a desk tells of time is
logged, edited, voided in its name; its ids make that once.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response

from billing.core import helpdesks
from billing.core.access import Principal
from billing.errors import Refusal, Unknown
from billing.exchange import desk_shapes
from billing.exchange.desk_shapes import Ticket, Time, Whom
from billing.http import problems
from billing.http.limits import BODY, Rate, place
from billing.http.problems import Problem
from billing.requests import codec
from billing.requests.addresses import AskWhose
from billing.requests.balances import AskReply
from billing.requests.cases import AskCase, OpenCase, Resolve
from billing.requests.desks import AskDesk, AskDeskEntry
from billing.requests.edits import Edit
from billing.requests.entries import Log, Void
from billing.service import Billing
from billing.texts import Do, say
from billing.views.balances import Reply
from billing.views.desks import DeskKept

LOG = logging.getLogger("billing.http")
RATE, WRONG_RATE = 1200, 60  # a minute: of each desk; of what nobody signed, from one place
_PATIENCE_SECONDS = 300  # that a panel's address is good for
_SAFE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_FRAME = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors "
_GENTLE = ("helpscout", "freescout")  # whose sidebars show an error for whatever is not 200


@dataclass
class Desks:
    """The two paths on some books."""

    books: Billing
    rate: Rate = field(default_factory=lambda: Rate(RATE))
    wrong: Rate = field(default_factory=lambda: Rate(WRONG_RATE))

    def add(self, app: FastAPI) -> None:
        """Adds them to an application."""
        app.add_api_route("/desk/panel", self._refusing(self.panel), methods=["GET"], response_model=None)
        app.add_api_route("/desk/{name}", self._refusing(self.told), methods=["POST"], response_model=None)

    def told(self, request: Request) -> Response:
        """What a desk asks or tells."""
        body: bytes = request.scope[BODY]
        name = str(request.path_params["name"])
        desk = self._known(name)
        headers = {key.lower(): value for key, value in request.headers.items()}
        if desk is None or not helpdesks.is_signed(desk.kind, desk.secret, headers, body, datetime.now(UTC)):
            self.wrong.take(place(request))
            raise _nobody()
        self.rate.take(name)
        try:
            sent = codec.values_of(body)
        except Refusal as refused:
            raise Problem(400, refused.code, str(refused)) from None
        found = desk_shapes.read(desk.kind, desk.settings, ZoneInfo(desk.timezone), sent)
        mine = _Told(self.books.acting(Principal(f"desk {desk.name}", "agent")), desk)
        if all(isinstance(one, Whom) for one in found):
            return _answered(mine.reply([one for one in found if isinstance(one, Whom)]))
        done = [mine.done(one) for one in found if not isinstance(one, Whom)]
        about = [replace(one.whom, ticket=one.id) if isinstance(one, Ticket) else one.whom for one in found
                 if not isinstance(one, Whom)]  # fmt: skip
        reply = mine.reply(about, gently=True)
        status = 200 if all("refused" not in one for one in done) else 409
        return _answered({"done": done, **reply}, status)

    def panel(self, request: Request) -> Response:
        """A page for a sidebar of a desk, which alone may frame it; its address is signed, and good for some minutes.

        The signature is over the desk, whom it is about and the time, a line each.
        """
        try:
            query = {key: values[0] for key, values in parse_qs(request.url.query, max_num_fields=20).items()}
        except ValueError:
            raise Problem(400, "bad-input", "the query cannot be read") from None
        name, about, at = (query.get(key, "") for key in ("desk", "about", "at"))
        desk = self._known(name)
        if (
            desk is None
            or desk.frame is None
            or not _is_panels(desk.secret, name, about, at, query.get("signature", ""))
        ):
            self.wrong.take(place(request))
            raise _nobody()
        self.rate.take(name)
        whom = Whom(emails=(about,)) if "@" in about else Whom(organisation=about)
        reply = _Told(self.books.acting(Principal(f"desk {name}", "reply")), desk).balance([whom])
        if reply is None:
            raise _nobodys()
        page = (
            f'<!doctype html><html lang="{reply.language}"><head><meta charset="utf-8"><title>{name}</title>'
            f"<style>body{{font:14px/1.4 sans-serif;margin:8px}}</style></head><body>{reply.html}</body></html>"
        )
        return Response(
            page, media_type="text/html", headers=_SAFE | {"Content-Security-Policy": _FRAME + _origin(desk.frame)}
        )

    def _known(self, name: str) -> DeskKept | None:
        try:
            return self.books.acting(None).ask(AskDesk(desk=name))
        except Refusal as refused:
            if refused.code == "no-database":
                raise problems.of(refused) from None
            return None

    def _refusing(self, answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """The same, with refusals as problems."""

        def answered(request: Request) -> Response:
            try:
                return answer(request)
            except Problem as problem:
                return _problem(problem)
            except Refusal as refused:
                return _problem(problems.of(refused))
            except Exception as unexpected:
                return _problem(problems.fault(request.url.path, unexpected))

        return answered


@dataclass
class _Told:
    """What one desk tells, done at the door."""

    books: Billing
    desk: DeskKept

    def balance(self, whoms: list[Whom]) -> Reply | None:
        """The balance of the one whom all is about; of several, or of nobody who is known, there is none (A4)."""
        customers = {self._customer(whom) for whom in whoms}
        code = customers.pop() if len(customers) == 1 else None
        return None if code is None else self.books.ask(AskReply(customer=code))

    def reply(self, whoms: list[Whom], gently: bool = False) -> dict[str, object]:
        """That balance as it is answered. Where there is none that is refused, or said `gently` with no sentence."""
        found = self.balance(whoms)
        if found is not None:
            return {"html": found.html, "text": found.text, "minutes": found.minutes, "position": found.position}
        if not gently and self.desk.kind not in _GENTLE:
            raise _nobodys()
        return {"html": "", "text": "", "minutes": None, "position": None}

    def done(self, one: Time | Ticket) -> dict[str, object]:
        """What became of one thing: what was done, or why it was refused."""
        try:
            return {"id": one.id} | (self._time(one) if isinstance(one, Time) else self._ticket(one))
        except Refusal as refused:
            return {"id": one.id, "refused": refused.code, "message": str(refused)}

    def _time(self, one: Time) -> dict[str, object]:
        """Logs, edits or voids what a desk has under an id; what was voided stays so."""
        id = f"{self.desk.name}:{one.id}"
        known = self.books.ask(AskDeskEntry(entry=id))
        if one.gone or one.seconds == 0:
            if known.entry is None or not known.live:
                return {"did": "nothing"}
            self.books.do(Void(entry=known.entry, reason=f"deleted at {self.desk.name}"))
            return {"did": "voided", "entry": known.entry}
        case = None if one.whom.ticket is None else self._case(one.whom.ticket)
        if known.entry is None:
            customer = self._customer(Whom(organisation=one.whom.organisation, emails=one.whom.emails))
            agent = desk_shapes.agent_of(self.desk.settings, one.agent)
            log = Log(customer=customer, seconds=one.seconds, case=case, on=one.on, agent=agent, note=one.note)
            return {"did": "logged", "entry": self.books.do(log, id).view.entry}
        if not known.live:
            return {"did": "nothing"}
        edit = Edit(entry=known.entry, seconds=one.seconds, case=case, on=one.on, note=one.note,
                    reason=f"changed at {self.desk.name}")  # fmt: skip
        outcome = self.books.do(edit)
        return {"did": "edited" if outcome.new else "nothing", "entry": outcome.view.entry}

    def _ticket(self, one: Ticket) -> dict[str, object]:
        """Opens the case of a ticket that is new, and resolves it when the ticket is closed."""
        case, did = self._case(one.id), "nothing"
        try:
            state: str = self.books.ask(AskCase(case=case)).state
        except Unknown:
            if one.closed:
                return {"did": did}
            customer = self._customer(one.whom)
            if customer is None:
                raise Unknown(
                    "not-found",
                    say("whose ticket {ticket} is, is not known", ticket=one.id),
                    say("{do} says it", do=Do("customer address add", "CODE", f"{self.desk.name}:ID")),
                ) from None
            self.books.do(OpenCase(customer=customer, case=case, channel="web", subject=one.subject))
            return {"did": "opened", "case": case}
        if one.closed and state not in ("resolved", "closed"):
            self.books.do(Resolve(case=case))
            did = "resolved"
        return {"did": did, "case": case}

    def _case(self, ticket: str) -> str:
        return desk_shapes.case_of(self.desk.name, self.desk.settings, ticket)

    def _customer(self, whom: Whom) -> str | None:
        """The customer whom the desk means: by its own number for him, by his addresses, by the ticket's case."""
        named = (f"{self.desk.name}:{whom.organisation}",) if whom.organisation else whom.emails
        code: str | None = None
        if named:
            try:
                code = self.books.acting(None).ask(AskWhose(addresses=named)).customer
            except Refusal:  # what is no address is nobody's
                code = None
        if code is None and whom.ticket is not None:
            try:
                code = self.books.ask(AskCase(case=self._case(whom.ticket))).customer
            except Unknown:
                code = None
        return code


def panel_signature(secret: str, desk: str, about: str, at: str) -> str:
    """The signature of a panel's address: HMAC-SHA256 in hexadecimal over three lines."""
    return hmac.new(secret.encode(), f"{desk}\n{about}\n{at}".encode(), hashlib.sha256).hexdigest()


def _is_panels(secret: str, desk: str, about: str, at: str, signature: str) -> bool:
    recent = at.isascii() and at.isdecimal() and abs(datetime.now(UTC).timestamp() - int(at[:12])) <= _PATIENCE_SECONDS
    return recent and bool(about) and hmac.compare_digest(
        signature.encode(), panel_signature(secret, desk, about, at).encode()
    )  # fmt: skip


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


def _nobodys() -> Unknown:
    return Unknown("not-found", say("whom that is about is nobody's here, or more than one customer's"))


def _nobody() -> Problem:
    return Problem(401, "not-allowed", "no desk that is known signed this just now")


def _answered(found: dict[str, object], status: int = 200) -> Response:
    headers = _SAFE | {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
    return Response(json.dumps(found), status, headers=headers, media_type="application/json")


def _problem(problem: Problem) -> Response:
    return Response(problem.body(), problem.status, headers=_SAFE | problem.headers, media_type=problems.MEDIA)
