"""Writes what the public API names: the lists of `billing/requests` and `billing/views`, the tables of `docs/api.md`.

python tools/api.py           writes them
python tools/api.py --check   says which are not as they would be written, and exits with 1
"""

import dataclasses
import importlib
import pkgutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import billing.requests
import billing.views
from billing.requests.base import Question, Request

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "api.md"
HEAD = ("| | takes (what can be left out: *slanted*) | answers | |", "| --- | --- | --- | --- |")
MARK = "# What there is, by noun; `python tools/api.py` writes it.\n"


def names(package: Any, of: tuple[type, ...] = (object,)) -> dict[str, list[type]]:
    """The public dataclasses of each module of a package; a name that two modules have is asked of its module alone."""
    found = defined(package, of)
    count = Counter(thing.__name__ for some in found.values() for thing in some)
    return {noun: kept for noun, some in found.items() if (kept := [t for t in some if count[t.__name__] == 1])}


def defined(package: Any, of: tuple[type, ...] = (object,)) -> dict[str, list[type]]:
    """The public dataclasses that each module of a package defines."""
    found = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.name not in ("base", "fields", "inputs", "codec"):
            home = importlib.import_module(f"{package.__name__}.{module.name}")
            mine = [thing for name, thing in vars(home).items() if isinstance(thing, type) and name[0] != "_"
                    and thing.__module__ == home.__name__ and dataclasses.is_dataclass(thing)
                    and issubclass(thing, of)]  # fmt: skip
            if mine:
                found[module.name] = sorted(mine, key=lambda thing: thing.__name__)
    return found


def module_of(package: Any, found: dict[str, list[type]]) -> str:
    """The text of a package's `__init__.py`: its own words, then the lists."""
    path = Path(package.__file__)
    words = path.read_text().partition(MARK)[0].partition("\nfrom ")[0].rstrip()
    imports = "".join(
        f"    from {package.__name__}.{noun} import {', '.join(thing.__name__ for thing in some)}\n"
        for noun, some in found.items()
    )
    every = sorted(thing.__name__ for some in found.values() for thing in some)
    homes = {noun: [thing.__name__ for thing in some] for noun, some in found.items()}
    text = (
        f"{words}\n\nfrom typing import TYPE_CHECKING\n\nfrom billing import lazily\n\n{MARK}"
        f"if TYPE_CHECKING:\n{imports}\n__all__ = {every!r}\n\n"
        f"if not TYPE_CHECKING:\n    __getattr__ = lazily(__name__, {homes!r})\n"
    )
    return formatted(text)


def formatted(text: str) -> str:
    """Python as `ruff format` and the order of imports have it."""
    for command in (["check", "--quiet", "--fix", "--select", "I,RUF022"], ["format", "--quiet"]):
        done = subprocess.run([Path(sys.executable).parent / "ruff", *command, "--stdin-filename", "billing/x.py", "-"],
                              input=text, capture_output=True, text=True, cwd=ROOT, check=True)  # fmt: skip
        text = done.stdout
    return text


def rows(kind: type) -> Iterator[str]:
    """A row for each request or question: its name, what it takes, the view that answers it, its first sentence."""
    for some in names(billing.requests, (kind,)).values():
        for thing in some:
            takes = ", ".join(
                f"`{f.name}`" if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
                else f"*`{f.name}`*"
                for f in dataclasses.fields(thing)
            )  # fmt: skip
            view = next(get_args(base)[0] for base in thing.__orig_bases__ if get_args(base))  # type: ignore[attr-defined]
            doc = " ".join((thing.__doc__ or "").split("\n\n")[0].split())
            yield f"| `{thing.__name__}` | {takes} | `{getattr(view, '__name__', view)}` | {doc} |"


def page() -> str:
    """The text of the page, its tables written anew."""
    text = PAGE.read_text()
    for mark, kind in (("requests", Request), ("questions", Question)):
        table = "\n".join([*HEAD, *rows(kind)])
        before, _, rest = text.partition(f"<!-- {mark} -->\n")
        text = f"{before}<!-- {mark} -->\n\n{table}\n\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    return text


def main() -> int:
    wanted = {
        Path(billing.requests.__file__): module_of(billing.requests, names(billing.requests, (Request, Question))),
        Path(billing.views.__file__): module_of(billing.views, names(billing.views)),
        PAGE: page(),
    }
    old = [path for path, text in wanted.items() if path.read_text() != text]
    if "--check" in sys.argv[1:]:
        for path in old:
            print(f"{path.relative_to(ROOT)} is out of date; python tools/api.py writes it anew", file=sys.stderr)
        return int(bool(old))
    for path in old:
        path.write_text(wanted[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())
