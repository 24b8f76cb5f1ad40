"""What was asked before, as one transaction sees it (L5)."""

import json
from collections.abc import Callable, Iterable
from itertools import chain as one_after_another
from typing import Any

from billing.errors import other_content
from billing.store import chain, references
from billing.store.heads import Head
from billing.store.sql import Connection

Content = dict[str, Any]  # what an id stands for


class Register:
    """Ids: looked up once, taken in the transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._customers = 0  # locked when ids were looked up; of others, ids may have come since
        self.references: dict[tuple[str, str], tuple[int, int, str] | None] = {}
        self._unknown: dict[str, set[str]] = {}  # ids that were looked up and are nowhere, by kind
        self._again: set[str] | None = None  # those that will be asked for once they are taken; None: all may be

    def done_before(
        self,
        kind: str,
        external_id: str | None,
        content: Content,
        locked: int,
        earlier: Callable[[], Iterable[Content]] = tuple,
    ) -> tuple[int, int] | None:
        """Customer and position of what was recorded under that id; the same id with other content is refused.

        `locked` is how many customers the transaction has locked; `earlier` are the contents for which earlier
        versions took the same request.
        """
        if external_id is None:
            return None
        key = (kind, external_id)
        found = self.references.get(key)
        is_known = found is not None or key in self.references or external_id in self._unknown.get(kind, ())
        if not is_known or (found is None and self._customers != locked):
            found = self.references[key] = references.find_reference(self._connection, kind, external_id)
        if found is None:
            return None
        salt, _, digest = found[2].partition(":")
        if all(chain.salted(_canonical(one), salt)[1] != digest for one in one_after_another((content,), earlier())):
            raise other_content(kind, external_id)
        return found[0], found[1]

    def take(self, kind: str, external_id: str, content: Content, head: Head) -> str:
        """Makes an id that of the customer's next position; answers the salted digest that is kept of its content."""
        kept = ":".join(chain.salted(_canonical(content)))
        if self._again is None or external_id in self._again:
            self.references[kind, external_id] = (head.id, head.seq + 1, kept)
        return kept

    def forget(self) -> None:
        """Forgets all that was looked up and taken."""
        self.references.clear()
        self._unknown = {}

    def look_up(self, ids: dict[str, set[str]], locked: int, again: set[str] | None) -> None:
        """Looks up many ids, by kind, at once, for a file that names them; `again` are those that it names further."""
        for kind, wanted in ids.items():
            found = references.find_references(self._connection, kind, wanted)
            self.references |= {(kind, external_id): place for external_id, place in found.items()}
        self._unknown, self._again, self._customers = ids, again, locked


_canonical = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, default=str, separators=(",", ":")
).encode
