"""Every way in which the engine refuses, with the code that scripts rely on.

    Refusal
    ├── Unknown            unknown-customer, -tariff, -tier, -category, -product, -case, -entry, -invoice, -quote,
    │                      -agent, not-found
    ├── BadInput           bad-duration, bad-date, bad-time, future-date, bad-input, bad-image, bad-tariff,
    │                      price-required, ask-back
    ├── Forbidden          no-active-contract, overage-refused, not-eligible, out-of-order, out-of-scope, case-closed,
    │                      case-not-taken, not-accepted, too-short-notice, period-closed, not-allowed
    ├── Already            already-voided, already-paid, conflict
    ├── DatabaseRefusal    no-database, not-migrated, damaged
    ├── MailRefusal        no-mail-server
    └── ServerRefusal      no-server, wrong-version

A refusal is for users: it says what was wrong, which value, and what would work (a remedy, in words of its own, so
that a page can make a link where a terminal writes a command). Mistakes of programmers are
assertions. The exit status is 1 for all of them; a command line that is wrong in itself is Typer's business (2).
"""

import errno

from billing.texts import Text, say


class Refusal(Exception):
    """The request was understood, and a rule forbids it or something that it names is unknown.

    `message` says what is wrong, `remedy` what would work: it holds a `Do` where that is a command.
    """

    codes: tuple[str, ...] = ()

    def __init__(self, code: str, message: str | Text, remedy: str | Text | None = None) -> None:
        assert code in self.codes, code
        super().__init__(code, message, remedy)
        self.code = code
        self.what = message
        self.remedy = remedy

    @property
    def text(self) -> str | Text:
        """The whole sentence, `message; remedy`, as a text to be said in a language."""
        return self.what if self.remedy is None else say("{wrong}; {remedy}", wrong=self.what, remedy=self.remedy)

    @property
    def message(self) -> str:
        """The whole sentence in English."""
        return str(self.text)

    def __str__(self) -> str:
        return self.message

    def at(self, place: str | Text) -> "Refusal":
        """The same refusal with the place where it happened in front, as in `line 17: …`."""
        return type(self)(self.code, say("{place}: {wrong}", place=place, wrong=self.what), self.remedy)

    def having(self, kept: str | Text) -> "Refusal":
        """The same refusal of one who has done a part: what was kept of it is said, and nothing that would deny it."""
        remedy = self.remedy
        if isinstance(remedy, Text):
            remedy = _WITHOUT.get(remedy, remedy)
        return type(self)(
            self.code, self.what, kept if remedy is None else say("{wrong}; {remedy}", wrong=remedy, remedy=kept)
        )


UNCHANGED = say("nothing was changed")
FULL = say("nothing was changed; make room there and do it again")
LOCKED = say("nothing was changed; do it again later, or wait longer with --wait SECONDS")
ONLY_READ = say("nothing was changed; give all servers: postgresql://…@A,B/name?target_session_attrs=read-write")
TO_THE_ROLE = say("give it to the role: ALTER ROLE … SET search_path = …; never have the pooler ignore it")
_WITHOUT: dict[Text, Text | None] = {
    UNCHANGED: None,
    FULL: say("make room there"),
    LOCKED: say("--wait SECONDS waits longer"),
    ONLY_READ: say("give all servers: postgresql://…@A,B/name?target_session_attrs=read-write"),
}  # what would deny that a part was done
UNSURE = say(
    "it is not known whether that was recorded: look before you do it again, or do it again with the --id it had"
)


class Unknown(Refusal):
    """A name that nothing has."""

    codes = (
        "unknown-customer",
        "unknown-tariff",
        "unknown-tier",
        "unknown-category",
        "unknown-product",
        "unknown-case",
        "unknown-entry",
        "unknown-invoice",
        "unknown-quote",
        "unknown-agent",
        "not-found",
    )


class BadInput(Refusal):
    """A value that cannot be read or that no rule allows."""

    codes = (
        "bad-duration",
        "bad-date",
        "bad-time",
        "future-date",
        "bad-input",
        "bad-image",
        "bad-tariff",
        "price-required",
        "ask-back",
    )


