"""Does requests in a transaction that is open: one, or the many of a file, each of which goes the same way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from billing import dispatch
from billing.batch import Asked, Batch, File, Progress
from billing.errors import Refusal
from billing.office.transaction import Decided, Same, Setting, Transaction
from billing.requests.base import Question, Request
from billing.texts import Text

if TYPE_CHECKING:
    from billing.store.ahead import Asked as Ahead

V = TypeVar("V")


def perform(tx: Transaction, request: Request[V], key: str | None = None) -> tuple[V, bool]:
    """Does one request: its view, and whether anything is new by it."""
    foresee(tx, request, request.key(key))
    view, new, _ = _done(tx, request, key)
    return view(), new


def perform_all(
    tx: Transaction,
    asked: Iterable[Asked],
    progress: Progress | None,
    file: File | None,
    every: bool = False,
    then: Question[Any] | None = None,
) -> Batch:
    """Does all of a batch, or raises the refusal of the first that cannot be done; see `Billing.do_all`."""
    from billing.exchange.sheets import Faults
    from billing.office import loads

    asked = list(asked)
    if file is not None and file.part and loads.is_done(tx, file.digest):
        return Batch(0, len(asked), (), known=True)
    tx.sums_only = then is None and all(one.request.ALONE for one in asked)
    _look_up(tx, asked)
    faults = Faults()
    new, unknown, warnings = 0, 0, []  # unknown: new ones without an id
    for number, one in enumerate(asked, 1):
        try:
            view, is_new, said = _done(tx, one.request, one.key)
        except Refusal as refused:
            if not every:
                raise refused.at(one.place) from None
            faults.add(refused.at(one.place_of(refused)))
            tx.books.clear()  # what the refused one had taken in
            continue
        new += is_new
        unknown += is_new and one.key is None
        if is_new and one.request.WARNS:
            said = getattr(view(), "warnings", ())
        warnings += [f"{one.place}: {warning}" for warning in said]
        if progress and number % 1000 == 0:
            progress(number, None)
    faults.check()
    if file is not None and file.part:
        loads.keep(tx, file.digest, file.lines)
    elif file is not None and unknown:
        warnings += map(str, loads.check(tx, file.digest, file.lines, file.typed))
    answer = None if then is None else dispatch.questions(type(then))[type(then)](tx, then)
    return Batch(new, len(asked) - new, tuple(warnings), answer)


def at_first(setting: Setting, asked: Request[Any] | Question[Any], key: str | None = None) -> "Sequence[Ahead]":
    """What is asked of a PostgreSQL as the transaction begins."""
    if setting.engine.dialect.name != "postgresql":
        return ()
    from billing.office import foreseen

    return foreseen.at_first(asked, key)


def foresee(tx: Transaction, asked: Request[Any] | Question[Any], key: str | None = None) -> None:
    """Has a PostgreSQL asked what will be needed of the customer, with who he is."""
    if tx.connection.dialect.name == "postgresql":
        from billing.office import foreseen

        tx.foreseen = lambda customer, at: foreseen.of_customer(tx, asked, key, customer, at)


def _done(tx: Transaction, request: Request[V], key: str | None) -> tuple[Callable[[], V], bool, Sequence[Text]]:
    """Does one request: what makes its view, whether anything is new by it, and warnings that are known already."""
    if (case := getattr(request, "case", None)) is not None:  # as it was first written, however it is named now (T3)
        first = tx.cases.reference(case)
        request = request if first == case else replace(request, case=first)  # type: ignore[call-arg]
    act = dispatch.act_of(type(request))
    written = act.resolve(tx, request) if act.resolve else request
    request = _spelled(tx, written)
    content, key = request.content(), request.key(key)

    def earlier() -> Iterable[dict[str, Any]]:
        yield from request.earlier()
        if written is not request:  # which earlier versions kept as it was written
            yield written.content()
            yield from written.earlier()

    before = tx.done_before(request.KIND, key, content, earlier)
    if before is not None:
        return (lambda: act.again(tx, request, tx.customer_by_id(before[0], at=before[1]), before[1])), False, ()
    try:
        decided = act.decide(tx, request, key)
    except Refusal:  # it may be done already: by another writer, between the look-up and the lock
        before = tx.done_before(request.KIND, key, content, earlier)
        if before is None:
            raise
        tx.books.pop(before[0], None)
        return (lambda: act.again(tx, request, tx.customer_by_id(before[0], at=before[1]), before[1])), False, ()
    if isinstance(decided, Same):
        return (lambda: decided.view), False, ()
    if isinstance(decided, Decided):
        fresh = tx.recorded(decided, request.KIND, key, content)
        return (lambda: decided.view(fresh)), True, decided.warnings
    return (lambda: decided), True, ()


def _spelled(tx: Transaction, request: Request[V]) -> Request[V]:
    """The request with its customer's code as the books have it, whatever letter case it is named in."""
    code = getattr(request, "customer", None)
    spelled = None if code is None else tx.spelled(code)
    return request if spelled == code else replace(request, customer=spelled)  # type: ignore[call-arg]


def _look_up(tx: Transaction, asked: Sequence[Asked]) -> None:
    """Locks the customers that are named, in the order of their codes, so that two batches never wait crosswise; then
    looks up at once which ids and cases are known already."""
    requests = [one.request for one in asked]
    for code in sorted({code for r in requests if (code := getattr(r, "customer", None)) is not None}):
        tx.try_customer(code)
    ids: dict[str, set[str]] = {}
    again = set()
    for one in asked:
        if one.key is not None:
            known = ids.setdefault(one.request.KIND, set())
            if one.key in known:
                again.add(one.key)
            known.add(one.key)
    cases = {case for r in requests if (case := getattr(r, "case", None)) is not None}
    tx.look_up(ids, cases, again if tx.sums_only else None)
    tx.days_named = {getattr(r, "on", None) or tx.today for r in requests if r.ALONE}
