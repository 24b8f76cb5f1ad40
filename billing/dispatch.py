"""Which package of the office does a request and answers a question, by the module that the request is of.

Imported when asked: `billing log` needs neither reportlab nor the bank's files.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from billing.requests.base import Question, Request

if TYPE_CHECKING:
    from billing.office.transaction import Act, Setting


def act_of(of: type[Request[Any]]) -> "Act":
    """How a kind of request is done."""
    known = _ACTS.get(of)
    if known is None:
        known = _ACTS[of] = acts(of)[of]
    return known


_ACTS: "dict[type, Act]" = {}  # as far as they were asked: a load asks for each of its lines


def acts(of: type[Request[Any]]) -> "Mapping[Any, Act]":
    """The acts of the package that does a request."""
    match of.__module__.rpartition(".")[2]:
        case "entries":
            from billing.office.entries.entries import ACTS as entries

            return entries
        case "verdicts":
            from billing.office.entries.verifying import ACTS as verdicts

            return verdicts
        case "edits":
            from billing.office.entries.editing import ACTS as edits

            return edits
        case "attachments":
            from billing.office.attached import ACTS as attachments

            return attachments
        case "timing":
            from billing.office.entries.timing import ACTS as timing

            return timing
        case "contracts":
            from billing.office.contracts import ACTS as contracts

            return contracts
        case "openings":
            from billing.office.openings import ACTS as openings

            return openings
        case "agents":
            from billing.office.parties.agents import ACTS as agents

            return agents
        case "parties":
            from billing.office.parties.customers import ACTS as parties

            return parties
        case "addresses":
            from billing.office.parties.addresses import ACTS as addresses

            return addresses
        case "keys":
            from billing.office.parties.keys import ACTS as keys

            return keys
        case "hooks":
            from billing.office.hooks import ACTS as hooks

            return hooks
        case "links":
            from billing.office.parties.links import ACTS as links

            return links
        case "desks":
            from billing.office.helpdesks import ACTS as desks

            return desks
        case "payments":
            from billing.office.payments.acts import ACTS as payments

            return payments
        case "bank":
            from billing.office.payments.banking import ACTS as bank

            return bank
        case "cases" | "approvals" | "corrections":
            from billing.office.cases.acts import ACTS as cases

            return cases
        case "incoming":
            from billing.office.cases.incoming import ACTS as incoming

            return incoming
        case "maintenance":
            from billing.office.maintenance import ACTS as maintenance

            return maintenance
        case "invoicing":
            from billing.office.invoicing.documents import ACTS as invoicing

            return invoicing
        case "sending":
            from billing.office.payments.mails import ACTS as sending

            return sending
        case "quotes":
            from billing.office.quotes import ACTS as quotes

            return quotes
        case "periods":
            from billing.office.reports.closing import ACTS as periods

            return periods
    raise AssertionError(of)


def questions(of: type[Question[Any]]) -> Mapping[Any, Callable[..., Any]]:
    """The answers of the package that knows a question."""
    match of.__module__.rpartition(".")[2]:
        case "balances":
            from billing.office.balances.balances import QUESTIONS as balances

            return balances
        case "incoming":
            from billing.office.cases.incoming import QUESTIONS as incoming

            return incoming
        case "attachments":
            from billing.office.attached import QUESTIONS as attachments

            return attachments
        case "hooks":
            from billing.office.hooks import QUESTIONS as hooks

            return hooks
        case "desks":
            from billing.office.helpdesks import QUESTIONS as desks

            return desks
        case "openings":
            from billing.office.openings import QUESTIONS as openings

            return openings
        case "agents":
            from billing.office.parties.agents import QUESTIONS as agents

            return agents
        case "parties":
            from billing.office.reports.customers import QUESTIONS as parties

            return parties
        case "addresses":
            from billing.office.parties.addresses import QUESTIONS as addresses

            return addresses
        case "keys":
            from billing.office.parties.keys import QUESTIONS as keys

            return keys
        case "links":
            from billing.office.parties.links import QUESTIONS as links

            return links
        case "bank":
            from billing.office.payments.banking import QUESTIONS as bank

            return bank
        case "cases" | "approvals":
            from billing.office.cases.acts import QUESTIONS as cases

            return cases
        case "maintenance":
            from billing.office.maintenance import QUESTIONS as maintenance

            return maintenance
        case "invoicing":
            from billing.office.invoicing.documents import QUESTIONS as invoicing

            return invoicing
        case "quotes":
            from billing.office.quotes import QUESTIONS as quotes

            return quotes
        case "reminders":
            from billing.office.payments.reminders import QUESTIONS as reminders

            return reminders
        case "sending":
            from billing.office.payments.sending import QUESTIONS as sending

            return sending
        case "audit":
            from billing.office.audit.auditing import QUESTIONS as audit

            return audit
        case "anchors":
            from billing.office.audit.anchoring import QUESTIONS as anchors

            return anchors
        case "proofs":
            from billing.office.reports.proving import QUESTIONS as proofs

            return proofs
        case "reports":
            from billing.office.reports.reports import QUESTIONS as reports

            return reports
        case "books":
            from billing.office.reports.books import QUESTIONS as ledgers

            return ledgers
        case "archive":
            from billing.office.invoicing.archiving import QUESTIONS as archive

            return archive
        case "changes":
            from billing.office.changes import QUESTIONS as changes

            return changes
        case "periods":
            from billing.office.reports.closing import QUESTIONS as periods

            return periods
        case "statements":
            from billing.office.reports.statements import QUESTIONS as statements

            return statements
        case "names":
            from billing.office.parties.names import QUESTIONS as names

            return names
        case "reviews":
            from billing.office.reports.reviews import QUESTIONS as reviews

            return reviews
        case "income":
            from billing.office.reports.income import QUESTIONS as income

            return income
        case "stats":
            from billing.office.reports.stats import QUESTIONS as stats

            return stats
        case "journal":
            from billing.office.reports.booked import QUESTIONS as journal

            return journal
        case "account":
            from billing.office.reports.account import QUESTIONS as account

            return account
        case "returns":
            from billing.office.reports.returns import QUESTIONS as returns

            return returns
        case "replay":
            from billing.office.reports.replaying import QUESTIONS as replaying

            return replaying
        case "explaining":
            from billing.office.entries.explaining import QUESTIONS as explaining

            return explaining
        case "work":
            from billing.office.entries.working_day import QUESTIONS as work

            return work
        case "timing":
            from billing.office.entries.timing import QUESTIONS as timing

            return timing
        case "privacy":
            from billing.office.privacy.acts import QUESTIONS as privacy

            return privacy
        case "importing":
            from billing.office.entries.importing import QUESTIONS as importing

            return importing
    raise AssertionError(of)


Whole = Callable[..., tuple[Any, bool]]  # setting, request, key, dry run, progress: the view, and whether it is new


def whole(of: type[Request[Any]]) -> Whole | None:
    """What does a request that is more than one transaction: making a database, a month's run, a day's reminders."""
    match of.__module__.rpartition(".")[2], of.__name__:
        case "parties", "SetIssuer":
            from billing.office.invoicing.making import init

            return init
        case "spreading", _:
            from billing.office.invoicing.making import spread

            return spread
        case "reminders", _:
            from billing.office.payments.reminders import remind

            return remind
        case "anchors", _:
            from billing.office.audit.anchoring import make

            return make
        case "privacy", _:
            from billing.office.privacy.acts import WHOLE as privacy

            return privacy[of]
        case "backups", _:
            from billing.office.audit.backups import WHOLE as copies

            return copies[of]
        case "importing", "ImportTime":
            from billing.office.entries.importing import import_time

            return import_time
        case "importing", _:
            from billing.office.customer_files import import_customers

            return import_customers
        case "ticking", _:
            from billing.office.reports.ticking import tick

            return tick
        case "invoicing", _:
            from billing.office.invoicing.documents import WHOLE

            return WHOLE.get(of)
    return None


def alone(of: type[Question[Any]]) -> Callable[["Setting", Any], Any] | None:
    """What answers a question for which there need not be a database, or that takes more than one look."""
    if of.__name__ == "AskMonthEnd":
        from billing.office.reports.month import month_end

        return month_end
    if of.__name__ == "AskHours":
        from billing.office.cases.service import hours

        return hours
    if of.__module__ == "billing.requests.tariffs":
        from billing.office.tariffs import ALONE as of_tariffs

        return of_tariffs[of]
    if of.__name__ == "AskSpreading":
        from billing.office.invoicing.making import how_spread

        return how_spread
    if of.__name__ == "AskArchived":
        from billing.office.invoicing.archiving import archived

        return archived
    if of.__module__ == "billing.requests.invoicing":
        from billing.office.invoicing.documents import ALONE

        return ALONE.get(of)
    return None
