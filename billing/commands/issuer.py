"""`billing issuer …`: many issuers, each with books of its own, beside one another in one database or folder."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import context, setup
from billing.commands.context import DryRun, Json, Yes, day, make_folder, progress, show, table
from billing.commands.printing import told
from billing.commands.sheets import Csv, Output, Xlsx, reported
from billing.errors import Refusal
from billing.texts import Text, say

if TYPE_CHECKING:
    from datetime import date

    from billing.views.documents import DocumentShown
    from billing.views.issuers import Failed, IssuerListed, IssuerRan, Issuers, IssuersRan, RunSum

app = typer.Typer(
    no_args_is_help=True, help="Many issuers in one database or folder: add one, list them, invoice a month of all."
)


def add(issuer: str, **options: object) -> None:
    """Add an issuer and make its books: a schema of its own on PostgreSQL, a file of its own beside a SQLite one.

    Its data are given as to `billing init`. After that `--issuer NAME` before any command, or BILLING_ISSUER, chooses
    it. A URL with {issuer} in its database or file has a whole database for each: postgresql://host/billing_{issuer}.

    Example: billing issuer add acme --name "Acme SA" --country CH --iban CH9300762011623852957
    """
    from billing import issuers

    keep = not options["dry_run"]
    with issuers.added(context.state.home, issuer, keep) as own, context.at(own):
        setup.init(**options)  # type: ignore[arg-type]


def _as_init() -> inspect.Signature:
    """What `issuer add` takes: a name, then all that `init` takes."""
    of_init = inspect.signature(setup.init)
    name = Annotated[
        str, typer.Argument(metavar="NAME", help="What it is called here: small letters, digits, - and _.")
    ]
    first = inspect.Parameter("issuer", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=name)
    return of_init.replace(parameters=[first, *of_init.parameters.values()])


add.__signature__ = _as_init()  # type: ignore[attr-defined]
add.__annotations__ = {one.name: one.annotation for one in _as_init().parameters.values()}
app.command()(add)


@app.command("list")
def list_(csv: Csv = False, xlsx: Xlsx = False, output: Output = None, json: Json = False) -> None:
    """List the issuers: what they are called, where their books are, how many customers, the last month that was run.

    The database's own issuer, which `billing init` made, is among them, without a name.

    Example: billing issuer list
    """
    from billing.views.issuers import Issuers

    reported(lambda: Issuers(tuple(_listed())), _table, json, csv, xlsx, output)


@app.command()
def run(
    month: Annotated[str, typer.Argument(help="The month to bill, as 2025-03.")],
    on: Annotated[str | None, typer.Option(help="The issue date; default: today.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the PDFs, and the XML beside, into this folder, a folder an issuer.")
    ] = None,
    xml: Annotated[
        str | None, typer.Option(help="Beside each PDF: cii, ubl or none; default: what is demanded, or inside it.")
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Invoice a month at every issuer, as `billing invoice run` does at one.

    One that is refused does not keep the others from theirs: it is named, and the exit status is 1. Run again, each
    issues only what is new.

    Example: billing issuer run 2025-03 --on 2025-03-31 --out invoices/
    """
    from billing import issuers
    from billing.requests import inputs
    from billing.views.codec import to_json
    from billing.views.issuers import IssuersRan

    first = inputs.month(month)
    folder = make_folder(out) if out and not dry_run else None
    if folder is not None:
        folder.close()
    tell = progress(told(say("issuers")))
    found = []
    everyone = list(issuers.all_of(context.state.home))
    for number, (name, url) in enumerate(everyone, 1):
        with context.at(url):
            found.append(_run(name, first, on, out, xml, yes, dry_run))
        if tell:
            tell(number, len(everyone))
    view = IssuersRan(month=f"{first:%Y-%m}", issuers=tuple(found), sums=tuple(_added(one.sums for one in found)))
    show(to_json(view), json, lambda _: _ran(view, dry_run))
    if any(one.failed for one in found):
        raise typer.Exit(1)


def _listed() -> "Iterator[IssuerListed]":
    from billing import issuers
    from billing.requests.stats import AskIssuer
    from billing.views.issuers import IssuerListed

    for name, url in issuers.all_of(context.state.home):
        with context.at(url):
            try:
                a = context.books().ask(AskIssuer())
            except Refusal as refused:
                yield IssuerListed(issuer=name, database=context.database(), failed=_failed(refused))
                continue
            yield IssuerListed(
                issuer=name,
                database=context.database(),
                name=a.name,
                country=a.country,
                currency=a.currency,
                customers=a.customers,
                last_run=a.last_run,
            )


