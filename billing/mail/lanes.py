"""Several connections to a mail server at once, each with a thread that hands over the mail it is given.

Threads do nothing else: the books are asked and told by whoever gives the mails and takes the answers.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from email.message import EmailMessage
from types import TracebackType
from typing import Generic, TypeVar

from billing.errors import MailRefusal
from billing.mail.post import Answer, Post
from billing.requests.mailboxes import Mailbox
from billing.values import dataclass

PATIENCE = 5  # seconds that a run which is stopped waits for what is being handed over
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Letter(Generic[T]):
    """A mail with its envelope, and what whoever gives it knows of it."""

    message: EmailMessage
    returns_to: str
    to: Mailbox
    known: T


class Lanes(Generic[T]):
    """As many connections as are wanted and the server lets in: the first it must, each other may be missing.

    A line that breaks before the server has a mail is opened again, once; where that is no use the mail goes over
    another one.
    """

    def __init__(self, first: Post, most: int) -> None:
        self._pool = ThreadPoolExecutor(most, "mail")
        self._beside = [Post(first.settings) for _ in range(most - 1)]
        self._free = [first]
        self._closed = list(self._beside)  # that are opened once the first is
        self._opening: dict[Future[None], Post] = {}
        self._handing: dict[Future[Answer], tuple[Post, Letter[T]]] = {}
        self._waiting: deque[tuple[Letter[T], Answer]] = deque()  # whose line broke
        self._broken: set[Post] = set()  # that have handed over nothing since their line broke
        self._lost: MailRefusal | None = None  # why the last one did

    def __enter__(self) -> "Lanes[T]":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
        for post in self._beside:
            post.close()

    def ready(self) -> Iterator[tuple[Letter[T], Answer]]:
        """Waits until a connection is free and open; what is answered meanwhile. Raises MailRefusal if none is left."""
        while True:
            while not self._free and self._busy:
                yield from self._answered()
            if not self._free:
                assert self._lost is not None
                raise self._lost
            try:
                self._free[-1].open()
            except MailRefusal as refused:
                self._lost = refused
                self._free.pop()
            else:
                break
        while self._closed:
            post = self._closed.pop()
            self._opening[self._pool.submit(post.open)] = post

    def give(self, letter: Letter[T]) -> None:
        """Has the free connection hand a mail over."""
        post = self._free.pop()
        self._handing[self._pool.submit(_hand, post, letter)] = post, letter

    def rest(self) -> Iterator[tuple[Letter[T], Answer]]:
        """What is answered to all that was given. Raises MailRefusal if a mail found no connection."""
        while self._busy:
            yield from self._answered()
        if not self._free and self._lost is not None:
            raise self._lost

    def stopped(self) -> Iterator[tuple[Letter[T], Answer]]:
        """What is answered within a few seconds; then the lines are cut, and of what was on them nobody may know."""
        self._closed.clear()
        wait(self._handing, PATIENCE)
        for post in [*self._opening.values(), *(post for post, _ in self._handing.values())]:
            post.cut()
        while self._handing:
            future, (post, letter) = self._handing.popitem()
            yield from self._handed(post, letter, future)
        yield from self._waiting

    @property
    def _busy(self) -> bool:
        return bool(self._opening or self._handing or self._waiting)

    def _answered(self) -> Iterator[tuple[Letter[T], Answer]]:
        """Waits for what is done next."""
        done, _ = wait({**self._opening, **self._handing}, return_when=FIRST_COMPLETED)
        for future in done:
            if future in self._opening:
                self._let_in(self._opening.pop(future), future)
            else:
                yield from self._handed(*self._handing.pop(future), future)
        while self._free and self._waiting:
            self.give(self._waiting.popleft()[0])
        while self._waiting and not self._opening and not self._handing:
            yield self._waiting.popleft()

    def _let_in(self, post: Post, opened: Future[None]) -> None:
        with suppress(MailRefusal):  # the server takes no more connections
            opened.result()
            self._free.append(post)

    def _handed(self, post: Post, letter: Letter[T], handed: Future[Answer]) -> Iterator[tuple[Letter[T], Answer]]:
        try:
            answer = handed.result()
        except MailRefusal as refused:
            self._lost, answer = refused, Answer("gone", None, str(refused.what))
        else:
            if answer.result != "gone":
                self._broken.discard(post)
                self._free.append(post)
                yield letter, answer
                return
            self._lost = MailRefusal("no-mail-server", answer.said)
            if post not in self._broken:
                self._broken.add(post)
                self._free.append(post)
        self._waiting.append((letter, answer))


def _hand(post: Post, letter: Letter[T]) -> Answer:
    post.open()
    return post.hand(letter.message, letter.returns_to, letter.to)
