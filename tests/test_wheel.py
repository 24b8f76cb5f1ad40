"""The wheel has all that the program needs: it works from any folder, without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_works_from_any_folder(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    wheel = next((tmp_path / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    assert (tmp_path / "site" / "billing" / "py.typed").exists()
    folder = tmp_path / "anywhere"
    folder.mkdir()
    env = os.environ | {
        "PYTHONPATH": str(tmp_path / "site"),
        "BILLING_DB": "sqlite:///b.db",
        "BILLING_TODAY": "2025-02-01",
    }

    def billing(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "billing", *words], cwd=folder, env=env, check=True, capture_output=True, text=True
        )
        return done.stdout

    billing("init", "--name", "Wheel SA", "--country", "CH")
    assert "qualiodoo" in billing("tariff", "list")
    billing("customer", "add", "A", "--name", "A", "--country", "CH")
    billing("contract", "sign", "A", "--tariff", "q3", "--tier", "profi", "--start", "2025-01-01")
    billing("log", "A", "12", "--on", "2025-01-02", "--yes")
    assert "1 document issued" in billing("invoice", "run", "2025-01", "--out", "pdf")
    assert "docs/rules.md#t3-" in billing("why", "A-2")
    assert (folder / "pdf").is_dir() and "All holds" in billing("audit")
    assert "d’assistance prépayé" in billing("balance", "A", "--reply", "--language", "fr")
    shipped = {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*")}
    assert "billing/locales/de/LC_MESSAGES/billing.mo" in shipped and "billing/locales/en.json" in shipped
    where = "import billing; print(billing.__file__)"
    used = subprocess.run(
        [sys.executable, "-c", where], cwd=folder, env=env, capture_output=True, text=True, check=True
    )
    assert str(tmp_path / "site") in used.stdout