def _failed(refused: Refusal) -> "Failed":
    from billing.views.issuers import Failed

    text = refused.text
    return Failed(refused.code, text if isinstance(text, Text) else say("{wrong}", wrong=text))


def _run(
    name: str | None, month: "date", on: str | None, out: Path | None, xml: str | None, yes: bool, dry_run: bool
) -> "IssuerRan":
    """Runs the month at the issuer whose books are open, and writes its files."""
    from billing.commands.invoice import write_run
    from billing.requests.invoicing import RunMonth
    from billing.views.issuers import IssuerRan

    documents: Sequence[DocumentShown] = ()
    try:
        view = context.books().do(RunMonth(month=month, on=day(on), yes=yes), dry_run=dry_run).view
        documents = view.invoices
        files = None
        if out is not None and not dry_run:
            files = write_run(month, xml, out / name if name else out)
    except Refusal as refused:
        return IssuerRan(issuer=name, documents=len(documents), sums=tuple(_sums(documents)), failed=_failed(refused))
    return IssuerRan(
        issuer=name,
        documents=len(documents),
        sums=tuple(_sums(documents)),
        held=view.held,
        warnings=view.warnings,
        files=files,
    )


def _sums(documents: "Iterable[DocumentShown]") -> "Iterator[RunSum]":
    from billing.views.issuers import RunSum

    return _added([[RunSum(d.currency, 1, d.net, d.total)] for d in documents])


def _added(sums: "Iterable[Iterable[RunSum]]") -> "Iterator[RunSum]":
    """The sums by currency."""
    from billing.core.units import by_currency
    from billing.views.issuers import RunSum

    parts = list(chain.from_iterable(sums))
    net, total = by_currency((p.currency, p.net) for p in parts), by_currency((p.currency, p.total) for p in parts)
    for currency in sorted(net):
        yield RunSum(
            currency, sum(p.documents for p in parts if p.currency == currency), net[currency], total[currency]
        )


def _table(a: "Issuers") -> Text | str:
    if not a.issuers:
        return say("No issuers.")
    head = say("issuer"), say("name"), say("customers"), say("last run"), say("database")
    rows = [(i.issuer, i.name, i.customers, i.last_run, i.database) for i in a.issuers]
    wrong = [_wrong(i.issuer, i.failed) for i in a.issuers if i.failed]
    return "\n".join([table(head, rows, right=(2,)), *map(told, wrong)])


def _wrong(issuer: str | None, failed: "Failed") -> Text:
    if issuer is None:
        return say("Failed: {wrong}", wrong=failed.message)
    return say("Failed: {issuer}: {wrong}", issuer=issuer, wrong=failed.message)


def _ran(a: "IssuersRan", dry_run: bool) -> Text | str:
    if not a.issuers:
        return say("No issuers.")
    head = say("issuer"), say("documents"), "", say("net"), say("total")
    rows = [row for one in a.issuers for row in _rows(one)]
    lines: list[Text | str] = [table(head, rows, right=(1, 3, 4))]
    for s in a.sums:
        known = {"count": s.documents, "currency": s.currency, "net": s.net, "total": s.total}
        lines.append(say("In all: {count} {count:document|documents}, {currency} {net} net, {total} in all", **known))
    for one in a.issuers:
        lines += [
            say("Held: {issuer}: {customer}: {reason}; {command}", issuer=one.issuer or "–", customer=h.customer,
                reason=h.reason, command=h.command)
            for h in one.held
        ]  # fmt: skip
        lines += [say("Warning: {warning}", warning=warning) for warning in one.warnings]
        if one.failed:
            lines.append(_wrong(one.issuer, one.failed))
    if dry_run:
        lines.append(say("Dry run: nothing was kept."))
    return "\n".join(map(told, lines))


def _rows(one: "IssuerRan") -> Iterator[tuple[object, ...]]:
    """An issuer's lines in the table: one for each currency."""
    if not one.sums:
        yield one.issuer, one.documents, "", "", ""
    yield from ((one.issuer, s.documents, s.currency, s.net, s.total) for s in one.sums)
