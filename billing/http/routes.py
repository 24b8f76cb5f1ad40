"""Which path asks what: a row for each request and question. A new one is one row here.

Names in a path are fields of the request; what else it takes is in the body, of a question in the query.
"""

import re
from functools import cached_property
from typing import Any, Literal

from billing import requests
from billing.requests.balances import AskReply
from billing.requests.base import Question, Request
from billing.requests.keys import AddKey, AskKeys, RevokeKey
from billing.values import dataclass

Method = Literal["GET", "POST", "PATCH"]


@dataclass(frozen=True, slots=True)
class Paper:
    """What a view can be beside JSON: which kinds of file, and what each is made by."""

    csv: bool = False
    pdf: bool = False
    xml: bool = False
    kept: bool = False  # it is a file, and no JSON


@dataclass(frozen=True)
class Route:
    """A method and a path, what they ask, and the name of the list that is answered a page at a time."""

    method: Method
    path: str
    of: Any  # a type of Request or Question
    rows: str = ""
    paper: Paper = Paper()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The fields that stand in the path."""
        return tuple(re.findall(r"{(\w+)", self.path))

    @cached_property
    def told(self) -> str:
        """The path as documentation has it."""
        return self.path.replace(":path", "")

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """The fields by which the question itself has pages: what a cursor and a limit are in it."""
        known = self.of.__dataclass_fields__
        return ("after", "most") if self.rows and "after" in known and "most" in known else ()

    @property
    def changes(self) -> bool:
        """Whether it does something."""
        return issubclass(self.of, Request)

    @property
    def asks(self) -> bool:
        return issubclass(self.of, Question)


CSV, PDF, KEPT = Paper(csv=True), Paper(pdf=True), Paper(kept=True)
_CASE, _ENTRY = "/v1/cases/{case:path}", "/v1/entries/{entry:path}"  # whose names may hold a stroke
_GET: tuple[tuple[Any, ...], ...] = (
    ("/v1/balance", requests.AskBalance),
    ("/v1/reply", AskReply),
    ("/v1/customers", requests.AskCustomers, "customers"),
    ("/v1/customers/{customer}", requests.AskCustomer),
    ("/v1/addresses", requests.AskAddresses),
    ("/v1/addresses/owner", requests.AskWhose),
    ("/v1/cases", requests.ListCases, "cases"),
    ("/v1/queue", requests.AskQueue, "cases"),
    ("/v1/hours", requests.AskHours),
    (_CASE + "/overage", requests.AskOverage),
    (_CASE + "/paper", requests.AskCasePaper, "", PDF),
    (_CASE + "/attachments/{file}", requests.AskAttachment, "", KEPT),
    (_CASE, requests.AskCase),
    ("/v1/why/{what:path}", requests.AskWhy),
    ("/v1/work", requests.AskWork),
    ("/v1/timers", requests.AskTimers),
    ("/v1/quotes", requests.ListQuotes, "quotes"),
    ("/v1/quotes/{quote}/attachments/{file}", requests.AskQuoteAttachment, "", KEPT),
    ("/v1/quotes/{quote}", requests.AskQuote, "", PDF),
    ("/v1/invoices", requests.AskDocuments, "invoices"),
    ("/v1/invoices/{number}", requests.AskDocument, "", Paper(pdf=True, xml=True)),
    ("/v1/invoices/{number}/check", requests.CheckDocument),
    ("/v1/statements", requests.AskStatement, "", Paper(csv=True, pdf=True)),
    ("/v1/accounts", requests.AskAccount, "", Paper(csv=True, pdf=True)),
    ("/v1/proofs/{position}", requests.AskProof),
    ("/v1/maintenance", requests.ListMaintenance),
    ("/v1/tariffs", requests.ListTariffs),
    ("/v1/tariffs/{name}", requests.ShowTariff),
    ("/v1/payments/open", requests.AskOpenItems),
    ("/v1/months/{month}", requests.AskMonthEnd),
    ("/v1/periods", requests.AskPeriods),
    ("/v1/sendings", requests.AskSendings),
    ("/v1/reports/vat", requests.AskVat, "", CSV),
    ("/v1/reports/vat-return", requests.AskVatReturn, "", CSV),
    ("/v1/reports/sales-lists", requests.AskSalesLists, "", CSV),
    ("/v1/reports/receivables", requests.AskReceivables, "", CSV),
    ("/v1/reports/deferred", requests.AskDeferred, "", CSV),
    ("/v1/reports/revenue", requests.AskIncome, "", CSV),
    ("/v1/reports/journal", requests.AskJournal, "", CSV),
    ("/v1/reports/time", requests.AskTime, "", CSV),
    ("/v1/reports/credit", requests.AskCredit, "", CSV),
    ("/v1/reports/callbacks", requests.AskCallBacks, "", CSV),
    ("/v1/reports/sla", requests.AskSla, "", CSV),
    ("/v1/reports/open", requests.AskOpenCases, "", CSV),
    ("/v1/reports/errors", requests.AskProgramErrors, "", CSV),
    ("/v1/reports/evolutions", requests.AskEvolutions, "", CSV),
    ("/v1/agents", requests.AskAgents),
    ("/v1/keys", AskKeys, "keys"),
    ("/v1/hooks", requests.AskHooks),
    ("/v1/links", requests.AskLinks, "links"),
    ("/v1/desks", requests.AskDesks, "desks"),
    ("/v1/audit", requests.AskAudit),
    ("/v1/privacy/due", requests.AskDue),
    ("/v1/privacy/erasures", requests.AskErasures),
    ("/v1/privacy/held", requests.AskHeld),
    ("/v1/journal", requests.AskChanges, "changes"),
    ("/v1/stats", requests.AskStats),
    ("/v1/openings", requests.AskOpenings),
)
_POST: tuple[tuple[str, Any], ...] = (
    ("/v1/customers", requests.AddCustomer),
    ("/v1/customers/{customer}/hold", requests.Hold),
    ("/v1/customers/{customer}/release", requests.Release),
    ("/v1/customers/{customer}/addresses", requests.AddAddress),
    ("/v1/customers/{customer}/addresses/remove", requests.RemoveAddress),
    ("/v1/contracts", requests.Sign),
    ("/v1/contracts/{customer}/renew", requests.Renew),
    ("/v1/contracts/{customer}/tier", requests.ChangeTier),
    ("/v1/contracts/{customer}/cancel", requests.Cancel),
    ("/v1/contracts/{customer}/goodwill", requests.Goodwill),
    ("/v1/openings/contracts", requests.OpenContract),
    ("/v1/openings/grants", requests.OpenGrant),
    ("/v1/openings/owed", requests.OpenOwed),
    ("/v1/openings/invoices", requests.OpenInvoice),
    ("/v1/openings/money", requests.OpenMoney),
    ("/v1/openings/{opening}/void", requests.VoidOpening),
    ("/v1/entries", requests.Log),
    (_ENTRY + "/void", requests.Void),
    ("/v1/undo", requests.Undo),
    ("/v1/timers/start", requests.Start),
    ("/v1/timers/stop", requests.Stop),
    ("/v1/timers/pause", requests.Pause),
    ("/v1/timers/resume", requests.Resume),
    ("/v1/timers/cancel", requests.Discard),
    ("/v1/cases", requests.OpenCase),
    (_CASE + "/take", requests.Take),
    (_CASE + "/ask", requests.Ask),
    (_CASE + "/ask-files", requests.AskForFiles),
    (_CASE + "/answer", requests.Answer),
    (_CASE + "/reply", requests.Reply),
    (_CASE + "/note", requests.NoteDown),
    (_CASE + "/files", requests.ReceiveFiles),
    (_CASE + "/attempt", requests.Attempt),
    (_CASE + "/workaround", requests.WorkAround),
    (_CASE + "/resolve", requests.Resolve),
    (_CASE + "/close", requests.Close),
    (_CASE + "/reopen", requests.Reopen),
    (_CASE + "/hand-over", requests.HandOver),
    (_CASE + "/priority", requests.ChangePriority),
    (_CASE + "/authorise", requests.Authorise),
    (_CASE + "/callback", requests.CallBack),
    (_CASE + "/callback-done", requests.CalledBack),
    (_CASE + "/callback-withdrawn", requests.WithdrawCallBack),
    (_CASE + "/attachments", requests.AttachToCase),
    (_CASE + "/approve", requests.ApproveOverage),
    (_CASE + "/verify", requests.Verify),
    (_CASE + "/change", requests.ChangeCase),
    ("/v1/case-events/{event}/void", requests.VoidEvent),
    ("/v1/sweeps", requests.SweepCases),
    ("/v1/ticks", requests.Tick),
    ("/v1/quotes", requests.AddQuote),
    ("/v1/quotes/{quote}/approve", requests.ApproveQuote),
    ("/v1/quotes/{quote}/send", requests.SendQuote),
    ("/v1/quotes/{quote}/accept", requests.AcceptQuote),
    ("/v1/quotes/{quote}/refuse", requests.RefuseQuote),
    ("/v1/quotes/{quote}/deliver", requests.DeliverQuote),
    ("/v1/quotes/{quote}/attachments", requests.AttachToQuote),
    ("/v1/quotes/{quote}/name", requests.NameSite),
    ("/v1/quotes/{quote}/invoice", requests.InvoiceQuote),
    ("/v1/sales", requests.Sell),
    ("/v1/runs", requests.RunMonth),
    ("/v1/invoices/{invoice}/credit", requests.CreditInvoice),
    ("/v1/invoices/{invoice}/write-off", requests.WriteOff),
    ("/v1/payments", requests.Pay),
    ("/v1/payments/bank", requests.ImportBankFile),
    ("/v1/payments/on-account", requests.PayOnAccount),
    ("/v1/payments/refund", requests.Refund),
    ("/v1/payments/open/{item}/settle", requests.SettleItem),
    ("/v1/payments/{payment}/bounce", requests.Bounce),
    ("/v1/reminders", requests.Remind),
    ("/v1/periods/close", requests.CloseMonth),
    ("/v1/periods/reopen", requests.ReopenMonth),
    ("/v1/maintenance", requests.Announce),
    ("/v1/maintenance/{maintenance}/acknowledge", requests.Acknowledge),
    ("/v1/privacy/erase", requests.Erase),
    ("/v1/privacy/prune", requests.PrunePapers),
    ("/v1/agents", requests.AddAgent),
    ("/v1/agents/{code}/end", requests.EndAgent),
    ("/v1/customers/{customer}/links", requests.MakeLink),
    ("/v1/agents/{agent}/links", requests.InviteAgent),
    ("/v1/links/{link}/revoke", requests.RevokeLink),
    ("/v1/keys", AddKey),
    ("/v1/keys/{name}/revoke", RevokeKey),
    ("/v1/hooks", requests.AddHook),
    ("/v1/hooks/{hook}/remove", requests.RemoveHook),
    ("/v1/hooks/replay", requests.ReplayMessages),
    ("/v1/desks", requests.AddDesk),
    ("/v1/desks/{name}/remove", requests.RemoveDesk),
)
_PATCH: tuple[tuple[str, Any], ...] = (
    ("/v1/customers/{customer}", requests.ChangeCustomer),
    (_ENTRY, requests.Edit),
    ("/v1/issuer", requests.SetIssuer),
)
ROUTES: tuple[Route, ...] = (
    *(Route("GET", *row) for row in _GET),
    *(Route("POST", *row) for row in _POST),
    *(Route("PATCH", *row) for row in _PATCH),
)
# What a page of this machine or another program does, and no client: files that are on its disk, mails on their way,
# names for a shell, keys that the server itself looks up, messages that it delivers.
NOT_SERVED = {
    "AskBooks", "AskCovers", "AskDesk", "AskDeskEntry", "AskFiles", "AskHead", "AskIssuer", "AskKey", "AskLetters",
    "AskLogo", "AskMailReply", "AskNames", "AskNextTry", "AskOutbox", "AskPushes", "AskReplay", "AskRunFiles",
    "AskSession", "AskSweep", "AskTrial", "AskUnsent", "BeginMail", "CheckTariff", "ClaimMessages", "CountUses",
    "EndMail", "EndMessage", "EndPush", "EndSession", "EnterByLink", "EnterByProvider", "HandOverPaper", "KeepDraft",
    "KeepFiles", "RecordEvent", "RecordReturn",
    "AskAnchorMessages", "AskAnchored", "AskArchive", "AskArchived", "BackUp", "MakeAnchor", "Restore",
    "AskSpreading", "Spread",
    "AskImported", "ImportCustomers", "ImportTime", "KeepErasures", "ReplayErasures",
    "AskArrival", "AskWaiting", "AskWaitingMail", "DropWaiting", "KeepArrival", "KeepWaiting",
}  # fmt: skip
