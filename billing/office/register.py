"""What was asked before (L5), and whose cases are whose (T3), as one transaction sees it."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from billing.errors import Already
from billing.store import chain, ledger, schema
from billing.store.ledger import Appender, Head

Content = dict[str, Any]  # what an id stands for


class Register:
    """Ids and case references: looked up once, claimed in the transaction."""

    def __init__(self, connection: Connection, appender: Appender) -> None:
        self._connection = connection
        self._appender = appender
        self._customers = 0  # locked when ids were looked up; of others, ids may have come since
        self.references: dict[tuple[str, str], tuple[int, int, str] | None] = {}
        self.cases: dict[str, int | None] = {}

    def done_before(self, kind: str, external_id: str | None, content: Content, locked: int) -> tuple[int, int] | None:
        """Customer and position of what was recorded under that id; the same id with other content is refused.

        `locked` is how many customers the transaction has locked.
        """
        if external_id is None:
            return None
        key = (kind, external_id)
        seen = self.references.get(key)
        if seen is None and (key not in self.references or self._customers != locked):
            self.references[key] = ledger.find_reference(self._connection, kind, external_id)
        found = self.references[key]
        if found is None:
            return None
        salt, _, digest = found[2].partition(":")
        if chain.salted(_canonical(content), salt)[1] != digest:
            raise Already(
                "conflict", f"{kind} {external_id!r} was recorded with other content; give a new one another id"
            )
        return found[0], found[1]

    def take(self, kind: str, external_id: str, content: Content, head: Head) -> str:
        """Makes an id that of the customer's next position; answers the salted digest that is kept of its content."""
        kept = ":".join(chain.salted(_canonical(content)))
        self.references[kind, external_id] = (head.id, head.seq + 1, kept)
        return kept

    def look_up(self, ids: dict[str, set[str]], cases: set[str], locked: int) -> None:
        """Looks up many ids (by kind) and cases at once, for a file that names them."""
        for kind, wanted in ids.items():
            found = ledger.find_references(self._connection, kind, wanted)
            self.references |= {(kind, external_id): found.get(external_id) for external_id in wanted}
        self._customers = locked
        owners = ledger.case_owners(self._connection, cases)
        self.cases |= {case: owners.get(case) for case in cases}

    def owner_of_case(self, case: str) -> int | None:
        """The customer whose case that is, if it is anybody's."""
        return self.cases.get(case) or ledger.case_owner(self._connection, case)

    def claim_case(self, head: Head, reference: str | None, code_of: Callable[[int], str]) -> None:
        """Makes a case the customer's; one that is another customer's is refused (T3: references are unique)."""
        if reference is None:
            return
        if reference not in self.cases:
            self.cases[reference] = ledger.case_owner(self._connection, reference)
        owner = self.cases[reference]
        if owner is None:
            self._appender.add(schema.case_reference, reference=reference, customer_id=head.id, seq=head.seq + 1)
            self.cases[reference] = head.id
        elif owner != head.id:
            raise Already(
                "conflict", f"case {reference!r} is a case of {code_of(owner)}; give this one another reference"
            )


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":")).encode
