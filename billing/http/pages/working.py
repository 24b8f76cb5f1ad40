"""What takes longer than a page: it runs beside the pages, and tells how far it is.

What is done is kept by the books, one thing after another; a run that ends with the server goes on where it was when it
is asked for again (M7, M20). So nothing of this needs to outlive the process.
"""

import secrets
from collections.abc import Callable
from dataclasses import field
from threading import Lock, Thread

from billing.errors import Refusal
from billing.service import Progress
from billing.values import dataclass

_MOST = 50  # that are remembered
Work = Callable[[Progress], object]


@dataclass(slots=True)
class Running:
    """Something that runs or has ended: how far it is, what it came to, or what was refused."""

    kind: str
    about: str
    done: int = 0
    total: int | None = None
    over: bool = False
    found: object = None
    wrong: Refusal | None = None


@dataclass(slots=True)
class Works:
    """All that runs in this process, by name."""

    known: dict[str, Running] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def start(self, kind: str, about: str, work: Work) -> str:
        """Starts something, unless the same runs already; what it is called."""
        with self.lock:
            for name, one in self.known.items():
                if (one.kind, one.about, one.over) == (kind, about, False):
                    return name
            while len(self.known) >= _MOST:
                self.known.pop(next((name for name, one in self.known.items() if one.over), next(iter(self.known))))
            name, running = secrets.token_hex(8), Running(kind, about)
            self.known[name] = running
        Thread(target=_run, args=(running, work), name=f"{kind} {about}", daemon=True).start()
        return name

    def find(self, name: str) -> Running | None:
        """What runs or ran under a name; None where another process has it, or none."""
        with self.lock:
            return self.known.get(name)


def _run(running: Running, work: Work) -> None:
    def progress(done: int, total: int | None) -> None:
        running.done, running.total = done, total

    try:
        running.found = work(progress)
    except Refusal as refused:
        running.wrong = refused
    except Exception as unexpected:  # said on the page, as a fault is said everywhere
        from billing.errors import BadInput
        from billing.texts import say

        running.wrong = BadInput("bad-input", say("a fault of the program: {what}", what=type(unexpected).__name__))
        raise
    finally:
        running.over = True
