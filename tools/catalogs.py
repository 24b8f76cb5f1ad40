"""The catalogs of `billing/locales`: `python tools/catalogs.py` adds what is new and takes away what is not said.

`--check` says what is wrong with them: what is missing, fuzzy or no longer said, other placeholders than the English,
a count without both its words, and a `say(...)` whose template Babel cannot read. `billing.locales.building` compiles
them.
"""

import ast
import io
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from billing.texts import FORMS

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "billing" / "locales"
PAPERS = ("nl",)  # as in `billing.locales.catalogs`: languages that customers read, and nobody at a terminal
WORDS_OF_PAPERS = (  # where all that is said that customers read
    "documents/words.py", "views/balances.py", "locales/words.py", "http/pages/templates/base.html",
    "http/pages/templates/enter.html", "http/pages/templates/wrong.html", "http/pages/customer.py",
    "http/pages/site.py",
)  # fmt: skip
PAGES_OF_CUSTOMERS = "http/pages/templates/customer/"
_METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"say": None, "say_as": ((1, "c"), 2)}
HEADER = """\
# The words of the program in {language}. English is in the source; `python tools/catalogs.py` adds what is new here.
#"""


def said(root: Path = ROOT, language: str = "") -> Catalog:
    """Every template in the source that a language must have, as an empty catalog."""
    found = Catalog(fuzzy=False)
    options = {"**.py": {"encoding": "utf-8"}}
    source = extract_from_dir(root / "billing", _METHODS, options, KEYWORDS)
    for file, _line, template, _comments, context in source:
        place = Path(file).as_posix()
        if language in PAPERS and place not in WORDS_OF_PAPERS and not place.startswith(PAGES_OF_CUSTOMERS):
            continue
        found.add(template, context=context)
    return found


def catalogs(root: Path = LOCALES) -> Iterator[Path]:
    """The catalogs that there are, one a language."""
    yield from sorted(root.glob("*/LC_MESSAGES/billing.po"))


def read(path: Path) -> Catalog:
    """A catalog from its file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def written(catalog: Catalog) -> bytes:
    """A catalog as its file holds it: sorted, without dates or places, so that two branches seldom collide in it."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    header = HEADER.format(language=catalog.locale.english_name)
    meta = f'msgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return f"{header}\n{meta}\n".encode() + out.getvalue().lstrip()


def update(root: Path = ROOT) -> None:
    """Brings every catalog to what the source says; new entries are empty."""
    for path in catalogs(root / "billing" / "locales"):
        catalog = read(path)
        catalog.update(said(root, path.parents[1].name), no_fuzzy_matching=True)
        path.write_bytes(written(catalog))


def faults(root: Path = ROOT) -> Iterator[str]:
    """What is wrong, a line each."""
    yield from unreadable(root)
    for path in catalogs(root / "billing" / "locales"):
        name, catalog, wanted = path.relative_to(root), read(path), said(root, path.parents[1].name)
        for message in wanted:
            if message.id:
                for what in _wrong(message, catalog):
                    yield f"{name}: {message.id!r}: {what}"
        for message in catalog:
            if message.id and wanted.get(message.id, message.context) is None:
                yield f"{name}: {message.id!r}: nothing says it any more; python tools/catalogs.py takes it away"


def _wrong(message: Message, catalog: Catalog) -> Iterator[str]:
    entry = catalog.get(message.id, message.context)
    if entry is None or not entry.string:
        yield "is not translated" + (f" ({message.context})" if message.context else "")
        return
    if entry.fuzzy:
        yield "is fuzzy"
    try:
        if _placeholders(str(entry.string)) != _placeholders(str(message.id)):
            yield f"other placeholders: {entry.string!r}"
        for written in (str(message.id), str(entry.string)):
            if _uncounted(written):
                yield f"what is counted is {{count}} {{count:customer|customers}}: {written!r}"
    except ValueError as broken:
        yield f"{broken}: {entry.string!r}"
    if _STRAIGHT.search(str(entry.string)):
        yield f"an apostrophe between letters is ’: {entry.string!r}"
    if str(catalog.locale) == "fr" and _UNSPACED.search(_TYPED.sub("", str(entry.string))):
        yield f"French has a blank before : ; ! and ?: {entry.string!r}"


_STRAIGHT = re.compile(r"[^\W\d_]'[^\W\d_{]")  # as in l'avoir; around what is quoted it stays
_TYPED = re.compile(r"`[^`]*`")
_UNSPACED = re.compile(r"[\w})»’][:;!?](\s|$)")
_BOTH = re.compile(r"\w\([a-zà-ü]{1,3}\)|\w/[aei]\b")  # document(s), errore/i


def _uncounted(template: str) -> bool:
    """Whether a word is for one and for many at once, or a placeholder has a word that is not one of two."""
    hows = [how for _, _, how, _ in string.Formatter().parse(template) if how]
    return _BOTH.search(template) is not None or not all(re.fullmatch(FORMS, how) for how in hows)


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def unreadable(root: Path = ROOT) -> Iterator[str]:
    """The calls of `say` whose template is no literal: nobody could translate them."""
    for path in sorted((root / "billing").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in KEYWORDS:
                continue
            literal = node.args[: 2 if node.func.id == "say_as" else 1]
            if not literal or not all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in literal):
                yield f"{path.relative_to(root)}:{node.lineno}: {node.func.id}() without a literal"
            elif not _given(node, _placeholders(literal[-1].value)):
                yield f"{path.relative_to(root)}:{node.lineno}: {literal[-1].value!r} is given other values"


def _given(call: ast.Call, wanted: set[str]) -> bool:
    """Whether a call gives what its template has; values that come later (`of`) or as `**values` are not seen here."""
    names = {word.arg for word in call.keywords}
    return not names or None in names or names == wanted


def main(arguments: list[str]) -> int:
    """Updates, or checks with `--check`."""
    if arguments != ["--check"]:
        update()
        return 0
    found = list(faults())
    print("\n".join(found), file=sys.stderr) if found else None
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
