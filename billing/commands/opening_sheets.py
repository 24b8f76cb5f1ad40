"""The words and the lists of the workbook that openings are written into (G14)."""

from typing import Any, cast, get_type_hints

from billing.commands.context import books
from billing.commands.printing import told
from billing.exchange import forms
from billing.lines import codec
from billing.lines.opening import KINDS, MARK
from billing.requests.openings import GRANTS
from billing.requests.tariffs import ListTariffs, ShowTariff
from billing.texts import Text, say

_ABOUT: dict[str, Text] = {
    "customer": say("customers who are not there yet"),
    "opening-contract": say("contracts that run"),
    "opening-invoice": say("invoices of the earlier system on which something is open"),
    "opening-grant": say("what is left of allowances, packs, add-ons (reduced rates too) and goodwill"),
    "opening-owed": say("minutes that a customer owes, to be settled from the next pack"),
    "opening-money": say("money of the customer's own that you hold"),
}
_CAPTIONS: dict[str, Text] = {
    "id": say("an id of yours, so that the same row is taken once"),
    "customer": say("the customer's code"),
    "code": say("the customer's code"),
    "name": say("the customer's name"),
    "country": say("the country, as CH or FR"),
    "language": say("the language that he reads: fr, de, it, en"),
    "email": say("his mail address"),
    "date": say("the day of opening, the same for all of a customer"),
    "tariff": say("the tariff"),
    "tier": say("the tariff's tier, where it has any"),
    "modules": say("modules of the licence, with ; between them"),
    "fee": say("the annual fee, net, where the allowance depends on it"),
    "start": say("the first day of the contract's first year"),
    "kind": say("what it is"),
    "product": say("of a pack or an add-on, the product"),
    "minutes": say("minutes bought or granted; of what is owed, the minutes owed"),
    "left": say("minutes left on the morning of that day; empty: all"),
    "price": say("what it was sold for, net, for all its minutes"),
    "starts": say("its first day; empty: a pack that waits for the payment of its invoice"),
    "expires": say("its last day; empty: as the tariff says"),
    "invoice": say("the number of the invoice it was sold with"),
    "covers": say("categories, with ; between them; empty: as the tariff says"),
    "contacts": say("registered contacts, with ; between them"),
    "reason": say("of goodwill, why"),
    "category": say("the category of the work; empty: the tariff's first"),
    "worked": say("the day of the work; empty: that of opening"),
    "number": say("the number of the invoice, none of this program's own"),
    "issued": say("the day on which it was issued"),
    "due": say("the day by which it is due"),
    "total": say("its total with VAT"),
    "open": say("what is open of it; empty: all"),
    "currency": say("the currency; empty: the contract's"),
    "amount": say("the amount"),
}
_TEXT = (
    say("Opening balances: what customers bring from another system, as it stood on the morning of one day."),
    say("Fill in the sheets behind this one. The first row of each has the names of the columns, the second explains "
        "them; columns on yellow are needed. Leave empty what there is nothing to say of."),
    say("Then: billing opening start.xlsx --dry-run shows what each customer will read, and the sums to compare. "
        "Without --dry-run it is taken over, all or nothing."),
)  # fmt: skip
_CHOICES = {"tariff": "tariff", "tier": "tier", "product": "product", "category": "category"}
_CUSTOMER = ("code", "name", "country", "language", "email")


def workbook() -> bytes:
    """The workbook, with the tariffs that there are."""
    tariffs = books(made=False).ask(ListTariffs()).tariffs
    lists = {
        "tariff": sorted({one.tariff for one in tariffs}),
        "tier": list(dict.fromkeys(tier for one in tariffs for tier in one.tiers)),
        "product": list(dict.fromkeys(product for one in tariffs for product in one.products)),
        "category": _categories(sorted({one.tariff for one in tariffs})),
        "kind": list(GRANTS),
    }
    head = [told(title) for title in (say("sheet"), say("column"), say("what it is"), say("needed"))]
    text = [told(paragraph) for paragraph in _TEXT]
    return forms.workbook(told(say("Read me"))[:31], head, text, [_form(kind) for kind in KINDS], lists, MARK)


def _categories(tariffs: list[str]) -> list[str]:
    """The categories of all tariffs, as their versions of today have them."""
    shown = [books(made=False).ask(ShowTariff(name=name)) for name in tariffs]
    found = (row.item.partition(" ")[0] for one in shown for row in one.rows if str(row.section) == "categories")
    return list(dict.fromkeys(found))


def _form(kind: str) -> forms.Form:
    of: Any = codec.BY_LINE[kind]
    hints = get_type_hints(of)
    fields = [field for field in codec.fields_of(of) if kind != "customer" or field.inner in _CUSTOMER]
    columns = [_column("id", kind)]
    columns += [_column(field.inner, kind, field.needed, str(cast(Any, hints[field.name]))) for field in fields]
    return forms.Form(kind, told(_ABOUT[kind]), tuple(columns))


def _column(key: str, kind: str, needed: bool = False, hint: str = "") -> forms.Column:
    choices = "kind" if (kind, key) == ("opening-grant", "kind") else _CHOICES.get(key)
    return forms.Column(key, told(_CAPTIONS[key]), needed, choices, "date" in hint, "Decimal" in hint)
