"""The API: a hundred clients for a minute, requests a second against a bare server, and `billing log` over HTTP as a
process against one that asks a bare server once."""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.bench.measure import QUICK, Cost, Table, in_turns, process
from tests.http.crowd import EACH, GIVEN, Client, Server, codes, crowd, left, prepared, serving

CLIENTS, SECONDS, CUSTOMERS = 100, 6 if QUICK else 60, 10
BARE = """
import uvicorn, fastapi
app = fastapi.FastAPI()
@app.get("/v1/reply")
@app.post("/v1/entries")
def answer(request: fastapi.Request): return {"minutes": 0}
uvicorn.run(app, port=PORT, log_level="critical")
"""
FLOOR = """
import http.client, json, typer
c = http.client.HTTPConnection("127.0.0.1", PORT)
c.request("POST", "/v1/entries", "{}")
json.loads(c.getresponse().read())
"""


def run(folder: Path, table: Table) -> None:
    url = f"sqlite:///{folder}/b.db"
    key = prepared(url, CUSTOMERS)
    with serving(url) as server:
        _crowded(url, server, key, table)
        with _bare() as floor:
            _rates(server.port, floor, key, table)
            _process(server.port, floor, key, table)
        print(f"  memory: {server.memory / 1e6:.0f} MB at most", flush=True)


def _crowded(url: str, server: Server, key: str, table: Table) -> None:
    came = crowd(url, server, key, CLIENTS, SECONDS, CUSTOMERS)
    client = Client(server.port, key)
    off = sum(left(client, code) != GIVEN - EACH * came.logged[code] for code in codes(CUSTOMERS))
    wrong = len(came.wrong) + off
    table.figure(f"{CLIENTS} clients for {SECONDS} s: errors and wrong balances", wrong, "of them", most=0)
    took = came.took
    rate = len(took) / SECONDS
    print(
        f"  {rate:.0f} requests/s, half of them entries; {_spread(took)}; {came.beside} `billing log` beside",
        flush=True,
    )


def _spread(took: Sequence[float]) -> str:
    """The half and the last hundredth of some times that are in order."""
    return f"p50 {1000 * statistics.median(took):.1f} ms, p99 {1000 * took[len(took) * 99 // 100]:.1f} ms"


@contextmanager
def _bare() -> Iterator[int]:
    """A server of the same make that does nothing."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", BARE.replace("PORT", str(port))])
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _rates(port: int, floor: int, key: str, table: Table) -> None:
    """What one client and ten are answered, of a reply and of an entry."""
    for what, method, path, most in (("GET /v1/reply", "GET", "/v1/reply?customer=C1", 8.0),
                                     ("POST /v1/entries", "POST", "/v1/entries", 15.0)):  # fmt: skip
        bare, ours = _asked(floor, key, method, path), _asked(port, key, method, path)
        table.ratio(f"{what} / a bare server, on the clock", _clock(bare), _clock(ours), most)
        print(f"  {what}: {_spread(ours)}", flush=True)
        count, seconds = _at_once(port, key, method, path)
        print(f"  {what}: {count / seconds:.0f} a second for ten clients", flush=True)


def _asked(port: int, key: str, method: str, path: str, times: int = 300) -> list[float]:
    client = Client(port, key)
    for number in range(times + 20):
        client.ask(method, path, *_entry(method, f"{port}-{number}"))
    assert not client.wrong, client.wrong[0]
    return sorted(client.took[20:])


def _at_once(port: int, key: str, method: str, path: str) -> tuple[int, float]:
    seconds = 2.0 if QUICK else 5.0
    until, clients = time.monotonic() + seconds, [Client(port, key) for _ in range(10)]

    def work(client: Client) -> None:
        while time.monotonic() < until:
            client.ask(method, path, *_entry(method, os.urandom(6).hex()))

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not any(client.wrong for client in clients)
    return sum(len(client.took) for client in clients), seconds


def _entry(method: str, name: str) -> tuple[object, str | None]:
    if method == "GET":
        return None, None
    return {"customer": "C1", "seconds": 300, "case": f"B-{name}"}, f"B-{name}"


def _process(port: int, floor: int, key: str, table: Table) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"BILLING_DB": f"http://127.0.0.1:{port}", "BILLING_KEY": key}

    billing = str(Path(sys.executable).with_name("billing"))
    bare = [sys.executable, "-c", FLOOR.replace("PORT", str(floor))]
    works = {"floor": partial(process, bare, env)}
    works["ours"] = partial(process, [billing, "log", "C1", "5", "--case", "A"], env)
    took = in_turns(works, 9)
    table.ratio("`billing log` over HTTP / a process that asks a bare server", took["floor"], took["ours"], 2)


def _clock(times: Sequence[float]) -> Cost:
    return Cost(statistics.median(times), statistics.median(times))
