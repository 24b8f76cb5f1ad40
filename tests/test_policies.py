"""The tick-list of the policies, `docs/policies.md`, held to the program, the tariffs, the rules and the manual."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from billing import tariffs
from billing.commands.app import program
from billing.tariffs import shape

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "policies.md").read_text()
POLICIES = ["q3", "qualiodoo", "moveon", "systell", "visualqie"]
PROGRAM: Any = get_command(program())
NOT_BUILT = re.compile(r"not built yet", re.IGNORECASE)
_FIELDS = {
    name for each in vars(shape).values() if isinstance(each, type) for name in vars(each).get("__annotations__", {})
}


def section(policy: str) -> str:
    """What the page says of a policy."""
    found = re.search(rf"^## {policy}\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {policy}"
    return found[1]


def rows(policy: str) -> Iterator[tuple[str, str]]:
    """Each sentence with what carries it."""
    for line in section(policy).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells and cells[0] != "What it says" and not cells[0].startswith("---"):
            assert len(cells) == 2, line
            yield cells[0], cells[1]


def named(text: str) -> list[str]:
    """What stands in backquotes."""
    return re.findall(r"`([^`]+)`", text)


def carried(cell: str) -> tuple[str, str]:
    """What is there, and what is not built yet."""
    parts = NOT_BUILT.split(cell, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def command_of(text: str) -> str | None:
    """The command that a text such as `billing case open --channel` names; None where it or an option is not there."""
    node = PROGRAM
    path, options = ["billing"], []
    for word in text.split()[1:]:
        children = getattr(node, "commands", {})
        if word.startswith("--"):
            options.append(word)
        elif word in children:
            node = children[word]
            path.append(word)
        else:
            return None
    known = {option for parameter in node.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return " ".join(path) if not getattr(node, "commands", {}) and known.issuperset(options) else None


def tariff_text(policy: str) -> str:
    """The newest shipped version of the policy's tariff."""
    return max((ROOT / "tariffs" / policy).glob("*.toml")).read_text()


def is_key(name: str, policy: str) -> bool:
    """A key of the policy's tariff, or one that a tariff can have and this one leaves out."""
    node: Any = tomllib.loads(tariff_text(policy))
    for part in name.split("."):
        if not isinstance(node, dict) or part not in node:
            return name in _FIELDS
        node = node[part]
    return True


def faults(cell: str, policy: str) -> list[str]:
    """What a cell names that is not there, or says is not built though it is."""
    there, missing = carried(cell)
    found = []
    for name in named(there):
        known = command_of(name) if name.startswith("billing ") else is_key(name, policy)
        found += [] if known else [name]
    found += [f"{name} is built" for name in named(missing) if name.startswith("billing ") and command_of(name)]
    if missing and not re.search(r"issue \d+|no issue names it", missing):
        found.append("no issue")
    return found


@pytest.mark.parametrize("policy", POLICIES)
def test_what_carries_a_sentence_is_there_and_what_is_not_built_is_not(policy: str) -> None:
    told = list(rows(policy))
    assert len(told) > 20
    assert {says: found for says, cell in told if (found := faults(cell, policy))} == {}


@pytest.mark.parametrize("policy", POLICIES)
def test_each_sentence_is_carried_by_something_or_says_why_not(policy: str) -> None:
    bare = [
        says
        for says, cell in rows(policy)
        if not named(cell)
        and not re.search(r"\b[A-Z]\d+\b", cell)
        and not re.search(r"[Nn]othing for a program( but its paper)?: .|[Nn]ot built yet|^The same", cell)
    ]
    assert bare == []


def test_the_rules_that_it_names_have_a_heading() -> None:
    known = set(re.findall(r"^### ([A-Z]\d+) ", (ROOT / "docs" / "rules.md").read_text(), re.MULTILINE))
    assert len(known) > 60
    cited = {rule for policy in POLICIES for _, cell in rows(policy) for rule in re.findall(r"\b[A-Z]\d+\b", cell)}
    assert len(cited) > 15
    assert cited - known == set()


@pytest.mark.parametrize("policy", POLICIES)
def test_the_manual_shows_each_command_that_it_names(policy: str) -> None:
    """On the desk's page, or on another that the policy's section links."""
    pages = re.findall(r"\]\(\.\./(tests/scenarios/[^)#]+)\)", section(policy))
    assert pages[0] == f"tests/scenarios/desk-{policy}.md"
    shown = "".join((ROOT / page).read_text() for page in pages)
    wanted = {command_of(name) for _, cell in rows(policy) for name in named(carried(cell)[0]) if " " in name}
    missing = {name for name in wanted if name and not re.search(rf"^\$ {re.escape(name)}( |$)", shown, re.MULTILINE)}
    assert missing == set()


@pytest.mark.parametrize("policy", POLICIES)
def test_what_a_tariff_takes_from_its_policy_is_on_the_page(policy: str) -> None:
    """A key whose source is a heading of the policy, and not ours, is named, or one below it."""
    keys = {name for _, cell in rows(policy) for name in named(carried(cell)[0]) if " " not in name}
    taken = {key for key, source in tariffs.sources(tariff_text(policy)).items() if not source.startswith("ours")}
    assert len(taken) > 5
    assert {key for key in taken if not any(_about(name, key) for name in keys)} == set()


def _about(name: str, key: str) -> bool:
    return name == key or name.startswith(f"{key}.") or key.startswith(f"{name}.")


def test_faults_are_found() -> None:
    assert faults("S1; `billing hours --tariff`, `service.hours.all.days`", "moveon") == []
    assert faults("`billing hours --never`, `billing case`, `service.hours.sunday`", "moveon") == [
        "billing hours --never",
        "billing case",
        "service.hours.sunday",
    ]
    assert faults("Not built yet: issue 10 (`billing hours`).", "q3") == ["billing hours is built"]
    assert faults("Not built yet: some day.", "q3") == ["no issue"]
