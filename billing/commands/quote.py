"""`billing quote …`"""

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from billing.commands import completion
from billing.commands.context import Answer, Id, Json, amount, books, day, one_answer, setting, show, table, write_file
from billing.commands.contract import On
from billing.commands.customer import Code
from billing.errors import BadInput
from billing.texts import say

if TYPE_CHECKING:
    from billing.core.facts import QuoteStep

app = typer.Typer(
    no_args_is_help=True, help="Quotes: draft, send, accept or refuse, deliver, invoice; list, show, PDF."
)
Number = Annotated[str, typer.Argument(autocompletion=completion.quotes, help="The quote's number.")]


@app.command()
def add(
    code: Code,
    title: Annotated[str, typer.Option(help="What is offered; it stands on the quote and on the invoice.")],
    amount_: Annotated[str | None, typer.Option("--amount", help="The net price; a minor evolution is free.")] = None,
    minutes: Annotated[str | None, typer.Option(help="The time that it is to take, as 8h or 90m.")] = None,
    case: Annotated[str | None, typer.Option(autocompletion=completion.cases, help="The case's reference.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="minor, important, specific or service; default: the tariff's.")
    ] = None,
    valid_until: Annotated[str | None, typer.Option(help="The last day to accept it; default: 30 days.")] = None,
    share: Annotated[
        str | None, typer.Option(help='The customer\'s share of the amount: 50 is per cent, "600 CHF" money.')
    ] = None,
    on: On = None,
    id: Id = None,
    json: Json = False,
) -> None:
    """Draft a quote.

    Example: billing quote add VALOIS --title "Export to PDF" --amount 1200 --minutes 8h --kind specific
    """
    from billing.office import legacy, quotes

    percent, part, currency = _share(share)
    answer = legacy.record(
        setting(), quotes.add, customer=code, title=title, amount=amount(amount_ or "0", "amount"),
        minutes=None if minutes is None else _minutes(minutes), case=case, kind=kind, valid_until=day(valid_until),
        share=(percent, part), share_currency=currency, on=day(on), id=id,
    )  # fmt: skip
    show(answer, json, lambda a: f"{_head(a)}\n{_price(a)}, valid until {a['valid_until']}")


@app.command()
def send(number: Number, on: On = None, id: Id = None, json: Json = False) -> None:
    """Record that a quote was sent to the customer."""
    _step(number, "sent", on, None, id, json)


@app.command()
def approve(
    number: Number,
    by: Annotated[str, typer.Option(help="Who approved it for the user group.")],
    on: On = None,
    id: Id = None,
    json: Json = False,
) -> None:
    """Record the user group's approval of a minor evolution; work on it may begin then.

    Example: billing quote approve Q-2025-00001 --by "User group, 12 March"
    """
    _step(number, "approved", on, by, id, json)


@app.command()
def accept(
    number: Number,
    by: Annotated[str | None, typer.Option(help="Who accepted it.")] = None,
    on: On = None,
    id: Id = None,
    json: Json = False,
) -> None:
    """Record that the customer accepted a quote.

    Example: billing quote accept Q-2025-00001 --by "Mme Martin" --on 2025-03-04
    """
    _step(number, "accepted", on, by, id, json)


@app.command()
def refuse(
    number: Number,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    on: On = None,
    id: Id = None,
    json: Json = False,
) -> None:
    """Record that a quote was refused."""
    _step(number, "refused", on, reason, id, json)


@app.command()
def deliver(
    number: Number,
    text: Annotated[str | None, typer.Option(help="What was delivered, for the published list.")] = None,
    on: On = None,
    id: Id = None,
    json: Json = False,
) -> None:
    """Record that what was quoted is delivered; `billing report evolutions` lists it.

    Example: billing quote deliver Q-2025-00001 --text "Lists can be exported as PDF."
    """
    _step(number, "delivered", on, text, id, json)


@app.command()
def invoice(number: Number, on: On = None, id: Id = None, json: Json = False) -> None:
    """Invoice an accepted quote at its price.

    Example: billing quote invoice Q-2025-00001 --on 2025-03-31
    """
    from billing.office import legacy, quotes

    answer = legacy.record(setting(), quotes.invoice, number=number, on=day(on), id=id)
    show(answer, json, _told)


@app.command("show")
def show_(number: Number, json: Json = False) -> None:
    """Show a quote: what was offered, what became of it, the work on it beside it."""
    from billing.office import quotes

    show(quotes.show(setting(), number), json, shown)


@app.command("list")
def list_(
    customer: Annotated[str | None, typer.Option(autocompletion=completion.customers, help="Of this customer.")] = None,
    json: Json = False,
) -> None:
    """List quotes."""
    from billing.office import quotes

    def human(a: Answer) -> str:
        rows = [
            (q["quote"], q["date"], q["customer"], q["kind"], _short(q["title"]), q["currency"], q["price"], q["state"])
            for q in a["quotes"]
        ]
        head = ("number", "date", "customer", "kind", "title", "", "price", "state")
        return table(head, rows, right=(6,)) if rows else "No quotes."

    show(quotes.list_quotes(setting(), customer), json, human)


@app.command()
def pdf(
    number: Number,
    out: Annotated[str | None, typer.Option("--out", "-o", help="The file; - is stdout; default: NUMBER.pdf.")] = None,
    json: Json = False,
) -> None:
    """Write a quote as PDF, in the customer's language, with room for the acceptance."""
    from billing.requests.invoicing import AskFiles

    one_answer(out, json)
    target = out or f"{number}.pdf"
    (made,) = books().ask(AskFiles(numbers=(number,), of="quote"))
    write_file(target, made.data)
    if target != "-":
        show({"quote": number, "file": target}, json, lambda a: f"Written to {target}.")


def _step(number: str, kind: "QuoteStep", on: str | None, said: str | None, id: str | None, json: bool) -> None:
    from billing.office import legacy, quotes

    answer = legacy.record(setting(), quotes.step, number=number, kind=kind, on=day(on), said=said, id=id)
    show(answer, json, _told)


def _minutes(text: str) -> int:
    """A quoted time, which may be longer than a day, in minutes."""
    from billing.core.units import whole_minutes
    from billing.requests import inputs

    return whole_minutes(inputs.long_duration(text))


def _share(text: str | None) -> tuple[Any, Any, str | None]:
    """A share in per cent, or in money where its currency stands with it."""
    from billing.requests import inputs

    if text is None:
        return None, None, None
    currency = re.search(r"[A-Z]{3}", text)
    if currency:
        return None, inputs.money(text.replace(currency[0], "", 1).strip(), "share"), currency[0]
    percent = inputs.money(text.strip().rstrip("%").strip(), "share")
    if not 0 < percent <= 100:
        raise BadInput(
            "bad-input", say('share {text!r}: write per cent as 50, up to 100, or money as "600 CHF"', text=text)
        )
    return percent, None, None


# In words

_WORTH = {"category": ", at the category's rate", "quote": ", at the quote's own rate", None: ""}


def _head(a: Answer) -> str:
    again = " (before; nothing changed)" if a.get("unchanged") else ""
    case = f", case {a['case']}" if a["case"] else ""
    delivered = f", delivered {a['delivered']}" if a["delivered"] else ""
    return f"{a['quote']}  {a['customer']}  {a['kind']}, {a['state']}{delivered}{again}: {a['title']}{case}"


def _price(a: Answer) -> str:
    if a["price"] == "0.00":
        return "free"
    cost = f" of a cost of {a['amount']}" if a["price"] != a["amount"] else ""
    share = f" ({a['share']} %)" if a["share"] else ""
    total = f"{a['total']} with VAT" if any(row["amount"] != "0.00" for row in a["vat"]) else "not taxed"
    return f"{a['currency']} {a['price']} net{cost}{share}, {total}"


def _short(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:39].rstrip()}…"


