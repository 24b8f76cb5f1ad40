"""How desks sign: held against vectors that OpenSSL made, and one that the libraries of Standard Webhooks have."""

from datetime import UTC, datetime, timedelta

import pytest

from billing.core import helpdesks
from billing.core.helpdesks import Shown

SECRET, BODY = "secret", b'{"a": 1}'
AT = datetime(2025, 3, 5, 12, 0, tzinfo=UTC)
SECONDS = "1741176000"
STANDARD = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,bm9ldHU= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}  # fmt: skip
# printf '%s' "$time$body" | openssl dgst -sha256 -hmac secret -binary | base64, and so on
VECTORS: dict[str, dict[str, str]] = {
    "zendesk": {"x-zendesk-webhook-signature": "SVF8caQ/Z3wQ2EiAQzY2qnvUKZ1nKChLPdc+Ya/GNZ4=",
                "x-zendesk-webhook-signature-timestamp": "2025-03-05T12:00:00Z"},
    "zammad": {"x-hub-signature": "sha1=3a11128db5d52967b47b427b632d43eb6a71391c"},
    "helpscout": {"x-helpscout-signature": "OhESjbXVKWe0e0J7Yy1D62pxORw="},
    "freescout": {"x-freescout-signature": "OhESjbXVKWe0e0J7Yy1D62pxORw="},
    "glpi": {"x-glpi-timestamp": SECONDS,
             "x-glpi-signature": "4761f5baeddc62d5bc0c1c92f9bacaea7d6b4996d21cde67d915e8a67000b853"},
    "chatwoot": {"x-chatwoot-timestamp": SECONDS,
             "x-chatwoot-signature": "sha256=8a9ef5f396a1dea9e7bfcc519932fdcdedd9770a97460b9e1bfba1322c6a0a99"},
    "freshdesk": {"authorization": "Bearer secret"},
    "odoo": {"authorization": "bearer secret"},
}  # fmt: skip


@pytest.mark.parametrize("kind", VECTORS)
def test_what_a_desk_signed_is_known_and_nothing_else(kind: str) -> None:
    headers = VECTORS[kind]
    assert helpdesks.is_signed(kind, SECRET, headers, BODY, AT)
    assert not helpdesks.is_signed(kind, "secrets", headers, BODY, AT)
    assert not helpdesks.is_signed(kind, SECRET, {}, BODY, AT)
    for name in headers:
        assert not helpdesks.is_signed(kind, SECRET, headers | {name: headers[name] + "0"}, BODY, AT)
    if "authorization" not in headers:
        assert not helpdesks.is_signed(kind, SECRET, headers, BODY + b" ", AT)


@pytest.mark.parametrize("kind", [kind for kind, scheme in helpdesks.SCHEMES.items() if scheme.time_header])
def test_a_replay_is_refused_where_the_time_is_signed(kind: str) -> None:
    valid = helpdesks.SCHEMES[kind].valid
    for away, known in ((valid, True), (valid + timedelta(seconds=1), False)):
        assert helpdesks.is_signed(kind, SECRET, VECTORS[kind], BODY, AT + away) is known
        assert helpdesks.is_signed(kind, SECRET, VECTORS[kind], BODY, AT - away) is known
    for at in ("", "yesterday", "2025-03-05T12:00:00", "9" * 30):
        headers = VECTORS[kind] | {helpdesks.SCHEMES[kind].time_header or "": at}
        assert not helpdesks.is_signed(kind, SECRET, headers, BODY, AT)


def test_standard_webhooks_from_any_desk() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330, UTC)
    for kind in ("generic", "odoo", "zammad"):
        assert helpdesks.is_signed(kind, secret, STANDARD, body, at)
        assert not helpdesks.is_signed(kind, secret, STANDARD, body, at + timedelta(minutes=6))
        assert not helpdesks.is_signed(kind, secret, STANDARD, body + b" ", at)
    assert not helpdesks.is_signed("generic", secret, {"authorization": f"Bearer {secret}"}, body, at)
    assert not helpdesks.is_signed("generic", "not base64!", STANDARD, body, at)


def test_whose_balance_is_shown_no_longer_as_it_is() -> None:
    shown = Shown(1, 7, "digest")
    assert helpdesks.is_stale(None, 1, 7) and helpdesks.is_stale(shown, 1, 8) and helpdesks.is_stale(shown, 2, 7)
    assert not helpdesks.is_stale(shown, 1, 7)
