"""The tables. Days are ISO text, instants ISO text in UTC, money whole cents: the same in SQLite and PostgreSQL.

`LEDGER` are the tables of a customer's chain: rows are only ever inserted, triggers refuse the rest (L1). Their key is
(customer_id, seq, n): the customer, the position in the chain, the place among what was recorded at that position.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0044"  # the newest migration; a database with another one is refused

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ADDRESS = ("street", "house_number", "second_line", "postcode", "city")
ROW = BigInteger().with_variant(Integer, "sqlite")  # a number that the database gives
DAY, INSTANT, HASH, NAME = String(10), String(27), String(64), String(200)


def _day(name: str, **how: bool) -> Column[str]:
    return Column(name, DAY, nullable=how.get("nullable", False))


def _name(name: str, **how: bool) -> Column[str]:
    return Column(name, NAME, nullable=how.get("nullable", False))


def _number(name: str, **how: bool) -> Column[int]:
    return Column(name, Integer, nullable=how.get("nullable", False))


def _cents(name: str, **how: bool) -> Column[int]:
    """Money; PostgreSQL's Integer ends at 21 million."""
    return Column(name, BigInteger, nullable=how.get("nullable", False))


def _party() -> list[Column[str]]:
    """What the issuer and a customer have in common: personal data, which may change and be erased (P1)."""
    optional = ["language", "email", "vat_id", "siren", "electronic_address", *ADDRESS, "vat_basis"]
    return [_name("name"), Column("country", String(2), nullable=False), *(_name(n, nullable=True) for n in optional)]


# Ordinary rows

