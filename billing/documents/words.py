"""The words of documents: `said("de")(INVOICE_INVOICE)` is what the German catalog has for it."""

from collections.abc import Callable
from functools import cache

from billing.law import countries
from billing.locales import languages, template
from billing.texts import Text, say, say_as

LANGUAGES = languages()

REPLY_LEFT = say("As of {at}, you have {minutes} of prepaid support left, to be used by {expires} at the latest.")
REPLY_LEFT_OPEN = say("As of {at}, you have {minutes} of prepaid support left, with no expiry date.")
REPLY_LEFT_SOME = say(
    "As of {at}, you have {minutes} of prepaid support left, of which {first}{what} to be used by {expires} and {rest}."
)
REPLY_REST_ONE = say("{minutes} by {expires}")
REPLY_REST_MANY = say("{minutes} later, by {expires} at the latest")
REPLY_REST_OPEN = say("{minutes} with no expiry date")
REPLY_REST_PART_OPEN = say("{minutes} later, in part with no expiry date")
REPLY_NOTHING = say("As of {at}, all of your prepaid support time has been used.")
REPLY_NONE = say("As of {at}, you have no prepaid support time.")
REPLY_ENDED = say("Your support contract ended on {until}.")
REPLY_ENDED_NEXT = say("Your support contract ended on {until}; the next one begins on {begins}.")
REPLY_BEGINS = say("Your support contract begins on {begins}.")
REPLY_AGAIN = say("Once it is renewed, you can use again: {parts}.")
REPLY_AGAIN_THEN = say("From then on you can use: {parts}.")
REPLY_LEFT_PARTS = say("As of {at}, you have {minutes} of prepaid support left: {parts}.")
REPLY_PART = say("{minutes} until {expires}")
REPLY_PART_OPEN = say("{minutes} with no expiry date")
REPLY_PART_OF = say("{minutes} ({about}) until {expires}")
REPLY_PART_OF_OPEN = say("{minutes} ({about}) with no expiry date")
REPLY_FOR = say("for {categories}")
REPLY_WHOM = say("{contacts} only")
REPLY_COVERS = say("It can be used for {categories} only.")
REPLY_ALONE = say("It can be used by {contacts} only.")
REPLY_COVERS_ALONE = say("It can be used by {contacts} only, for {categories}.")
REPLY_PARTS = say("{list}; {last}")
REPLY_AND = say("{list} and {last}")
REPLY_RUNS = say("Your contract runs until {until}; what lasts longer can be used once it is renewed.")
REPLY_INCLUDED = say("Support is included in your contract until {until}.")
REPLY_INCLUDED_OPEN = say("Support is included in your contract.")
REPLY_GRACE = say("{minutes} of the pack that ended on {ended} come back if the next one is paid by {until}.")
REPLY_GRACE_RENEWED = say(
    "{minutes} of the pack that ended on {ended} come back if your contract is renewed and the next pack is paid"
    " by {until}."
)
REPLY_UNPAID = say("{minutes} will be credited to you once invoice {invoice} is paid.")
REPLY_OWED = say("An overrun of {minutes} will be deducted from your next time credit.")
REPLY_UNBILLED = say("An overrun of {minutes} has not been invoiced yet: {amount} excl. VAT.")
REPLY_UNBILLED_AMOUNT = say("An amount of {amount} excl. VAT has not been invoiced yet.")
REPLY_CREDIT = say("A credit note of {amount} excl. VAT ({minutes}) will be issued to you.")
REPLY_CREDIT_AMOUNT = say("A credit note of {amount} excl. VAT will be issued to you.")
REPLY_REDUCED = say("Your reduced rate applies until {until} inclusive.")
REPLY_REDUCED_OPEN = say("Your reduced rate applies with no end date.")
REPLY_REDUCED_RENEWED = say("Once your contract is renewed, your reduced rate applies until {until} inclusive.")
REPLY_MAINTENANCE = say("Maintenance is planned {when}: {text}")
REPLY_MAINTENANCE_EMERGENCY = say("Emergency maintenance {when}: {text}")
REPLY_MAINTENANCE_NOW = say("Maintenance is under way until {to}: {text}")
REPLY_MAINTENANCE_SAME_DAY = say("on {day} from {first} to {last}")
REPLY_MAINTENANCE_DAYS = say("from {from_} to {to}")
REPLY_MAINTENANCE_MOMENT = say("{day} at {time}")
REPLY_POSITION = say("ref. {position}")
NAMED = say("{name}: {value}")
PAGE_OF = say("Page {page} of {pages}")
PAGE_SIREN = say("SIREN")
SIREN_CUSTOMER = say("Your SIREN")
ATTENTION = say("For the attention of {attention}")
VAT_ID_SWISS = say_as("number", "VAT")
VAT_ID_LABEL = say("VAT no.")
TAX_NUMBER = say("Tax no.")
VAT_ID_LABEL_SWISS = say("UID")
VAT_ID_CUSTOMER_UNION = say_as("in the Union", "Your VAT no.")
VAT_ID_CUSTOMER = say("Your VAT no.")
INVOICE_INVOICE = say("Invoice")
INVOICE_CREDIT_NOTE = say("Credit note")
INVOICE_DATE = say("Date")
INVOICE_DUE = say("Due date")
INVOICE_TERMS = say("Terms")
INVOICE_TERMS_DAYS = say("{days} days net")
INVOICE_TERMS_DAY = say("1 day net")
INVOICE_PAID_ON = say("Paid on {date}; nothing is left to pay.")
INVOICE_TERMS_NOW = say("due on receipt")
INVOICE_PERIOD = say("Period")
INVOICE_CUSTOMER = say("Customer no.")
INVOICE_ORDER = say("Your order")
INVOICE_BUYER_REFERENCE = say("Your reference")
INVOICE_CORRECTS = say("Corrects")
INVOICE_REASON = say("Reason: {reason}")
INVOICE_CORRECTS_WHAT = say("{number} of {date}")
INVOICE_DESCRIPTION = say("Description")
INVOICE_QUANTITY = say("Quantity")
INVOICE_PRICE = say("Unit price")
INVOICE_PER_HOUR = say("{rate} / h")
INVOICE_VAT = say("VAT")
INVOICE_AMOUNT = say("Net amount")
CONTRACT_FEE = say("Contract fee, {contract}")
INVOICE_FROM_TO = say("{first} to {last}")
INVOICE_NET = say("Total excl. VAT")
INVOICE_ROUNDING = say("Rounding")
INVOICE_TOTAL = say("Total due")
INVOICE_PAID = say("Already paid")
INVOICE_TOTAL_CREDIT = say("Total")
INVOICE_VAT_TABLE = say("VAT summary")
INVOICE_VAT_CODE = say("Code")
INVOICE_VAT_RATE = say("Rate")
INVOICE_VAT_BASE = say("Base")
INVOICE_VAT_AMOUNT = say("VAT")
INVOICE_PAY = say("Payment: ")
INVOICE_PAY_BY = say("{amount} by {due}, quoting {number}")
INVOICE_PAY_NOW = say("{amount}, quoting {number}")
INVOICE_PAY_BY_SLIP = say("{amount} by {due}, with the payment part of this invoice")
INVOICE_PAY_NOW_SLIP = say("{amount}, with the payment part of this invoice")
INVOICE_SCAN = say("Pay by scanning this code with your banking app")
INVOICE_PAYEE = say("Payee")
INVOICE_REFERENCE = say_as("of a transfer", "Reference")
INVOICE_CREDITED = say("This amount is credited to you.")
REMINDER_DATE = say("Date")
REMINDER_NUMBER = say("Reminder no.")
REMINDER_DEADLINE = say("To be paid by")
REMINDER_INVOICE = say("Invoice")
REMINDER_ISSUED = say("dated")
REMINDER_DUE = say("Due")
REMINDER_DAYS_LATE = say("Days late")
REMINDER_STEP = say("Reminder")
REMINDER_TOTAL = say("Amount")
REMINDER_OPEN = say("Open")
REMINDER_SUM = say("Total to pay")
REMINDER_PAY = say("Payment: {amount} by {due}, quoting the invoice numbers.")
REMINDER_PAY_ONE = say("Payment: {amount} by {due}, quoting {number}.")
REMINDER_PAY_SLIP = say("Payment: {amount} by {due}, with the attached payment part.")
MAIL_GREETING = say("Dear Sir or Madam,")
MAIL_LINK_SUBJECT = say("Your support pages at {issuer}")
MAIL_LINK = say(
    "This link shows you your balance, your requests and your documents, and you can write to us there. It opens until"
    " {day}; please do not pass it on."
)
MAIL_INVOICE = say("Please find attached our invoice {number} of {date} for {amount}.")
MAIL_NOTE = say("Please find attached our credit note {number} of {date} for {amount}.")
MAIL_CORRECTS = say("It corrects invoice {number}.")
MAIL_PAY_BY = say_as("an invoice", "It is to be paid by {due}.")
MAIL_PAY_NOW = say_as("an invoice", "It is to be paid on receipt.")
MAIL_PAY_REST_BY = say("{amount} of it is left to pay by {due}.")
MAIL_PAY_REST_NOW = say("{amount} of it is left to pay.")
MAIL_NOTHING_LEFT = say("Nothing is left to pay.")
MAIL_OPEN = say("Left to pay")
MAIL_XML = say("The same as an electronic invoice (XML) is attached for your accounting software.")
MAIL_LETTER = say("Please find our letter attached.")
MAIL_STATEMENT = say(
    "Please find attached your time statement from {first} to {last}. At its end, {minutes} are available."
)
MAIL_STATEMENT_TOO = say("Your time statement from {first} to {last} is attached too.")
MAIL_CLOSING = say("Kind regards")
TAKEN = say("We have received your request. Its reference is {case}.")
TAKEN_REPLY = say("You will have a first answer by {when}.")
TAKEN_TAKE_UP = say("We will take it up by {when}.")
TAKEN_RESOLUTION = say("It is to be resolved by {when}.")
TAKEN_ANSWER = say("Please leave {case} in the subject of your answers.")
SLIP_PAYMENT_PART = say("Payment part")
SLIP_RECEIPT = say("Receipt")
SLIP_ACCOUNT = say("Account / Payable to")
SLIP_REFERENCE = say("Reference")
SLIP_INFORMATION = say("Additional information")
SLIP_CURRENCY = say("Currency")
SLIP_AMOUNT = say("Amount")
SLIP_ACCEPTANCE = say("Acceptance point")
SLIP_PAYABLE_BY = say("Payable by")
SLIP_PAYABLE_BY_WHOM = say("Payable by (name/address)")
ANNEX_TITLE = say("Annex: work in detail")
ANNEX_ENTRY = say("No.")
ANNEX_CASE = say("Case")
ANNEX_CATEGORY = say("Category")
ANNEX_AGENT = say("Agent")
ANNEX_RAW = say("Time")
ANNEX_CLOCK = say("Time h:min:s")
ANNEX_CHARGED = say("Charged")
ANNEX_COVERED = say("Taken from / terms")
ANNEX_BILLED = say("Billed")
ANNEX_AMOUNT = say("Amount excl. VAT")
ANNEX_OWED = say("{minutes} from the next credit")
ANNEX_TOTAL = say("Total")
VALID_UNTIL = say("valid until {date}")
VALID_FROM_PAYMENT = say("valid for {period} from its payment in full")
VALID_TERM = say("valid from its payment in full until the end of the contract year")
PERIOD_DAY = say("1 day")
PERIOD_DAYS = say("{count} days")
PERIOD_MONTH = say("1 month")
PERIOD_MONTHS = say("{count} months")
PERIOD_YEAR = say("1 year")
PERIOD_YEARS = say("{count} years")
FREE_ALWAYS = say("free under the contract")
FREE_FIRST = say("first time, free")
FREE_VERIFIED = say("confirmed program error")
FREE_QUOTE = say("on quote {quote}")
FREE_VOID = say("voided")
QUOTE_QUOTE = say("Quote")
QUOTE_INTRO = say("We are pleased to offer you the following service.")
QUOTE_VALID = say("Valid until")
QUOTE_CASE = say_as("of a quote", "Case")
QUOTE_TIME = say("Time planned")
QUOTE_KIND_MINOR = say("minor evolution, free, once the user group has approved it")
QUOTE_KIND_IMPORTANT = say("important evolution")
QUOTE_KIND_SPECIFIC = say("specific development, started once accepted")
QUOTE_KIND_SERVICE = say("service by quote")
QUOTE_SHARE = say("your share of {share} of a cost of {cost}")
QUOTE_PART = say("your part of a cost of {cost}")
QUOTE_TOTAL = say("Total incl. VAT")
QUOTE_VALID_UNTIL = say("This quote can be accepted until {date} inclusive.")
QUOTE_VAT = say(
    "VAT is at the rate in force on the date of the quote; the invoice applies the rate in force on delivery."
)
QUOTE_ACCEPTANCE = say("Acceptance")
QUOTE_AGREED = say("The customer accepts quote {number} for an amount of {amount} including VAT.")
QUOTE_AGREED_UNTAXED = say("The customer accepts quote {number} for an amount of {amount}.")
QUOTE_AGREED_FREE = say("Quote {number} is accepted, free of charge.")
QUOTE_PLACE_DATE = say("Place and date")
QUOTE_NAME = say("Name and position")
QUOTE_SIGNATURE = say("Signature")
CASE_HISTORY = say("What was asked, answered and done")
CASE_TIME = say("Time on this case")
CASE_TOTAL = say("Worked in all: {worked}; charged: {charged}.")
CASE_OPENED = say_as("a case", "Opened")
CASE_CLOSED = say_as("a case", "Closed")
CASE_REOPENED = say_as("a case", "Opened again")
CASE_ASKED = say("Your request")
CASE_ANSWER = say("Your answer")
CASE_REPLY = say("Our answer")
CASE_QUESTION = say("Our question")
CASE_WANTED = say("Files that we asked for")
CASE_FILES = say("Files that you sent")
CASE_ATTEMPT = say("We tried to reach you")
CASE_WORKAROUND = say_as("a case", "Workaround")
CASE_SOLUTION = say_as("a case", "Solution")
STATEMENT_TITLE = say("Time statement")
STATEMENT_CHART = say("Time available")
STATEMENT_MOVEMENTS = say("Movements")
STATEMENT_WHAT = say("Movement")
STATEMENT_GRANT = say("Time credit")
STATEMENT_MINUTES = say_as("minutes", "Time")
STATEMENT_BALANCE = say("Balance")
STATEMENT_OPENING = say("Opening balance")
STATEMENT_CLOSING = say("Closing balance")
STATEMENT_NO_MOVEMENTS = say("No movements in this period.")
STATEMENT_FREE = say("Free work")
STATEMENT_WHY = say("Reason")
STATEMENT_QUOTES = say("Work on quotes")
STATEMENT_OVERAGE = say("Overage")
STATEMENT_OWED = say("Overage that the next credit settles")
STATEMENT_STILL_OWED = say("Still to be deducted")
STATEMENT_OF_IT_OWED = say("{minutes} of it still to be deducted")
STATEMENT_RATE = say("Hourly rate")
STATEMENT_GRANTS = say("Time credits on {date}")
STATEMENT_REMAINING = say("Left")
STATEMENT_EXPIRES = say("Valid until")
STATEMENT_OPEN_END = say("no expiry")
STATEMENT_POSITION = say("Position in the ledger")
ACCOUNT_TITLE = say("Statement of account")
ACCOUNT_WHAT = say_as("of an account", "Movement")
ACCOUNT_OPEN = say("Open on {date}")
ACCOUNT_OWN_MONEY = say("In your favour")
ACCOUNT_INVOICE = say_as("of an account", "Invoice")
ACCOUNT_PAYMENT = say_as("of an account", "Payment")
ACCOUNT_PAYMENT_BACK = say_as("of an account", "Payment taken back")
ACCOUNT_OWN_MONEY_USED = say_as("of an account", "Your money used for")
ACCOUNT_OWN_MONEY_BACK = say_as("of an account", "Your money no longer used for")
ACCOUNT_BROUGHT = say_as("of an account", "Brought over from the earlier system")
ACCOUNT_ON_ACCOUNT = say_as("of an account", "Payment on account")
ACCOUNT_ON_ACCOUNT_BACK = say_as("of an account", "Payment on account taken back")
ACCOUNT_REFUND = say_as("of an account", "Paid out to you")
ACCOUNT_WRITE_OFF = say_as("of an account", "Waived")
ACCOUNT_WRITE_OFF_BACK = say_as("of an account", "No longer waived")
MOVEMENT_GRANT = say("Credit")
MOVEMENT_DRAW = say("Work")
MOVEMENT_EXPIRY = say("Expiry")
MOVEMENT_CARRY_OVER = say("Carry-over")
MOVEMENT_UNDO = say("undo")
MOVEMENT_CORRECTION = say("Correction")
MOVEMENT_SETTLE = say("Earlier overrun")

