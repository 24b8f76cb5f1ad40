"""The desk's pages: the queue, a case with all that is done about it, customers, a search (A1)."""

from datetime import date

from billing import requests
from billing.core.facts import CaseKind
from billing.errors import BadInput
from billing.http import answers
from billing.http.pages.frame import Bytes, Elsewhere, Found, Page
from billing.http.pages.visits import Visit
from billing.requests import inputs, moments
from billing.texts import say
from billing.views.balances import Reply
from billing.views.cases import CaseRow, CaseShown, Queue

SAID: tuple[CaseKind, ...] = ("reply", "ask", "note", "resolve", "workaround", "ask-files", "attempt", "close",
                              "reopen", "answer", "authorisation")  # fmt: skip
_MEDIA = {"pdf": answers.PDF, "png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
_MOST = 30  # that a search shows


def queue(visit: Visit) -> Found:
    """What is to be done, the next one first; narrowed as asked (S6)."""
    return Page("desk/queue.html", {"queue": _queue(visit), "agents": _agents(visit), "asked": visit.query})


def rows(visit: Visit) -> Found:
    """The queue's rows alone: what a page that is open fetches now and then."""
    return Page("desk/rows.html", {"queue": _queue(visit), "asked": visit.query})


def _queue(visit: Visit) -> Queue:
    agent, customer, priority, state = (visit.asked(name) for name in ("agent", "customer", "priority", "state"))
    return visit.books.ask(requests.AskQueue(agent=agent, customer=customer, priority=priority, state=state,
                                             late=visit.asked("late") is not None))  # fmt: skip


def _agents(visit: Visit) -> list[str]:
    today = visit.books.setting.today
    found = visit.books.ask(requests.AskAgents()).agents
    return [one.agent for one in found if one.last is None or one.last >= today]


def case(visit: Visit) -> Found:
    """A case: what happened, what was promised, the time on it, what its customer has left; and what to do about it."""
    shown = visit.books.ask(requests.AskCase(case=visit.names["case"]))
    sentence = visit.books.ask(requests.AskReply(customer=shown.customer, language=None))
    timers = visit.books.ask(requests.AskTimers(agent=visit.who.name))
    names = visit.books.ask(requests.AskNames(kind="categories", customer=shown.customer))
    paused = next((timer for timer in timers.paused if timer.case == shown.case), None)
    return Page("desk/case.html", {
        "case": shown, "sentence": sentence, "agents": _agents(visit), "categories": names.names,
        "running": timers.running, "paused": paused, "letter": _letter(shown, sentence),
        "priorities": visit.books.ask(requests.AskNames(kind="priorities", customer=shown.customer)).names,
        "today": visit.books.setting.today, "overrun": visit.books.ask(requests.AskOverage(case=shown.case)),
    })  # fmt: skip


def _letter(shown: CaseShown, sentence: Reply) -> str:
    """The last reply with the sentence below it, as a mail may have it (B1)."""
    said = [event.note for event in shown.events if event.kind in ("reply", "ask", "resolve") and event.note]
    return "\n\n".join([*said[-1:], sentence.text])


def work(visit: Visit) -> Found:
    """Time that was worked on a case, as it is typed: `12`, `1h20`, `0:45` (T4)."""
    name = visit.names["case"]
    seconds = inputs.duration(visit.given("duration") or "")
    on = inputs.day(visit.form["on"]) if visit.given("on") else None
    asked = requests.Log(case=name, seconds=seconds, note=visit.given("note"), category=visit.given("category"),
                         agent=visit.who.name, on=on, typed=True, yes=visit.given("yes") is not None)  # fmt: skip
    visit.books.do(asked, visit.key)
    return _back(name, "work")


def timer(visit: Visit) -> Found:
    """The agent's timer on a case: it starts, pauses, goes on, stops and is logged, or is forgotten."""
    name, agent = visit.names["case"], visit.who.name
    match visit.given("do"):
        case "start":
            visit.books.do(requests.Start(case=name, agent=agent))
        case "pause":
            visit.books.do(requests.Pause(agent=agent))
        case "resume":
            visit.books.do(requests.Resume(case=name, agent=agent))
        case "discard":
            visit.books.do(requests.Discard(case=name, agent=agent))
        case "stop":
            asked = requests.Stop(case=name, agent=agent, note=visit.given("note"), category=visit.given("category"))
            visit.books.do(asked, visit.key)
        case _:
            raise BadInput("bad-input", say("say what the timer is to do"))
    return _back(name, "work")


def say_something(visit: Visit) -> Found:
    """What an agent writes about a case: a reply, a question, a note, the solution; the button says which (S14)."""
    name, kind = visit.names["case"], next((kind for kind in SAID if kind == visit.given("kind")), None)
    if kind is None:
        raise BadInput("bad-input", say("say what it is: a reply, a question, a note"))
    visit.books.do(requests.RecordEvent(case=name, kind=kind, note=visit.given("note"), agent=visit.who.name,
                                        channel=visit.given("channel")), visit.key)  # fmt: skip
    return _back(name, "history")


def take(visit: Visit) -> Found:
    """The agent takes a case up, and may say that he told the customer (S4, S10)."""
    name, told = visit.names["case"], visit.given("told") is not None
    visit.books.do(requests.Take(case=name, agent=visit.who.name, told=told), visit.key)
    return _back(name, "main")


def hand_over(visit: Visit) -> Found:
    """A case goes to another agent (S10)."""
    name = visit.names["case"]
    asked = requests.HandOver(case=name, to=visit.given("to"), note=visit.given("note"), agent=visit.who.name)
    visit.books.do(asked, visit.key)
    return _back(name, "main")


def change(visit: Visit) -> Found:
    """Another priority, with its reason (S10)."""
    name = visit.names["case"]
    visit.books.do(requests.ChangePriority(case=name, priority=visit.given("priority"), note=visit.given("reason"),
                                           agent=visit.who.name, agreed_with=visit.given("agreed_with"), typed=True,
                                           yes=visit.given("yes") is not None), visit.key)  # fmt: skip
    return _back(name, "main")


def call(visit: Visit) -> Found:
    """A call-back: made, settled, or withdrawn (S10)."""
    name, event, agent = visit.names["case"], visit.given("event"), visit.who.name
    if visit.given("do") == "done":
        visit.books.do(requests.CalledBack(case=name, event=event, agent=agent), visit.key)
    elif visit.given("do") == "withdraw":
        visit.books.do(requests.WithdrawCallBack(case=name, event=event, agent=agent), visit.key)
    else:
        day = visit.given("day") or ""
        first, last = (moments.when(f"{day}T{visit.given(end) or ''}") for end in ("first", "last"))
        visit.books.do(requests.CallBack(case=name, window=(first, last), agent=agent), visit.key)
    return _back(name, "calls")


def attach(visit: Visit) -> Found:
    """A file that is kept with a case."""
    name = visit.names["case"]
    if not visit.files:
        raise BadInput("bad-input", say("choose a file"))
    for number, (file, data) in enumerate(visit.files):
        asked = requests.AttachToCase(case=name, name=file, data=data)
        visit.books.do(asked, visit.key and f"{visit.key}-{number}")
    return _back(name, "files")


def file(visit: Visit) -> Found:
    """A file that is kept with a case; what a browser could take for a page is kept, not shown."""
    asked = requests.AskAttachment(case=visit.names["case"], file=int(visit.names["file"]))
    kept = visit.books.ask(asked)
    return Bytes(kept.data, _MEDIA.get(kept.type, "application/octet-stream"), kept.name, kept.type in _MEDIA)


def find(visit: Visit) -> Found:
    """Customers and cases by a part of their code, name, reference or subject."""
    part = visit.query.get("q", "").strip()
    if not part:
        return Page("desk/find.html", {"part": "", "customers": (), "cases": ()})
    cases = [one for one in visit.books.ask(requests.ListCases()).cases if _has(one, part)]
    exact = [one for one in cases if one.case.casefold() == part.casefold()]
    if exact:
        return Elsewhere(f"/desk/case/{exact[0].case}")
    customers = visit.books.ask(requests.AskCustomers(part=part)).customers[:_MOST]
    return Page("desk/find.html", {"part": part, "customers": customers, "cases": cases[-_MOST:][::-1]})


def _has(row: CaseRow, part: str) -> bool:
    wanted = part.casefold()
    return wanted in row.case.casefold() or wanted in (row.subject or "").casefold()


def customer(visit: Visit) -> Found:
    """A customer: what he has, in the sentence and lot by lot, and his cases."""
    code = visit.names["customer"]
    balance = visit.books.ask(requests.AskBalance(customer=code, language=visit.language, reply=True))
    cases = visit.books.ask(requests.ListCases(customer=balance.customer)).cases[::-1]
    return Page("desk/customer.html", {
        "balance": balance, "cases": cases[:50], "reference": _reference(balance.customer, cases),
        "categories": visit.books.ask(requests.AskNames(kind="categories", customer=code)).names,
        "priorities": visit.books.ask(requests.AskNames(kind="priorities", customer=code)).names,
        "today": visit.books.setting.today,
    })  # fmt: skip


def _reference(code: str, cases: tuple[CaseRow, ...]) -> str:
    """A reference for a new case that none of the customer's has."""
    taken = {one.case.casefold() for one in cases}
    numbers = (f"{code}-{number}" for number in range(len(cases) + 1, 2 * len(cases) + 2))
    return next(name for name in numbers if name.casefold() not in taken)


def open_case(visit: Visit) -> Found:
    """Opens a case for a customer (S4)."""
    name = visit.given("case")
    if name is None:
        raise BadInput("bad-input", say("give the case a reference"))
    asked = requests.OpenCase(
        customer=visit.names["customer"], case=name, subject=visit.given("subject"), note=visit.given("note"),
        priority=visit.given("priority"), category=visit.given("category"), contact=visit.given("contact"),
        channel=visit.given("channel"), agreed_with=visit.given("agreed_with"), agent=visit.who.name,
        typed=True, yes=visit.given("yes") is not None,
    )  # fmt: skip
    visit.books.do(asked, visit.key)
    return Elsewhere(f"/desk/case/{name}")


def statement(visit: Visit) -> Found:
    """A customer's statement of a period, as PDF."""
    first, last = (inputs.day(visit.query.get(end, "")) for end in ("first", "last"))
    asked = requests.AskStatement(customer=visit.names["customer"], first=first, last=last)
    made = answers.filed(visit.books.ask(asked), answers.PDF, visit.books)
    return Bytes(made.data, made.media, f"{visit.names['customer']}-{first}-{last}.pdf")


def _back(name: str, part: str) -> Elsewhere:
    return Elsewhere(f"/desk/case/{name}#{part}")


# Who leads the desk


def targets(visit: Visit) -> Found:
    """How the targets of a month were kept, and each that was missed (S2)."""
    month = inputs.month(visit.query["month"]) if visit.query.get("month") else None
    by = visit.query.get("by", "priority")
    sla = visit.books.ask(requests.AskSla(month=month, by=by if by in _BY else "priority"))  # type: ignore[arg-type]
    return Page("desk/targets.html", {"sla": sla})


_BY = ("priority", "agent", "customer", "week")


def time(visit: Visit) -> Found:
    """What was worked in a period, and what became of it."""
    first, last = _days(visit)
    by = visit.query.get("by", "agent")
    known = by if by in ("agent", "customer", "category", "channel", "week") else "agent"
    worked = visit.books.ask(requests.AskTime(first=first, last=last, by=(known,)))  # type: ignore[arg-type]
    return Page("desk/time.html", {"time": worked, "by": known,
                                   "most": max((row.raw_seconds for row in worked.rows), default=0)})  # fmt: skip


def credit(visit: Visit) -> Found:
    """Whose time runs out."""
    return Page("desk/credit.html", {"credit": visit.books.ask(requests.AskCredit())})


def _days(visit: Visit) -> tuple[date, date]:
    today = visit.books.setting.today
    first, last = (visit.query.get(end) for end in ("first", "last"))
    return (inputs.day(first) if first else today.replace(day=1), inputs.day(last) if last else today)
