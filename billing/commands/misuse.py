"""What is wrong with a command line, in the language of whoever reads the terminal: typer says it in English alone."""

import re
from collections.abc import Callable, Iterable

from typer._click import exceptions
from typer._click.core import Context, Parameter
from typer.core import TyperGroup

from billing.commands.printing import as_typed, err
from billing.errors import either
from billing.texts import Do, Text, say


def tell(wrong: exceptions.ClickException) -> int:
    """Says what is wrong and what shows how it is to be; the exit status."""
    if isinstance(wrong, exceptions.NoArgsIsHelpError):  # its message is the help
        wrong.show()
        return wrong.exit_code
    message = what(wrong)
    if isinstance(wrong, exceptions.UsageError) and wrong.ctx is not None:
        _, *usage = wrong.ctx.get_usage().split()
        err(say("Usage: {usage}", usage=" ".join(usage)))
        _, *command = wrong.ctx.command_path.split()
        message = say("{wrong}; {do} tells all that it takes", wrong=message, do=Do(*command, "-h"))
    err(" ".join(as_typed(say("error: {message}", message=message)).split()))
    return wrong.exit_code


def what(wrong: exceptions.ClickException) -> Text | str:
    """What is wrong; in typer's words where it is nothing that a command of ours can be given."""
    if isinstance(wrong, exceptions.NoSuchOption):
        return _perhaps(say("no such option: {option}", option=wrong.option_name), wrong.possibilities or ())
    parameter = wrong.param if isinstance(wrong, exceptions.BadParameter) else None
    if isinstance(wrong, exceptions.MissingParameter):
        return say("{name} is missing", name=_named(parameter))
    if found := re.fullmatch(_NO_COMMAND, wrong.message, re.DOTALL):
        return _command(found, getattr(wrong, "ctx", None))
    for pattern, text in _SAID.items():
        if found := re.fullmatch(pattern, wrong.message, re.DOTALL):
            return text(found, parameter)
    return wrong.format_message()


def _named(parameter: Parameter | None) -> str:
    if parameter is None:
        return "?"
    return " / ".join(parameter.opts) if parameter.param_type_name == "option" else parameter.human_readable_name


def _perhaps(text: Text, near: Iterable[str]) -> Text:
    names = sorted(near)
    if not names:
        return text
    return say("{wrong}; {remedy}", wrong=text, remedy=say("did you mean {names}?", names=either(names)))


_Words = Callable[[re.Match[str], Parameter | None], Text]


def _words(text: Text) -> _Words:
    return lambda found, parameter: text.of(name=_named(parameter), value=found[1])


def _command(found: re.Match[str], ctx: Context | None) -> Text:
    """What is no command: the groups that have one of that name.

    In a group, where a customer or a number often stands in its place, which commands there are.
    """
    wrong, near = say("no such command: {command}", command=found[1]), re.findall(r"'(.*?)'", found[2] or "")
    if near or ctx is None or not isinstance(ctx.command, TyperGroup):
        return _perhaps(wrong, near)
    if ctx.parent is None:
        groups = {name: its for name, its in ctx.command.commands.items() if isinstance(its, TyperGroup)}
        return _perhaps(wrong, [f"{name} {found[1]}" for name, its in groups.items() if found[1] in its.commands])
    names = [name for name in ctx.command.list_commands(ctx) if not ctx.command.commands[name].hidden]
    return say("{wrong}; {remedy}", wrong=wrong, remedy=say("first comes one of {names}", names=names))


def _range(found: re.Match[str], parameter: Parameter | None) -> Text:
    kind = getattr(parameter, "type", None)
    known = {"name": _named(parameter), "value": found[1], "least": getattr(kind, "min", 0)}
    if (most := getattr(kind, "max", None)) is None:
        return say("{name} {value}: give a whole number from {least} on", **known)
    return say("{name} {value}: give a whole number from {least} to {most}", **known, most=most)


_NO_COMMAND = r"No such command '(.*?)'\.(?: Did you mean (.*)\?)?"
_SAID: dict[str, _Words] = {  # what typer says, and what is said for it
    r"Missing (command)\.": _words(say("a command is missing")),
    r"Got unexpected extra argument\(s\) \((.*)\)": _words(
        say("{value} is too much: leave it out, or quote what belongs together")
    ),
    r"Option '(.*)' requires an argument\.": _words(say("{value} needs a value behind it")),
    r"Option '(.*)' does not take a value\.": _words(say("{value} takes no value")),
    r"'(.*)' is not a valid int\.": _words(say("{name} {value}: give a whole number")),
    r"(.*) is not in the range .*\.": _range,
}
