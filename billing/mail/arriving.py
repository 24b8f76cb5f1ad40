"""A mail that came in becomes a case, an answer on one, or waits for somebody (A4).

Each step has an id that the mail's own name makes, so that a mail that comes twice, or is taken up again after a
kill, does nothing twice. What is in doubt waits and is not lost; only where the books or the mail server are away is
whoever brings the mail asked to bring it again.
"""

from billing import locales
from billing.documents import acknowledging as words
from billing.errors import BadInput, DatabaseRefusal, MailRefusal, Refusal, ServerRefusal
from billing.mail import acknowledging, reading, returns
from billing.mail.post import Post
from billing.mail.reading import Mail
from billing.requests.attachments import AttachToCase
from billing.requests.balances import AskReply
from billing.requests.cases import Answer, AskCase, OpenCase, ReceiveFiles
from billing.requests.incoming import MOST_BYTES, AskArrival, KeepArrival, KeepWaiting, digest
from billing.service import Door
from billing.values import dataclass
from billing.views.incoming import Arrival, MailTaken

AWAY = (DatabaseRefusal, ServerRefusal, MailRefusal)  # whoever brought the mail is to bring it again
_CHANNEL = "mail"


@dataclass(frozen=True, slots=True)
class Filed:
    """What a case takes of a mail: its note, its files that are kept, the names of those that are not."""

    note: str | None
    files: tuple[tuple[str, bytes], ...]
    left_out: tuple[str, ...]


def receive(
    books: Door, data: bytes, post: Post | None = None, sender: str | None = None, customer: str | None = None
) -> MailTaken:
    """Takes a mail in. `sender` is that of the envelope, empty for nobody's; `customer` is whose it is, where somebody
    looked. Raises a refusal of `AWAY` where it is to be brought again."""
    mail = reading.read(data)
    if customer is None and (sent := _of_a_machine(books, mail, sender)) is not None:
        return sent
    if mail.sender is None:
        return _waits(books, mail, data, "odd")
    arrival = _asked(books, mail, customer)
    if arrival is None:
        return _waits(books, mail, data, "odd")
    if arrival.known is None and arrival.customer is None:
        return _waits(books, mail, data, "ours" if arrival.ours else "unknown")
    if arrival.known is None and mail.is_automatic and customer is None:
        return _waits(books, mail, data, "automatic")
    try:
        taken = _taken(books, mail, arrival)
    except AWAY:
        raise
    except Refusal as refused:
        return _waits(books, mail, data, "refused", refused.message)
    return _told(books, mail, arrival, taken, post)


def _of_a_machine(books: Door, mail: Mail, sender: str | None) -> MailTaken | None:
    """What becomes of a mail that came back, of an automatic answer, of our own."""
    report = returns.report(mail.message)
    if isinstance(report, returns.Report):
        known = returns.recorded(books, report, None, False)
        return MailTaken(result="bounced", customer=None if known is None else known.customer)
    if mail.is_ours or mail.is_reply_of_machine or sender in ("", "<>"):
        return MailTaken(result="ignored", why="a loop" if mail.is_ours else "an automatic answer")
    return None


def _asked(books: Door, mail: Mail, customer: str | None) -> Arrival | None:
    try:
        return books.ask(
            AskArrival(message_id=mail.id, sender=mail.sender or "", name=mail.name, subject=mail.subject,
                       answers=mail.answers, customer=customer)
        )  # fmt: skip
    except BadInput:
        return None


def _waits(books: Door, mail: Mail, data: bytes, why: str, detail: str | None = None) -> MailTaken:
    kept = KeepWaiting(message_id=mail.id, sender=reading.line(mail.sender or "")[:200] or "?", subject=mail.subject,
                       why=why, detail=detail, data=data[:MOST_BYTES])  # fmt: skip
    books.do(kept)
    return MailTaken(result="waiting", why=detail or why)


def look_ahead(books: Door, data: bytes, customer: str | None = None) -> MailTaken:
    """What would become of a mail; nothing is kept."""
    mail = reading.read(data)
    arrival = None if mail.sender is None else _asked(books, mail, customer)
    if arrival is None or arrival.customer is None:
        return MailTaken(result="waiting", why="ours" if arrival is not None and arrival.ours else "unknown")
    if arrival.known is not None:
        return MailTaken(result="known", customer=arrival.customer, case=arrival.known)
    result = "answered" if arrival.case is not None else "opened"
    return MailTaken(result=result, customer=arrival.customer, case=arrival.case or arrival.new)


