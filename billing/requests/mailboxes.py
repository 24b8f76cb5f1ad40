"""Reads addresses of mail: one mailbox each, as `rene@société.example`. Whether anybody reads it, nobody knows here."""

import re
import unicodedata

from billing.texts import Text, say
from billing.values import dataclass

_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"\w([\w-]{0,61}\w)?")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox: what stands before the @, and the domain as the network writes it, in ASCII (IDNA)."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def is_ascii(self) -> bool:
        """Whether any server can take mail for it; else only one that knows SMTPUTF8."""
        return self.local.isascii()


def read(text: str | None) -> Mailbox | None:
    """The one mailbox that a text is, with or without `mailto:`; None for anything else."""
    written = unicodedata.normalize("NFC", (text or "").strip()).removeprefix("mailto:")
    local, at, domain = written.rpartition("@")
    found_domain = network(domain)
    if not at or found_domain is None or not _LOCAL.fullmatch(local) or len(local.encode()) > 64:
        return None
    found = Mailbox(local, found_domain)
    return found if len(str(found).encode()) <= 254 else None


def fault(text: str | None, customer: str) -> Text | None:
    """Why nothing can be sent to a customer's address; None where something can."""
    if not (text or "").strip():
        return say("customer {customer} has no e-mail address", customer=customer)
    if read(text) is None:
        return say("{address!r} is no e-mail address, or more than one", address=text)
    return None


def network(domain: str) -> str | None:
    """A domain as DNS has it, each label in ASCII; None for what is none.

    Python's own codec is IDNA 2003, which sends `straße.example` to `strasse.example`: another domain.
    """
    labels = unicodedata.normalize("NFKC", domain.lower()).split(".")
    if not all(_LABEL.fullmatch(label) and "_" not in label for label in labels):
        return None
    found = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels]
    return ".".join(found) if all(len(label) <= 63 for label in found) and len(".".join(found)) <= 253 else None


def legible(domain: str) -> str:
    """A domain as people write it, where the network has it in ASCII."""
    labels = domain.split(".")
    try:
        return ".".join(each[4:].encode().decode("punycode") if each.startswith("xn--") else each for each in labels)
    except UnicodeError:
        return domain
