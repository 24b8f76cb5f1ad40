"""Groups of commands in which something else may stand in place of a command."""

from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click.core import Context


class WithDefault(TyperGroup):
    """What is no command of the group is given to its `default`: `billing send 2025-03`, `billing opening FILE`."""

    default: str

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)
