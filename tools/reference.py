"""Writes docs/reference.md, and what `billing --help` says of each command, from the program's own help.

`--check` only says whether they are up to date.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from billing.commands.app import program

TARGET = Path(__file__).parents[1] / "docs" / "reference.md"
OFFERED = Path(__file__).parents[1] / "billing" / "commands" / "offered.py"
OFFERED_HEAD = '''\
"""What each command is for, in the order of `billing --help`.

Made by `python tools/reference.py`; do not edit.
"""
'''
INTRODUCTION = """\
# Reference

Made from the help of `billing` by `python tools/reference.py`; do not edit. What commands do, with what they print, is
in `tests/scenarios`; what they refuse, in `tests/errors`.

Before any command: `--db URL` (or `BILLING_DB`; default: `billing.db` here), `--wait SECONDS` for another writer (or
`BILLING_WAIT`; default: 60), `--version`, `--install-completion`. With
any command: `--help`, and `--json` where it answers anything. `BILLING_AGENT` is the agent, `BILLING_TARIFFS` the
folders of your own tariffs, `BILLING_TODAY` a date to take for today,
`BILLING_UMASK` who may read what is made (077: its owner alone). Exit status: 0 done, 1 refused, 2 a command line
that is wrong.
"""
_EXAMPLE = "Example: "
_EVERYWHERE = ("help", "install_completion", "show_completion")  # said once, at the top


def page() -> str:
    """The whole page."""
    root = get_command(program())
    lines = [*INTRODUCTION.splitlines(), ""]
    for name, command in commands("billing", root):
        lines += [f"## `{name}`", "", *_help(command), *_parameters(command), ""]
    return "\n".join(lines).rstrip() + "\n"


def commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its full name, in the order of the help."""
    for sub, child in getattr(command, "commands", {}).items():
        if getattr(child, "commands", None):
            yield from commands(f"{name} {sub}", child)
        else:
            yield f"{name} {sub}", child


def _help(command: Any) -> Iterator[str]:
    for paragraph in (command.help or "").split("\n\n"):
        text = " ".join(paragraph.split())
        if text.startswith(_EXAMPLE):
            yield from ["```", text.removeprefix(_EXAMPLE), "```", ""]
        elif text:
            yield from [text, ""]


def _parameters(command: Any) -> list[str]:
    rows = []
    for parameter in command.params:
        if parameter.name in _EVERYWHERE:
            continue
        if parameter.param_type_name == "argument":
            name = f"`{parameter.name.upper().rstrip('_')}`"
        else:
            name = ", ".join(f"`{spelling}`" for spelling in parameter.opts)
            name += " (needed)" if parameter.required else ""
        rows.append(f"| {name} | {(getattr(parameter, 'help', None) or '').replace('|', '/')} |")
    return ["| | |", "| --- | --- |", *rows] if rows else []


def offered() -> str:
    """What each command is for, as a module: whoever asks for the overview waits for no other."""
    found: dict[str, dict[str, str]] = {"COMMANDS": {}, "GROUPS": {}}
    root: Any = get_command(program())
    for name, command in root.commands.items():
        purpose = " ".join((command.help or "").split("\n\n")[0].split())
        found["GROUPS" if hasattr(command, "commands") else "COMMANDS"][name] = purpose
    lines = [OFFERED_HEAD]
    for kind, purposes in found.items():
        lines += [f"{kind} = {{", *(f"    {name!r}: {purpose!r}," for name, purpose in purposes.items()), "}"]
    return "\n".join([*lines, ""])


def main() -> None:
    for target, text in ((TARGET, page()), (OFFERED, offered())):
        if "--check" not in sys.argv[1:]:
            target.write_text(text, encoding="utf-8")
        elif not target.is_file() or target.read_text(encoding="utf-8") != text:
            sys.exit(f"{target.name} is out of date; python tools/reference.py writes it anew")


if __name__ == "__main__":
    main()