def _told(a: Answer) -> str:
    done = f"\nInvoice {a['invoice']} over {a['currency']} {a['invoice_total']}." if a.get("invoice_total") else ""
    return f"{_head(a)}{done}"


def shown(a: Answer) -> str:
    """A quote, its events and the comparison."""
    from billing.commands.speech import minutes

    lines = [_head(a), f"{_price(a)}, of {a['date']}, valid until {a['valid_until']}"]
    for event in a["events"]:
        said = next((f": {event[name]}" for name in ("by", "reason", "text") if event.get(name)), "")
        with_ = f" with {event['invoice']}" if event.get("invoice") else ""
        by = " by" if said and "by" in event else ""
        lines.append(f"  {event['on']}  {event['kind']}{with_}{by}{said.removeprefix(':') if by else said}")
    logged, over, quoted = a["comparison"]["logged"], a["comparison"]["over"], a["comparison"]["quoted"]
    rows = [
        ("quoted", minutes(quoted["minutes"]) if quoted["minutes"] is not None else "", quoted["amount"]),
        (f"logged{_WORTH[logged['value_by']]}", minutes(logged["minutes"]), logged["value"]),
    ]
    if over["minutes"] is not None or over["amount"] is not None:
        rows.append(("over (+), under (-)", _signed(over["minutes"]), over["amount"]))
    return "\n".join([*lines, "", table(("", "time", a["currency"]), rows, right=(1, 2))])


def _signed(count: int | None) -> str:
    from billing.documents import locale

    return "" if count is None else locale.signed(count, "en")
