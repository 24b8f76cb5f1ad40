"""The Python interface: what it offers is exact, cheap to import, and as docs/api.md shows it."""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import billing
from billing import requests, views
from billing.requests.base import Question, Request
from tests.support import run
from tools import api

ROOT = Path(__file__).parents[1]


def test_the_package_offers_four_names() -> None:
    assert billing.__all__ == ["Billing", "Refusal", "requests", "views"]
    for name in billing.__all__:
        assert getattr(billing, name) is not None
    assert (ROOT / "billing" / "py.typed").exists()


def test_every_request_and_every_view_is_offered_and_nothing_else() -> None:
    """`__all__` is what the modules define, and each name leads to it."""
    for package, of in ((requests, (Request, Question)), (views, (object,))):
        found = [thing for some in api.names(package, of).values() for thing in some]
        assert len(found) > 15
        assert package.__all__ == sorted(thing.__name__ for thing in found)
        assert [getattr(package, thing.__name__) for thing in found] == found


def test_what_is_written_by_the_tool_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, "tools/api.py", "--check"], cwd=ROOT, capture_output=True, text=True,
                          env={"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_an_import_of_the_package_waits_for_nothing() -> None:
    """The modules of nouns are imported when they are asked for; `billing log` needs few of them."""
    asked = (
        "import sys, billing.requests, billing.views; print(*sorted(m for m in sys.modules if m.startswith('billing')))"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["billing", "billing.requests", "billing.views"]


def test_the_examples_of_the_page_are_so(database_url: str) -> None:
    assert run("--db", database_url, "init", "--name", "Demo SA", "--country", "CH")[0] == 0
    text = (ROOT / "docs" / "api.md").read_text()
    examples = doctest.DocTestParser().get_doctest(text, {"url": database_url}, "api.md", "docs/api.md", 0)
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=told.append)
    assert (result.failed, told) == (0, [])
    assert result.attempted > 15


def test_an_example_that_is_not_so_is_found() -> None:
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda _: None).failed == 1


def test_each_module_of_requests_and_views_can_be_imported_by_itself() -> None:
    for package in (requests, views):
        for noun in api.names(package):
            assert importlib.import_module(f"{package.__name__}.{noun}")
