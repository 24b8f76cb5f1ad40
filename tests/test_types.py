"""A wrong key is found before the program runs: faults planted in a copy, in each layer, must each fail mypy."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import billing.core
import billing.requests
import billing.views

ROOT = Path(__file__).parents[1]
LAYERS = {
    "commands": ["commands"],
    "service, office": ["service.py", "dispatch.py", "office"],
    "documents": ["documents"],
    "exchange": ["exchange"],
}
FEW = 5  # faults in each layer, at least
UNTYPED = 70  # `Any` in signatures (ANN401): may only fall


def field_names() -> set[str]:
    """What facts, requests and views are made of."""
    found: set[str] = set()
    for package in (billing.core, billing.requests, billing.views):
        for module in iter_modules(package.__path__):
            for made in vars(import_module(f"{package.__name__}.{module.name}")).values():
                if isinstance(made, type) and is_dataclass(made):
                    found |= {field.name for field in fields(made)}
    return found


def copied(folder: Path) -> Path:
    """The package and what mypy knows of it already."""
    shutil.copytree(ROOT / "billing", folder / "billing", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "pyproject.toml", folder)
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")
    return folder


def errors(folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "-p", "billing", "--no-error-summary", "--no-pretty"],
        cwd=folder, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def readers(tree: ast.Module, names: set[str]) -> list[ast.Attribute]:
    """Where a file reads a field of what it was given, in order."""
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in names
        if isinstance(node.value, ast.Name) and node.value.id not in imported | {"self", "cls"}
        if node.lineno == node.end_lineno
    ]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def planted(package: Path, layer: str, names: set[str]) -> Iterator[tuple[str, int, str]]:
    """A wrong attribute in each file of a layer that reads one, in its middle: file, line, attribute."""
    for place in LAYERS[layer]:
        path = package / place
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            found = readers(ast.parse(file.read_text()), names)
            if not found:
                continue
            node = found[len(found) // 2]
            lines = file.read_text().splitlines(keepends=True)
            before, after = (part.decode() for part in cut(lines[node.lineno - 1].encode(), node.end_col_offset))
            lines[node.lineno - 1] = f"{before}_{after}"
            file.write_text("".join(lines))
            yield str(file.relative_to(package.parent)), node.lineno, f"{node.attr}_"


def cut(line: bytes, place: int | None) -> tuple[bytes, bytes]:
    assert place is not None
    return line[:place], line[place:]


def test_a_wrong_attribute_in_any_layer_fails_mypy(tmp_path: Path) -> None:
    """One in each file that reads a field: all are seen, and nothing else is complained about."""
    package = copied(tmp_path) / "billing"
    names = field_names()
    faults = {layer: list(planted(package, layer, names)) for layer in LAYERS}
    found = errors(tmp_path)
    for layer, made in faults.items():
        assert len(made) >= FEW, layer
        for file, line, attribute in made:
            assert any(row.startswith(f"{file}:{line}: error:") and f'"{attribute}"' in row for row in found), (
                file,
                line,
            )
    assert len(found) >= sum(map(len, faults.values()))


def test_fields_of_other_names_in_the_views_fail_mypy(tmp_path: Path) -> None:
    """The fields of one view of each file are renamed: whoever reads that view is found."""
    package = copied(tmp_path) / "billing"
    renamed = []
    for file in sorted((package / "views").glob("*.py")):
        view = re.search(r"^class (\w+)[(:].*?(?=^@|^class |^def |\Z)", file.read_text(), re.MULTILINE | re.DOTALL)
        if view and file.stem not in ("__init__", "codec", "fields", "packed"):
            other = re.sub(r"^(    \w+)(: )", r"\1_\2", view[0], flags=re.MULTILINE)
            assert other != view[0], file
            file.write_text(file.read_text().replace(view[0], other))
            renamed.append(view[1])
    found = errors(tmp_path)
    assert len(renamed) >= FEW
    for name in renamed:
        assert [row for row in found if f'"{name}"' in row], name


@pytest.fixture(scope="module")
def any_in_signatures() -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--select", "ANN401", "--output-format", "concise", "billing"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [row for row in done.stdout.splitlines() if "ANN401" in row]


def test_any_is_said_in_no_more_signatures_than_before(any_in_signatures: list[str]) -> None:
    """What is `Any` is checked by nobody. Where fewer are left, set the number to them."""
    assert len(any_in_signatures) <= UNTYPED, "\n".join(any_in_signatures)
    assert any_in_signatures, "none is left: let ruff select ANN401"
