"""The server: uvicorn on one address, with a log of what was asked that holds no key and no query."""

import logging
import sys

import uvicorn

from billing.errors import BadInput
from billing.http import app
from billing.http.oidc.provider import Provider
from billing.http.oidc.settings import Settings
from billing.service import Billing
from billing.texts import say

# A path names customers and cases; what a query holds and who asked with which key stands nowhere (P5).
_LINE = "%(asctime)s %(message)s"


class _Asked(logging.Filter):
    """Leaves the query out of uvicorn's line for a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, path, version, status = record.args
            record.args = (client, method, str(path).partition("?")[0], version, status)
        return True


def run(books: Billing, host: str, port: int, rate: int, log_in: Settings | None = None) -> None:
    """Serves until a signal ends it. Raises BadInput (`bad-input`) where the address cannot be listened on."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(logging.Formatter(_LINE))
    out.addFilter(_Asked())
    for name in ("uvicorn.error", "uvicorn.access", "billing.http"):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [out], False
        log.setLevel(logging.INFO)
    made = app.made(books, rate, None if log_in is None else Provider(log_in))
    config = uvicorn.Config(
        made, host=host, port=port, log_config=None, server_header=False, date_header=True,
        timeout_graceful_shutdown=10, limit_concurrency=200,
    )  # fmt: skip
    try:
        uvicorn.Server(config).run()
    except SystemExit:  # what uvicorn does where it cannot listen; its log has said why
        raise BadInput(
            "bad-input", say("cannot listen on {host} port {port}", host=host, port=port), say("give another --port")
        ) from None
