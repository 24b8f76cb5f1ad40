"""Which case a text names, and whose it is, as one transaction sees it (T3)."""

from collections.abc import Callable, Collection

from billing.core.naming import folded
from billing.errors import Already, one_of
from billing.store import case_names, near
from billing.store.appending import Appender
from billing.store.case_names import Named
from billing.store.heads import Head
from billing.store.sql import Connection
from billing.texts import say


class CaseNames:
    """Case references: looked up once, claimed in the transaction."""

    def __init__(self, connection: Connection, appender: Appender) -> None:
        self._connection = connection
        self._appender = appender
        self._known: dict[str, Named | None] = {}  # by what was looked up
        self._claimed: dict[str, Named] = {}  # in this transaction, folded
        self._looked_up: dict[int, set[str]] = {}  # many at once, by customer

    def look_up(self, references: Collection[str]) -> None:
        """Looks up many at once, for a file that names them."""
        wanted = {reference.strip() for reference in references}
        found = case_names.all_named(self._connection, wanted)
        self._known |= {reference: found.get(reference) for reference in wanted}
        for reference, owner in found.values():
            self._looked_up.setdefault(owner, set()).add(reference)

    def looked_up(self, head: Head) -> Collection[str]:
        """The customer's cases that a file names, as they were first written."""
        return self._looked_up.get(head.id, ())

    def find(self, written: str) -> Named | None:
        """The case that a text names, as it was first written, with its customer's key."""
        name = written.strip()
        found = self._known.get(name)
        if found is None and name not in self._known:
            found = self._known[name] = case_names.named(self._connection, name)
        return found or self._claimed.get(folded(name))

    def reference(self, written: str) -> str:
        """How the case was first written that a text names; as it is written now where there is none yet."""
        found = self.find(written)
        return written.strip() if found is None else found[0]

    def existing(self, written: str) -> Named:
        """The case that a text names, or a refusal that names the nearest (`unknown-case`)."""
        found = self.find(written)
        if found is None:
            raise one_of("case", written, near.cases(self._connection, written))
        return found

    def claim(self, head: Head, reference: str, code_of: Callable[[int], str]) -> None:
        """Makes a case the customer's; one that is another customer's is refused (`conflict`)."""
        found = self.find(reference)
        if found is None:
            name = folded(reference)
            case_names.add(self._appender, head, reference, name)
            self._claimed[name] = self._known[reference] = (reference, head.id)
        elif found[1] != head.id:
            raise Already(
                "conflict",
                say("case {case!r} is a case of {customer}", case=found[0], customer=code_of(found[1])),
                say("give this one another reference"),
            )
