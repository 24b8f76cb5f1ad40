"""A Postfix of its own in a folder, with the settings that docs/mail.md has; needs root and Debian's package."""

import os
import re
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mail.server import _free_port

PAGE = Path(__file__).parents[2] / "docs" / "mail.md"
WHY_NOT = (
    "there is no Postfix here" if shutil.which("postfix") is None
    else "a Postfix of one's own needs root" if os.geteuid() != 0 else ""
)  # fmt: skip
_SERVICES = """\
postlog   unix-dgram n  -       n       -       1       postlogd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
lmtp      unix  -       -       n       -       -       lmtp
relay     unix  -       -       n       -       -       smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
"""
_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.acme.example
mydestination =
local_transport = error:no mailbox here
local_recipient_maps =
alias_maps =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{out}
smtp_tls_security_level = none
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtputf8_enable = no
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
bounce_queue_lifetime = 1h
"""


@dataclass
class Postfix:
    """A Postfix that runs: where agents send, and where its relay is to listen and to hand on."""

    folder: Path
    submission: int
    to_relay: int
    back: int
    inbox: int

    def do(self, program: str, *words: str) -> str:
        done = subprocess.run([program, "-c", str(self.folder), *words], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (program, words, done.stderr, self.log())
        return done.stdout

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""

    def send(self, data: bytes, *to: str, sender: str = "ana@acme.example") -> None:
        with smtplib.SMTP("127.0.0.1", self.submission, timeout=20) as client:
            client.sendmail(sender, to, data)

    def waiting(self) -> int:
        """How many mails are in its queue."""
        return len(self.do("postqueue", "-j").splitlines())

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Waits until something holds, with the queue flushed."""
        for turn in range(300):
            if holds():
                return
            if turn % 10 == 0:
                self.do("postqueue", "-f")
            time.sleep(0.1)
        raise AssertionError(f"{what}\n{self.log()[-4000:]}")


def documented(name: str) -> str:
    """A file of Postfix as the page has it."""
    found = re.findall(rf"^```cf\n# /etc/postfix/{name}\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert found, name
    return "".join(found)


@contextmanager
def running(out: int) -> Iterator[Postfix]:
    """A Postfix that hands what goes out to a port of this machine; free ports are in place of those of the page."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    found = Postfix(folder, _free_port(), _free_port(), _free_port(), _free_port())
    known = {"10025": found.to_relay, "10026": found.back, "10027": found.inbox}
    master = re.sub(r"\b(100\d\d)\b", lambda each: str(known[each[1]]), documented("master.cf"))
    master = re.sub(r"^submission\b", f"127.0.0.1:{found.submission}", master, flags=re.MULTILINE)
    more = re.sub(r"\b(100\d\d)\b", lambda each: str(known[each[1]]), documented("main.cf"))
    (folder / "master.cf").write_text(_SERVICES + master)
    (folder / "main.cf").write_text(_MAIN.format(folder=folder, out=out) + more)
    for name in ("queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    try:
        found.do("postfix", "start")
        yield found
    finally:
        subprocess.run(["postfix", "-c", str(folder), "abort"], capture_output=True, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)
