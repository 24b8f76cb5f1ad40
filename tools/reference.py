"""Writes docs/reference.md from the program's own help; `--check` only says whether it is up to date."""

import sys
from pathlib import Path

from typer.main import get_command

from billing.commands.app import app

TARGET = Path(__file__).parents[1] / "docs" / "reference.md"


def page() -> str:
    """The whole page."""
    lines = ["# Reference", "", "Made from `billing --help` by `python tools/reference.py`; do not edit.", ""]
    root = get_command(app)
    for name, command in _commands("billing", root):
        lines += [f"## `{name}`", "", *_help(command), *_parameters(command), ""]
    return "\n".join(lines).rstrip() + "\n"


def _commands(name, command):
    """Every command that does something, with its full name, in the order of the help."""
    for sub, child in getattr(command, "commands", {}).items():
        if getattr(child, "commands", None):
            yield from _commands(f"{name} {sub}", child)
        else:
            yield f"{name} {sub}", child


def _help(command):
    for paragraph in (command.help or "").split("\n\n"):
        text = " ".join(paragraph.split())
        if text.startswith("Example: "):
            yield from ["```", text.removeprefix("Example: "), "```", ""]
        elif text:
            yield from [text, ""]


def _parameters(command):
    rows = []
    for parameter in command.params:
        if parameter.name in ("help", "install_completion", "show_completion"):
            continue
        if parameter.param_type_name == "argument":
            name = parameter.name.upper().rstrip("_")
        else:
            name = " ".join(parameter.opts)
        rows.append(f"| `{name}` | {(getattr(parameter, 'help', None) or '').replace('|', '/')} |")
    return ["| | |", "| --- | --- |", *rows] if rows else []


def main() -> None:
    text = page()
    if "--check" in sys.argv:
        if not TARGET.is_file() or TARGET.read_text() != text:
            sys.exit("docs/reference.md is out of date; python tools/reference.py writes it anew")
    else:
        TARGET.write_text(text)


if __name__ == "__main__":
    main()
