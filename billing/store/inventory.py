"""What every column holds of persons, and by which rule it is kept and goes (P1, P2, P4, P5).

A column that is in no class fails the tests, and the table in docs/privacy.md is made of this one. What the classes
mean is in `MEANS`. No column is read or changed here.
"""

from typing import Literal

Class = Literal["figure", "code", "digest", "party", "agent", "text", "paper", "passing", "issuer", "secret"]

MEANS: dict[Class, str] = {
    "figure": "days, amounts, kinds, settings: nobody is in it; kept",
    "code": "what stands for a person or a thing: codes, ids, references; kept, for the ledger hangs on it (P4)",
    "digest": "a salted digest; says nothing once the value and its salt are erased (L6)",
    "party": "about a customer and his people; erased with the customer, or with the contact (P1)",
    "agent": "an agent's name and address; erased with the agent (P4)",
    "text": "what people wrote about a customer into the chain; emptied by an erasure, which the chain names (P1)",
    "paper": "what stands on papers and vouchers; ten years from the end of the financial year (P2)",
    "passing": "gone by itself after 30 to 90 days (P5), and with the customer",
    "issuer": "the issuer's own; a company's",
    "secret": "what opens or signs; gone with what it is for",
}
_ADDRESS = "street house_number second_line postcode city"
_ANSWERS = "what was recorded of "

