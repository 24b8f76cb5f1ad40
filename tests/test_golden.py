"""The scenarios computed by hand, through the command line, on both databases. Each names its rules in `why`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import jsonl, run

SCENARIOS = sorted((Path(__file__).parent / "golden").glob("*.json"))


def differences(want: Any, got: Any, at: str = "$") -> list[str]:
    """Where `got` lacks what is wanted: objects may have more keys, lists of objects any order, `~` is anything."""
    if want == "~":
        return []
    if isinstance(want, dict):
        if not isinstance(got, dict):
            return [f"{at}: wanted an object, got {got!r}"]
        return [
            fault
            for key, value in want.items()
            for fault in (differences(value, got[key], f"{at}.{key}") if key in got else [f"{at}.{key}: missing"])
        ]
    if isinstance(want, list):
        if not isinstance(got, list) or len(want) != len(got):
            return [f"{at}: wanted {len(want)} items, got {got!r}"]
        if want and all(isinstance(item, dict) for item in want):
            return _unmatched(want, list(got), at)
        return [f for i, pair in enumerate(zip(want, got, strict=True)) for f in differences(*pair, f"{at}[{i}]")]
    return [] if want == got and type(want) is type(got) else [f"{at}: wanted {want!r}, got {got!r}"]


def _unmatched(want: list[Any], left: list[Any], at: str) -> list[str]:
    faults = []
    for place, item in enumerate(want):
        hit = next((other for other in left if not differences(item, other)), None)
        if hit is None:
            faults.append(f"{at}[{place}]: nothing matches {item!r} in {left!r}")
        else:
            left.remove(hit)
    return faults


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path, database_url: str) -> None:
    scenario = json.loads(path.read_text())
    env = {"BILLING_DB": database_url, "BILLING_TODAY": scenario.get("today", "2030-01-01")}
    issuer = scenario.get("issuer", {"name": "Demo SA", "country": "CH"})
    assert run("init", *(part for key, value in issuer.items() for part in (f"--{key}", value)), **env)[0] == 0
    status, _, err = run("load", "-", "--json", stdin=jsonl(scenario["load"]), **env)
    assert status == 0, err
    for step in scenario["then"]:
        at = {**env, "BILLING_TODAY": step.get("today", env["BILLING_TODAY"])}
        status, out, err = run(*step["run"], "--json", stdin=jsonl(step.get("load", [])), **at)
        assert status == step.get("exit", 0), (step["run"], out, err)
        if "error" in step:
            assert json.loads(err)["error"]["code"] == step["error"]
        if "expect" in step:
            assert differences(step["expect"], json.loads(out)) == [], step["run"]


def test_there_are_scenarios() -> None:
    assert len(SCENARIOS) >= 6
