"""Delivers the messages of the outbox: claimed at the door, sent with nothing locked, ended at the door.

At least once: who is stopped between the two has delivered what another delivers again, under the same id. In order for
each customer: only the first message that waits is claimed.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from threading import Event, Thread

from billing.errors import Refusal
from billing.outgoing import client, signing
from billing.outgoing.client import Answer, Asked
from billing.requests.hooks import AskNextTry, ClaimMessages, EndMessage
from billing.service import Billing, Door
from billing.values import dataclass
from billing.views.hooks import ToDeliver

LOG = logging.getLogger("billing.http")
AT_ONCE = 10
EVERY_SECONDS = 2.0
_KIND = "application/json"


@dataclass(frozen=True, slots=True)
class Round:
    """What was done in one go: messages that were taken, that wait to be tried again, that were given up."""

    delivered: int = 0
    waiting: int = 0
    dead: int = 0


def run(books: Door) -> Round:
    """Delivers all that is due, also what becomes due by it; what failed waits for its time."""
    states = [state for some in _batches(books) for state in some]
    return Round(*(states.count(state) for state in ("delivered", "waiting", "dead")))


def send(message: ToDeliver) -> Answer:
    """Sends one message, signed now."""
    signed = signing.headers(message.secret, message.message, int(time.time()), message.body)
    headers = {"content-type": _KIND, "user-agent": "support-billing", **signed}
    return client.ask(Asked(message.url, message.body.encode(), headers))


def _batches(books: Door) -> Iterator[list[str]]:
    """The states to which some messages come, until nothing is due."""
    while is_due(books):
        claimed = books.do(ClaimMessages(most=AT_ONCE)).view.messages
        if not claimed:
            return  # another has them
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = {pool.submit(send, message): message for message in claimed}
            yield [_ended(books, sent[one], one.result()) for one in as_completed(sent)]


def is_due(books: Door) -> bool:
    """Whether there is something to deliver now."""
    at = books.ask(AskNextTry()).at
    return at is not None and at <= datetime.now(UTC)


def _ended(books: Door, message: ToDeliver, answer: Answer) -> str:
    said = f"{answer.status} {answer.said}".strip() if answer.status else answer.said
    end = EndMessage(message=message.message, taken=answer.taken, status=answer.status, said=said, away=answer.away)
    return books.do(end).view.state


class Courier:
    """Delivers in a thread of its own, beside a server."""

    def __init__(self, books: Billing) -> None:
        self._books = books
        self._over = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begins to deliver."""
        self._over.clear()
        self._thread = Thread(target=self._deliver, name="courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends after what is on its way."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _deliver(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            try:
                for _ in _batches(self._books.acting(None)):
                    if self._over.is_set():
                        break
            except Refusal as refused:  # a database that is away now: what waits is delivered later
                LOG.warning("courier: %s", refused)
            except Exception as unexpected:  # the others are delivered all the same, and this one again
                LOG.error("courier: %s: %s", type(unexpected).__name__, unexpected)
