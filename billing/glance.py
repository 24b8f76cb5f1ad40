"""What a shell asks at every Tab: answered from a SQLite file without SQLAlchemy, which takes longer to come in.

Only names are looked up here. The door answers the same question, and it does so for every other database.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from billing.office.parties.names import found
from billing.remote.address import is_server
from billing.requests.names import AskNames
from billing.store.names import reading
from billing.views.names import Names

_FILE = "sqlite:///"
A_TAB = 0.1  # seconds that a server has to answer: who types on waits for nothing


def names(url: str, question: AskNames, folders: Callable[[], Sequence[Path]]) -> Names:
    """The names that a text begins, in a database by its URL; the tariffs' names from these folders.

    Raises whatever is wrong with the database: who completes shows nothing.
    """
    file = Path(url.removeprefix(_FILE))
    if url.startswith(_FILE) and "?" not in url and "%" not in url and file.is_file():
        with reading(file) as rows:
            return found(rows, question, folders)
    if is_server(url):
        from billing.remote.client import Remote

        with Remote.open(url, os.environ, A_TAB) as books:
            return books.ask(question)
    from billing.service import Billing

    with Billing.open(url) as here:
        return here.ask(question)
