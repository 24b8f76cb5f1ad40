"""`billing tariff …`"""

import os
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from billing.commands import completion
from billing.commands.context import Answer, Json, show, table
from billing.errors import BadInput
from billing.texts import say

app = typer.Typer(no_args_is_help=True, help="Tariffs: list, show, check.")


@app.command("list")
def list_(json: Json = False) -> None:
    """List the tariffs that ship and those of your own folders (BILLING_TARIFFS)."""
    from billing import tariffs

    folders = tariffs.folders(os.environ)
    found = [
        {"tariff": v.name, "valid_from": v.valid_from.isoformat(), "title": v.tariff.titles.get("en", v.name),
         "currency": v.tariff.currency, "tiers": list(v.tariff.tiers), "products": list(v.tariff.products)}
        for name in tariffs.names(folders) for v in tariffs.versions(folders, name)
    ]  # fmt: skip
    show(
        {"tariffs": found}, json,
        lambda a: table(("tariff", "from", "", "title"),
                        [(t["tariff"], t["valid_from"], t["currency"], t["title"]) for t in a["tariffs"]]),
    )  # fmt: skip


@app.command("show")
def show_(
    name: Annotated[str, typer.Argument(autocompletion=completion.tariffs)],
    at: Annotated[str | None, typer.Option(help="The version in force on this day; default: today.")] = None,
    language: Annotated[str, typer.Option(help="Titles in fr, de, it or en.")] = "en",
    json: Json = False,
) -> None:
    """Print a tariff so that it can be checked against the policy it comes from."""
    from billing import tariffs
    from billing.commands.balance import checked
    from billing.commands.context import clock
    from billing.requests import inputs

    checked(language)
    known = tariffs.versions(tariffs.folders(os.environ), name)
    version = tariffs.version_for(known, inputs.day(at, clock()) if at else clock())
    rows = [
        {"section": section, "item": item, "value": value, "source": source}
        for section, item, value, source in tariffs.describe(version, language)
    ]
    answer = {"tariff": version.name, "valid_from": version.valid_from.isoformat(), "rows": rows}
    show(answer, json, _described)


def _described(answer: Answer) -> str:
    """Section by section what the tariff says, each item with the number of its source below."""
    lines = [f"{answer['tariff']}, version of {answer['valid_from']}"]
    width = max(len(row["item"]) for row in answer["rows"])
    sources = {row["source"]: 0 for row in answer["rows"] if row["source"]}
    sources = {source: number for number, source in enumerate(sources, 1)}
    for section, rows in groupby(answer["rows"], key=lambda row: row["section"]):
        lines += ["", section]
        for row in rows:
            noted = f"  [{sources[row['source']]}]" if row["source"] else ""
            lines.append(f"  {row['item'].ljust(width)}  {row['value']}{noted}")
    return "\n".join([*lines, "", *(f"[{number}] {source}" for source, number in sources.items())])


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A tariff file, or a folder of them.")], json: Json = False
) -> None:
    """Check a tariff file; each fault names file, line and key, and what would work. Exit 1 if there is any."""
    from billing import tariffs

    files = sorted(file.rglob("*.toml")) if file.is_dir() else [file]
    if not file.exists() or not files:
        raise BadInput("bad-input", say("there is no tariff file {file}", file=file))
    faults = [fault for each in files for fault in tariffs.faults(each)]
    answer = {
        "ok": not faults,
        "faults": [{"file": str(f.file), "line": f.line, "key": f.key, "message": f.message} for f in faults],
    }
    show(answer, json, lambda a: "\n".join(map(str, faults)) or f"{file}: no fault in {len(files)} file(s).")
    if faults:
        raise BadInput(
            "bad-tariff",
            say("{count} fault(s) in {file}", count=len(faults), file=file),
            say("the first: {faults}", faults=faults[0]),
        )
