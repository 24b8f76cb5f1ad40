"""What CONTRIBUTING.md says of where things go is so: what was added before is found in the files that it names."""

import re
import tomllib
from pathlib import Path

from tests.test_rules import page as rules_page
from tests.test_rules import proofs, rules

ROOT = Path(__file__).parents[1]
EXAMPLES = ("billing/commands/demonstration/",)  # plays with what is there; nothing has to be added
FOLLOWED = {  # how each addition that is to be followed is found in a file
    "a country": r'"LU"|^\[LU\]',
    "a language": r'"it"|\bit = ',
    "a rounding scope": r"\bcase-day\b",
    "a help desk": r"(?i)\bchatwoot\b",
    "an export": r"\bfec\b",
    "a surface": r'^    "lines",$|`billing/lines`',
    "a rule": r"\(S11\)|^### S11",
    "a command": r"\bRenew\b",
}


def contributing() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text()


def rows(text: str, first: str) -> list[list[str]]:
    """The rows of the table whose head begins with a cell."""
    lines = text[text.index(f"| {first} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def files(cell: str) -> list[str]:
    """The files that a cell names, patterns written out. What is named and not there is named itself."""
    named = [name for name in re.findall(r"`([^`]+)`", cell) if re.search(r"^\S+\.(py|toml|po|md)$", name)]
    found: list[str] = []
    for name in named:
        found += [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(name))] or [name]
    return found


def holding(pattern: str) -> set[str]:
    """The files in which something stands: the program, its tariffs, and what else it is made of."""
    paths = [path for folder in ("billing", "tariffs") for path in (ROOT / folder).rglob("*")]
    paths += [ROOT / "pyproject.toml", ROOT / "docs" / "rules.md", ROOT / "CONTRIBUTING.md"]
    found = {
        str(path.relative_to(ROOT))
        for path in paths
        if path.suffix in (".py", ".toml", ".md")
        and re.search(pattern, re.sub(r" # .*", "", path.read_text()), re.MULTILINE)
    }
    return {path for path in found if not path.startswith(EXAMPLES)}


def faults(text: str) -> list[str]:
    """Additions whose files are not those that the table names."""
    found = []
    for thing, _, cell in rows(text, "to add"):
        named = files(cell)
        found += [f"{thing}: {name} is not there" for name in named if not (ROOT / name).exists()]
        own = {"CONTRIBUTING.md"}  # the table names what is to be followed
        there = holding(FOLLOWED[thing])
        assert there, thing
        found += [f"{thing}: {name} is a place too" for name in sorted(there - set(named) - own)]
    return found


def test_what_is_to_be_added_goes_into_the_files_that_the_table_names() -> None:
    text = contributing()
    assert {thing for thing, *_ in rows(text, "to add")} == set(FOLLOWED)
    assert faults(text) == []


def test_a_file_that_the_table_lacks_or_that_is_gone_is_found() -> None:
    text = contributing()
    assert faults(text.replace("`billing/core/book.py` (what is rounded together), ", "")) == [
        "a rounding scope: billing/core/book.py is a place too"
    ]
    assert faults(text.replace("`billing/views/contracts.py`", "`billing/views/pacts.py`")) == [
        "a command: billing/views/pacts.py is not there"
    ]


def test_the_layers_of_the_table_are_those_that_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    checked = [set(layer.split(" | ")) for layer in contracts[0]["layers"] if layer != "__main__"]
    told = [re.findall(r"`billing/(\w+)", row[0]) for row in rows(contributing(), "layer, from the top")]
    order = {name: place for place, layer in enumerate(checked) for name in layer}
    flat = [name for row in told for name in row]
    assert set(flat) == set(order)
    assert [order[name] for name in flat] == sorted(order[name] for name in flat)


def test_a_new_rule_goes_where_S11_is() -> None:
    """S11: decided in core, and named by a test, as the table says of a rule."""
    rule = rules(rules_page())["S11"]
    assert all(path.startswith("billing.core.") for path in rule.functions)
    assert proofs()["S11"]


def test_what_is_to_be_changed_is_where_the_table_says() -> None:
    for _, cell in rows(contributing(), "to change"):
        for name in files(cell):
            assert re.search("NAME|FILE", name) or (ROOT / name).exists(), name
