"""Python's search for what is only held by itself, which looks at all there is again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def sweep() -> None:
    """Frees what is new and only held by itself, as transactions are: between two parts of what takes many."""
    gc.collect(1)


@contextmanager
def unswept() -> Iterator[None]:
    """Does without that search: for what makes many objects, keeps them, and leaves no circles behind."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
