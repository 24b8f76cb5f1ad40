"""What the program is made with: pinned by hash, listed beside the wheel, asked about; two builds have one digest."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import supply  # noqa: E402

LOCK = (ROOT / "requirements.lock").read_text()
WHEEL = "support_billing-0.1.0-py3-none-any.whl"


def built(folder: Path, umask: int, zone: str, day: str) -> Path:
    """The wheel of a copy of the checkout, made by somebody else in another place at another time."""
    folder.mkdir()
    before = os.umask(umask)
    try:
        files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
        for name in filter(None, files.decode().split("\0")):
            if (ROOT / name).is_file() and not name.startswith("tests/"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes((ROOT / name).read_bytes())
                (folder / name).chmod((0o777 if os.access(ROOT / name, os.X_OK) else 0o666) & ~umask)
        subprocess.run(["find", ".", "-exec", "touch", "-h", "-d", day, "{}", "+"], cwd=folder, check=True)
        env = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
        build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
        subprocess.run(
            build, cwd=folder, check=True, capture_output=True, env=env | {"TZ": zone, "PYTHONHASHSEED": day[:4]}
        )
    finally:
        os.umask(before)
    return next((folder / "dist").glob("*.whl"))


def test_two_builds_have_one_digest_and_one_list(tmp_path: Path) -> None:
    """From two folders, at two times, with two umasks, in two zones.

    The compiled catalogs had the minute in which they were made.
    """
    one = built(tmp_path / "here", 0o022, "Europe/Zurich", "2025-03-31 10:00")
    other = built(tmp_path / "elsewhere-and-longer", 0o077, "Asia/Tokyo", "2001-01-01 23:59")
    assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest()
    assert supply.sbom(one) == supply.sbom(other)


def test_the_list_is_what_the_wheel_needs(tmp_path: Path) -> None:
    wheel = tmp_path / WHEEL
    wheel.write_bytes(b"a wheel")
    found = json.loads(supply.sbom(wheel))
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    program = found["metadata"]["component"]
    assert program["purl"] == "pkg:pypi/support-billing@0.1.0"
    assert program["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(b"a wheel").hexdigest()}]
    versions = {each["name"]: each["version"] for each in found["components"]}
    assert {"sqlalchemy", "psycopg", "uvicorn", "starlette", "lxml", "aiosmtpd", "htmx"} <= versions.keys()
    assert not versions.keys() & {"pytest", "uv", "hatchling", "ruff", "pip-audit", "saxonche"}
    assert f"sqlalchemy=={versions['sqlalchemy']} " in LOCK
    needs = {each["ref"]: each.get("dependsOn", []) for each in found["dependencies"]}
    assert "starlette" in needs["fastapi"] and "fastapi" in needs["support-billing"]
    reached, new = set(), {"support-billing"}
    while new:
        reached |= new
        new = {need for each in new for need in needs[each]} - reached
    assert reached == versions.keys() | {"support-billing"}
    assert "timestamp" not in found["metadata"]
    assert f"htmx-{versions['htmx']}.min.js" in {p.name for p in ROOT.glob("billing/http/pages/static/*.js")}


def test_the_lock_has_hashes_and_no_address() -> None:
    assert "://" not in LOCK and "--index" not in LOCK and "--find-links" not in LOCK
    for block in re.split(r"\n(?=\S)", LOCK):
        assert re.match(r"\S+==\S+", block) and "--hash=sha256:" in block, block[:60]


def test_what_builds_is_pinned_as_the_lock_has_it() -> None:
    """`make lock` takes uv out of the lock by its hash; who builds without the lock gets the same backend."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert all(f"\n{each} \\\n" in LOCK for each in wanted) and len(wanted) == 2, "as the lock has them"
    recipe = (ROOT / "Makefile").read_text().partition("\nlock:")[2].partition("\n\n")[0]
    assert "install uv" not in recipe and recipe.count("--require-hashes") == 1 and "--no-emit-index-url" in recipe
    taken = subprocess.run(
        ["awk", "/^[^ ]/ { on = /^uv==/ } on", "requirements.lock"], cwd=ROOT, capture_output=True, text=True
    )
    assert re.findall(r"^(\S+?)==", taken.stdout, re.MULTILINE) == ["uv"] and "--hash=sha256:" in taken.stdout


def said(dependencies: list[dict[str, Any]]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


GOOD: dict[str, Any] = {"name": "babel", "version": "2.18.0", "vulns": []}
BAD: dict[str, Any] = {"name": "lxml", "version": "6.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["6.1"]}]}
SKIPPED: dict[str, Any] = {"name": "segno", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("answer", "errors", "status", "told"),
    [
        (said([GOOD]), "", 0, "1 packages, nothing known against them"),
        (said([GOOD, BAD]), "", 1, "lxml 6.0: PYSEC-1, mended in 6.1"),
        (said([BAD, SKIPPED]), "", 1, "PYSEC-1"),
        (said([SKIPPED]), "No known vulnerabilities found", 3, "Not audited: of 1 packages, 1 are unknown"),
        (said([GOOD, SKIPPED]), "", 3, "the first is segno"),
        ("", "Traceback\nConnectionError: no route", 3, "cannot be reached. ConnectionError: no route"),
        ("", "", 3, "it said nothing"),
    ],
)
def test_what_could_not_be_looked_up_is_not_called_good(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    errors: str,
    status: int,
    told: str,
) -> None:
    """pip-audit says `No known vulnerabilities found` and ends with 0 where an index knows none of the packages."""
    run: Callable[..., Any] = lambda *_, **__: subprocess.CompletedProcess([], 0, answer, errors)  # noqa: E731
    monkeypatch.setattr(subprocess, "run", run)
    assert supply.audit() == status
    out = capsys.readouterr()
    assert told in out.out + out.err
