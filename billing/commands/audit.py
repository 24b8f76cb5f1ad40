"""`billing audit`."""

import typer

from billing.commands.context import Answer, Json, progress, setting, show


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Files")(audit)


def audit(json: Json = False) -> None:
    """Recompute every chain, decision, document and number, and name each row that does not hold; exit 1 if any."""
    from billing.office.audit import auditing

    answer = auditing.audit(setting(), progress("customers"))

    def human(a: Answer) -> str:
        checked = ", ".join(f"{count} {what}" for what, count in a["checked"].items())
        return "\n".join(
            [*a["faults"], f"{'All holds' if a['ok'] else str(len(a['faults'])) + ' fault(s)'}: {checked}."]
        )

    show(answer, json, human)
    if not answer["ok"]:
        raise typer.Exit(1)
