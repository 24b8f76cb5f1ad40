"""Many issuers beside one another: the doors to whose books there are, and making another.

What is done or asked at one is done at that one's own door: see `billing.service`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from billing.errors import Already
from billing.texts import Do, say


def names(url: str) -> list[str]:
    """The issuers that were added to one database, by name. Raises DatabaseRefusal where it cannot be asked."""
    from billing.store import issuers as store

    return store.names(url)


def all_of(url: str) -> Iterator[tuple[str | None, str]]:
    """All issuers by name, each with the URL of its books; the database's own first, if it has one.

    Raises DatabaseRefusal where it cannot be asked.
    """
    from billing.store import places

    known = names(url)
    if places.HERE not in url and is_there(url):
        yield None, url
    yield from ((name, places.of(url, name)) for name in known)


def is_there(url: str) -> bool:
    """Whether there is a database with an issuer of its own; asked without making one."""
    from billing.store import migrate
    from billing.store.engine import open_engine

    engine = open_engine(url)
    try:
        return migrate.has_issuer(engine)
    finally:
        engine.dispose()


@contextmanager
def added(url: str, name: str, keep: bool = True) -> Iterator[str]:
    """Makes a place for the books of another issuer; its URL, where `SetIssuer` makes them. Gone where that fails, and
    without `keep`.

    Raises Already (`conflict`) where an issuer has that name, BadInput for a name that is none.
    """
    from billing.store import issuers as store

    with store.place(url, name, keep) as own:
        if is_there(own):
            raise Already(
                "conflict",
                say("there is an issuer {name} already", name=name),
                say("{do} changes its data", do=Do("--issuer", name, "init")),
            )
        yield own