class Forbidden(Refusal):
    """A request that is well formed and that a rule of the tariff or of bookkeeping forbids."""

    codes = (
        "no-active-contract",
        "overage-refused",
        "not-eligible",
        "out-of-order",
        "out-of-scope",
        "not-accepted",
        "too-short-notice",
        "case-closed",
        "case-not-taken",
        "period-closed",
        "not-allowed",
    )


class Already(Refusal):
    """Something that was done before, or that stands in the way."""

    codes = ("already-voided", "already-paid", "conflict")


class DatabaseRefusal(Refusal):
    """A database that is missing, foreign, too new, read-only or full, or that holds what cannot be read."""

    codes = ("no-database", "not-migrated", "damaged")


class MailRefusal(Refusal):
    """A mail server that is not named, not reached, or does not let us in."""

    codes = ("no-mail-server",)


class ServerRefusal(Refusal):
    """A server of ours that is not reached, does not answer, or speaks another version."""

    codes = ("no-server", "wrong-version")


_WHY = {
    errno.ENOENT: say("No such file or directory"),
    errno.EACCES: say("Permission denied"),
    errno.EPERM: say("Operation not permitted"),
    errno.EISDIR: say("Is a directory"),
    errno.ENOTDIR: say("Not a directory"),
    errno.EEXIST: say("File exists"),
    errno.ENOSPC: say("No space left on device"),
    errno.EROFS: say("Read-only file system"),
    errno.ENAMETOOLONG: say("File name too long"),
}


def why(failed: OSError) -> Text | str:
    """Why a file could not be read or written; what is rare is in the system's own words."""
    return _WHY.get(failed.errno or 0) or failed.strerror or "?"


def one_of(what: str, wanted: str, known: "list[str] | tuple[str, ...]") -> Unknown:
    """The refusal of an unknown name, with the nearest known ones: `did you mean …?`."""
    import difflib

    folded = {name.casefold(): name for name in known}
    near = [folded[hit] for hit in difflib.get_close_matches(wanted.casefold(), list(folded), n=3, cutoff=0.5)]
    if near:
        hint = say("did you mean {names}?", names=either(near))
    elif known:
        some = ", ".join(list(known)[:12]) + (", …" if len(known) > 12 else "")
        hint = say("known: {names}", names=some)
    else:
        hint = say("there is none yet")
    return Unknown(f"unknown-{what}", _UNKNOWN[what].of(wanted=wanted), hint)


def either(names: list[str]) -> Text | str:
    """Names of which one is meant: `A or B`."""
    first, *rest = names
    return say("{one} or {other}", one=first, other=either(rest)) if rest else first


_UNKNOWN = {
    "customer": say("unknown customer {wanted!r}"),
    "tariff": say("unknown tariff {wanted!r}"),
    "tier": say("unknown tier {wanted!r}"),
    "category": say("unknown category {wanted!r}"),
    "product": say("unknown product {wanted!r}"),
    "case": say("unknown case {wanted!r}"),
    "entry": say("unknown entry {wanted!r}"),
    "agent": say("unknown agent {wanted!r}"),
    "invoice": say("unknown invoice {wanted!r}"),
    "quote": say("unknown quote {wanted!r}"),
}

_RECORDED = {  # what people give ids to by hand; else what it is called in a file
    "case": say("case {id!r} was recorded with other content"),
    "entry": say("entry {id!r} was recorded with other content"),
    "purchase": say("purchase {id!r} was recorded with other content"),
    "payment": say("payment {id!r} was recorded with other content"),
}
_RECORDED_AS = say("{kind} {id!r} was recorded with other content")


def other_content(kind: str, id: str | None) -> Already:
    """The refusal of an id that something else has: a number, a fact or a run of other content (L5)."""
    return Already(
        "conflict",
        _RECORDED.get(kind, _RECORDED_AS).of(kind=kind, id=id),
        say("give a new one another id"),
    )