QUOTE_KINDS = {
    "minor": QUOTE_KIND_MINOR,
    "important": QUOTE_KIND_IMPORTANT,
    "specific": QUOTE_KIND_SPECIFIC,
    "service": QUOTE_KIND_SERVICE,
}
_FREE = {
    "always": FREE_ALWAYS, "first": FREE_FIRST, "verified": FREE_VERIFIED, "quote": FREE_QUOTE, "void": FREE_VOID,
}  # fmt: skip
MOVEMENTS = {
    "grant": MOVEMENT_GRANT,
    "draw": MOVEMENT_DRAW,
    "expiry": MOVEMENT_EXPIRY,
    "carry-over": MOVEMENT_CARRY_OVER,
    "correction": MOVEMENT_CORRECTION,
    "settle": MOVEMENT_SETTLE,
}

ACCOUNT_MOVEMENTS = {
    "invoice": ACCOUNT_INVOICE,
    "credit-note": INVOICE_CREDIT_NOTE,
    "payment": ACCOUNT_PAYMENT,
    "payment-back": ACCOUNT_PAYMENT_BACK,
    "own-money": ACCOUNT_OWN_MONEY_USED,
    "own-money-back": ACCOUNT_OWN_MONEY_BACK,
    "on-account": ACCOUNT_ON_ACCOUNT,
    "brought": ACCOUNT_BROUGHT,
    "on-account-back": ACCOUNT_ON_ACCOUNT_BACK,
    "refund": ACCOUNT_REFUND,
    "write-off": ACCOUNT_WRITE_OFF,
    "write-off-back": ACCOUNT_WRITE_OFF_BACK,
}


