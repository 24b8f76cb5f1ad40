"""What stands before everything else: bodies are bounded before they are read, and nobody asks too often."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from threading import Lock
from typing import Any

from anyio import to_thread
from fastapi import Request

from billing.http.problems import MEDIA, Problem

MOST_BYTES = 64 * 1024
FILES = 8  # bodies longer than that at a time: what they take in memory is bounded
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
BODY = "billing.body"  # where in the scope a body is that was read


class Bounded:
    """Reads the body of a request, up to so many bytes, and refuses a longer one before anybody is asked who he is.

    By its length where that is told, and else while it is read: what comes after is never taken. Of who sends a file it
    is asked first, by `most`, and so many at a time have room.
    """

    def __init__(self, app: App, most: Callable[[Scope], int] = lambda _scope: MOST_BYTES) -> None:
        self._app = app
        self._most_of = most
        self._files = 0  # that are being read or worked on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        length, most = headers.get(b"content-length", b"0"), MOST_BYTES
        if not length.isdigit() or int(length) > most or b"transfer-encoding" in headers:
            try:
                most = await to_thread.run_sync(self._most_of, scope)  # who sends a file is known before it is read
            except Problem as problem:
                await _refuse(send, problem)
                return
        if not length.isdigit() or int(length) > most:
            await _refuse(send, _too_long(most))
            return
        if most == MOST_BYTES:
            await self._read(scope, receive, send, most)
        elif self._files >= FILES:
            await _refuse(send, Problem(429, "not-allowed", "too many files at once", "send it again in a moment",
                                        {"Retry-After": "2"}))  # fmt: skip
        else:
            self._files += 1
            try:
                await self._read(scope, receive, send, most)
            finally:
                self._files -= 1

    async def _read(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return  # who asked has gone
            body += message.get("body", b"")
            if len(body) > most:
                await _refuse(send, _too_long(most))
                return
            more = message.get("more_body", False)
        scope[BODY] = bytes(body)
        await self._app(scope, receive, send)


def _too_long(most: int) -> Problem:
    return Problem(413, "bad-input", f"the body is longer than {most // 1024} kB", "send less at once")


async def _refuse(send: Send, problem: Problem) -> None:
    """Answers before the body is read, of which nothing more is taken."""
    more = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    headers = [(b"content-type", MEDIA.encode()), (b"connection", b"close"), *more]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": problem.body()})


def place(request: Request) -> str:
    """From where somebody asks; what comes wrong from there is counted together."""
    return request.client.host if request.client else ""


class Rate:
    """How often each may ask: `a_minute` on the long run, a quarter of that at once."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute = a_minute
        self._burst = max(a_minute / 4, 1.0)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}  # by name: how many are left, and when that was so
        self._lock = Lock()

    def take(self, name: str) -> None:
        """Counts one more. Raises a Problem (429) that says when to ask again."""
        now = self._clock()
        with self._lock:
            if len(self._left) > 10_000:  # names that are full again need no place
                self._left = {name: kept for name, kept in self._left.items() if self._now(kept, now) < self._burst}
            left = self._now(self._left.get(name, (self._burst, now)), now)
            self._left[name] = (max(left - 1, 0), now)
        if left < 1:
            wait = int((1 - left) * 60 / self._a_minute) + 1
            raise Problem(429, "not-allowed", f"more than {self._a_minute} requests a minute", f"ask again in {wait} s",
                          {"Retry-After": str(wait)})  # fmt: skip

    def _now(self, kept: tuple[float, float], now: float) -> float:
        left, at = kept
        return min(self._burst, left + (now - at) * self._a_minute / 60)
