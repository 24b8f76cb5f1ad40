"""A customer's chain: rows are only ever inserted, under (customer_id, seq, n)."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from billing.store.tables.columns import HASH, INSTANT, cents, day, label, lists, metadata, number

link = Table(
    "link",
    metadata,
    number("customer_id"),
    number("seq"),
    label("kind"),
    day("effective_on"),
    Column("recorded_at", INSTANT, nullable=False),
    label("external_id", nullable=True),
    Column("request", String(81)),  # salt:digest of what was asked under that id
    Column("hash", HASH, nullable=False),
    label("recorded_by", nullable=True),  # an agent's code or a key's name (A2); none: the command line without one
    PrimaryKeyConstraint("customer_id", "seq"),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
)


def _ledger(
    name: str, *parts: Column[int] | Column[str] | Column[bytes] | CheckConstraint | UniqueConstraint | Index
) -> Table:
    return Table(
        name,
        metadata,
        number("customer_id"),
        number("seq"),
        number("n"),
        *parts,
        PrimaryKeyConstraint("customer_id", "seq", "n"),
        ForeignKeyConstraint(["customer_id", "seq"], ["link.customer_id", "link.seq"]),
    )


contact = _ledger(
    "contact", number("number"), Column("digest", HASH, nullable=False), UniqueConstraint("customer_id", "number")
)
contract = _ledger(
    "contract", label("tariff"), label("tier", nullable=True), *lists("modules"), cents("fee", nullable=True),
    day("starts_on"),
)  # fmt: skip
term = _ledger(
    "term", number("contract"), number("number"), day("first_on"), day("last_on"), number("version"),
    UniqueConstraint("customer_id", "contract", "number"), CheckConstraint("first_on <= last_on", name="order"),
)  # fmt: skip
calendar_year = _ledger(  # the holidays of one year as a term was promised them (S1)
    "calendar_year", number("contract"), number("term"), number("year"), label("calendar"), *lists("days"),
    UniqueConstraint("customer_id", "contract", "term", "year"),
)  # fmt: skip
tier_change = _ledger("tier_change", number("contract"), label("tier"), day("on"), day("effective_from"))
cancellation = _ledger("cancellation", number("contract"), day("on"), UniqueConstraint("customer_id", "contract"))
sale = _ledger(
    "sale", number("contract"), label("product"), label("kind"), number("quantity"), cents("price"),
    label("currency"), number("minutes"), day("sold_on"), label("validity"), day("until"), label("credited_on"),
    *lists("covers", "contacts"), label("extends", nullable=True), cents("reduced_rate", nullable=True),
    *lists("applies_to"), number("priority", nullable=True), number("grace_days", nullable=True), label("invoice"),
    CheckConstraint("quantity > 0", name="quantity"), CheckConstraint("price >= 0", name="price"),
)  # fmt: skip
payment = _ledger(
    "payment", label("invoice"), cents("amount"), day("paid_on"), number("own_money"),
    CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
bounce = _ledger(
    "bounce",
    number("payment"),
    day("on"),
    number("grant", nullable=True),
    UniqueConstraint("customer_id", "payment"),
)
deposit = _ledger(  # money of a customer without an invoice
    "deposit", cents("amount"), label("currency"), day("paid_on"), CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
refund = _ledger(
    "refund", cents("amount"), label("currency"), day("paid_on"), CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
write_off = _ledger(
    "write_off", label("invoice"), cents("amount"), day("on"), Column("reason", Text, nullable=False),
    CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
credit_note = _ledger(  # an invoice credited because somebody asked for it (M12)
    "credit_note", label("number"), label("invoice"), day("on"), Column("reason", Text, nullable=False),
    number("keeps"), UniqueConstraint("customer_id", "number"),
)  # fmt: skip
reduction = _ledger(
    "reduction", label("invoice"), number("line"), cents("amount"), day("on"),
    CheckConstraint("amount > 0", name="amount"),
)  # fmt: skip
sale_end = _ledger(
    "sale_end", number("sale"), day("on"), number("grant", nullable=True), number("minutes"), day("dated_on"),
    UniqueConstraint("customer_id", "sale"), CheckConstraint("minutes >= 0", name="minutes"),
)  # fmt: skip
bank_part = _ledger(  # which movement of the bank some money is
    "bank_part", label("movement"), cents("amount"), cents("charges"), day("settled_on", nullable=True),
    number("money", nullable=True), CheckConstraint("amount > 0 AND charges >= 0", name="amounts"),
    CheckConstraint("money IS NULL OR settled_on IS NOT NULL", name="settled"),
)  # fmt: skip
time_grant = _ledger(
    "time_grant", number("number"), number("contract"), label("kind"), label("product", nullable=True),
    number("minutes"), day("starts"), day("expires"), *lists("covers", "contacts"),
    number("priority", nullable=True), number("grace_days", nullable=True), number("sale", nullable=True),
    number("replaces", nullable=True), Column("reason", Text), UniqueConstraint("customer_id", "number"),
    CheckConstraint("minutes >= 0", name="minutes"),
)  # fmt: skip
entry = _ledger(
    "entry", label("id"), number("contract"), label("case", nullable=True), label("category"), day("worked_on"),
    number("logged_seconds"), label("agent", nullable=True), number("contact", nullable=True),
    UniqueConstraint("customer_id", "seq"),
    CheckConstraint("logged_seconds > 0 AND logged_seconds <= 86400", name="logged_seconds"),
)  # fmt: skip
charge = _ledger(
    "charge", number("entry"), label("category"), number("minutes"), label("free", nullable=True),
    number("overage"), cents("rate", nullable=True), number("owed"), day("dated_on"),
    CheckConstraint("minutes >= 0 AND overage >= 0 AND owed >= 0 AND overage + owed <= minutes", name="minutes"),
)  # fmt: skip
draw = _ledger(
    "draw", number("entry"), number("charge_seq"), number("charge_n"), number("grant"), number("minutes"),
    day("dated_on"), label("kind"), CheckConstraint("minutes <> 0", name="minutes"),
)  # fmt: skip
correction = _ledger(
    "correction", label("kind"), number("entry", nullable=True), label("case", nullable=True), day("on"),
    Column("reason", Text, nullable=False),
)  # fmt: skip
case_event = _ledger(
    "case_event", label("case"), label("kind"), Column("at", INSTANT, nullable=False), label("sender"),
    label("agent", nullable=True), label("priority", nullable=True), label("category", nullable=True),
    label("channel", nullable=True), number("contact", nullable=True), label("recipient", nullable=True),
    Column("detail", Text), Column("from_at", INSTANT), Column("until_at", INSTANT), number("refers", nullable=True),
    number("agreed", nullable=True),
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
    "document", label("series"), number("year"), number("number"), label("code"), label("kind"), day("issued_on"),
    day("due_on", nullable=True), label("currency"), cents("net"), cents("vat"), cents("rounding"),
    cents("total"), label("corrects", nullable=True), label("run_month", nullable=True),
    day("billed_to", nullable=True),
    Column("content", Text, nullable=False), Column("series_hash", HASH, nullable=False),
)  # fmt: skip
document_line = _ledger(
    "document_line", label("code"), number("line"), label("kind"), label("name"), number("minutes", nullable=True),
    number("quantity", nullable=True), cents("rate", nullable=True), cents("amount"), label("vat_category"),
    label("vat_rate"), label("corrects", nullable=True), number("corrects_line", nullable=True),
)  # fmt: skip
document_entry = _ledger("document_entry", label("code"), number("line"), number("entry"), number("minutes"))
quote = _ledger(
    "quote", label("number"), number("contract"), Column("title", Text, nullable=False), label("kind"),
    cents("amount"), cents("price"), label("share", nullable=True), label("currency"),
    number("minutes", nullable=True), label("case", nullable=True), day("quoted_on"), day("valid_until"),
    CheckConstraint("price >= 0 AND price <= amount", name="price"),
    CheckConstraint("minutes > 0", name="minutes"),
    CheckConstraint("quoted_on <= valid_until", name="valid"),
)  # fmt: skip
quote_event = _ledger(
    "quote_event", number("quote"), label("kind"), day("on"), label("invoice", nullable=True),
)  # fmt: skip
quoted_work = _ledger("quoted_work", number("quote"))
quote_document = _ledger(
    "quote_document", label("series"), number("year"), number("number"), label("code"), day("issued_on"),
    Column("content", Text, nullable=False), Column("series_hash", HASH, nullable=False),
)  # fmt: skip
acknowledgement = _ledger(
    "acknowledgement", label("maintenance"), Column("terms", HASH, nullable=False), day("on"),
    UniqueConstraint("customer_id", "maintenance"),
)  # fmt: skip
reminder = _ledger(
    "reminder", label("invoice"), number("step"), day("on"), label("currency"), cents("open"), cents("interest"),
    cents("indemnity"), UniqueConstraint("customer_id", "invoice", "step"),
    CheckConstraint("step > 0 AND open > 0 AND interest >= 0 AND indemnity >= 0", name="amounts"),
)  # fmt: skip
approval = _ledger(  # of minutes over what is prepaid; by whom is a note (P1)
    "approval", label("case"), number("minutes"), day("on"), CheckConstraint("minutes > 0", name="minutes"),
)  # fmt: skip
opening = _ledger(  # what a customer brought from another system, with what is recorded at the same position (G14)
    "opening", label("kind"), day("on"), number("grant", nullable=True), number("spent"),
    day("worked_on", nullable=True), UniqueConstraint("customer_id", "seq"),
    CheckConstraint("spent >= 0 AND (spent = 0 OR \"grant\" IS NOT NULL)", name="spent"),
    CheckConstraint("(kind = 'owed') = (worked_on IS NOT NULL)", name="worked_on"),
)  # fmt: skip
brought_invoice = _ledger(
    "brought_invoice", label("number"), day("issued_on"), day("due_on", nullable=True), label("currency"),
    cents("total"), cents("open"), CheckConstraint("open > 0 AND open <= total", name="open"),
)  # fmt: skip
opening_void = _ledger(
    "opening_void", number("opening"), day("on"), Column("reason", Text, nullable=False),
    UniqueConstraint("customer_id", "opening"), CheckConstraint("opening < seq", name="earlier"),
)  # fmt: skip
letter = _ledger("letter", Column("digest", HASH, nullable=False))  # of a reminder; its text is personal data (P1)
issued_file = _ledger(  # a document's file as it was first made (L10); the chain holds the digest for the bytes
    "issued_file", label("code"), label("format"), Column("digest", HASH, nullable=False),
    Column("data", LargeBinary, nullable=False), UniqueConstraint("customer_id", "code", "format"),
)  # fmt: skip
attachment = _ledger(  # a file kept with a case or a quote; its name and its bytes are personal data (P1)
    "attachment", label("of"), label("code"), number("number"), label("type"), number("size"),
    Column("name", HASH, nullable=False), Column("digest", HASH, nullable=False),
    UniqueConstraint("customer_id", "of", "code", "number"), CheckConstraint("size > 0 AND number > 0", name="size"),
)  # fmt: skip
mail = _ledger(  # what happened to a paper's mail (M20); to whom it went is personal data (P1)
    "mail", label("mail"), label("event"), label("paper"), label("code"), day("on"), label("status", nullable=True),
    Column("digest", HASH, nullable=False), UniqueConstraint("customer_id", "mail", "event"),
)  # fmt: skip
erasure = _ledger(  # what was erased where, and a digest of what is left there; no personal data (P1)
    "erasure", number("place", nullable=True), label("scope"), *lists("fields"), Column("rest", HASH),
    Column("reason", Text), CheckConstraint("place < seq", name="earlier"),
    CheckConstraint("(place IS NULL) = (reason IS NOT NULL)", name="reason"),
)  # fmt: skip

LEDGER = (
    contact, contract, term, calendar_year, tier_change, cancellation, sale, payment, bounce, time_grant, entry,
    charge, draw, correction, case_event, note, document, document_line, document_entry, quote, quote_event,
    quoted_work, quote_document, acknowledgement, reminder, letter, issued_file, deposit, refund,
    write_off, credit_note, reduction, sale_end, bank_part, mail, attachment, approval, opening, brought_invoice,
    opening_void, erasure,
)  # fmt: skip

ERASABLE = {  # columns of guarded tables that may change where an erasure names their place, and nowhere else (P1, P2)
    "link": ("request",), "time_grant": ("reason",), "correction": ("reason",), "case_event": ("detail",),
    "write_off": ("reason",), "credit_note": ("reason",), "document": ("content",), "quote": ("title",),
    "quote_document": ("content",), "issued_file": ("data",), "opening_void": ("reason",),
}  # fmt: skip

Index(None, erasure.c.customer_id, erasure.c.place)
Index(None, bank_part.c.movement)
Index(None, link.c.recorded_at)
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
Index(None, case_event.c.customer_id, case_event.c.case, case_event.c.kind)
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
Index(None, document.c.customer_id, document.c.issued_on, document.c.seq)
Index("ix_link_recorded", link.c.kind, link.c.recorded_at)
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
Index(
    "ix_document_corrects",
    document.c.corrects,
    document.c.customer_id,
    sqlite_where=document.c.corrects.is_not(None),
)