_PERIODS = {
    "day": (PERIOD_DAY, PERIOD_DAYS), "month": (PERIOD_MONTH, PERIOD_MONTHS), "year": (PERIOD_YEAR, PERIOD_YEARS),
}  # fmt: skip


_USUAL: dict[str, dict[Text, Text]] = {  # what is called otherwise in a country's usage
    "german": {
        INVOICE_CREDIT_NOTE: say_as("in Germany", "Credit note"),
        INVOICE_PERIOD: say_as("in Germany", "Period"),
        MAIL_NOTE: say_as("in Germany", "Please find attached our credit note {number} of {date} for {amount}."),
        QUOTE_QUOTE: say_as("in Germany", "Quote"),
        QUOTE_VALID_UNTIL: say_as("in Germany", "This quote can be accepted until {date} inclusive."),
        QUOTE_VAT: say_as(
            "in Germany",
            "VAT is at the rate in force on the date of the quote; the invoice applies the rate in force on delivery.",
        ),
        QUOTE_ACCEPTANCE: say_as("in Germany", "Acceptance"),
        QUOTE_AGREED: say_as(
            "in Germany", "The customer accepts quote {number} for an amount of {amount} including VAT."
        ),
        QUOTE_AGREED_UNTAXED: say_as("in Germany", "The customer accepts quote {number} for an amount of {amount}."),
        QUOTE_AGREED_FREE: say_as("in Germany", "Quote {number} is accepted, free of charge."),
        QUOTE_KIND_SERVICE: say_as("in Germany", "service by quote"),
        FREE_QUOTE: say_as("in Germany", "on quote {quote}"),
        STATEMENT_QUOTES: say_as("in Germany", "Work on quotes"),
        REPLY_CREDIT: say_as("in Germany", "A credit note of {amount} excl. VAT ({minutes}) will be issued to you."),
        REPLY_CREDIT_AMOUNT: say_as("in Germany", "A credit note of {amount} excl. VAT will be issued to you."),
    },
}


