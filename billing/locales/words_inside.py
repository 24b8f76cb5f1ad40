"""What the fixed words of answers are called that only we read: a kind, an age, an event; in JSON they are codes."""

from billing.texts import say, say_as

SENDINGS = {
    "ready": say_as("of a mail", "ready"),
    "unsent": say_as("of a mail", "not sent"),
    "unsure": say_as("of a mail", "unsure: it may have gone out"),
    "sent": say_as("of a mail", "sent"),
    "draft": say_as("of a mail", "draft"),
    "refused": say_as("of a mail", "refused"),
    "bounced": say_as("of a mail", "came back"),
}
AGES = {
    "not due": say("not due"),
    "1 to 30 days": say("1 to 30 days"),
    "31 to 60 days": say("31 to 60 days"),
    "61 to 90 days": say("61 to 90 days"),
    "more than 90 days": say("more than 90 days"),
}
KINDS = {
    "overage": say_as("revenue", "overage"),
    "pack": say_as("revenue", "pack, used"),
    "expired": say_as("revenue", "pack, expired"),
    "add-on": say_as("revenue", "add-on"),
    "quote": say_as("revenue", "quote"),
    "fee": say_as("revenue", "contract fee"),
}
VERDICTS = {
    "program-error": say_as("of a verdict", "program error"),
    "misuse": say_as("of a verdict", "misuse"),
    "bad-data": say_as("of a verdict", "bad data"),
    "customer-computer": say_as("of a verdict", "customer's computer"),
    "configuration": say_as("of a verdict", "configuration or customising"),
}
PRIORITIES = {  # of the tariffs that ship; one of your own keeps its name
    "urgent": say_as("a priority", "urgent"),
    "high": say_as("a priority", "high"),
    "medium": say_as("a priority", "medium"),
    "normal": say_as("a priority", "normal"),
    "low": say_as("a priority", "low"),
}
CHANNELS = {  # those that are offered; another keeps its name
    "phone": say_as("a channel", "phone"),
    "voicemail": say_as("a channel", "voicemail"),
    "mail": say_as("a channel", "mail"),
    "portal": say_as("a channel", "portal"),
    "remote": say_as("a channel", "remote"),
    "visit": say_as("a channel", "visit"),
}
ROLES = {
    "reply": say_as("a role", "reply"),
    "customer": say_as("a role", "customer"),
    "agent": say_as("a role", "agent"),
    "head": say_as("a role", "head"),
    "accountant": say_as("a role", "accountant"),
    "admin": say_as("a role", "admin"),
}
OPENINGS = {
    "contract": say_as("what was brought", "contract"),
    "grant": say_as("what was brought", "time credit"),
    "owed": say_as("what was brought", "owed"),
    "invoice": say_as("what was brought", "invoice"),
    "money": say_as("what was brought", "own money"),
}
VAT = {
    "S": say_as("VAT", "{rate} %"),
    "AE": say_as("VAT", "reverse charge"),
    "E": say_as("VAT", "exempt"),
    "O": say_as("VAT", "not taxed here"),
}
BASES = {
    "invoice": say_as("VAT", "due when invoiced"),
    "payment": say_as("VAT", "due when paid"),
}
HAPPENED = {
    "open": say("opened"),
    "take": say("taken up"),
    "answer": say("the customer answered"),
    "ask": say("asked the customer"),
    "ask-files": say("asked for files"),
    "files": say("files arrived"),
    "attempt": say("did not reach the customer"),
    "hand-over": say("handed over"),
    "priority": say("another priority"),
    "callback": say("call back"),
    "verify": say_as("of a case", "verified"),
    "workaround": say("resolved by a workaround"),
    "resolve": say("resolved"),
    "close": say("closed"),
    "reopen": say("reopened"),
    "authorisation": say("written authorisation"),
    "reply": say("answered"),
    "note": say("noted, for ourselves"),
    "change": say("changed"),
    "void": say("opened by mistake"),
    "callback-done": say("called back"),
    "callback-withdrawn": say("call-back withdrawn"),
    "work": say("worked"),
}
REPORTS = {
    "vat": say("VAT"),
    "receivables": say_as("a report", "Open invoices by age"),
    "revenue": say_as("a report", "Revenue"),
    "deferred": say_as("a report", "Deferred revenue"),
    "journal": say_as("a report", "Journal"),
}
STANDINGS = {
    "running": say_as("of a target", "running"),
    "paused": say_as("of a target", "paused"),
    "met": say_as("of a target", "kept"),
    "late": say_as("of a target", "late"),
}
SHORTAGES = {
    "low": say_as("a shortage", "running out"),
    "contract": say_as("a shortage", "contract ends"),
    "pack": say_as("a shortage", "pack ends"),
    "add-on": say_as("a shortage", "add-on ends"),
    "goodwill": say_as("a shortage", "goodwill ends"),
    "grace": say_as("a shortage", "ended, comes back if paid"),
    "unpaid": say_as("a shortage", "waits for payment"),
    "no-contract": say_as("a shortage", "waits for renewal"),
    "owed": say_as("a shortage", "owed"),
}
COLUMNS = {
    "account": say("account"),
    "age": say("age"),
    "amount": say("amount"),
    "base": say("base"),
    "category": say("category"),
    "credit": say_as("of an account", "credit"),
    "credited": say_as("of an invoice", "credited"),
    "currency": say("currency"),
    "customer": say("customer"),
    "date": say("date"),
    "days_late": say("days late"),
    "debit": say_as("of an account", "debit"),
    "deferred": say("deferred"),
    "document": say("document"),
    "due": say_as("a day", "due"),
    "ended": say_as("of a sale", "ended"),
    "expired": say_as("of a pack", "expired"),
    "grant": say("grant"),
    "invoice": say("invoice"),
    "journal": say("journal"),
    "kind": say("kind"),
    "minutes": say_as("a unit", "minutes"),
    "name": say("name"),
    "open": say_as("an amount", "open"),
    "price": say("price"),
    "product": say("product"),
    "rate": say_as("of VAT", "rate"),
    "recognised": say("recognised"),
    "recognised_in_period": say("recognised in the period"),
    "reminder_on": say("reminded on"),
    "reminder_step": say("reminder"),
    "text": say("text"),
    "total": say("total"),
    "unit": say("unit"),
    "used": say_as("of a pack", "used"),
}
FIGURES = {
    "amount", "base", "credit", "credited", "days_late", "debit", "deferred", "expired", "minutes", "open", "price",
    "rate", "recognised", "recognised_in_period", "total", "used",
}  # fmt: skip
JOURNALS = {
    "opening": say_as("a journal", "opening"),
    "sales": say_as("a journal", "sales"),
    "bank": say_as("a journal", "bank"),
    "general": say_as("a journal", "general"),
}
IN_COLUMNS = {"age": AGES, "journal": JOURNALS, "kind": KINDS}  # what codes in a column are called
WATCHED = {
    "issuer": say_as("of the journal", "issuer"),
    "customer": say_as("of the journal", "customer"),
    "agent": say_as("of the journal", "agent"),
    "key": say_as("of the journal", "key"),
    "link": say_as("of the journal", "link"),
    "address": say_as("of the journal", "address of"),
    "hook": say_as("of the journal", "hook"),
    "desk": say_as("of the journal", "help desk"),
    "bank": say_as("of the journal", "bank movement"),
    "run": say_as("of the journal", "run"),
    "file": say_as("of the journal", "loaded file"),
    "logo": say_as("of the journal", "logo"),
    "tariff": say_as("of the journal", "tariff"),
}
ACTS = {
    "taken-over": say_as("of the journal", "taken over"),
    "new": say_as("of the journal", "new"),
    "changed": say_as("of the journal", "changed"),
    "removed": say_as("of the journal", "removed"),
}
WATCHED_COLUMNS = {  # that can become others
    "name": say("name"),
    "country": say_as("a column", "country"),
    "language": say_as("a column", "language"),
    "vat_id": say_as("a column", "VAT id"),
    "siren": say_as("a column", "SIREN"),
    "electronic_address": say_as("a column", "electronic address"),
    "street": say_as("a column", "street"),
    "house_number": say_as("a column", "house number"),
    "second_line": say_as("a column", "second line"),
    "postcode": say_as("a column", "post code"),
    "city": say_as("a column", "city"),
    "vat_basis": say_as("a column", "VAT basis"),
    "currency": say("currency"),
    "timezone": say_as("a column", "time zone"),
    "iban": say_as("a column", "IBAN"),
    "qr_iban": say_as("a column", "QR-IBAN"),
    "bic": say_as("a column", "BIC"),
    "round_total": say_as("a column", "rounding"),
    "terms": say_as("a column", "days to pay"),
    "write_off_limit": say_as("a column", "limit of write-offs"),
    "reminder_minimum": say_as("a column", "least that is reminded"),
    "einvoice": say_as("a column", "e-invoice format"),
    "region": say_as("a column", "region"),
    "exempt": say_as("a column", "exempt from VAT"),
    "tax_number": say_as("a column", "tax number"),
    "web": say_as("a column", "web site"),
    "accent": say_as("a column", "colour"),
    "logo": say_as("a column", "logo"),
    "legal": say_as("a column", "lines at the foot"),
    "email": say_as("a column", "e-mail address"),
    "phone": say_as("a column", "phone"),
    "contact": say_as("a column", "contact"),
    "consumer": say_as("a column", "private person"),
    "hours": say_as("a column", "working hours"),
    "order": say_as("a column", "order number"),
    "buyer_reference": say_as("a column", "buyer's reference"),
    "attention": say_as("a column", "for the attention of"),
    "held_reason": say_as("a column", "hold"),
    "last_on": say_as("a column", "last day"),
    "role": say_as("a column", "role"),
    "revoked_at": say_as("a column", "revoked"),
    "removed_at": say_as("a column", "removed"),
    "secret": say_as("a column", "secret"),
}
MAINTENANCE = {
    "ahead": say_as("of maintenance", "ahead"),
    "running": say_as("of maintenance", "running"),
    "over": say_as("of maintenance", "over"),
}
QUOTES = {
    "draft": say_as("of a quote, to us", "draft"),
    "sent": say_as("of a quote, to us", "sent"),
    "approved": say_as("of a quote, to us", "approved"),
    "accepted": say_as("of a quote, to us", "accepted"),
    "refused": say_as("of a quote, to us", "refused"),
    "invoiced": say_as("of a quote, to us", "invoiced"),
}
LEFT_OUT = {  # why a row of another tool is no time worked, as the tool's file in `exchange/imports/tools` has it
    "a break": say_as("a row left out", "a break"),
    "deleted": say_as("a row left out", "deleted"),
    "its timer runs": say_as("a row left out", "its timer runs"),
    "no change": say_as("a row left out", "no change"),
    "no hours": say_as("a row left out", "no hours"),
}
