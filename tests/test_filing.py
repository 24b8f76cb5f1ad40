"""Files given out: whole or not at all, compared with what was issued, through no link, over nobody's (L10)."""

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from billing import filing
from billing.commands.writing import Writing
from billing.errors import BadInput
from billing.filing import Folder, Taken, free, growing
from billing.store.engine import writing
from tests.support import made, run

RUN = ("invoice", "run", "2025-02", "--on", "2025-02-28", "--out")
FILE = "INV-2025-00001.pdf"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two issuers with something to invoice, each in a database of his own: `swiss.db`, `other.db`."""
    folder = tmp_path_factory.mktemp("filing")
    for name in ("swiss", "other"):
        url = f"sqlite:///{folder}/{name}.db"
        for words in (
            ("init", "--name", f"{name} SA", "--country", "CH"),
            ("customer", "add", "A", "--name", "Alpina", "--country", "CH"),
            ("customer", "add", "B", "--name", "Bernina", "--country", "CH"),
            *(("contract", "sign", code, "--tariff", "q3", "--tier", "standard", "--start", "2025-01-01")
              for code in "AB"),
            *(("log", code, "12", "--on", "2025-02-05") for code in "AB"),
        ):  # fmt: skip
            status, _, said = run("--db", url, *words, BILLING_TODAY="2025-02-28")
            assert status == 0, said
    return folder


@pytest.fixture
def folder(begun: Path, tmp_path: Path) -> Path:
    """A copy of both databases."""
    for name in ("swiss.db", "other.db"):
        (tmp_path / name).write_bytes((begun / name).read_bytes())
    return tmp_path


def billed(folder: Path, name: str = "swiss", out: str = "out", *more: str) -> tuple[int, str, str]:
    return run("--db", f"sqlite:///{folder}/{name}.db", *RUN, str(folder / out), *more, BILLING_TODAY="2025-02-28")


def read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("torn", [lambda data: b"", lambda data: data[:1000], lambda data: data[:4096] + bytes(4096)])
def test_a_torn_file_of_a_run_is_made_whole_l10(folder: Path, torn: object) -> None:
    """Any file that was not empty counted as there: half an invoice stayed half an invoice."""
    assert billed(folder)[0] == 0
    issued = read(folder / "out")
    (folder / "out" / FILE).write_bytes(torn(issued[FILE]))  # type: ignore[operator]
    assert billed(folder)[0] == 0
    assert read(folder / "out") == issued


def test_another_issuer_s_invoice_is_refused_and_both_are_kept_l10(folder: Path) -> None:
    """Two databases, one folder: the second's customer was sent the first's invoice."""
    assert billed(folder)[0] == 0
    first = read(folder / "out")
    status, out, said = billed(folder, "other")
    assert status == 0, "it was recorded: who sees another status does it again"
    assert "2 documents issued." in out
    assert f"recorded, but '{folder}/out/{FILE}' is there and is another file, and 1 more" in said
    assert "issued: INV-2025-00001 to INV-2025-00002; `billing invoice pdf NUMBER`" in said
    assert read(folder / "out") == first
    status, _, said = billed(folder, "other")
    assert (status, "move it away, or give another folder" in said) == (1, True), "nothing was issued this time"
    assert billed(folder, "other", "elsewhere")[0] == 0
    assert sorted(read(folder / "elsewhere")) == sorted(first)
    assert read(folder / "elsewhere") != first


def test_a_file_that_somebody_changed_is_left_and_the_others_are_written(folder: Path) -> None:
    assert billed(folder)[0] == 0
    issued = read(folder / "out")
    (folder / "out" / FILE).write_bytes(b"%PDF of somebody")
    (folder / "out" / "INV-2025-00002.pdf").unlink()
    status, _, said = billed(folder)
    assert (status, FILE in said) == (1, True)
    assert read(folder / "out") == issued | {FILE: b"%PDF of somebody"}


def test_a_run_writes_through_no_link(folder: Path) -> None:
    """A link that lay in the folder was written through, wherever it led."""
    (folder / "out").mkdir()
    (folder / "precious").write_text("mine")
    (folder / "out" / FILE).symlink_to(folder / "precious")
    (folder / "out" / "INV-2025-00002.pdf").symlink_to(folder / "nowhere")
    status, _, said = billed(folder)
    assert (status, "recorded, but" in said) == (0, True)
    assert (folder / "precious").read_text() == "mine" and not (folder / "nowhere").exists()


def test_a_folder_that_is_a_link_is_refused_before_anything_is_issued(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "out").symlink_to(folder / "real")
    status, _, said = billed(folder)
    assert status == 1 and "links are not followed" in said and f"{folder}/real" in said
    url = f"sqlite:///{folder}/swiss.db"
    assert json.loads(run("--db", url, "invoice", "list", "--json")[1]) == {"invoices": []}


def test_two_runs_into_one_folder_at_once(folder: Path) -> None:
    """Both wrote the same temporary name, and the second found it gone."""
    env = os.environ | {"BILLING_TODAY": "2025-02-28", "BILLING_DB": f"sqlite:///{folder}/swiss.db"}
    command = [sys.executable, "-m", "billing", *RUN, str(folder / "out")]
    running = [subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(each.communicate(timeout=120)[1], each.returncode) for each in running] == [("", 0)] * 3
    assert sorted(read(folder / "out")) == [FILE, "INV-2025-00002.pdf"]


def test_many_writers_of_one_name(tmp_path: Path) -> None:
    """Of two contents one has the name and the other is refused; nothing is half, nothing is left beside."""
    kinds = [bytes([65 + n % 2]) * 300_000 for n in range(16)]

    def put(data: bytes) -> bool:
        with Folder(tmp_path) as folder:
            try:
                folder.put("x.pdf", data)
            except Taken:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(put, kinds))
    there = (tmp_path / "x.pdf").read_bytes()
    assert [data for data, fine in zip(kinds, done, strict=True) if fine] == [there] * 8
    assert [path.name for path in tmp_path.iterdir()] == ["x.pdf"]


def test_what_a_kill_left_goes_after_an_hour(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".billing-1-0123abcd.part", ".billing-2-0123abcd.part", ".x.part"))
    for path in (old, new, other):
        path.write_text("half")
    hour_ago = time.time() - 3601
    os.utime(old, (hour_ago, hour_ago))
    os.utime(other, (hour_ago, hour_ago))
    Folder(tmp_path).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [new.name, other.name]


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def noted(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def call(*given: object, **more: object) -> object:
            order.append(name)
            return real(*given, **more)

        return call

    for name in ("fsync", "link", "replace"):
        monkeypatch.setattr(os, name, noted(name))
    with Folder(tmp_path) as folder:
        folder.put("a", b"x" * 10)
    assert order == ["fsync", "link", "fsync"]
    (tmp_path / "a").write_bytes(b"xx")
    with Folder(tmp_path) as folder:
        folder.put("a", b"x" * 10)
    assert order[3:] == ["fsync", "replace", "fsync"]


def test_many_files_wait_for_the_disk_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is on the disk before it has its name; a name that is taken is told, and keeps no other back."""
    synced: set[int] = set()
    real, link = os.fsync, os.link

    def sync(file: int) -> None:
        real(file)
        synced.add(os.fstat(file).st_ino)

    def named(half: str, name: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        assert os.stat(half, dir_fd=src_dir_fd).st_ino in synced
        link(half, name, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "link", named)
    files = [(f"{n}", b"%d" % n * 9) for n in range(120)]
    (tmp_path / "7").write_bytes(b"somebody's")
    (tmp_path / "8").write_bytes(b"8" * 9)
    (tmp_path / "9").write_bytes(b"9" * 4)  # torn
    with Folder(tmp_path) as folder:
        assert [str(taken) for taken in folder.put_all(files)] == [
            f"'{tmp_path}/7' is there and is another file; move it away, or give another folder"
        ]
    assert read(tmp_path) == dict(files) | {"7": b"somebody's"}


def test_of_many_files_the_one_that_the_disk_does_not_take_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def sync(file: int) -> None:
        if os.fstat(file).st_size == 5:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(file)

    monkeypatch.setattr(os, "fsync", sync)
    with Folder(tmp_path) as folder, pytest.raises(BadInput, match="/e': Input/output error"):
        folder.put_all([(name, b"x" * n) for n, name in enumerate("abcdefgh", 1)])
    assert sorted(read(tmp_path)) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(("wrong", "told"), [(errno.EIO, True), (errno.ENOSPC, True), (errno.EINVAL, False)])
def test_a_name_that_the_disk_does_not_keep_is_told_l1(
    tmp_path: Path, wrong: int, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing disk was taken for a file system that keeps no names, and all was said to be written."""
    real = os.fsync

    def sync(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(wrong, os.strerror(wrong))
        real(file)

    def in_folder() -> None:
        with Folder(tmp_path) as folder:
            folder.put("a", b"x")

    def grown() -> None:
        with growing(tmp_path / "b"):
            pass

    monkeypatch.setattr(os, "fsync", sync)
    for writes in (in_folder, grown, lambda: filing.write(str(tmp_path / "c"), b"x")):
        with pytest.raises(BadInput, match=os.strerror(wrong)) if told else nullcontext():
            writes()
    assert sorted(read(tmp_path)) == ["a", "b", "c"]
    with pytest.raises(ZeroDivisionError), Folder(tmp_path) as folder:  # what went wrong first is told
        folder.put("d", b"x")
        raise ZeroDivisionError


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_device_that_is_full_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot write '/dev/full': No space left on device"):
        filing.write("/dev/full", b"x")
    (tmp_path / "link").symlink_to("/dev/full")
    with pytest.raises(BadInput, match="No space left on device"):
        filing.write(str(tmp_path / "link"), b"x")


def test_a_file_that_is_written_again_stays_readable_by_whom_it_was(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o640)
    filing.write(str(tmp_path / "a"), b"new")
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "a").stat().st_mode & 0o777) == (b"new", 0o640)


# Who may read them


# Filled by another program, as SQLite does


def test_what_another_fills_has_its_name_when_all_went_well(tmp_path: Path) -> None:
    """L10: neither half, nor over what is there, nor over what appeared meanwhile; force replaces."""
    target = tmp_path / "copy[1].db"
    with pytest.raises(ZeroDivisionError), growing(target) as half:
        half.write_text("half")
        (half.with_name(f"{half.name}-wal")).write_text("beside")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    asked = r"is there already; name another, or replace it with --force"
    with pytest.raises(BadInput, match=asked), growing(target) as half:
        half.write_text("mine")
        target.write_text("appeared")
    assert read(tmp_path) == {target.name: b"appeared"}
    with pytest.raises(BadInput, match="is there already"), growing(target):
        raise AssertionError("asked before it is filled")
    with growing(target, force=True) as half:
        half.write_text("new")
    assert read(tmp_path) == {target.name: b"new"}


def test_a_link_that_leads_nowhere_is_there_l10(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="is there already"), growing(tmp_path / "link"):
        raise AssertionError("asked before it is filled")
    assert free(tmp_path / "link") == tmp_path / "link-2"


def test_what_a_killed_one_left_goes_and_what_a_living_one_fills_stays(tmp_path: Path) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    dead, name = gone.stdout.strip(), "copy[1].db"
    killed = [f".{name}.{dead}.part", f".{name}.{dead}-0123abcd.part", f".{name}.{dead}-0123abcd.part-wal"]
    living = [f".{name}.{os.getpid()}-0123abcd.part", f".other.{dead}-0123abcd.part", f".{name}.own.part"]
    for each in [*killed, *living]:
        (tmp_path / each).write_text("half")
    with growing(tmp_path / name):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*living, name])


def test_two_threads_of_a_server_fill_one_file_each_its_own(tmp_path: Path) -> None:
    """Both took the same name, by the process: the second was told that his target was there already."""
    with growing(tmp_path / "copy", force=True) as first, growing(tmp_path / "copy", force=True) as second:
        first.write_text("first")
        second.write_text("second")
    assert read(tmp_path) == {"copy": b"first"}


@pytest.mark.parametrize("linking", [True, False])
def test_a_second_name_and_a_first_file_take_nobodys(
    tmp_path: Path, linking: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L10: also where the file system has no hard links; there `restore --force` was a fault of the program."""
    if not linking:
        monkeypatch.setattr(os, "link", _no_links)
    (tmp_path / "x").write_text("x")
    (tmp_path / "x.old").write_text("older")
    assert filing.name_too(tmp_path / "x", tmp_path / "x.old") == tmp_path / "x-2.old"
    assert (tmp_path / "x").exists() == linking
    assert ((tmp_path / "x.old").read_text(), (tmp_path / "x-2.old").read_text()) == ("older", "x")
    for data in (b"first", b"second"):
        filing.make_first(tmp_path / "key", data)
    with pytest.raises(BadInput, match="is there already"), growing(tmp_path / "x.old"):
        raise AssertionError("asked before it is filled")
    with growing(tmp_path / "grown") as half:
        half.write_text("grown")
    assert ((tmp_path / "key").read_bytes(), (tmp_path / "grown").read_text()) == (b"first", "grown")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def _no_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.fixture(params=[0o022, 0o000, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """The umask of whoever starts the program."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): f"{path.stat().st_mode & 0o777:o}" for path in sorted(folder.rglob("*"))}


@pytest.mark.usefixtures("umask", "migrating")
@pytest.mark.parametrize(
    ("wanted", "file", "inside"), [(None, "600", "700"), ("027", "640", "750"), ("0", "666", "777")]
)
def test_nobody_else_may_read_what_is_made_unless_that_is_asked_for(
    tmp_path: Path, wanted: str | None, file: str, inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database and invoices were open to everybody on the machine where the umask was 022."""
    monkeypatch.chdir(tmp_path)
    env = {"BILLING_DB": "sqlite:///b.db", "BILLING_TODAY": "2025-02-28"} | (
        {"BILLING_UMASK": wanted} if wanted else {}
    )
    for words in (
        ("init", "--name", "D", "--country", "CH"),
        ("customer", "add", "A", "--name", "Alpina", "--country", "CH", "--email", "a@alpina.example"),
        ("contract", "sign", "A", "--tariff", "q3", "--tier", "standard", "--start", "2025-01-01"),
        ("log", "A", "12", "--on", "2025-02-05"),
        (*RUN, "out/deep/here"),
        ("invoice", "pdf", FILE.removesuffix(".pdf"), "-o", "one.pdf"),
        ("export", "csv", "-o", "books.csv"),
        ("send", "2025-02", "--drafts", "drafts"),
        ("anchor", "-o", "first.anchor"),
        ("backup", "copy.db"),
    ):
        status, _, said = run(*words, **env)
        assert status == 0, said
    found = modes(tmp_path)
    own = {name: found.pop(name) for name in list(found) if name.endswith("key")}
    assert list(own.values()) == ["600"], "a secret key is its owner's, whoever may read the books"
    assert {"first.anchor", "copy.db", "copy.db.anchor"} <= set(found)
    assert {"b.db", "out/deep/here/" + FILE, "one.pdf", "books.csv", "drafts/INV-2025-00001.eml"} <= set(found)
    for name, mode in found.items():
        assert mode == (inside if (tmp_path / name).is_dir() else file), name


def test_what_is_replaced_stays_readable_for_whom_it_was(tmp_path: Path) -> None:
    """`restore --force` shut a group out of the database that it may read and write."""
    (tmp_path / "b.db").write_text("old")
    (tmp_path / "b.db").chmod(0o660)
    with growing(tmp_path / "b.db", force=True) as half:
        half.write_text("new")
        assert half.stat().st_mode & 0o777 == 0o600
    assert modes(tmp_path) == {"b.db": "660"}


def test_what_is_beside_a_database_is_as_closed_as_it(tmp_path: Path) -> None:
    """The write-ahead log holds the same facts."""
    setting = made(f"sqlite:///{tmp_path}/b.db")
    (tmp_path / "b.db").chmod(0o600)
    with writing(setting.engine):
        while not (tmp_path / "b.db-lock").exists():  # left after a moment
            time.sleep(0.05)
        assert modes(tmp_path) == {
            "b.db": "600", "b.db-lock": "600", "b.db-shm": "600", "b.db-wal": "600",
        }  # fmt: skip


@pytest.mark.usefixtures("migrating")
@pytest.mark.parametrize("given", ["rw", "9", "0777", "777", "-1", "0x1f"])
def test_what_is_no_umask_is_refused(tmp_path: Path, given: str) -> None:
    status, _, said = run(
        "--db", f"sqlite:///{tmp_path}/b.db", "init", "--name", "D", "--country", "CH", BILLING_UMASK=given
    )
    assert status == 1 and f"BILLING_UMASK {given!r} is no umask" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no /dev/shm")
def test_a_file_in_memory_is_replaced_whole_as_everywhere_else() -> None:
    """What is below /dev was taken for a device, and written into as it stood."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        named = Path(folder, "a")
        filing.write(str(named), b"first")
        there = named.stat().st_ino
        with named.open("rb") as still:
            filing.write(str(named), b"second")
            assert still.read() == b"first"
        assert (named.read_bytes(), named.stat().st_ino != there) == (b"second", True)
        assert [*named.parent.iterdir()] == [named]


def test_files_get_their_names_before_a_signal_ends_who_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder was closed under who wrote into it: no file had its name, and halves lay there."""
    sync = os.fsync

    def slow(file: int) -> None:
        time.sleep(0.2)
        sync(file)

    monkeypatch.setattr(os, "fsync", slow)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), Folder(tmp_path / "out") as folder, Writing(folder) as files:
            files.take(".pdf", [(f"INV-{n}", b"x") for n in range(3)])
            main = threading.main_thread().ident
            threading.Timer(0.1, signal.pthread_kill, (main, signal.SIGINT)).start()
    finally:
        signal.signal(signal.SIGINT, before)
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["INV-0.pdf", "INV-1.pdf", "INV-2.pdf"]


def test_a_folder_that_fails_stops_the_writing_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a disk says when a half is taken away ended the run that went on meanwhile."""

    def failing(_folder: Folder, _files: object) -> list[Taken]:
        raise OSError(errno.EROFS, "read only")

    monkeypatch.setattr(Folder, "put_all", failing)
    with pytest.raises(OSError, match="read only"), Folder(tmp_path / "out") as folder, Writing(folder) as files:
        for n in range(3):
            files.take(".pdf", [(f"INV-{n}", b"x")])
        assert files.taken == {"INV-0.pdf"}
        files.check()