# By table: what it is for, and its columns by class
TABLES: dict[str, tuple[str, dict[Class, str]]] = {
    "issuer": ("the issuer", {
        "issuer": f"name country language email vat_id siren electronic_address {_ADDRESS} iban qr_iban bic tax_number "
                  "phone web contact accent logo legal region",
        "figure": "id vat_basis currency timezone round_total terms write_off_limit reminder_minimum einvoice exempt "
                  "period_n period_hash journal_n journal_hash"}),
    "customer": ("who buys, as it is today", {
        "code": "id code",
        "party": f"name email vat_id siren electronic_address {_ADDRESS} order buyer_reference attention "
                 "held_reason",
        "figure": "country language vat_basis terms round_total consumer einvoice hours"}),
    "head": ("where a customer's chain ends", {"code": "customer_id", "figure": "seq hash"}),
    "personal": ("names and texts: of contacts, entries, cases, letters, mails, files", {
        "code": "customer_id", "figure": "seq field", "party": "salt value"}),
    "customer_address": ("by which addresses mail is known as a customer's", {
        "party": "value", "figure": "kind added_at", "code": "customer_id added_by mark"}),
    "agent": ("who works", {"code": "code", "agent": "name email", "figure": "last_on role"}),
    "timer": ("agents' timers that run", {
        "code": "agent case customer_id", "figure": "began_at since seconds running"}),
    "access_key": ("keys to the API", {
        "code": "name customer_id made_by external_id", "secret": "digest",
        "figure": "scope made_at expires_on revoked_at uses used_at"}),
    "access_link": ("links that open pages", {
        "code": "name customer_id agent made_by external_id", "party": "contact", "secret": "digest",
        "figure": "role own_cases made_at expires_on revoked_at uses used_at by_provider"}),
    "session": ("sessions of pages", {"secret": "digest", "code": "link", "passing": "made_at expires_on"}),
    "mail_thread": ("which mails are of which case", {
        "passing": "digest sender at acknowledged_at", "code": "customer_id case"}),
    "mail_waiting": ("mails that wait for somebody to look at them", {
        "passing": "digest at sender subject why detail data", "figure": "id"}),
    "alert": ("alerts that were told once", {"figure": "kind", "passing": "about told_at"}),
    "hook": ("who is told what happens", {
        "issuer": "url", "figure": "number events made_at removed_at", "secret": "secret",
        "code": "made_by external_id"}),
    "outbox": ("messages to hooks", {
        "figure": "number hook event state tries next_at", "code": "id customer_id",
        "passing": "body at ended_at said"}),
    "desk": ("help desks that show balances", {
        "code": "name made_by external_id", "issuer": "url frame settings", "figure": "kind field made_at",
        "secret": "secret"}),
    "desk_push": ("up to where a help desk shows a balance", {
        "code": "desk id customer_id", "figure": "seq", "passing": "digest pushed_at"}),
    "imported_time": ("rows of other tools that were taken in; what each said as a digest", {
        "code": "source row ticket entry", "figure": "on at seconds", "digest": "digest"}),
    "import_cursor": ("up to where another tool was read", {"code": "source", "figure": "cursor kept_at"}),
    "bank_movement": ("movements of the bank: vouchers of the books", {
        "figure": "id batch is_batch amount currency value_on incoming posted_on charges is_charge reason",
        "code": "key", "paper": "reference text name end_to_end"}),
    "document_number": ("whose the numbers of documents and quotes are", {
        "code": "code customer_id", "figure": "seq"}),
    "payment_reference": ("references that are printed on invoices", {"code": "reference code"}),
    "picture": ("the issuer's logos", {"figure": "digest", "issuer": "data"}),
    "series": ("where numbers have come to", {"figure": "name last_on last_number hash"}),
    "tariff_version": ("tariffs as contracts cite them", {"figure": "id name valid_from digest text"}),
    "reference": ("ids that were asked with", {"figure": "kind seq", "code": "external_id customer_id"}),
    "case_reference": ("whose case is whose", {"code": "reference customer_id", "figure": "seq"}),
    "case_name": ("what references are compared by", {"code": "folded reference"}),
    "run_reference": ("runs that were asked with an id", {"code": "external_id", "figure": "month issued_on"}),
    "loaded_file": ("files that were loaded", {"figure": "digest lines loaded_on"}),
    "period": ("months that were closed: books", {
        "figure": "n kind month on reason heads settings postings recorded_at hash names_digest",
        "paper": "names", "code": "external_id recorded_by", "digest": "request"}),
    "journal": ("what ordinary rows became", {
        "figure": "n kind act recorded_at hash", "code": "subject recorded_by", "digest": "content"}),
    "journal_salt": ("what the journal's digests are made with", {
        "figure": "kind", "code": "subject", "party": "salt"}),
    "maintenance": ("announcements, which name nobody", {
        "figure": "series year number code issued_on starts_at ends_at tariff content series_hash",
        "code": "external_id"}),
    "link": ("places in the chain", {
        "figure": "seq kind effective_on recorded_at hash", "code": "customer_id external_id recorded_by",
        "digest": "request"}),
    "contact": (_ANSWERS + "contacts; their names are beside", {"figure": "number", "digest": "digest"}),
    "contract": ("contracts", {"figure": "tariff tier modules fee starts_on"}),
    "term": ("years of contracts", {"figure": "contract number first_on last_on version"}),
    "calendar_year": ("holidays that a term was promised", {"figure": "contract term year calendar days"}),
    "tier_change": ("changes of tier", {"figure": "contract tier on effective_from"}),
    "cancellation": ("contracts that were cancelled", {"figure": "contract on"}),
    "sale": ("sales", {
        "figure": "contract product kind quantity price currency minutes sold_on validity until credited_on covers "
                  "contacts extends reduced_rate applies_to priority grace_days", "code": "invoice"}),
    "payment": ("payments", {"code": "invoice", "figure": "amount paid_on own_money"}),
    "bounce": ("payments taken back", {"figure": "payment on grant"}),
    "deposit": ("money on account", {"figure": "amount currency paid_on"}),
    "refund": ("money paid out", {"figure": "amount currency paid_on"}),
    "write_off": ("what nobody will pay", {"code": "invoice", "figure": "amount on", "paper": "reason"}),
    "credit_note": ("invoices that were credited", {"code": "number invoice", "figure": "on keeps", "paper": "reason"}),
    "reduction": ("lines that were credited", {"code": "invoice", "figure": "line amount on"}),
    "sale_end": ("sales that ended", {"figure": "sale on grant minutes dated_on"}),
    "bank_part": ("which movement some money is", {
        "code": "movement", "figure": "amount charges settled_on money"}),
    "time_grant": ("lots of minutes", {
        "figure": "number contract kind product minutes starts expires covers contacts priority grace_days sale "
                  "replaces", "text": "reason"}),
    "entry": ("time that was worked", {
        "code": "id case agent", "figure": "contract category worked_on logged_seconds contact"}),
    "charge": ("what time was charged", {"figure": "entry category minutes free overage rate owed dated_on"}),
    "draw": ("which lots time was drawn from", {"figure": "entry charge_seq charge_n grant minutes dated_on kind"}),
    "day_overage": ("overage by day, summed", {"figure": "since day category rate minutes"}),
    "day_drawn": ("minutes drawn by day, summed", {"figure": "grant day minutes returns"}),
    "day_owed": ("minutes owed by day, summed", {"figure": "day minutes"}),
    "correction": ("corrections of time", {"figure": "kind entry on", "code": "case", "text": "reason"}),
    "case_event": ("what happened to cases", {
        "code": "case agent recipient",
        "figure": "kind at sender priority category channel contact from_at until_at refers agreed", "text": "detail"}),
    "note": ("that something was noted; the text is beside", {"digest": "digest"}),
    "document": ("invoices and credit notes", {
        "figure": "series year number kind issued_on due_on currency net vat rounding total run_month billed_to "
                  "series_hash", "code": "code corrects", "paper": "content"}),
    "document_line": ("their lines", {
        "code": "code corrects", "figure": "line kind minutes quantity rate amount vat_category vat_rate "
                                           "corrects_line name"}),
    "document_entry": ("which time a line bills", {"code": "code", "figure": "line entry minutes"}),
    "quote": ("quotes", {
        "code": "number case", "paper": "title",
        "figure": "contract kind amount price share currency minutes quoted_on valid_until"}),
    "quote_event": ("what became of quotes", {"figure": "quote kind on", "code": "invoice"}),
    "quoted_work": ("which time is a quote's", {"figure": "quote"}),
    "quote_document": ("quotes on paper", {
        "figure": "series year number issued_on series_hash", "code": "code", "paper": "content"}),
    "acknowledgement": ("announcements that were taken note of", {"code": "maintenance", "figure": "terms on"}),
    "reminder": ("reminders", {"code": "invoice", "figure": "step on currency open interest indemnity"}),
    "opening": ("what a customer brought from another system", {"figure": "kind on grant spent worked_on"}),
    "brought_invoice": ("open invoices of another system", {
        "code": "number", "figure": "issued_on due_on currency total open"}),
    "opening_void": ("openings that were taken back", {"figure": "opening on", "text": "reason"}),
    "approval": ("minutes that were approved", {"code": "case", "figure": "minutes on"}),
    "letter": ("that a letter went out; its text is beside", {"digest": "digest"}),
    "issued_file": ("files of papers as they were first made", {
        "code": "code", "figure": "format digest", "paper": "data"}),
    "attachment": ("files that were kept; name and bytes are beside", {
        "figure": "of number type size", "code": "code", "digest": "name digest"}),
    "erasure": ("what was erased, and why; no personal data", {
        "figure": "place scope fields reason", "digest": "rest"}),
    "mail": ("what happened to mails; to whom they went is beside", {
        "code": "mail code", "figure": "event paper on status", "digest": "digest"}),
}  # fmt: skip
_PLACE = {"customer_id": "code", "seq": "figure", "n": "figure"}  # of every row in a chain


def class_of(table: str, column: str) -> Class | None:
    """The class of a column; none for one that nobody has classified."""
    for kind, names in TABLES.get(table, ("", {}))[1].items():
        if column in names.split():
            return kind
    found = _PLACE.get(column)
    return found if found in MEANS else None


def columns_of(table: str, *kinds: Class) -> tuple[str, ...]:
    """The columns of a table that are of some classes."""
    return tuple(name for kind in kinds for name in TABLES[table][1].get(kind, "").split())


def about(table: str) -> str:
    """What a table is for."""
    return TABLES[table][0]
