"""The words that facts and answers share: those of facts, and none of a module that takes long to come in."""

import subprocess
import sys
from typing import get_args

from billing.core import facts, kinds


def test_the_kinds_of_facts_are_these() -> None:
    for name in ("CaseKind", "DrawKind", "GrantKind", "QuoteStep", "Reason", "Sender"):
        assert getattr(facts, name) is getattr(kinds, name)
        assert len(set(get_args(getattr(kinds, name)))) == len(get_args(getattr(kinds, name))) > 2


def test_what_an_entry_is_answered_by_needs_no_facts() -> None:
    """A `log` over HTTP imports what it prints, and no rule of the engine."""
    ask = "import sys, billing.views.entries; print([m for m in sys.modules if m.startswith('billing.core.')])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['billing.core.kinds']"
