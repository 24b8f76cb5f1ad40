"""A listener in this process: what it was told, and what it answers."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

INSIDE = {"BILLING_HOSTS_INSIDE": "127.0.0.1"}


@dataclass
class Heard:
    """A request: its method, path, headers in small letters, and body."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> dict[str, str]:
        found: dict[str, str] = self.json["data"]
        return found


@dataclass
class Listener:
    """Where it listens, what it heard; `answers` says a status, or a status with headers."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: Callable[[Heard], int | tuple[int, dict[str, str]]] = lambda _: 204
    says: Callable[[Heard], str] = lambda _: ""
    lock: Lock = field(default_factory=Lock)


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            heard = Heard(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            with listener.lock:
                said = listener.answers(heard)
                listener.heard.append(heard)
            text = listener.says(heard).encode()
            status, headers = said if isinstance(said, tuple) else (said, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_PUT = do_PATCH = do_GET = answer

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    listener.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
