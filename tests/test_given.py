"""Hostile files: endless, silent, in odd encodings, or not there at all. One clear line each, and no waiting."""

import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from billing import given
from billing.errors import BadInput
from billing.exchange import camt
from tests.support import made

BODY = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt/></Document>'
ENCODINGS = ("utf-7", "nonsense-9", "hex", "rot13", "zlib", "idna", "punycode", "cp037", "undefined", "utf-16")
ROOM = 1_500_000_000  # bytes of memory that a hostile file may not make it take


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_that_xml_does_not_have_is_refused_with_what_works(encoding: str) -> None:
    """It was told in the words of Python's codecs, as "use codecs.decode() to handle arbitrary codecs"."""
    with pytest.raises(
        BadInput, match="in an encoding in which it is not, or which is not read; have it in UTF-8"
    ) as wrong:
        camt.read(f'<?xml version="1.0" encoding="{encoding}"?>{BODY}'.encode())
    assert wrong.value.code == "bad-input"


def test_encodings_that_banks_use_are_read() -> None:
    declared = '<?xml version="1.0" encoding="{}"?>' + BODY
    for name in ("utf-8", "utf-16", "iso-8859-1", "windows-1252", "us-ascii"):
        assert camt.read(declared.format(name).encode(name)).entries == ()
    assert camt.read(declared.format("utf-16").encode("utf-16-le")).entries == (), "without a byte order mark"


def test_a_declared_type_or_entity_is_refused_in_every_encoding() -> None:
    bomb = '<?xml version="1.0" encoding="{}"?><!DOCTYPE a [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>' + BODY
    for name in ("utf-8", "utf-16", "iso-8859-1"):
        with pytest.raises(BadInput, match="declares a document type or entities"):
            camt.read(bomb.format(name).encode(name))


def test_a_file_is_read_up_to_its_size(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    assert given.read(tmp_path / "a", 10) == b"x" * 10
    with pytest.raises(BadInput, match="is longer than"):
        given.read(tmp_path / "a", 9)
    assert given.begun(tmp_path / "a", 9) == b"x" * 10
    for name, why in (("none", "No such file"), (".", "Is a directory"), ("x" * 300, "name too long")):
        with pytest.raises(BadInput, match=why):
            given.read(tmp_path / name, 9)
    with pytest.raises(BadInput, match="no name of a file"):
        given.read("a\0b", 9)


def test_a_pipe_is_read_when_somebody_writes_and_refused_when_nobody_does(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput, match="nobody writes into this pipe"):
        given.read(tmp_path / "pipe", 100)
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"y" * 200_000,), daemon=True)
    writer.start()
    for _ in range(500):
        try:
            found = given.read(tmp_path / "pipe", 1_000_000)
            break
        except BadInput:  # the writer has not begun
            time.sleep(0.01)
    assert found == b"y" * 200_000


# At the command line, as processes of their own


def billing(folder: Path, *words: str, redirect: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"BILLING_DB": f"sqlite:///{folder}/b.db", "BILLING_TODAY": "2025-02-28", **environ}
    return subprocess.run(
        ["bash", "-c", f'exec "$0" -m billing "$@" {redirect}', sys.executable, *words],
        env=env, cwd=folder, capture_output=True, text=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database, and a pipe that nobody writes into."""
    folder = tmp_path_factory.mktemp("given")
    made(f"sqlite:///{folder}/b.db").engine.dispose()
    os.mkfifo(folder / "pipe")
    return folder


READERS = {
    "load": ("load", "{}"),
    "bank": ("payments", "import", "{}"),
    "logo": ("init", "--logo", "{}"),
    "tariff": ("tariff", "check", "{}"),
    "accounts": ("export", "fec", "--accounts", "{}", "-o", "-"),
    "bounces": ("send", "bounces", "{}"),
    "settings": ("send", "2025-01", "--settings", "{}"),
}


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero")
@pytest.mark.parametrize("what", READERS)
def test_what_never_ends_is_refused(folder: Path, what: str) -> None:
    """It was read until the memory was full."""
    done = billing(folder, *(word.format("/dev/zero") for word in READERS[what]))
    assert (done.returncode, "/dev/zero is longer than" in done.stderr) == (1, True), done.stderr
    assert "fault of the program" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("what", READERS)
def test_a_pipe_that_nobody_writes_into_makes_nobody_wait(folder: Path, what: str) -> None:
    done = billing(folder, *(word.format("pipe") for word in READERS[what]))
    assert (done.returncode, "nobody writes into this pipe" in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize("words", [("load", "-"), ("mail", "stamp"), ("mail", "in")])
def test_standard_input_that_is_closed_is_named(folder: Path, words: tuple[str, ...]) -> None:
    """It was a fault of the program: 'NoneType' object has no attribute 'buffer'."""
    done = billing(folder, *words, redirect="<&-")
    assert done.returncode == 1
    assert done.stderr == "error: standard input is closed; give a file, or send something there\n"


@pytest.mark.parametrize("words", [("customer", "list"), ("audit",), ("export", "csv", "-o", "-")])
def test_an_answer_with_nowhere_to_go_is_refused(folder: Path, words: tuple[str, ...]) -> None:
    """It ended with 0, as if somebody had seen it."""
    done = billing(folder, *words, redirect=">&-")
    assert (done.returncode, done.stderr) == (
        1, "error: the answer cannot be written: standard output is closed\n",
    )  # fmt: skip
    assert billing(folder, *words, redirect=">&- 2>&- <&-").returncode == 1


def test_a_mail_that_is_larger_than_any_goes_on_as_it_came(folder: Path) -> None:
    """A filter keeps no mail back: what it does not read it hands on, byte for byte."""
    (folder / "big.eml").write_bytes(b"From: a@b.example\r\n\r\n" + os.urandom(given.MAIL + 100_000))
    done = billing(folder, "mail", "stamp", redirect="<big.eml >out.eml")
    assert (done.returncode, "larger than any mail" in done.stderr) == (0, True), done.stderr
    assert (folder / "out.eml").read_bytes() == (folder / "big.eml").read_bytes()
