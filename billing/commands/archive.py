"""`billing archive`"""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.context import Dask, Json, Workers, books, progress, show
from billing.commands.printing import told
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.exchange.bundle import Put
    from billing.views.archive import Archive, InYear


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Files")(archive)


def archive(
    year: Annotated[int, typer.Argument(min=1970, max=9998, help="The financial year; the one that begins in it.")],
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="FOLDER|FILE.zip", help="Default: the folder archive-YEAR.")
    ] = None,
    year_start: Annotated[str, typer.Option(help="The first day of your financial year, as 01-01.")] = "01-01",
    workers: Workers = None,
    dask: Dask = None,
    json: Json = False,
) -> None:
    """Write all documents of a financial year, with index and digests, to be kept and read without this program.

    Each PDF and XML is as it was issued; a PDF that is none becomes PDF/A beside. Written again into the same folder,
    it changes nothing; a folder or a ZIP that holds something else is left and refused.

    Example: billing archive 2025 -o archive-2025.zip
    """
    from billing.exchange import bundle
    from billing.requests import inputs
    from billing.requests.archive import AskArchive

    first = inputs.year_of(year_start, date(year, 12, 31))
    target = out or f"archive-{year}"
    with bundle.opened(Path(target)) as put:
        view = books().ask(AskArchive(first=first, last=inputs.last_of_year(first)))
        files = _written(view, put, books().draw_with(len(view.documents), workers, dask))
    answer = {"from": view.first.isoformat(), "to": view.last.isoformat(), "over": view.over,
              "documents": len(view.documents), "files": files, "out": target}  # fmt: skip
    show(answer, json, lambda _: _said(view, target, files))


def _said(view: "Archive", target: str, files: int) -> Text | str:
    done = say("{target}: {count} {count:document|documents} of {first} to {last}, {files} {files:file|files}.",
               target=target, files=files, count=len(view.documents), first=view.first, last=view.last)  # fmt: skip
    if view.over:
        return done
    return "\n".join((told(done), told(say("The year is not over: archive it again, elsewhere, when it is."))))


def _written(view: "Archive", put: "Put", at_once: int) -> int:
    """Writes the documents, so many at a time, then what tells of them; how many files those are."""
    from billing.exchange import archive as texts

    names: dict[str, tuple[str, ...]] = {}
    digests: dict[str, str] = {}

    def keep(name: str, data: bytes, on: date) -> None:
        digests[name] = hashlib.sha256(data).hexdigest()
        put(name, data, on)

    tell = progress(told(say("archived")))
    for row, files in _files(view, at_once):
        names[row.number] = tuple(f"{texts.folder_of(row)}/{row.number}.{ending}" for ending, _ in files)
        for name, (_, data) in zip(names[row.number], files, strict=True):
            keep(name, data, row.on)
        if tell:
            tell(len(names), len(view.documents))
    for name, text in (
        (texts.README, texts.readme(view)), (texts.INDEX, texts.index(view, names, digests)),
        (texts.PAGE, texts.page(view, names)),
    ):  # fmt: skip
        keep(name, text.encode(), view.last)
    put(texts.SUMS, texts.sums(digests).encode(), view.last)
    return len(digests) + 1


def _files(view: "Archive", at_once: int) -> "Iterator[tuple[InYear, tuple[tuple[str, bytes], ...]]]":
    from billing.requests.archive import AskArchived

    for start in range(0, len(view.documents), at_once):
        some = view.documents[start : start + at_once]
        found = books().ask(AskArchived(numbers=tuple(row.number for row in some)))
        yield from ((row, one.files) for row, one in zip(some, found, strict=True))
