"""The rules are in the house: what is cited has a heading in `docs/rules.md`, each heading a function and a test.

What these tests say of the page they say of any page: the last ones plant what is wrong and see it found.
"""

import ast
import importlib
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_BUILT = "Not built yet."
CITED = re.compile(r"(?<![\w.\-/}&])([LTRGCMSBPA]\d{1,2})\b(?![:\-]\d)")
FOREIGN = {"C62", "A47", "B12"}  # the unit for pieces, a French article, an open item in an example
_IN_NAME = re.compile(r"_([ltrgcmsbpa]\d{1,2})(?=_|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Rule:
    """A heading of the page and what stands below it."""

    code: str
    title: str
    text: str

    @property
    def is_built(self) -> bool:
        return NOT_BUILT not in self.text.splitlines()

    @property
    def functions(self) -> list[str]:
        """Dotted paths of what decides it."""
        said = re.search(r"^Decided by (.+?)\.$", self.text, re.MULTILINE | re.DOTALL)
        return re.findall(r"`(billing[\w.]+)`", said[1]) if said else []


def rules(page: str) -> dict[str, Rule]:
    """The rules of a page by their code; a code has one heading."""
    parts = re.split(r"^(#{2,3}) (.+)$", page, flags=re.MULTILINE)
    found: dict[str, Rule] = {}
    for level, heading, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        if level == "###":
            code, _, title = heading.partition(" ")
            assert re.fullmatch(r"[LTRGCMSBPA]\d{1,2}", code), f"{heading!r} does not begin with a code"
            assert code not in found, f"{code} has two headings"
            found[code] = Rule(code, title, text)
    return found


def resolved(path: str) -> object:
    """What a dotted path names."""
    module, *names = path.split(".")
    thing: object = importlib.import_module(module)
    for name in names:
        if not hasattr(thing, name):
            importlib.import_module(f"{module}.{name}")
        thing, module = getattr(thing, name), f"{module}.{name}"
    return thing


def in_python(source: str, everywhere: bool) -> set[str]:
    """The codes that a module cites: in docstrings and comments, and in all that it may say where `everywhere`."""
    words = [token.string for token in tokenize.generate_tokens(iter(source.splitlines(True)).__next__)
             if token.type == tokenize.COMMENT]  # fmt: skip
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            words.append(ast.get_docstring(node) or "")
        if everywhere and isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.append(node.value)
        if not everywhere and isinstance(node, ast.FunctionDef):
            words.append(" ".join(_IN_NAME.findall(node.name)).upper())
    return {code for text in words for code in CITED.findall(text)} - FOREIGN


def in_markdown(page: str) -> set[str]:
    """The codes that a page cites: in its prose, and in brackets in what a command of an example answered."""
    prose: list[str] = []
    shown: list[str] = []
    for i, part in enumerate(re.split(r"```", page)):
        (shown if i % 2 else prose).append(re.sub(r"`[^`\n]*`", "", part) if not i % 2 else part)
    said = {code for part in prose for code in CITED.findall(part)}
    for part in shown:
        for bracket in re.findall(r"\(([^()]*)\)", part):
            if re.fullmatch(r"[^;]*?[LTRGCMSBPA]\d{1,2}(?:(?:,| to| and) [LTRGCMSBPA]\d{1,2})*", bracket):
                said |= set(CITED.findall(bracket))
    return said - FOREIGN


def proofs_in(source: str) -> Iterator[tuple[str, set[str]]]:
    """Each test function of a module with the codes that its name, its docstring and the comments in it cite."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            comments = [line.partition("#")[2] for line in lines[node.lineno - 1 : node.end_lineno] if "#" in line]
            text = "\n".join([ast.get_docstring(node) or "", *comments])
            yield node.name, set(CITED.findall(text)) | set(map(str.upper, _IN_NAME.findall(node.name)))


def faults(page: str, cited: dict[str, set[str]], tested: dict[str, set[str]]) -> list[str]:
    """What does not hold in a page, given the codes that files cite and the tests that name each code."""
    known = rules(page)
    found = [
        f"{file} cites {code}, which has no heading in docs/rules.md"
        for file, codes in sorted(cited.items())
        for code in sorted(codes - known.keys())
    ]
    for rule in known.values():
        if "Example: " not in rule.text:
            found.append(f"{rule.code} has no example")
        if not rule.is_built:
            if rule.functions:
                found.append(f"{rule.code} is not built, and yet decided by {', '.join(rule.functions)}")
            if tested.get(rule.code):
                found.append(
                    f"{rule.code} is not built, and yet tested by {sorted(tested[rule.code])}: what decides it?"
                )
            continue
        if not rule.functions:
            found.append(f"{rule.code} names no function that decides it, and does not say {NOT_BUILT!r}")
        for path in rule.functions:
            try:
                thing = resolved(path)
            except (ImportError, AttributeError):
                found.append(f"{rule.code} is decided by {path}, which does not exist: where has it gone?")
            else:
                if not callable(thing):
                    found.append(f"{rule.code} is decided by {path}, which is no function")
        if not tested.get(rule.code):
            found.append(f"{rule.code} is named by no test")
    return found


def decision_faults(decisions: str, known: set[str]) -> list[str]:
    """What does not hold in `docs/decisions.md`: contents, a subject, a day, and rules that there are."""
    found = []
    contents, *subjects = re.split(r"^## (.+)$", decisions, flags=re.MULTILINE)
    if re.findall(r"^- \[(.+?)\]", contents, re.MULTILINE) != subjects[::2]:
        found.append("the contents are not the subjects")
    for subject, text in zip(subjects[::2], subjects[1::2], strict=True):
        before, *paragraphs = re.split(r"^### (.+)$", text, flags=re.MULTILINE)
        if before.strip() or not paragraphs:
            found.append(f"{subject}: a paragraph needs a heading of its own, `### …`")
        for title, paragraph in zip(paragraphs[::2], paragraphs[1::2], strict=True):
            said = re.match(r"\n\n\d{4}-\d\d-\d\d; settles (no rule|[A-Z]\d+(?:, [A-Z]\d+)*)\.\n\n\S", paragraph)
            if said is None:
                found.append(f"{title}: begin with its day and rules, as `2026-11-28; settles T3, M5.` or `… no rule.`")
            elif said[1] != "no rule":
                found += [f"{title}: there is no rule {code}" for code in said[1].split(", ") if code not in known]
    return found


def page() -> str:
    return (ROOT / "docs" / "rules.md").read_text()


def cited() -> dict[str, set[str]]:
    """The codes that each file of the project cites."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("tariffs/*.md"), *ROOT.glob("tests/*/*.md")]
    found = {str(path.relative_to(ROOT)): in_markdown(path.read_text()) for path in pages}
    for folder in ("billing", "tests", "tools", "migrations"):
        for path in (ROOT / folder).rglob("*.py"):
            found[str(path.relative_to(ROOT))] = in_python(path.read_text(), everywhere=folder == "billing")
    for path in [*(ROOT / "billing").rglob("*.toml"), *(ROOT / "tariffs").rglob("*.toml")]:
        comments = re.findall(r"^#.*$| # .*$", path.read_text(), re.MULTILINE)
        found[str(path.relative_to(ROOT))] = {code for line in comments for code in CITED.findall(line)}
    return found


def proofs() -> dict[str, set[str]]:
    """The tests that name each code."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        if path != Path(__file__):
            for name, codes in proofs_in(path.read_text()):
                for code in codes:
                    found.setdefault(code, set()).add(name)
    return found


def test_every_cited_rule_has_a_heading_and_every_heading_a_function_and_a_test() -> None:
    files, tests = cited(), proofs()
    assert len(rules(page())) > 80
    assert sum(map(bool, files.values())) > 100
    assert faults(page(), files, tests) == []


def test_rules_stand_in_the_order_of_their_numbers() -> None:
    codes = [(code[0], int(code[1:])) for code in rules(page())]
    letters = "LTRGCMSBPA"
    assert codes == sorted(codes, key=lambda code: (letters.index(code[0]), code[1]))


def test_each_decision_stands_under_its_subject_with_its_day_and_its_rules() -> None:
    decisions = (ROOT / "docs" / "decisions.md").read_text()
    assert decisions.count("\n### ") > 50
    assert decision_faults(decisions, set(rules(page()))) == []


def test_the_words_of_the_glossary_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    paths = re.findall(r"`(billing\.[\w.]+)`", text)
    assert len(paths) > 20
    for path in paths:
        assert resolved(path) is not None
    assert text.count("\n| ") > 30


# What is planted is found

GOOD = """# Rules

## T: time

### T1 Whole steps

Rounded up.

Example: 3 is 5.

Decided by `billing.core.units.charged_for`,
`billing.core.units.round_up`.

### T2 Later

Example: none.

Not built yet.
"""
TESTS = {"T1": {"test_T1_whole_steps"}}


def test_a_page_that_holds_has_no_faults() -> None:
    assert rules(GOOD)["T1"].functions == ["billing.core.units.charged_for", "billing.core.units.round_up"]
    assert faults(GOOD, {"a.py": {"T1", "T2"}}, TESTS) == []


def test_a_code_without_a_heading_is_found_wherever_it_is_cited() -> None:
    source = '"""Rounds (T9)."""\n\ndef f() -> str:\n    # why (T8)\n    return "rounded (T7)"\n'
    assert in_python(source, everywhere=True) == {"T9", "T8", "T7"}
    assert in_python(source, everywhere=False) == {"T9", "T8"}
    assert in_python("def test_T6_half_up_t5() -> None: ...\n", everywhere=False) == {"T6", "T5"}
    assert in_markdown("As T5 says.\n\n```console\n$ billing why A1\nA1: 5 min (T4, M3)\n```\n`B9`\n") == {
        "T5",
        "T4",
        "M3",
    }
    assert faults(GOOD, {"a.py": {"T9"}}, TESTS) == ["a.py cites T9, which has no heading in docs/rules.md"]


def test_a_heading_without_a_function_a_test_or_an_example_is_found() -> None:
    gone = GOOD.replace("units.round_up", "units.round_sideways").replace("core.units.charged_for", "nowhere.f")
    assert faults(gone, {}, TESTS) == [
        "T1 is decided by billing.nowhere.f, which does not exist: where has it gone?",
        "T1 is decided by billing.core.units.round_sideways, which does not exist: where has it gone?",
    ]
    silent = GOOD.replace("Decided by", "See")
    assert faults(silent, {}, TESTS) == ["T1 names no function that decides it, and does not say 'Not built yet.'"]
    value = GOOD.replace("units.round_up", "units.CENT")
    assert faults(value, {}, TESTS) == ["T1 is decided by billing.core.units.CENT, which is no function"]
    assert faults(GOOD, {}, {}) == ["T1 is named by no test"]
    assert faults(GOOD.replace("Example: 3 is 5.", ""), {}, TESTS) == ["T1 has no example"]


def test_a_rule_that_says_it_is_not_built_is_held_to_it() -> None:
    assert faults(GOOD, {}, TESTS | {"T2": {"test_T2_later"}}) == [
        "T2 is not built, and yet tested by ['test_T2_later']: what decides it?"
    ]
    both = GOOD.replace("Not built yet.", "Decided by `billing.core.units.round_up`.\n\nNot built yet.")
    assert faults(both, {}, TESTS) == ["T2 is not built, and yet decided by billing.core.units.round_up"]
    assert rules(GOOD.replace("Not built yet.", "Not built yet: half of it."))["T2"].is_built


def test_a_decision_without_its_day_its_rules_or_its_subject_is_found() -> None:
    good = "# D\n\n- [Time](#time)\n\n## Time\n\n### Up\n\n2026-11-28; settles T1, T2.\n\nBecause.\n"
    assert decision_faults(good, {"T1", "T2"}) == []
    assert decision_faults(good.replace("T1, T2", "no rule"), set()) == []
    assert decision_faults(good, {"T1"}) == ["Up: there is no rule T2"]
    assert "begin with its day" in decision_faults(good.replace("2026-11-28; settles T1, T2.", "So."), {"T1"})[0]
    assert decision_faults(good + "\n## 2026-11-28 — Later\n\nBecause.\n", {"T1", "T2"}) == [
        "the contents are not the subjects",
        "2026-11-28 — Later: a paragraph needs a heading of its own, `### …`",
    ]
