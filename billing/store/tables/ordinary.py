"""Ordinary rows: they may change, and are deleted when their time is over."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from billing.store.tables.columns import HASH, INSTANT, NAME, ROW, cents, day, label, metadata, number, party

issuer = Table(
    "issuer",
    metadata,
    Column("id", Integer, primary_key=True),
    *party(),
    label("currency"),
    label("timezone"),
    label("iban", nullable=True),
    label("qr_iban", nullable=True),
    number("round_total", nullable=True),  # cents
    number("terms"),  # days to pay
    cents("write_off_limit", nullable=True),
    cents("reminder_minimum", nullable=True),
    label("bic", nullable=True),
    label("einvoice", nullable=True),  # the format that a document must be fit for
    label("region", nullable=True),  # whose holidays count, as ZH
    number("exempt", nullable=True),  # 1: the law exempts it from VAT
    label("tax_number", nullable=True),
    *(label(name, nullable=True) for name in ("phone", "web", "contact", "accent")),
    Column("logo", HASH),  # of the picture
    Column("legal", Text),  # lines at the foot of its paper, by language, as JSON
    number("period_n", nullable=True),  # where the chain of closings ends
    Column("period_hash", HASH),
    number("journal_n", nullable=True),  # where the journal ends
    Column("journal_hash", HASH),
    CheckConstraint("id = 1", name="single"),
)
customer = Table(
    "customer",
    metadata,
    Column("id", ROW, primary_key=True),
    Column("code", NAME, nullable=False, unique=True),
    *party(),
    number("terms", nullable=True),
    number("round_total", nullable=True),
    number("consumer", nullable=True),  # 1: a person, no business
    *(label(name, nullable=True) for name in ("order", "buyer_reference", "einvoice", "attention", "hours")),
    Column("held_reason", Text),
)
head = Table(  # where a customer's chain ends: what is locked, and what shows a cut-off tail
    "head",
    metadata,
    Column("customer_id", Integer, primary_key=True, autoincrement=False),
    number("seq"),
    Column("hash", HASH, nullable=False),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)
picture = Table(  # logos, as they were given: documents name them by their digest, so that none is ever changed
    "picture",
    metadata,
    Column("digest", HASH, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
personal = Table(
    "personal",
    metadata,
    number("customer_id"),
    number("seq"),
    label("field"),
    Column("salt", String(32), nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("customer_id", "seq", "field"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)
series = Table(
    "series",
    metadata,
    Column("name", String(8), primary_key=True),
    day("last_on", nullable=True),
    number("last_number"),
    Column("hash", HASH, nullable=False),
)

bank_movement = Table(
    "bank_movement",
    metadata,
    Column("id", ROW, primary_key=True),
    Column("key", NAME, nullable=False, unique=True),
    label("batch"),
    number("is_batch"),
    cents("amount"),
    label("currency"),
    day("value_on"),
    number("incoming"),
    label("reference", nullable=True),
    Column("text", Text, nullable=False),
    label("name", nullable=True),
    label("end_to_end", nullable=True),
    Column("reason", Text),  # why it is open; none: it was booked, or is money out that no customer's is
    day("posted_on", nullable=True),  # its day in the books; none, as before it was kept: the value day
    cents("charges", nullable=True),  # what the bank kept back of it; below nothing: what it debited beside a return
    number("is_charge", nullable=True),  # 1: the bank's own price
)
payment_reference = Table(
    "payment_reference",
    metadata,
    Column("reference", NAME, primary_key=True),
    label("code"),
)

agent = Table(  # who works, by the code that entries hold; the name is personal data, and changes (P4)
    "agent",
    metadata,
    Column("code", NAME, primary_key=True),
    label("name", nullable=True),
    day("last_on", nullable=True),  # of work; none: still here
    label("email", nullable=True),  # by which a provider of log-ins knows him, in small letters
    label("role", nullable=True),  # what he may do who comes in by it
)
timer = Table(  # of an agent at work; gone when its entry is made
    "timer",
    metadata,
    label("agent"),
    label("case"),
    number("customer_id"),
    Column("began_at", INSTANT, nullable=False),
    Column("since", INSTANT),  # when it was last set running; none while it is paused
    number("seconds"),  # before that
    number("running", nullable=True),  # 1: of each agent only one
    PrimaryKeyConstraint("agent", "case"),
    UniqueConstraint("agent", "running"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

access_key = Table(  # to the API (A2)
    "access_key",
    metadata,
    Column("name", NAME, primary_key=True),  # never given twice: facts hold it
    label("scope"),
    number("customer_id", nullable=True),  # to whom it is bounded
    Column("digest", HASH, nullable=False, unique=True),  # of what opens
    Column("made_at", INSTANT, nullable=False),
    label("made_by", nullable=True),
    day("expires_on"),  # its last day
    Column("revoked_at", INSTANT),
    number("uses"),
    Column("used_at", INSTANT),
    Column("external_id", NAME, unique=True),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

customer_address = Table(  # whose mail is whose (A4)
    "customer_address",
    metadata,
    Column("value", NAME, primary_key=True),  # `anna@acme.example`, `@acme.example`, `zammad:17`: one customer's
    label("kind"),
    number("customer_id"),
    Column("added_at", INSTANT, nullable=False),
    label("added_by", nullable=True),
    Column("mark", String(16), nullable=False, unique=True),  # what the journal calls it: no personal data (P1)
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

access_link = Table(  # that lets somebody in without a password (A2)
    "access_link",
    metadata,
    Column("name", NAME, primary_key=True),
    label("role"),
    number("customer_id", nullable=True),  # whose it is, or
    label("contact", nullable=True),
    number("own_cases"),  # whether the contact sees his own cases alone
    label("agent", nullable=True),  # who of the staff comes by it, once
    Column("digest", HASH, nullable=False, unique=True),  # of what opens
    Column("made_at", INSTANT, nullable=False),
    label("made_by", nullable=True),
    day("expires_on"),
    Column("revoked_at", INSTANT),
    number("uses"),
    Column("used_at", INSTANT),
    Column("external_id", NAME, unique=True),
    number("by_provider", nullable=True),  # 1: nobody was given it; it stands for a log-in at a provider
    CheckConstraint("(customer_id IS NULL) <> (agent IS NULL)", name="whose"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

session = Table(  # of who came by a link; one that is over is deleted
    "session",
    metadata,
    Column("digest", HASH, primary_key=True),  # of what its cookie holds
    label("link"),
    Column("made_at", INSTANT, nullable=False),
    day("expires_on"),
    ForeignKeyConstraint(["link"], ["access_link.name"]),
)

mail_thread = Table(  # mails of cases, by the digest of their names, so that answers find them
    "mail_thread",
    metadata,
    Column("digest", HASH, primary_key=True),
    number("customer_id"),
    label("case"),
    Column("sender", HASH, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("acknowledged_at", INSTANT),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
    Index("ix_mail_thread_sender_at", "sender", "at"),
)
mail_waiting = Table(  # mails that wait for somebody to look at them, at most 90 days (P5)
    "mail_waiting",
    metadata,
    Column("id", ROW, primary_key=True),
    Column("digest", HASH, nullable=False, unique=True),
    Column("at", INSTANT, nullable=False),
    label("sender"),
    Column("subject", Text, nullable=False),
    label("why"),
    Column("detail", Text),
    Column("data", LargeBinary, nullable=False),
)

alert = Table(  # that was told, so that it is told once
    "alert",
    metadata,
    label("kind"),
    Column("about", HASH, nullable=False),
    Column("told_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("kind", "about"),
)

hook = Table(  # who is told what happens, at an address; its secret is kept as it is, for it signs
    "hook",
    metadata,
    Column("number", ROW, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),  # words with blanks between
    label("secret", nullable=True),  # none: it was removed
    Column("made_at", INSTANT, nullable=False),
    label("made_by", nullable=True),
    Column("removed_at", INSTANT),
    Column("external_id", NAME, unique=True),
)
outbox = Table(  # what listeners are to be told, written with what it tells of
    "outbox",
    metadata,
    Column("number", ROW, primary_key=True),  # rises with a customer's positions
    Column("id", NAME, nullable=False, unique=True),  # that a listener knows it by
    number("hook"),
    number("customer_id"),
    label("event"),
    Column("body", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    label("state"),
    number("tries"),
    Column("next_at", INSTANT, nullable=False),  # not before; while somebody tries, when another may
    Column("ended_at", INSTANT),
    Column("said", Text),  # what the listener answered last
    ForeignKeyConstraint(["hook"], ["hook.number"]),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
    CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="state"),
)

desk = Table(  # a help desk that shows balances, and tells of time and tickets; its secret checks what it signs
    "desk",
    metadata,
    Column("name", NAME, primary_key=True),
    label("kind"),
    Column("url", Text),
    label("field"),
    Column("settings", Text, nullable=False),  # JSON: how its tickets, agents and fields are called
    label("secret"),
    Column("frame", Text),  # the origin that may show our panel
    Column("made_at", INSTANT, nullable=False),
    label("made_by", nullable=True),
    Column("external_id", NAME, unique=True),
)
desk_push = Table(  # up to where a desk shows a customer's balance; of the sentence only a digest (P5)
    "desk_push",
    metadata,
    label("desk"),
    label("id"),  # the customer's at the desk
    number("customer_id"),
    number("seq"),
    Column("digest", HASH, nullable=False),
    Column("pushed_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("desk", "id"),
    ForeignKeyConstraint(["desk"], ["desk.name"]),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

imported_time = Table(  # rows of other tools, each with its entry; what it said as a salted digest (P1)
    "imported_time",
    metadata,
    label("source"),
    label("row"),  # its id there, or one made of what it says
    day("on"),
    label("at"),  # sorts the rows of a ticket
    number("seconds"),  # its own: a correction has less than none
    label("ticket", nullable=True),  # from which corrections are taken
    Column("digest", String(100), nullable=False),
    label("entry", nullable=True),
    PrimaryKeyConstraint("source", "row"),
)
import_cursor = Table(  # up to where the API of another tool was read
    "import_cursor",
    metadata,
    Column("source", NAME, primary_key=True),
    label("cursor"),
    Column("kept_at", INSTANT, nullable=False),
)

Index(None, bank_movement.c.batch)
Index(None, imported_time.c.source, imported_time.c.on)
Index(None, imported_time.c.source, imported_time.c.ticket)
Index(None, outbox.c.state, outbox.c.hook, outbox.c.customer_id, outbox.c.number)
