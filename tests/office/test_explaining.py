"""What `billing why` tells is what was decided, rule by rule (B4)."""

import json
import re
from pathlib import Path
from typing import Any

from billing.commands import reading
from tests.support import load, made, run
from tests.test_docs import anchors
from tests.test_rules import page, rules

HISTORY: list[dict[str, Any]] = [
    {"type": "customer", "code": "A", "name": "A", "country": "CH"},
    {"type": "contract", "customer": "A", "tariff": "q3", "tier": "premium", "modules": ["COFI"], "fee": "100",
     "start": "2025-01-01"},
    {"type": "goodwill", "customer": "A", "minutes": 10, "date": "2025-01-02", "expires": "2025-06-30", "reason": "g"},
    {"type": "entry", "id": "e1", "customer": "A", "case": "x", "date": "2025-03-03", "minutes": 38},
    {"type": "entry", "id": "e2", "customer": "A", "case": "x", "date": "2025-03-04", "minutes": 1},
    {"type": "entry", "id": "e3", "customer": "A", "case": "y", "date": "2025-03-04", "minutes": 9,
     "category": "first-install"},
    {"type": "invoice-run", "month": "2025-03", "date": "2025-03-31"},
]  # fmt: skip


def why(url: str, what: str) -> str:
    status, out, err = run("--db", url, "why", what)
    assert status == 0, err
    return out


def test_each_minute_and_cent_is_explained(tmp_path: Path) -> None:
    """B4: the rule, the tariff version, which grant and why that one first, what was left; then the invoice line."""
    url = f"sqlite:///{tmp_path}/b.db"
    load(made(url), *HISTORY)
    first = why(url, "e1")
    assert "tariff q3 of 2020-01-01" in first
    assert "38 min make 40 min, 0 charged before: 40 min." in first
    assert re.search(r"10 min drawn from A-G2 \(goodwill\), number 1 of 2 .*10 min were left, 0 after \(R4\)", first)
    assert re.search(r"25 min drawn from A-G1 \(allowance\), number 2 of 2 .*25 min were left, 0 after \(R4\)", first)
    assert "5 min are covered by no grant and billed at CHF 175.00 per hour (R5): 14.58" in first
    assert "39 min make 40 min, 40 charged before: 0 min." in why(url, "e2")
    assert "charged 0, because it belongs to the first case of its category under the contract (R2)" in why(url, "e3")
    line = why(url, "INV-2025-00001/1")
    assert "5 min × 175.00 / 60 = CHF 14.58, rounded once (M1)" in line
    assert "VAT category S at 8.1 %" in line
    assert "e1: 5 min of it, worked on 2025-03-03" in line


def test_all_entries_of_a_case_are_told(tmp_path: Path) -> None:
    """B4: a case is its entries in recorded order; what is asked for and unknown is refused."""
    url = f"sqlite:///{tmp_path}/b.db"
    load(made(url), *HISTORY)
    assert re.findall(r"^(e\d): ", why(url, "x"), re.MULTILINE) == ["e1", "e2"]
    status, _, err = run("--db", url, "why", "z", "--json")
    assert (status, json.loads(err)["error"]["code"]) == (1, "unknown-entry")


def test_an_explanation_ends_with_where_to_read(tmp_path: Path) -> None:
    """B4: each rule that it cites once, as a link that leads to a heading."""
    url = f"sqlite:///{tmp_path}/b.db"
    load(made(url), *HISTORY)
    told, _, read = why(url, "e1").partition("Where to read:\n")
    assert read.split() == [
        "docs/rules.md#t3-rounding-over-a-case",
        "docs/rules.md#r4-burn-down",
        "docs/rules.md#r5-overage",
        "docs/rules.md#m1-a-line-is-priced-once",
    ]
    assert "docs/rules.md" not in told
    assert run("--db", url, "why", "e1", "--json")[1].count("docs/rules.md") == 0


def test_every_rule_has_an_anchor_that_github_makes() -> None:
    """B4: the links of all rules lead to headings of the page."""
    links = reading.links(f"({code})" for code in rules(page()))
    assert len(links) == len(rules(page()))
    assert {link.removeprefix("docs/rules.md#") for link in links} <= anchors(page())
    assert reading.links(["(T99)", "T3", "(T3, as in R4; M1)", "(T3)"]) == reading.links(["(T3)", "(R4)", "(M1)"])


def test_every_rule_that_why_cites_is_one(tmp_path: Path) -> None:
    """B4: the codes in brackets are headings of docs/rules.md."""
    url = f"sqlite:///{tmp_path}/b.db"
    load(made(url), *HISTORY)
    told = "".join(why(url, what) for what in ("x", "y", "INV-2025-00001"))
    cited = set(re.findall(r"\b[A-Z]\d{1,2}\b", " ".join(re.findall(r"\(([^()]*)\)", told))))
    assert {"R2", "R4", "R5", "T3", "M1", "M2", "M3"} <= cited <= rules(page()).keys()