issuer = Table(
    "issuer",
    metadata,
    Column("id", Integer, primary_key=True),
    *_party(),
    _name("currency"),
    _name("timezone"),
    _name("iban", nullable=True),
    _name("qr_iban", nullable=True),
    _number("round_total", nullable=True),  # cents
    _number("terms"),  # days to pay
    _cents("write_off_limit", nullable=True),
    _cents("reminder_minimum", nullable=True),
    _name("bic", nullable=True),
    _name("einvoice", nullable=True),  # the format that a document must be fit for
    _name("region", nullable=True),  # whose holidays count, as ZH
    _number("exempt", nullable=True),  # 1: the law exempts it from VAT
    _name("tax_number", nullable=True),
    *(_name(name, nullable=True) for name in ("phone", "web", "contact", "accent")),
    Column("logo", HASH),  # of the picture
    Column("legal", Text),  # lines at the foot of its paper, by language, as JSON
    _number("period_n", nullable=True),  # where the chain of closings ends
    Column("period_hash", HASH),
    _number("journal_n", nullable=True),  # where the journal ends
    Column("journal_hash", HASH),
    CheckConstraint("id = 1", name="single"),
)
customer = Table(
    "customer",
    metadata,
    Column("id", ROW, primary_key=True),
    Column("code", NAME, nullable=False, unique=True),
    *_party(),
    _number("terms", nullable=True),
    _number("round_total", nullable=True),
    _number("consumer", nullable=True),  # 1: a person, no business
    *(_name(name, nullable=True) for name in ("order", "buyer_reference", "einvoice", "attention", "hours")),
    Column("held_reason", Text),
)
head = Table(  # where a customer's chain ends: what is locked, and what shows a cut-off tail
    "head",
    metadata,
    Column("customer_id", Integer, primary_key=True, autoincrement=False),
    _number("seq"),
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
    _number("customer_id"),
    _number("seq"),
    _name("field"),
    Column("salt", String(32), nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("customer_id", "seq", "field"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)
series = Table(
    "series",
    metadata,
    Column("name", String(8), primary_key=True),
    _day("last_on", nullable=True),
    _number("last_number"),
    Column("hash", HASH, nullable=False),
)

bank_movement = Table(
    "bank_movement",
    metadata,
    Column("id", ROW, primary_key=True),
    Column("key", NAME, nullable=False, unique=True),
    _name("batch"),
    _number("is_batch"),
    _cents("amount"),
    _name("currency"),
    _day("value_on"),
    _number("incoming"),
    _name("reference", nullable=True),
    Column("text", Text, nullable=False),
    _name("name", nullable=True),
    _name("end_to_end", nullable=True),
    Column("reason", Text),  # why it is open; none: it was booked, or is money out that no customer's is
    _day("posted_on", nullable=True),  # its day in the books; none, as before it was kept: the value day
    _cents("charges", nullable=True),  # what the bank kept back of it
    _number("is_charge", nullable=True),  # 1: the bank's own price
)
payment_reference = Table(
    "payment_reference",
    metadata,
    Column("reference", NAME, primary_key=True),
    _name("code"),
)

agent = Table(  # who works, by the code that entries hold; the name is personal data, and changes (P4)
    "agent",
    metadata,
    Column("code", NAME, primary_key=True),
    _name("name", nullable=True),
    _day("last_on", nullable=True),  # of work; none: still here
    _name("email", nullable=True),  # by which a provider of log-ins knows him, in small letters
    _name("role", nullable=True),  # what he may do who comes in by it
)
timer = Table(  # of an agent at work; gone when its entry is made
    "timer",
    metadata,
    _name("agent"),
    _name("case"),
    _number("customer_id"),
    Column("began_at", INSTANT, nullable=False),
    Column("since", INSTANT),  # when it was last set running; none while it is paused
    _number("seconds"),  # before that
    _number("running", nullable=True),  # 1: of each agent only one
    PrimaryKeyConstraint("agent", "case"),
    UniqueConstraint("agent", "running"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

access_key = Table(  # to the API (A2)
    "access_key",
    metadata,
    Column("name", NAME, primary_key=True),  # never given twice: facts hold it
    _name("scope"),
    _number("customer_id", nullable=True),  # to whom it is bounded
    Column("digest", HASH, nullable=False, unique=True),  # of what opens
    Column("made_at", INSTANT, nullable=False),
    _name("made_by", nullable=True),
    _day("expires_on"),  # its last day
    Column("revoked_at", INSTANT),
    _number("uses"),
    Column("used_at", INSTANT),
    Column("external_id", NAME, unique=True),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

customer_address = Table(  # whose mail is whose (A4)
    "customer_address",
    metadata,
    Column("value", NAME, primary_key=True),  # `anna@acme.example`, `@acme.example`, `zammad:17`: one customer's
    _name("kind"),
    _number("customer_id"),
    Column("added_at", INSTANT, nullable=False),
    _name("added_by", nullable=True),
    Column("mark", String(16), nullable=False, unique=True),  # what the journal calls it: no personal data (P1)
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

access_link = Table(  # that lets somebody in without a password (A2)
    "access_link",
    metadata,
    Column("name", NAME, primary_key=True),
    _name("role"),
    _number("customer_id", nullable=True),  # whose it is, or
    _name("contact", nullable=True),
    _number("own_cases"),  # whether the contact sees his own cases alone
    _name("agent", nullable=True),  # who of the staff comes by it, once
    Column("digest", HASH, nullable=False, unique=True),  # of what opens
    Column("made_at", INSTANT, nullable=False),
    _name("made_by", nullable=True),
    _day("expires_on"),
    Column("revoked_at", INSTANT),
    _number("uses"),
    Column("used_at", INSTANT),
    Column("external_id", NAME, unique=True),
    _number("by_provider", nullable=True),  # 1: nobody was given it; it stands for a log-in at a provider
    CheckConstraint("(customer_id IS NULL) <> (agent IS NULL)", name="whose"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

session = Table(  # of who came by a link; one that is over is deleted
    "session",
    metadata,
    Column("digest", HASH, primary_key=True),  # of what its cookie holds
    _name("link"),
    Column("made_at", INSTANT, nullable=False),
    _day("expires_on"),
    ForeignKeyConstraint(["link"], ["access_link.name"]),
)

mail_thread = Table(  # mails of cases, by the digest of their names, so that answers find them
    "mail_thread",
    metadata,
    Column("digest", HASH, primary_key=True),
    _number("customer_id"),
    _name("case"),
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
    _name("sender"),
    Column("subject", Text, nullable=False),
    _name("why"),
    Column("detail", Text),
    Column("data", LargeBinary, nullable=False),
)

alert = Table(  # that was told, so that it is told once
    "alert",
    metadata,
    _name("kind"),
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
    _name("secret", nullable=True),  # none: it was removed
    Column("made_at", INSTANT, nullable=False),
    _name("made_by", nullable=True),
    Column("removed_at", INSTANT),
    Column("external_id", NAME, unique=True),
)
outbox = Table(  # what listeners are to be told, written with what it tells of
    "outbox",
    metadata,
    Column("number", ROW, primary_key=True),  # rises with a customer's positions
    Column("id", NAME, nullable=False, unique=True),  # that a listener knows it by
    _number("hook"),
    _number("customer_id"),
    _name("event"),
    Column("body", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    _name("state"),
    _number("tries"),
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
    _name("kind"),
    Column("url", Text),
    _name("field"),
    Column("settings", Text, nullable=False),  # JSON: how its tickets, agents and fields are called
    _name("secret"),
    Column("frame", Text),  # the origin that may show our panel
    Column("made_at", INSTANT, nullable=False),
    _name("made_by", nullable=True),
    Column("external_id", NAME, unique=True),
)
desk_push = Table(  # up to where a desk shows a customer's balance; of the sentence only a digest (P5)
    "desk_push",
    metadata,
    _name("desk"),
    _name("id"),  # the customer's at the desk
    _number("customer_id"),
    _number("seq"),
    Column("digest", HASH, nullable=False),
    Column("pushed_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("desk", "id"),
    ForeignKeyConstraint(["desk"], ["desk.name"]),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)

imported_time = Table(  # rows of other tools, each with its entry; what it said as a salted digest (P1)
    "imported_time",
    metadata,
    _name("source"),
    _name("row"),  # its id there, or one made of what it says
    _day("on"),
    _name("at"),  # sorts the rows of a ticket
    _number("seconds"),  # its own: a correction has less than none
    _name("ticket", nullable=True),  # from which corrections are taken
    Column("digest", String(100), nullable=False),
    _name("entry", nullable=True),
    PrimaryKeyConstraint("source", "row"),
)
import_cursor = Table(  # up to where the API of another tool was read
    "import_cursor",
    metadata,
    Column("source", NAME, primary_key=True),
    _name("cursor"),
    Column("kept_at", INSTANT, nullable=False),
)

# Shared, insert-only

tariff_version = Table(
    "tariff_version",
    metadata,
    Column("id", ROW, primary_key=True),
    _name("name"),
    _day("valid_from"),
    Column("digest", HASH, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("name", "valid_from", "digest"),
)
reference = Table(
    "reference",
    metadata,
    _name("kind"),
    _name("external_id"),
    _number("customer_id"),
    _number("seq"),
    PrimaryKeyConstraint("kind", "external_id"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)
case_reference = Table(
    "case_reference",
    metadata,
    Column("reference", NAME, primary_key=True),
    _number("customer_id"),
    _number("seq"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)
case_name = Table(
    "case_name",
    metadata,
    Column("folded", String(600), primary_key=True),  # what references are compared by (T3); folding can triple one
    _name("reference"),
    ForeignKeyConstraint(["reference"], ["case_reference.reference"]),
)
document_number = Table(  # whose a document's or a quote's number is: unique over all customers (M6)
    "document_number",
    metadata,
    Column("code", NAME, primary_key=True),
    _number("customer_id"),
    _number("seq"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)
run_reference = Table(
    "run_reference",
    metadata,
    Column("external_id", NAME, primary_key=True),
    _day("month"),
    _day("issued_on", nullable=True),  # as asked for: none, the day of asking
)
loaded_file = Table(  # files whose lines without an id did something, so that a second time is noticed
    "loaded_file",
    metadata,
    Column("digest", HASH, primary_key=True),
    _number("lines"),
    _day("loaded_on"),
)
period = Table(  # months closed and opened again, settings that count from a day: a chain of its own (M16)
    "period",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    _name("kind"),
    _day("month"),  # of a setting: the day from which it counts
    _day("on"),
    Column("reason", Text),
    Column("heads", Text, nullable=False),  # where each customer's chain ended
    Column("settings", Text, nullable=False),  # what books say of the issuer, or what counts from a day
    Column("names", Text, nullable=False),  # the customers', which the chain has the digest of
    Column("names_digest", HASH, nullable=False),
    Column("postings", Text, nullable=False),  # what was posted in the month, and before it as far as that was open
    Column("recorded_at", INSTANT, nullable=False),
    _name("external_id", nullable=True),
    Column("request", Text),
    Column("hash", HASH, nullable=False),
    _name("recorded_by", nullable=True),
    UniqueConstraint("external_id", "kind"),
    CheckConstraint("(kind = 'reopen') = (reason IS NOT NULL)", name="reason"),
)
journal = Table(  # what ordinary rows that decide about money became: a chain of its own (`watching`)
    "journal",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    _name("kind"),
    _name("subject"),
    _name("act"),
    Column("content", Text, nullable=False),  # JSON by column; of personal data and secrets a salted digest
    Column("recorded_at", INSTANT, nullable=False),
    _name("recorded_by", nullable=True),
    Column("hash", HASH, nullable=False),
    CheckConstraint("act IN ('taken-over', 'set', 'removed')", name="act"),
)
journal_salt = Table(  # what a row's digests are made with; without it they say nothing (P1)
    "journal_salt",
    metadata,
    _name("kind"),
    _name("subject"),
    Column("salt", String(32), nullable=False),
    PrimaryKeyConstraint("kind", "subject"),
)
maintenance = Table(
    "maintenance",
    metadata,
    _name("series"),
    _number("year"),
    _number("number"),
    _name("code"),
    _day("issued_on"),
    Column("starts_at", INSTANT, nullable=False),
    Column("ends_at", INSTANT, nullable=False),
    _name("tariff", nullable=True),  # none: it concerns every customer
    _name("external_id", nullable=True),
    Column("content", Text, nullable=False),
    Column("series_hash", HASH, nullable=False),
    PrimaryKeyConstraint("series", "year", "number"),
    UniqueConstraint("code"),
    UniqueConstraint("external_id"),
    CheckConstraint("starts_at < ends_at", name="order"),
)

# A customer's chain

link = Table(
    "link",
    metadata,
    _number("customer_id"),
    _number("seq"),
    _name("kind"),
    _day("effective_on"),
    Column("recorded_at", INSTANT, nullable=False),
    _name("external_id", nullable=True),
    Column("request", String(81)),  # salt:digest of what was asked under that id
    Column("hash", HASH, nullable=False),
    _name("recorded_by", nullable=True),  # an agent's code or a key's name (A2); none: the command line without one
    PrimaryKeyConstraint("customer_id", "seq"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)


def _ledger(
    name: str, *parts: Column[int] | Column[str] | Column[bytes] | CheckConstraint | UniqueConstraint | Index
) -> Table:
    return Table(
        name,
        metadata,
        _number("customer_id"),
        _number("seq"),
        _number("n"),
        *parts,
        PrimaryKeyConstraint("customer_id", "seq", "n"),
        ForeignKeyConstraint(["customer_id", "seq"], ["link.customer_id", "link.seq"]),
    )


def _lists(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


contact = _ledger(
    "contact", _number("number"), Column("digest", HASH, nullable=False), UniqueConstraint("customer_id", "number")
)
contract = _ledger(
    "contract", _name("tariff"), _name("tier", nullable=True), *_lists("modules"), _cents("fee", nullable=True),
    _day("starts_on"),
)  # fmt: skip
term = _ledger(
    "term", _number("contract"), _number("number"), _day("first_on"), _day("last_on"), _number("version"),
    UniqueConstraint("customer_id", "contract", "number"), CheckConstraint("first_on <= last_on", name="order"),
)  # fmt: skip
calendar_year = _ledger(  # the holidays of one year as a term was promised them (S1)
    "calendar_year", _number("contract"), _number("term"), _number("year"), _name("calendar"), *_lists("days"),
    UniqueConstraint("customer_id", "contract", "term", "year"),
)  # fmt: skip
tier_change = _ledger("tier_change", _number("contract"), _name("tier"), _day("on"), _day("effective_from"))
cancellation = _ledger("cancellation", _number("contract"), _day("on"), UniqueConstraint("customer_id", "contract"))
sale = _ledger(
    "sale", _number("contract"), _name("product"), _name("kind"), _number("quantity"), _cents("price"),
    _name("currency"), _number("minutes"), _day("sold_on"), _name("validity"), _day("until"), _name("credited_on"),
    *_lists("covers", "contacts"), _name("extends", nullable=True), _cents("reduced_rate", nullable=True),
    *_lists("applies_to"), _number("priority", nullable=True), _number("grace_days", nullable=True), _name("invoice"),
    CheckConstraint("quantity > 0", name="quantity"), CheckConstraint("price >= 0", name="price"),
)  # fmt: skip
payment = _ledger(
    "payment", _name("invoice"), _cents("amount"), _day("paid_on"), _number("own_money"),
    CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
bounce = _ledger(
    "bounce",
    _number("payment"),
    _day("on"),
    _number("grant", nullable=True),
    UniqueConstraint("customer_id", "payment"),
)
deposit = _ledger(  # money of a customer without an invoice
    "deposit", _cents("amount"), _name("currency"), _day("paid_on"), CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
refund = _ledger(
    "refund", _cents("amount"), _name("currency"), _day("paid_on"), CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
write_off = _ledger(
    "write_off", _name("invoice"), _cents("amount"), _day("on"), Column("reason", Text, nullable=False),
    CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
credit_note = _ledger(  # an invoice credited because somebody asked for it (M12)
    "credit_note", _name("number"), _name("invoice"), _day("on"), Column("reason", Text, nullable=False),
    _number("keeps"), UniqueConstraint("customer_id", "number"),
)  # fmt: skip
reduction = _ledger(
    "reduction", _name("invoice"), _number("line"), _cents("amount"), _day("on"),
    CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
sale_end = _ledger(
    "sale_end", _number("sale"), _day("on"), _number("grant", nullable=True), _number("minutes"), _day("dated_on"),
    UniqueConstraint("customer_id", "sale"), CheckConstraint("minutes >= 0", name="minutes"),
)  # fmt: skip
bank_part = _ledger(  # which movement of the bank some money is
    "bank_part", _name("movement"), _cents("amount"), _cents("charges"), _day("settled_on", nullable=True),
    _number("money", nullable=True), CheckConstraint("amount > 0 AND charges >= 0", name="amounts"),
    CheckConstraint("money IS NULL OR settled_on IS NOT NULL", name="settled"),
)  # fmt: skip
time_grant = _ledger(
    "time_grant", _number("number"), _number("contract"), _name("kind"), _name("product", nullable=True),
    _number("minutes"), _day("starts"), _day("expires"), *_lists("covers", "contacts"),
    _number("priority", nullable=True), _number("grace_days", nullable=True), _number("sale", nullable=True),
    _number("replaces", nullable=True), Column("reason", Text), UniqueConstraint("customer_id", "number"),
    CheckConstraint("minutes >= 0", name="minutes"),
)  # fmt: skip
entry = _ledger(
    "entry", _name("id"), _number("contract"), _name("case", nullable=True), _name("category"), _day("worked_on"),
    _number("logged_seconds"), _name("agent", nullable=True), _number("contact", nullable=True),
    UniqueConstraint("customer_id", "seq"),
    CheckConstraint("logged_seconds > 0 AND logged_seconds <= 86400", name="logged_seconds"),
)  # fmt: skip
charge = _ledger(
    "charge", _number("entry"), _name("category"), _number("minutes"), _name("free", nullable=True),
    _number("overage"), _cents("rate", nullable=True), _number("owed"), _day("dated_on"),
    CheckConstraint("minutes >= 0 AND overage >= 0 AND owed >= 0 AND overage + owed <= minutes", name="minutes"),
)  # fmt: skip
draw = _ledger(
    "draw", _number("entry"), _number("charge_seq"), _number("charge_n"), _number("grant"), _number("minutes"),
    _day("dated_on"), _name("kind"), CheckConstraint("minutes <> 0", name="minutes"),
)  # fmt: skip
correction = _ledger(
    "correction", _name("kind"), _number("entry", nullable=True), _name("case", nullable=True), _day("on"),
    Column("reason", Text, nullable=False),
)  # fmt: skip
case_event = _ledger(
    "case_event", _name("case"), _name("kind"), Column("at", INSTANT, nullable=False), _name("sender"),
    _name("agent", nullable=True), _name("priority", nullable=True), _name("category", nullable=True),
    _name("channel", nullable=True), _number("contact", nullable=True), _name("recipient", nullable=True),
    Column("detail", Text), Column("from_at", INSTANT), Column("until_at", INSTANT), _number("refers", nullable=True),
    _number("agreed", nullable=True),
    CheckConstraint("(kind = 'hand-over') = (recipient IS NOT NULL)", name="recipient"),
    CheckConstraint("kind <> 'priority' OR (priority IS NOT NULL AND detail IS NOT NULL)", name="reason"),
    CheckConstraint("kind <> 'callback' OR from_at IS NOT NULL", name="callback"),
    CheckConstraint("kind <> 'void' OR detail IS NOT NULL", name="void"),
    CheckConstraint(
        "(kind IN ('void', 'callback-done', 'callback-withdrawn')) = (refers IS NOT NULL)", name="refers"
    ),
    CheckConstraint("refers < seq", name="earlier"),
    CheckConstraint("agreed IS NULL OR kind IN ('open', 'priority')", name="agreed"),
    CheckConstraint("(from_at IS NULL) = (until_at IS NULL)", name="window"),
    CheckConstraint("from_at < until_at", name="order"),
)  # fmt: skip
note = _ledger("note", Column("digest", HASH, nullable=False))
document = _ledger(
    "document", _name("series"), _number("year"), _number("number"), _name("code"), _name("kind"), _day("issued_on"),
    _day("due_on", nullable=True), _name("currency"), _cents("net"), _cents("vat"), _cents("rounding"),
    _cents("total"), _name("corrects", nullable=True), _name("run_month", nullable=True),
    _day("billed_to", nullable=True),
    Column("content", Text, nullable=False), Column("series_hash", HASH, nullable=False),
)  # fmt: skip
document_line = _ledger(
    "document_line", _name("code"), _number("line"), _name("kind"), _name("name"), _number("minutes", nullable=True),
    _number("quantity", nullable=True), _cents("rate", nullable=True), _cents("amount"), _name("vat_category"),
    _name("vat_rate"), _name("corrects", nullable=True), _number("corrects_line", nullable=True),
)  # fmt: skip
document_entry = _ledger("document_entry", _name("code"), _number("line"), _number("entry"), _number("minutes"))
quote = _ledger(
    "quote", _name("number"), _number("contract"), Column("title", Text, nullable=False), _name("kind"),
    _cents("amount"), _cents("price"), _name("share", nullable=True), _name("currency"),
    _number("minutes", nullable=True), _name("case", nullable=True), _day("quoted_on"), _day("valid_until"),
    CheckConstraint("price >= 0 AND price <= amount", name="price"),
    CheckConstraint("minutes > 0", name="minutes"),
    CheckConstraint("quoted_on <= valid_until", name="valid"),
)  # fmt: skip
quote_event = _ledger(
    "quote_event", _number("quote"), _name("kind"), _day("on"), _name("invoice", nullable=True),
)  # fmt: skip
quoted_work = _ledger("quoted_work", _number("quote"))
quote_document = _ledger(
    "quote_document", _name("series"), _number("year"), _number("number"), _name("code"), _day("issued_on"),
    Column("content", Text, nullable=False), Column("series_hash", HASH, nullable=False),
)  # fmt: skip
acknowledgement = _ledger(
    "acknowledgement", _name("maintenance"), Column("terms", HASH, nullable=False), _day("on"),
    UniqueConstraint("customer_id", "maintenance"),
)  # fmt: skip
reminder = _ledger(
    "reminder", _name("invoice"), _number("step"), _day("on"), _name("currency"), _cents("open"), _cents("interest"),
    _cents("indemnity"), UniqueConstraint("customer_id", "invoice", "step"),
    CheckConstraint("step > 0 AND open > 0 AND interest >= 0 AND indemnity >= 0", name="amounts"),
)  # fmt: skip
approval = _ledger(  # of minutes over what is prepaid; by whom is a note (P1)
    "approval", _name("case"), _number("minutes"), _day("on"), CheckConstraint("minutes > 0", name="minutes"),
)  # fmt: skip
opening = _ledger(  # what a customer brought from another system, with what is recorded at the same position (G14)
    "opening", _name("kind"), _day("on"), _number("grant", nullable=True), _number("spent"),
    _day("worked_on", nullable=True), UniqueConstraint("customer_id", "seq"),
    CheckConstraint("spent >= 0 AND (spent = 0 OR \"grant\" IS NOT NULL)", name="spent"),
    CheckConstraint("(kind = 'owed') = (worked_on IS NOT NULL)", name="worked_on"),
)  # fmt: skip
brought_invoice = _ledger(
    "brought_invoice", _name("number"), _day("issued_on"), _day("due_on", nullable=True), _name("currency"),
    _cents("total"), _cents("open"), CheckConstraint("open > 0 AND open <= total", name="open"),
)  # fmt: skip
opening_void = _ledger(
    "opening_void", _number("opening"), _day("on"), Column("reason", Text, nullable=False),
    UniqueConstraint("customer_id", "opening"), CheckConstraint("opening < seq", name="earlier"),
)  # fmt: skip
letter = _ledger("letter", Column("digest", HASH, nullable=False))  # of a reminder; its text is personal data (P1)
issued_file = _ledger(  # a document's file as it was first made (L10); the chain holds the digest for the bytes
    "issued_file", _name("code"), _name("format"), Column("digest", HASH, nullable=False),
    Column("data", LargeBinary, nullable=False), UniqueConstraint("customer_id", "code", "format"),
)  # fmt: skip
attachment = _ledger(  # a file kept with a case or a quote; its name and its bytes are personal data (P1)
    "attachment", _name("of"), _name("code"), _number("number"), _name("type"), _number("size"),
    Column("name", HASH, nullable=False), Column("digest", HASH, nullable=False),
    UniqueConstraint("customer_id", "of", "code", "number"), CheckConstraint("size > 0 AND number > 0", name="size"),
)  # fmt: skip
mail = _ledger(  # what happened to a paper's mail (M20); to whom it went is personal data (P1)
    "mail", _name("mail"), _name("event"), _name("paper"), _name("code"), _day("on"), _name("status", nullable=True),
    Column("digest", HASH, nullable=False), UniqueConstraint("customer_id", "mail", "event"),
)  # fmt: skip
erasure = _ledger(  # what was erased where, and a digest of what is left there; no personal data (P1)
    "erasure", _number("place", nullable=True), _name("scope"), *_lists("fields"), Column("rest", HASH),
    Column("reason", Text), CheckConstraint("place < seq", name="earlier"),
    CheckConstraint("(place IS NULL) = (reason IS NOT NULL)", name="reason"),
)  # fmt: skip

# Sums over the ledger by day, so that nothing walks what is not invoiced yet; made anew from it at any time (L2)

day_overage = Table(
    "day_overage", metadata, _number("customer_id"),
    _number("since"),  # the position of the last run's document before the charges, 0 if there was none
    _day("day"), _name("category"), _cents("rate"), _cents("minutes"),
    PrimaryKeyConstraint("customer_id", "since", "day", "category", "rate"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]), sqlite_with_rowid=False,
)  # fmt: skip
day_drawn = Table(
    "day_drawn", metadata, _number("customer_id"), _number("grant"), _day("day"), _cents("minutes"),
    _number("returns"),  # how many of the draws brought minutes back
    PrimaryKeyConstraint("customer_id", "grant", "day"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]), sqlite_with_rowid=False,
)  # fmt: skip
day_owed = Table(  # what came to be owed on a day, less what was settled
    "day_owed", metadata, _number("customer_id"), _day("day"), _cents("minutes"),
    PrimaryKeyConstraint("customer_id", "day"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]), sqlite_with_rowid=False,
)  # fmt: skip
DERIVED = (day_overage, day_drawn, day_owed)

LEDGER = (
    contact, contract, term, calendar_year, tier_change, cancellation, sale, payment, bounce, time_grant, entry,
    charge, draw, correction, case_event, note, document, document_line, document_entry, quote, quote_event,
    quoted_work, quote_document, acknowledgement, reminder, letter, issued_file, deposit, refund,
    write_off, credit_note, reduction, sale_end, bank_part, mail, attachment, approval, opening, brought_invoice,
    opening_void, erasure,
)  # fmt: skip
GUARDED = (
    tariff_version, picture, reference, case_reference, case_name, document_number, run_reference, loaded_file, period,
    journal, maintenance, link, *LEDGER,
)  # fmt: skip

ERASABLE = {  # columns of guarded tables that may change where an erasure names their place, and nowhere else (P1, P2)
    "link": ("request",), "time_grant": ("reason",), "correction": ("reason",), "case_event": ("detail",),
    "write_off": ("reason",), "credit_note": ("reason",), "document": ("content",), "quote": ("title",),
    "quote_document": ("content",), "issued_file": ("data",), "opening_void": ("reason",),
}  # fmt: skip

Index(None, bank_movement.c.batch)
Index(None, erasure.c.customer_id, erasure.c.place)
Index(None, bank_part.c.movement)
Index(None, imported_time.c.source, imported_time.c.on)
Index(None, imported_time.c.source, imported_time.c.ticket)
Index(None, link.c.recorded_at)
Index(None, journal.c.kind, journal.c.subject)
Index(None, day_overage.c.customer_id, day_overage.c.day)
Index(None, entry.c.agent, entry.c.worked_on)
Index(None, entry.c.agent, entry.c.customer_id, entry.c.seq)
Index(None, entry.c.customer_id, entry.c.case)
Index(None, entry.c.customer_id, entry.c.contract, entry.c.category, entry.c.seq)
Index(None, entry.c.customer_id, entry.c.worked_on)
Index(None, charge.c.customer_id, charge.c.entry)
Index(None, draw.c.customer_id, draw.c.grant, draw.c.dated_on, draw.c.minutes)
Index(None, draw.c.customer_id, draw.c.entry)
Index(None, correction.c.customer_id, correction.c.entry)
Index(None, correction.c.customer_id, correction.c.case)
Index(None, case_event.c.customer_id, case_event.c.case)
Index(None, case_event.c.case, case_event.c.kind, case_event.c.seq)
Index(None, document.c.code)
Index(None, document.c.series, document.c.year, document.c.number)
Index(None, document.c.run_month)
Index(None, document_line.c.customer_id, document_line.c.code)
Index(None, document_entry.c.customer_id, document_entry.c.entry)
Index(None, document_entry.c.customer_id, document_entry.c.code)
Index(None, issued_file.c.code)
Index(None, brought_invoice.c.number)
Index(None, mail.c.code)
Index(None, mail.c.mail)
Index(None, payment.c.customer_id, payment.c.invoice)
Index(None, quoted_work.c.customer_id, quoted_work.c.quote)
Index(None, quote_document.c.code)
Index(None, quote_document.c.series, quote_document.c.year, quote_document.c.number)
Index(None, maintenance.c.ends_at)
Index(None, outbox.c.state, outbox.c.hook, outbox.c.customer_id, outbox.c.number)
# On PostgreSQL the migration makes these partial too; saying so here would import its whole dialect each time.
Index(
    "ix_charge_owed",
    charge.c.customer_id,
    charge.c.entry,
    sqlite_where=charge.c.owed > 0,
)
Index(
    "ix_charge_corrected",
    charge.c.customer_id,
    charge.c.seq,
    sqlite_where=charge.c.free == "void",
)
Index(
    "ix_charge_overage",
    charge.c.customer_id,
    charge.c.seq,
    charge.c.entry,
    sqlite_where=charge.c.overage > 0,
)
Index(
    "ix_charge_corrected_on",
    charge.c.customer_id,
    charge.c.dated_on,
    charge.c.entry,
    sqlite_where=charge.c.free == "void",
)
Index(
    "ix_document_billed",
    document.c.customer_id,
    document.c.seq,
    document.c.billed_to,
    document.c.issued_on,
    sqlite_where=document.c.billed_to.is_not(None),
)
Index(None, document.c.customer_id, document.c.issued_on, document.c.seq)
Index(
    "ix_document_corrects",
    document.c.corrects,
    document.c.customer_id,
    sqlite_where=document.c.corrects.is_not(None),
)
Index("ix_link_recorded", link.c.kind, link.c.recorded_at)
