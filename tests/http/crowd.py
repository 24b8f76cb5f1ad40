"""Many clients at a server in a process of its own, with `billing log` beside them; and what came of it."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from billing.requests.contracts import Goodwill
from billing.requests.keys import AddKey
from tests.support import do, load, made

GIVEN, EACH = 1_000_000, 5  # minutes: of goodwill, of an entry


def prepared(url: str, customers: int = 1) -> str:
    """Books with customers C1, C2 …, each with time enough for all; and a key of an agent."""
    today = date.today()
    setting = made(url, today=today)
    for code in codes(customers):
        load(
            setting,
            {"type": "customer", "code": code, "name": code, "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "premium", "start": f"{today}"},
        )
        do(setting, Goodwill(customer=code, minutes=GIVEN, expires=date(today.year + 1, 12, 31), reason="load"))
    key: str = do(setting, AddKey(name="crowd", scope="log"))["key"]
    setting.engine.dispose()
    return key


def codes(customers: int) -> list[str]:
    return [f"C{number}" for number in range(1, customers + 1)]


@dataclass
class Server:
    """A server's port and process."""

    port: int
    pid: int

    @property
    def memory(self) -> int:
        """What it has in memory, in bytes; the most that it ever had."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@contextmanager
def serving(url: str) -> Iterator[Server]:
    """`billing serve` on a free port, until it is stopped by a signal."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "billing", "serve", "--port", str(port), "--rate", "100000000"]
    env = {name: value for name, value in os.environ.items() if name != "BILLING_TODAY"} | {"BILLING_DB": url}
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        assert process.poll() is None, "the server did not start"
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Client:
    """One that asks all the time, over one connection, and remembers what it was answered and how long it took."""

    port: int
    key: str
    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: object = None, id: str | None = None) -> Any:
        """The answer's JSON; what is no 200 is remembered as wrong."""
        more = {"Idempotency-Key": id} if id else {}
        began = time.perf_counter()
        self._connection.request(method, path, None if body is None else json.dumps(body), self._headers | more)
        answer = self._connection.getresponse()
        data = answer.read()
        self.took.append(time.perf_counter() - began)
        if answer.status != 200:
            self.wrong.append(f"{method} {path}: {answer.status} {data[:200]!r}")
            return {}
        return json.loads(data)


def left(client: Client, code: str) -> int:
    """The minutes that a customer has of the goodwill."""
    found = client.ask("GET", f"/v1/balance?customer={code}")
    return sum(grant["remaining"] for grant in found.get("grants", []) if grant["kind"] == "goodwill")


def logging(client: Client, code: str, name: str, until: float) -> int:
    """Logs and asks the balance in turn until a moment: how many were logged. What it has logged is counted at once."""
    logged, before = 0, GIVEN
    while time.monotonic() < until and not client.wrong:
        entry = {"customer": code, "seconds": EACH * 60, "case": f"{name}-{logged}"}
        client.ask("POST", "/v1/entries", entry, f"{name}-{logged}")
        logged += 1
        now = left(client, code)
        if now > min(before - EACH, GIVEN - logged * EACH) or now % EACH:
            client.wrong.append(f"{now} left after {logged} of mine, {before} before")
        before = now
    return logged


def processes(url: str, code: str, until: float, more: dict[str, str], wrong: list[str]) -> int:
    """`billing log` as processes, one after another: how many."""
    logged = 0
    while time.monotonic() < until:
        command = [sys.executable, "-m", "billing", "log", code, str(EACH), "--case", f"P-{os.urandom(4).hex()}"]
        env = {name: value for name, value in os.environ.items() if name != "BILLING_TODAY"}
        done = subprocess.run(
            command, env=env | {"BILLING_DB": url} | more, capture_output=True, text=True, check=False
        )
        if done.returncode:
            wrong.append(done.stderr)
            break
        logged += 1
    return logged


@dataclass(frozen=True)
class Came:
    """What came of it: how many entries of each customer there must be, how long each request took, what was wrong."""

    logged: dict[str, int]
    took: Sequence[float]
    wrong: Sequence[str]
    beside: int


def crowd(url: str, server: Server, key: str, clients: int, seconds: float, customers: int = 1) -> Came:
    """Clients that log and ask for a while, beside them `billing log` on the database and over HTTP."""
    until = time.monotonic() + seconds
    known = [(Client(server.port, key), codes(customers)[number % customers]) for number in range(clients)]
    logged: dict[str, int] = dict.fromkeys(codes(customers), 0)
    wrong: list[str] = []
    lock, beside = threading.Lock(), [0]

    def work(number: int) -> None:
        client, code = known[number]
        count = logging(client, code, f"T{number}", until)
        with lock:
            logged[code] += count

    def log(address: str, more: dict[str, str]) -> None:
        count = processes(address, "C1", until, more, wrong)
        with lock:
            logged["C1"] += count
            beside[0] += count

    remote = (f"http://127.0.0.1:{server.port}", {"BILLING_KEY": key})
    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    threads += [threading.Thread(target=log, args=(url, {})), threading.Thread(target=log, args=remote)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = sorted(one for client, _ in known for one in client.took)
    return Came(logged, took, [*wrong, *(one for client, _ in known for one in client.wrong)], beside[0])
