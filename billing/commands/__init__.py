"""The command line: a command parses into a request, asks the door, prints the view.

One file for each noun; `main` is the program.

Nothing that takes long to import is imported here: SQLAlchemy, reportlab and Alembic come in with the command that
needs them, so that help and completion answer at once.
"""

from billing.commands.app import main

__all__ = ["main"]
