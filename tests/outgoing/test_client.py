"""What is asked and what is not: nothing inside, no redirect, no name that means another address a moment later."""

import ipaddress
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from billing.outgoing import client
from billing.outgoing.client import Asked
from tests.outgoing.listener import INSIDE, Listener, listening


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """What every name means from now on."""

    def found(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.7", "172.16.3.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "::", "ff02::1", "::ffff:10.0.0.7",
        "64:ff9b::a00:7", "2002:a00:7::1", "192.0.2.1",
    ],
)  # fmt: skip
def test_no_address_inside_is_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert not client.is_outside(ipaddress.ip_address(address))
    names(monkeypatch, "93.184.215.14", address)  # one of several is enough
    with pytest.raises(client.Refused, match="inside the network"):
        client.check("https://desk.example/hooks")
    assert "inside the network" in client.ask(Asked("https://desk.example/hooks")).said


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e"])
def test_addresses_outside_are(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    names(monkeypatch, address)
    assert client.check("https://desk.example/hooks") == address


def test_outside_goes_encrypted_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, "93.184.215.14")
    with pytest.raises(client.Refused, match="https alone"):
        client.check("http://desk.example/hooks")


def test_written_numbers_are_addresses_too() -> None:
    for url in ("https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://[::1]/", "https://localhost/"):
        with pytest.raises(client.Refused, match="inside the network"):
            client.check(url)


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is looked up a second time could mean an address inside by then."""
    names(monkeypatch, "93.184.215.14")
    asked: list[Any] = []

    def connect(address: Any, **_: Any) -> socket.socket:
        asked.append(address)
        raise OSError("stopped here")

    monkeypatch.setattr(socket, "create_connection", connect)
    assert client.ask(Asked("https://desk.example:8443/hooks")).status is None
    assert asked == [("93.184.215.14", 8443)]


def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch, listener: Listener) -> None:
    monkeypatch.setenv(*next(iter(INSIDE.items())))
    listener.answers = lambda _: (302, {"location": f"{listener.url}/elsewhere"})
    answer = client.ask(Asked(f"{listener.url}/hooks?a=1", b"hello", {"x-a": "1"}))
    assert (answer.status, answer.taken, answer.away) == (302, False, False)
    assert [(one.path, one.body, one.headers["x-a"]) for one in listener.heard] == [("/hooks?a=1", "hello", "1")]


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 2", b"nonsense\r\n\r\n"])
def test_who_hangs_up_or_says_no_http_has_not_answered(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setenv(*next(iter(INSIDE.items())))
    with socket.create_server(("127.0.0.1", 0)) as server:
        answered = _answering(server, said)
        answer = client.ask(Asked(f"http://127.0.0.1:{server.getsockname()[1]}/"))
        answered.join()
    assert not answer.taken and answer.away and answer.said


def test_who_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*next(iter(INSIDE.items())))
    monkeypatch.setattr(client, "DEADLINE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        answered = _answering(server, b"HTTP/1.1 2", hangs=True)
        began = time.monotonic()
        answer = client.ask(Asked(f"http://127.0.0.1:{server.getsockname()[1]}/"))
        answered.join()
    assert time.monotonic() - began < 5 and not answer.taken


def _answering(server: socket.socket, said: bytes, hangs: bool = False) -> Any:
    from threading import Thread

    def answer() -> None:
        line, _ = server.accept()
        with line:
            line.recv(65536)
            line.sendall(said)
            while hangs and line.recv(1):  # until the other side ends it
                continue

    thread = Thread(target=answer, daemon=True)
    thread.start()
    return thread
