"""Who is at the door of the server: a key in a header, its role, how often it may, how often it did (A1, A2)."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Event, Lock, Thread

from billing.core.access import SCOPES, Principal
from billing.errors import Refusal
from billing.http import problems
from billing.http.limits import Rate
from billing.http.problems import Problem
from billing.requests.keys import AskKey, CountUses
from billing.service import Billing

USUAL_RATE = 1200  # requests a minute for each key
WRONG_RATE = 60  # wrong keys a minute from one place
EVERY_SECONDS = 5.0


class Keeper:
    """Knows keys, and counts their uses in memory; a thread writes them down every few seconds, outside any request."""

    def __init__(self, books: Billing, rate: int = USUAL_RATE) -> None:
        self._books = books
        self._rate, self._wrong = Rate(rate), Rate(WRONG_RATE)
        self._uses: Counter[str] = Counter()
        self._lock = Lock()
        self._over = Event()
        self._thread: Thread | None = None

    def known(self, headers: Mapping[str, str], place: str, counts: bool = True) -> Principal:
        """Who asks, by the key in `Authorization: Bearer`. Raises a Problem: 401 for no key that opens, 429.

        It does not count where who sends a file is looked at before the file is read, and asked again after.
        """
        kind, _, key = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not 0 < len(key.strip()) <= 200:
            raise _who_asks("give a key: Authorization: Bearer bk_…")
        try:
            found = self._books.acting(None).ask(AskKey(key=key.strip()))
        except Refusal as refused:
            if refused.code == "no-database":
                raise problems.of(refused) from None
            self._wrong.take(place)
            raise _who_asks(str(refused)) from None
        if counts:
            self._rate.take(found.name)
            with self._lock:
                self._uses[found.name] += 1
        return Principal(found.name, SCOPES[found.scope], found.customer)

    def start(self) -> None:
        """Begins to write uses down."""
        self._over.clear()
        self._thread = Thread(target=self._write, name="uses of keys", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Writes down what is left."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self.write()

    def write(self) -> None:
        """Writes down the uses since the last time; where the database cannot now, they wait."""
        with self._lock:
            uses, self._uses = self._uses, Counter()
        if not uses:
            return
        try:
            self._books.do(CountUses(uses=tuple(sorted(uses.items())), at=datetime.now(UTC)))
        except Refusal:
            with self._lock:
                self._uses += uses

    def _write(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            self.write()


def _who_asks(detail: str) -> Problem:
    return Problem(401, "not-allowed", detail, "`billing key add` makes one", {"WWW-Authenticate": "Bearer"})
