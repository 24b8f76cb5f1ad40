"""Who lost an answer and asks again is answered as before, and nothing is done twice (L5)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from billing.errors import Already, BadInput
from billing.http import lately
from billing.http.lately import Lately


def test_what_was_answered_is_answered_again_to_the_same() -> None:
    kept: Lately[int] = Lately()
    done: list[int] = []

    def do() -> int:
        done.append(1)
        return len(done)

    assert kept.once("ana", "1", False, do) == kept.once("ana", "1", True, do) == kept.once("ana", "1", False, do) == 1
    assert kept.once("ana", "2", False, do) == 2
    assert kept.once("ben", "1", False, do) == 3
    with pytest.raises(Already, match="nobody knows whether that was done"):
        kept.once("cleo", "1", True, do)
    assert len(done) == 3


def test_a_refusal_is_the_same_again() -> None:
    kept: Lately[int] = Lately()

    def refuse() -> int:
        raise BadInput("bad-input", "no")

    for again in (False, True):
        with pytest.raises(BadInput):
            kept.once("ana", "1", again, refuse)


def test_who_asks_again_while_it_is_done_waits() -> None:
    kept: Lately[int] = Lately()
    begun, go = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert go.wait(10)
        return 7

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.once, "ana", "1", False, slow)
        assert begun.wait(10)
        second = pool.submit(kept.once, "ana", "1", True, slow)
        assert not second.done()
        go.set()
        assert first.result(10) == second.result(10) == 7


def test_what_is_old_or_too_much_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(lately, "MOST", 5)
    kept: Lately[int] = Lately(lambda: now[0])
    for number in range(8):
        kept.once("ana", str(number), False, lambda: 1)
    assert kept.once("ana", "7", True, lambda: 2) == 1
    with pytest.raises(Already):
        kept.once("ana", "0", True, lambda: 2)
    now[0] = lately.SECONDS + 1
    with pytest.raises(Already):
        kept.once("ana", "7", True, lambda: 2)