# What it becomes


def _taken(books: Door, mail: Mail, arrival: Arrival) -> MailTaken:
    """The case that the mail is of: one that is there, or a new one."""
    if arrival.known is not None:
        return MailTaken(result="known", customer=arrival.customer, case=arrival.known)
    filed, key = _filed(mail, arrival.language), f"mail:{digest(mail.id)[:32]}"
    if arrival.case is not None:
        try:
            _answered(books, arrival.case, filed, key)
            return _kept(books, mail, arrival, arrival.case, "answered", filed, key)
        except Refusal as refused:
            if refused.code not in ("case-closed", "unknown-case"):
                raise
    assert arrival.customer is not None and arrival.new is not None
    follows = "" if arrival.case is None else f"[{arrival.case}]\n\n"
    opened = OpenCase(
        customer=arrival.customer, case=arrival.new, channel=_CHANNEL, contact=arrival.contact,
        note=f"{follows}{filed.note or ''}".strip() or None, subject=mail.subject,
    )  # fmt: skip
    books.do(opened, key)
    return _kept(books, mail, arrival, arrival.new, "opened", filed, key)


def _answered(books: Door, case: str, filed: Filed, key: str) -> None:
    """What the customer says on his case; with files it is these that came, which opens a case that waited for them
    (S5)."""
    if filed.files:
        books.do(ReceiveFiles(case=case, note=filed.note, channel=_CHANNEL), key)
    else:
        books.do(Answer(case=case, note=filed.note, channel=_CHANNEL), key)


def _kept(
    books: Door, mail: Mail, arrival: Arrival, case: str, result: str, filed: Filed, key: str
) -> MailTaken:  # fmt: skip
    for number, (name, data) in enumerate(filed.files, 1):
        books.do(AttachToCase(case=case, name=name, data=data), f"{key}/{number}")
    books.do(KeepArrival(message_id=mail.id, sender=mail.sender or "", case=case))
    return MailTaken(result=result, customer=arrival.customer, case=case, left_out=filed.left_out)


def _filed(mail: Mail, language: str) -> Filed:
    """What is kept of a mail; what may not be kept as a file is named in the note, with the reason."""
    files, refused = [], []
    for file in mail.files:
        try:
            AttachToCase(case="?", name=file.name, data=file.data)
            files.append((file.name, file.data))
        except BadInput as wrong:
            refused.append((file.name, locales.worded(wrong.text, language)))
    left = [f"({name}: {why})" for name, why in refused]
    note = "\n\n".join(part for part in (mail.text, "\n".join(left)[:900]) if part)
    return Filed(note or None, tuple(files), tuple(name for name, _ in refused))


# The answer that goes back


def _told(books: Door, mail: Mail, arrival: Arrival, taken: MailTaken, post: Post | None) -> MailTaken:
    """Tells the sender of a new case of it, once; who answers on one is not told that he did."""
    assert taken.case is not None and mail.sender is not None
    if post is None or not arrival.acknowledge or mail.is_automatic or taken.result == "answered":
        return taken
    if taken.result == "known" and not taken.case.endswith(f"-{digest(mail.id)[:8]}"):  # it opened nothing
        return taken
    case = books.ask(AskCase(case=taken.case))
    covering = words.render(case, books.ask(AskReply(case=taken.case)), arrival.issuer)
    answer = acknowledging.send(post, covering, case.case, mail.sender, mail.id, arrival.issuer, books.now())
    ours = acknowledging.name_of(mail.id, post.settings.sender.domain)
    books.do(KeepArrival(message_id=ours, sender=str(post.settings.sender), case=case.case))
    books.do(KeepArrival(message_id=mail.id, sender=mail.sender, case=case.case, acknowledged=True))
    return MailTaken(
        result=taken.result, customer=taken.customer, case=taken.case, left_out=taken.left_out,
        acknowledged=answer.result == "taken",
    )  # fmt: skip
