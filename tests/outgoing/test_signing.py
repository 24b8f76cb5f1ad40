"""Signatures, held against the vector that the libraries of Standard Webhooks are tested with."""

from billing.outgoing import signing
from billing.store import hooks

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'


def test_the_vector_of_standard_webhooks() -> None:
    assert signing.signature(SECRET, ID, AT, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signing.headers(SECRET, ID, AT, BODY) == {
        "webhook-id": ID, "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }  # fmt: skip


def test_all_that_is_signed_changes_the_signature() -> None:
    given = (SECRET, ID, AT, BODY)
    other = (hooks.fresh(), f"{ID}x", AT + 1, f"{BODY} ")
    signatures = {signing.signature(*(*given[:n], other[n], *given[n + 1 :])) for n in range(4)}  # type: ignore[arg-type]
    assert len(signatures | {signing.signature(*given)}) == 5


def test_secrets_are_long_and_never_the_same() -> None:
    made = {hooks.fresh() for _ in range(100)}
    assert len(made) == 100 and all(len(one) == len("whsec_") + 32 for one in made)