_AVOIR: dict[Text, Text] = {  # in French a credit note has two names, by the issuer's country
    INVOICE_CREDIT_NOTE: say_as("from a French issuer", "Credit note"),
    MAIL_NOTE: say_as("from a French issuer", "Please find attached our credit note {number} of {date} for {amount}."),
    REPLY_CREDIT: say_as(
        "from a French issuer", "A credit note of {amount} excl. VAT ({minutes}) will be issued to you."
    ),
    REPLY_CREDIT_AMOUNT: say_as("from a French issuer", "A credit note of {amount} excl. VAT will be issued to you."),
}


@cache
def said(language: str, country: str = "") -> Callable[[Text], str]:
    """What puts a text into a language, before anything is filled in, in the usage of the issuer's country."""
    issuer = countries.of(country)
    usual = _AVOIR if issuer.credit_note == "avoir" else _USUAL.get(issuer.usage or "", {})

    def say_it(text: Text) -> str:
        return template(usual.get(text, text), language, country)

    return cache(say_it)


def terms(days: int, language: str) -> str:
    """Until when an invoice is to be paid: at once, or so many days after its date."""
    text = {0: INVOICE_TERMS_NOW, 1: INVOICE_TERMS_DAY}.get(days, INVOICE_TERMS_DAYS)
    return said(language)(text).format(days=days)


def valid_from_payment(amount: int, unit: str, language: str) -> str:
    """How long what is credited on payment can be used from then on (G2)."""
    if unit == "term":
        return said(language)(VALID_TERM)
    one, many = _PERIODS[unit]
    period = said(language)(one if amount == 1 else many).format(count=amount)
    return said(language)(VALID_FROM_PAYMENT).format(period=period)


def why_free(reason: str | None, quote: str | None, language: str, country: str) -> str:
    """The reason why an entry costs nothing, if it does; work on a quote names it."""
    return free_because(reason, quote, language, country) if reason else ""


def free_because(reason: str, quote: str | None, language: str, country: str) -> str:
    """The reason why an entry costs nothing; work on a quote names it."""
    return said(language, country)(_FREE[reason]).format(quote=quote or "")
