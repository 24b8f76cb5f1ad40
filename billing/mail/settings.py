"""Which server takes our mail and who sends it: from the environment, or from a file that it or an option names.

Never from the database: whoever may read the books is not to send in the company's name.
"""

import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal

from billing import given as files
from billing.errors import BadInput, MailRefusal
from billing.requests import mailboxes
from billing.requests.mailboxes import Mailbox
from billing.texts import Text, say
from billing.values import dataclass

Security = Literal["starttls", "tls", "none"]
FILE = "BILLING_MAIL"  # the file with the settings
VARIABLES = {
    "host": "BILLING_SMTP_HOST",
    "port": "BILLING_SMTP_PORT",
    "security": "BILLING_SMTP_SECURITY",
    "user": "BILLING_SMTP_USER",
    "password": "BILLING_SMTP_PASSWORD",
    "password_file": "BILLING_SMTP_PASSWORD_FILE",
    "ca_file": "BILLING_SMTP_CA_FILE",
    "sender": "BILLING_MAIL_FROM",
    "reply_to": "BILLING_MAIL_REPLY_TO",
    "return_path": "BILLING_MAIL_RETURN",
    "connections": "BILLING_SMTP_CONNECTIONS",
}
_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
PLACE = "{mail}"  # where a return path has the mail's name
MOST_AT_ONCE = 50  # connections: no server takes more of one sender
_MOST = 64 - 32  # what a return path may have before its @ beside the name of a mail


@dataclass(frozen=True, slots=True)
class Settings:
    """The server, how to get in, and the addresses that stand on each mail."""

    host: str
    port: int
    security: Security
    sender: Mailbox
    return_path: str  # with `{mail}` where the name of the mail stands, so that what comes back names it (VERP)
    name: str | None = None  # of the sender; none: the issuer's
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    reply_to: Mailbox | None = None
    connections: int | None = None  # at once; none: as many as what is sent is worth

    def returns_to(self, mail: str) -> str:
        """The return path of a mail: what cannot be delivered comes back there, and names it."""
        return self.return_path.replace(PLACE, mail)


def read(environ: Mapping[str, str], file: str | None = None) -> Settings:
    """The settings of a file with those of the environment over them. Raises MailRefusal or BadInput."""
    path = file or environ.get(FILE) or None
    given = _file(path) if path else {}
    given |= {name: environ[variable] for name, variable in VARIABLES.items() if environ.get(variable)}
    if "host" not in given:
        raise MailRefusal(
            "no-mail-server",
            say("no mail server is named"),
            say("set {variable}, or name a file in {file}; --drafts FOLDER needs none", variable=VARIABLES["host"],
                file=FILE),
        )  # fmt: skip
    security = _security(given)
    name, sender = _sender(given)
    if sender is None:
        raise _missing("sender", say("give the address that the mail is from"))
    user, password = given.get("user"), _password(given)
    if user and security == "none" and given["host"] not in ("localhost", "127.0.0.1", "::1"):
        raise _wrong("security", "none", say("a password goes over an encrypted line only: starttls or tls"))
    if user and password is None:
        raise _missing("password", say("the server is told the user's"))
    return Settings(
        host=given["host"],
        port=_number(given, "port", 65535) or _PORTS[security],
        security=security,
        sender=sender,
        name=name,
        return_path=_return_path(given, sender),
        user=user,
        password=password,
        ca_file=_readable(given, "ca_file"),
        reply_to=_mailbox(given, "reply_to"),
        connections=_number(given, "connections", MOST_AT_ONCE),
    )


def _file(path: str) -> dict[str, str]:
    found = files.table(path)
    unknown = sorted(set(found) - set(VARIABLES))
    if unknown:
        raise BadInput(
            "bad-input",
            say("{file} has keys that say nothing here: {unknown}", file=path, unknown=unknown),
            say("known: {known}", known=list(VARIABLES)),
        )
    return {name: str(value) for name, value in found.items()}


def _security(given: Mapping[str, str]) -> Security:
    default = "tls" if given.get("port") == "465" else "starttls"
    found = given.get("security", default)
    if found not in _PORTS:
        raise _wrong("security", found, say("known: {known}", known=list(_PORTS)))
    return found


def _number(given: Mapping[str, str], name: str, most: int) -> int | None:
    if name not in given:
        return None
    text = given[name]
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= most:
        raise _wrong(name, text, say("give a number up to {most}", most=most))
    return int(text)


def _mailbox(given: Mapping[str, str], name: str) -> Mailbox | None:
    if name not in given:
        return None
    found = mailboxes.read(given[name])
    if found is None:
        raise _wrong(name, given[name], say("give one address, as billing@acme.example"))
    return found


def _sender(given: Mapping[str, str]) -> tuple[str | None, Mailbox | None]:
    """The name and the address that mails are from: `billing@acme.example`, or `Acme SA <billing@acme.example>`."""
    written = given.get("sender", "")
    found = re.fullmatch(r'\s*"?([^<>"]*?)"?\s*<([^<>]*)>\s*', written)
    if found is None:
        return None, _mailbox(given, "sender")
    return found[1] or None, _mailbox({**given, "sender": found[2]}, "sender")


def _password(given: Mapping[str, str]) -> str | None:
    if "password" in given or "password_file" not in given:
        return given.get("password")
    try:
        return files.text(given["password_file"]).rstrip("\r\n")
    except UnicodeDecodeError:
        raise _wrong("password_file", given["password_file"], say("that is no text")) from None
    except BadInput as failed:
        raise _wrong("password_file", given["password_file"], failed.what) from None


def _readable(given: Mapping[str, str], name: str) -> str | None:
    """The path of a file that must be there."""
    if name in given and not Path(given[name]).is_file():
        raise _wrong(name, given[name], say("there is no such file"))
    return given.get(name)


def _return_path(given: Mapping[str, str], sender: Mailbox) -> str:
    """By default the sender's own address with `+` and the mail's name, as most servers deliver it to the sender."""
    written = given.get("return_path", f"{sender.local}+{PLACE}@{sender.domain}")
    found = mailboxes.read(written.replace(PLACE, "x"))
    if found is None or not found.is_ascii or len(found.local) - 1 > _MOST:
        wanted = say("give an address with {place}, as bounces+{place}@acme.example", place=PLACE)
        raise _wrong("return_path", written, wanted)
    local = written.rpartition("@")[0].removeprefix("mailto:").strip()
    return f"{local}@{found.domain}"


def _wrong(name: str, value: str, what: Text | str) -> BadInput:
    """A setting that cannot be; what it is called in the environment says where to look."""
    return BadInput("bad-input", say("{name} {value!r} ({variable})", name=name, value=value, variable=VARIABLES[name]),
                    what)  # fmt: skip


def _missing(name: str, why: Text) -> MailRefusal:
    return MailRefusal(
        "no-mail-server", say("{name} is not set ({variable})", name=name, variable=VARIABLES[name]), why
    )
