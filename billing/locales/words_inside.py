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
