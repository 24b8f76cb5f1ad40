"""Books that a server has: what is asked goes there, and the view comes back as if the database were here (A1, A2).

Every fault of the way is a refusal with a code: the server is away, the key opens nothing, the versions differ.
"""

import os
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, TypeVar

from billing import __version__, waiting
from billing.crew import TASK
from billing.errors import BadInput, Forbidden, Refusal, ServerRefusal
from billing.remote import address, wire
from billing.remote.address import Address
from billing.requests.base import Question, Request
from billing.service import Asked, Batch, File, Outcome, Progress
from billing.texts import Text, say

T = TypeVar("T")
V = TypeVar("V")
PATIENCE = 300.0  # seconds: a month's run takes its time
_OURS = (wire.MEDIA, "application/problem+json")
_NO_TRUST = say("its certificate is not to be trusted or TLS fails: {why}")
_MOST_WAIT = 10  # seconds that a server may ask us to wait before we ask again


class Remote:
    """The door of a server.

    `with Remote.open("https://billing.example.org", os.environ) as books: books.ask(AskBalance(customer="ALPINA"))`
    """

    def __init__(self, at: Address, key: str, patience: float = PATIENCE) -> None:
        self._at = at
        self._key = key
        self._patience = patience
        self._pause = min(1.0, patience)  # seconds before a lost answer is asked for again
        self._connection: HTTPConnection | None = None
        self._today: date | None = None
        self._told = False  # that it is a standby
        self.recorded = False  # whether the last request is kept: whatever becomes of its answer, it was done
        self.last: Any = None
        self.before = 0

    @classmethod
    def open(cls, url: str, env: Mapping[str, str], patience: float = PATIENCE) -> "Remote":
        """The door of the server at an address, with the key of an environment; nothing is asked yet."""
        return cls(address.address(url), address.key(env), patience)

    @property
    def today(self) -> date:
        """Today at the issuer's (T5), as the server says."""
        if self._today is None:
            found = self._asked("GET", "", None)
            self._today = self._read(date, found.get("today"))
        return self._today

    def now(self) -> datetime:
        """The moment, in UTC, as the server says."""
        found: datetime = self._read(datetime, self._asked("GET", "", None).get("now"))
        return found

    def do(
        self, request: Request[V], key: str | None = None, *, dry_run: bool = False, progress: Progress | None = None
    ) -> Outcome[V]:
        """Does a request at the server, once for each `key` (L5). Raises the Refusal of the rule that forbids it."""
        self.before += self.recorded
        self.recorded = False
        body = {"fields": wire.written(request), "id": key, "dry_run": dry_run}
        path = self._called(request)
        attempt = {} if key is not None else {"attempt": os.urandom(16).hex()}  # of one with an id the id says it
        try:
            found = self._asked("POST", path, wire.data_of(body | attempt), changes=True)
        except _Lost:
            time.sleep(self._pause)
            again = {"again": True} if attempt else {}
            found = self._asked("POST", path, wire.data_of(body | attempt | again), changes=True, perhaps=True)
        self.recorded = not dry_run
        self.last = self._view(type(request), found)
        return Outcome(self.last, self._read(bool, found.get("new")))

    def ask(self, question: Question[V], *, progress: Progress | None = None) -> V:
        """Answers a question; nothing changes."""
        if type(question).__name__ == "CheckTariff":  # of files that are here
            from billing.office import tariffs

            here: V = tariffs.checked(question)  # type: ignore[arg-type, assignment]
            return here
        body = wire.data_of({"fields": wire.written(question)})
        view: V = self._view(type(question), self._asked("POST", self._called(question), body))
        return view

    def do_all(
        self,
        asked: Sequence[Asked],
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        file: File | None = None,
        every: bool = False,
        then: Question[Any] | None = None,
    ) -> Batch:
        """Refuses: many requests in one transaction are for who has the database."""
        raise BadInput(
            "bad-input",
            say("{server} takes one request at a time, no file of them", server=str(self._at)),
            say("load the file where the database is"),
        )

    def draw_with(self, count: int, workers: int | None, scheduler: str | None) -> int:
        """How many papers are to be asked for at a time. Refuses workers: a server draws by itself."""
        if workers is not None or scheduler is not None:
            raise BadInput("bad-input", say("a server draws by itself"), say("leave --workers and --dask out"))
        return TASK

    def drawing_ahead(self, workers: int | None, scheduler: str | None, take: object) -> AbstractContextManager[None]:
        """Nothing: a server draws when it is asked for the files. Refuses workers."""
        self.draw_with(0, workers, scheduler)
        return nullcontext()

    def close(self) -> None:
        """Ends the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> "Remote":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # The way there and back

    def _called(self, asked: Request[Any] | Question[Any]) -> str:
        """The path of what is asked. Raises BadInput for what only the server itself asks."""
        name = type(asked).__name__
        if name in wire.NOT_HERE:
            raise BadInput(
                "bad-input", say("{server} is not asked that", server=str(self._at)), say("do it where the database is")
            )
        return f"/{name}"

    def _asked(self, method: str, path: str, body: bytes | None, changes: bool = False,
               perhaps: bool = False) -> dict[str, Any]:  # fmt: skip
        """What the server answers; its refusals are raised. `perhaps` it has done already what `changes` something."""
        tried = 0
        while True:
            tried += 1
            try:
                answer, data = self._sent(method, self._at.path + wire.PATH + path, body)
            except ssl.SSLCertVerificationError as failed:
                raise self._away(_NO_TRUST.of(why=failed.verify_message), perhaps) from None
            except TimeoutError:
                raise self._lost(say("no answer in time"), changes) from None
            except (ConnectionRefusedError, socket.gaierror) as failed:  # nothing went there
                raise self._away(failed.strerror or type(failed).__name__, perhaps) from None
            except ssl.SSLError as failed:
                raise self._away(_NO_TRUST.of(why=failed.reason or "?"), perhaps) from None
            except (OSError, HTTPException) as failed:
                raise self._lost(getattr(failed, "strerror", None) or type(failed).__name__, changes) from None
            wait = answer.headers.get("Retry-After", "")
            if answer.status == 429 and tried < 3 and wait.isdecimal() and int(wait) <= min(_MOST_WAIT, self._patience):
                time.sleep(int(wait))
                continue
            if answer.status in (502, 503, 504) and answer.headers.get_content_type() not in _OURS:
                raise self._lost(say("what stands before it answers {status}", status=answer.status), changes)
            self._tell_lag(answer.headers.get(wire.BEHIND, ""))
            return self._understood(answer, data)

    def _tell_lag(self, seconds: str) -> None:
        """Says, once, how far a standby is behind that answers."""
        if seconds.isdecimal() and waiting.tell is not None and not self._told:
            self._told = True
            waiting.tell(say("{engine} is a standby, {seconds} s behind", engine=str(self._at), seconds=int(seconds)))

    def _sent(self, method: str, path: str, body: bytes | None) -> tuple[HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = self._connected()
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Accept": wire.MEDIA,
            "Content-Type": wire.MEDIA,
            "User-Agent": f"billing/{__version__}",
        }
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return answer, answer.read()
        except BaseException:
            self.close()
            raise

    def _connected(self) -> HTTPConnection:
        if self._at.tls:
            return HTTPSConnection(
                self._at.host, self._at.port, timeout=self._patience, context=ssl.create_default_context()
            )
        return HTTPConnection(self._at.host, self._at.port, timeout=self._patience)

    def _understood(self, answer: HTTPResponse, data: bytes) -> dict[str, Any]:
        kind = answer.headers.get_content_type()
        try:
            found = wire.value_of(data)
            if kind == wire.MEDIA:
                if "refused" in found:
                    raise wire.refusal_of(found["refused"])
                return found
            if kind == _OURS[1]:
                raise self._problem(answer.status, found)
        except wire.Unread as wrong:
            if kind == wire.MEDIA:
                raise self._other_version(wrong) from None
        raise ServerRefusal(
            "no-server",
            say("{server} answers {status}, and no server of ours does so", server=str(self._at), status=answer.status),
            say("see where BILLING_DB leads"),
        )

    def _problem(self, status: int, found: dict[str, Any]) -> Refusal:
        """The refusal of what a server says before it knows who asks what."""
        if status == 401:
            return Forbidden(
                "not-allowed",
                say("{server} does not know the key, or it is over or revoked", server=str(self._at)),
                say("`billing key add` makes one, where the database is"),
            )
        if status == 429:
            return Forbidden(
                "not-allowed", say("{server} was asked too often", server=str(self._at)), say("ask again in a minute")
            )
        if status == 413:
            return BadInput("bad-input", say("that is longer than {server} takes", server=str(self._at)))
        if status == 404:
            return self._other_version(found.get("detail"))
        return ServerRefusal(
            "no-server", say("{server}: {detail}", server=str(self._at), detail=str(found.get("detail")))
        )

    def _view(self, of: type[Request[V] | Question[V]], found: dict[str, Any]) -> V:
        view: V = self._read(wire.view_of(of), found.get("view"))
        return view

    def _read(self, hint: type[T], found: object) -> T:
        try:
            return wire.read(hint, found)
        except (wire.Unread, Refusal) as wrong:
            raise self._other_version(wrong) from None

    def _other_version(self, wrong: object) -> ServerRefusal:
        return ServerRefusal(
            "wrong-version",
            say("{server} and this program ({version}) do not understand each other: {wrong}", server=str(self._at),
                version=__version__, wrong=str(wrong)),
            say("install the version that the server has"),
        )  # fmt: skip

    def _lost(self, why: object, changes: bool) -> "_Lost":
        """No answer came; whether it was done what `changes` something is not known."""
        return _Lost("no-server", *self._said(why, changes))

    def _away(self, why: object, perhaps: bool) -> ServerRefusal:
        """The server is not reached; `perhaps` it has done what it was asked, and only its answer was lost."""
        return ServerRefusal("no-server", *self._said(why, perhaps))

    def _said(self, why: object, perhaps: bool) -> tuple[Text, Text]:
        remedy = say("see with a question whether it was done before you ask again; with an --id it is safe to")
        return (
            say("{server} cannot be reached: {why}", server=str(self._at), why=why),
            remedy if perhaps else say("see whether it runs, and where BILLING_DB leads"),
        )


class _Lost(ServerRefusal):
    """An answer that did not come: what was asked may be done."""
