"""The docs are whole: every command is in the reference and has an example, every link leads somewhere."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from billing.commands.app import program

ROOT = Path(__file__).parents[1]


def commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its full name."""
    for sub, child in getattr(command, "commands", {}).items():
        if getattr(child, "commands", None):
            yield from commands(f"{name} {sub}", child)
        else:
            yield f"{name} {sub}", child


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, "tools/reference.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_command_is_described_and_has_an_example() -> None:
    """An example is one in its help, or a command in the manual, which is replayed."""
    reference = (ROOT / "docs" / "reference.md").read_text()
    manual = "".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "tests" / "scenarios").glob("*.md")])
    found = dict(commands("billing", get_command(program())))
    assert len(found) > 30
    for name, command in found.items():
        assert f"## `{name}`\n" in reference, name
        assert len(command.help or "") > 10, name
        shown = re.search(rf"^(\$|   ) {name}( |$)", manual, re.MULTILINE)
        assert shown or "\n\nExample: " in command.help, f"{name} has no example, neither in its help nor in the manual"


def test_the_chapters_of_the_manual_are_listed_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for path in [*(ROOT / "tests" / "scenarios").glob("*.md"), *(ROOT / "tests" / "errors").glob("*.md")]:
        assert f"({path.relative_to(ROOT)})" in readme, path


def anchors(page: str) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    found: set[str] = set()
    for heading in re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    ):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        same = sum(other == anchor or re.fullmatch(rf"{anchor}-\d+", other) is not None for other in found)
        found.add(f"{anchor}-{same}" if same else anchor)
    return found


def test_anchors_are_those_that_github_makes() -> None:
    page = "# A page\n## `log`: *twice*, once\n```sh\n# no heading\n```\n### T3 Rounding, over a case\n## A page\n"
    assert anchors(page) == {"a-page", "log-twice-once", "t3-rounding-over-a-case", "a-page-1"}


def test_what_the_docs_link_to_exists() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("tariffs/*.md"), *ROOT.glob("tests/*/*.md")]:
        for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", page.read_text()):
            if "://" not in target:
                linked = page.parent / target if target else page
                assert linked.exists(), f"{page.name}: {target}"
                assert not anchor or anchor in anchors(linked.read_text()), f"{page.name}: {target}#{anchor}"


def unknown_commands(text: str, known: set[str]) -> list[str]:
    """The commands in backquotes that there are not."""
    groups = {name.split()[1] for name in known if len(name.split()) > 2}
    found = []
    for first, second in re.findall(r"`billing ([a-z][a-z-]*)(?: ([a-z][a-z|-]*))?", text):
        named = [f"billing {first} {each}" for each in second.split("|")] if first in groups and second else []
        wanted = named or ([] if first in groups else [f"billing {first}"])
        found += [name for name in wanted if not any(f"{one} ".startswith(f"{name} ") for one in known)]
    return found


def test_the_commands_that_texts_name_exist() -> None:
    """In docstrings, messages and pages; the rules also name commands that are not built yet."""
    known = {name for name, _ in commands("billing", get_command(program()))}
    assert unknown_commands("`billing contract sign|prolong`, `billing pay X` and `billing lay`", known) == [
        "billing contract prolong",
        "billing lay",
    ]
    pages = [*ROOT.glob("*.md"), ROOT / "docs" / "decisions.md", *(ROOT / "billing").rglob("*.py")]
    assert {path.name: found for path in pages if (found := unknown_commands(path.read_text(), known))} == {}


def test_the_modules_that_a_package_names_in_its_docstring_exist() -> None:
    for path in (ROOT / "billing").rglob("__init__.py"):
        package = ".".join(path.parent.relative_to(ROOT).parts)
        module = importlib.import_module(package)
        for name in re.findall(r"`([a-z_]+)`", module.__doc__ or ""):
            there = [path.parent / name, path.parent / f"{name}.py", ROOT / "billing" / name, ROOT / name]
            assert any(each.exists() for each in there) or hasattr(module, name), f"{package} names {name}"


def test_no_page_shows_a_fault_of_the_program() -> None:
    """Transcripts are made by the program: what it must never say must not slip in with them."""
    pages = [ROOT / "README.md", *(ROOT / "tests").glob("*/*.md")]
    assert [path.name for path in pages if "fault of the program" in path.read_text()] == []


def test_each_module_of_core_has_a_file_of_tests() -> None:
    """`tests/core` mirrors `billing/core`: whoever changes a rule knows where its tests are."""
    modules = {path.stem for path in (ROOT / "billing" / "core").glob("*.py")} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "core").glob("test_*.py")}
    assert len(modules) > 20
    assert modules - tested == set()
    assert tested - modules == set()
