"""The issuer: whose books these are, and what its documents say of it."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core.units import day_after, from_cents
from billing.documents import logo
from billing.errors import BadInput, Forbidden
from billing.law import countries
from billing.office import periods
from billing.office.parties import identifiers, on_paper
from billing.office.transaction import Act, Same, Transaction
from billing.requests import letterhead
from billing.requests import parties as requests
from billing.store import issued, parties, totals
from billing.store import periods as store
from billing.store.appending import instant
from billing.store.parties import Party
from billing.tariffs import calendars
from billing.texts import Text, say
from billing.views.parties import Issuer

USUAL_DIFFERENCE = Decimal("5.00")  # what banks keep back of a transfer, and what asking for it would cost


def set_issuer(tx: Transaction, request: requests.SetIssuer, _key: str | None) -> Issuer | Same[Issuer]:
    """Sets the issuer's data; what is not given stays as it is. Sums that are not the ledger's are mended (L2)."""
    values = requests.given(request)
    held = tx.issuer if parties.has_issuer(tx.connection) else None
    dated = held is not None and _basis_changed(tx, request)
    whole = completed(values, held)
    if request.logo:
        parties.keep_picture(tx.connection, request.logo)
    if held is not None:
        totals.mend(tx.connection)
    if held is not None and not dated and all(held[name] == value for name, value in whole.items()):
        return Same(_view(tx))
    parties.save_issuer(tx.connection, whole)
    tx.forget_issuer()
    return _view(tx)


def _basis_changed(tx: Transaction, request: requests.SetIssuer) -> bool:
    """Keeps another VAT basis with the day from which it counts: what was invoiced before stays as it was (M16)."""
    given, since = requests.given(request), request.vat_basis_from
    known = store.settings(tx.connection, "vat_basis")
    last, has_documents = periods.closed_until(tx), issued.has_documents(tx.connection)
    if "vat_basis" not in given or (since is None and not known and not has_documents and last == date.min):
        return False
    since = since or tx.today
    if periods.vat_basis(tx, since) == given["vat_basis"] and all(first <= since for first, _ in known):
        return False
    if since <= last:
        raise Forbidden(
            "period-closed",
            say("{on} is in a month that is closed, up to {last}", on=since, last=last),
            say("--vat-basis-from {first} or later", first=str(day_after(last))),
        )
    recorded_at = instant(tx.setting.now())
    if not known:
        store.set_from(
            tx.connection, "vat_basis", date.min, tx.issuer["vat_basis"], tx.today, recorded_at, tx.appender.by
        )
    store.set_from(tx.connection, "vat_basis", since, given["vat_basis"], tx.today, recorded_at, tx.appender.by)
    return True


def _view(tx: Transaction) -> Issuer:
    return replace(view_of(tx.issuer), vat_basis=periods.vat_basis(tx, tx.today))


def completed(values: dict[str, Any], held: Party | None) -> dict[str, Any]:
    """What was given of an issuer with what follows from it: a new one's defaults, the region's name."""
    if "logo" in values:
        values = values | {"logo": logo.checked(values["logo"]) if values["logo"] else None}
    if values.get("legal") is not None:
        values = values | {"legal": _merged(on_paper.legal(held or {}), values["legal"])}
    if held is None:
        check_new(values)
        country = countries.of(values["country"])
        usual = {"currency": country.currency, "timezone": country.timezone, "language": country.language}
        values = {"terms": 30, **usual, **values}
    if "region" in values or "country" in values:
        now = (held or {}) | values
        values = values | {"region": _region(str(now.get("country", "")), now.get("region"))}
    return values


def check_new(values: dict[str, Any]) -> None:
    """A new issuer needs a name and a country; asked before a database is made."""
    missing = [name for name in ("name", "country") if not values.get(name)]
    if missing:
        both = say(" and ").template.join(missing)
        raise BadInput("bad-input", say("a new issuer needs {missing}: --name NAME --country CH", missing=both))


def view_of(row: Party) -> Issuer:
    """The issuer, from its row; columns that a row lacks are None."""
    return Issuer(
        name=row["name"],
        country=row["country"],
        region=row.get("region"),
        currency=row["currency"],
        timezone=row["timezone"],
        language=row["language"],
        iban=row.get("iban"),
        qr_iban=row.get("qr_iban"),
        vat_id=row.get("vat_id"),
        siren=row.get("siren"),
        electronic_address=row.get("electronic_address"),
        vat_basis=row.get("vat_basis"),
        terms=row["terms"],
        bic=row.get("bic"),
        einvoice=row.get("einvoice"),
        round_total=from_cents(row["round_total"]) if row.get("round_total") else None,
        write_off_limit=write_off_limit(row),
        reminder_minimum=reminder_minimum(row) or None,
        address=on_paper.address(row),
        exempt=bool(row.get("exempt")),
        tax_number=row.get("tax_number"),
        **{name: row.get(name) or None for name in on_paper.HEAD},
        legal=on_paper.legal_lines(row),
        warnings=tuple(identifiers.doubts(identifiers.ISSUER, row)),
    )


def reminder_minimum(row: Party) -> Decimal:
    """What a customer must owe before it is reminded; nothing where that was never set."""
    return from_cents(row.get("reminder_minimum") or 0)


def write_off_limit(row: Party) -> Decimal:
    """Up to how much of one invoice is written off as a difference, unasked (M15)."""
    cents = row.get("write_off_limit")
    return USUAL_DIFFERENCE if cents is None else from_cents(cents)


def _merged(held: dict[str, list[str]], given: tuple[str, ...]) -> str:
    """The lines of law with those that were given: they take the place of all that their language had."""
    fresh: dict[str, list[str]] = {}
    for line in given:
        language, said = letterhead.split(line)
        fresh.setdefault(language, []).extend([said] if said else [])
    kept = {} if given == ("",) else held | fresh
    return json.dumps({language: lines for language, lines in sorted(kept.items()) if lines}, ensure_ascii=False)


def _region(country: str, region: str | None) -> str | None:
    """The region whose holidays count, as the calendars call it; none for none."""
    if not region:
        return None
    name = calendars.named(country, region)
    if name is None:
        raise BadInput(
            "bad-input",
            say("{country} has no region {region!r}", country=country, region=region),
            say("{regions}; --region '' is none", regions=_known_regions(country)),
        )
    return name.partition("-")[2]


def _known_regions(country: str) -> Text:
    known = calendars.regions(country)
    if known:
        return say("known: {known}", known=known)
    return say("leave it out, the whole country has the same holidays")


ACTS = {requests.SetIssuer: Act(set_issuer, lambda tx, _request, _head, _seq: _view(tx))}
