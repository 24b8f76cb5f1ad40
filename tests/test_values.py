"""Dataclasses that are compiled when they are first called are as those of the standard library."""

import ast
import copy
import dataclasses
import datetime
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest

from billing import values
from billing.core.units import Window

PACKAGE = Path(values.__file__).parent

T = TypeVar("T")


def family(make: Any) -> dict[str, type]:
    """The same classes by one decorator or the other."""

    @make(frozen=True, slots=True)
    class Plain:
        """A plain one."""

        name: str
        count: int = 3
        lines: list[int] = field(default_factory=lambda: [1, 2])
        note: str = field(default="", compare=False, repr=False, metadata={"key": "n"})
        kind: str = field(default="plain", init=False)

    @make(frozen=True, slots=True, kw_only=True)
    class Checked:
        low: int
        high: int = 10

        def __post_init__(self) -> None:
            if self.low > self.high:
                raise ValueError("low is above high")

        @property
        def width(self) -> int:
            return self.high - self.low

    @make(frozen=True, slots=True, order=True)
    class Ordered:
        first: int
        second: str = ""

    @make(frozen=True, slots=True)
    class Base(Generic[T]):
        one: T

    @make(frozen=True, slots=True)
    class Derived(Base[int]):
        two: int = 2

    @make(frozen=True, slots=True, eq=False)
    class Alone:
        one: int

    @make(slots=True)
    class Open:
        one: int

    return {each.__name__: each for each in (Plain, Checked, Ordered, Base, Derived, Alone, Open)}


LATER, AT_ONCE = family(values.dataclass), family(dataclasses.dataclass)

MADE: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Plain", ("a",), {}),
    ("Plain", ("a", 4, [], "x"), {}),
    ("Plain", (), {}),
    ("Plain", ("a",), {"other": 1}),
    ("Checked", (), {"low": 1}),
    ("Checked", (), {"low": 11}),
    ("Checked", (1,), {}),
    ("Ordered", (1, "b"), {}),
    ("Base", (1,), {}),
    ("Derived", (1,), {}),
    ("Derived", (1, 3), {}),
    ("Alone", (1,), {}),
    ("Open", (1,), {}),
]


@pytest.mark.parametrize(("name", "given", "named"), MADE)
def test_a_value_is_as_dataclasses_makes_it(name: str, given: Any, named: Any) -> None:
    def outcome(of: type) -> Any:
        try:
            value = of(*given, **named)
        except (TypeError, ValueError) as refused:
            return type(refused), str(refused).replace("Checked.", "").replace("Plain.", "")
        shown = repr(value).replace(f"{family.__name__}.<locals>.", "")
        return shown, [getattr(value, f.name) for f in fields(of)], value == of(*given, **named), of.__match_args__  # type: ignore[attr-defined]

    assert outcome(LATER[name]) == outcome(AT_ONCE[name])


@pytest.mark.parametrize("name", LATER)
def test_fields_are_those_of_dataclasses(name: str) -> None:
    def said(of: Any) -> list[Any]:
        return [
            (
                f.name,
                f.type,
                f.default,
                f.default_factory is dataclasses.MISSING,
                dict(f.metadata),
                f.kw_only,
                f.compare,
            )
            for f in fields(of)
        ]

    assert is_dataclass(LATER[name])
    assert said(LATER[name]) == said(AT_ONCE[name])
    assert LATER[name].__slots__ == AT_ONCE[name].__slots__  # type: ignore[attr-defined]


def test_values_are_compared_hashed_and_ordered() -> None:
    of = LATER["Ordered"]
    assert of(1, "a") == of(1, "a") != of(1, "b")
    assert hash(of(1, "a")) == hash(of(1, "a"))
    assert of(1, "a") < of(1, "b") <= of(2) and not of(1) > of(2) and of(2) >= of(2)
    assert sorted([of(2), of(1)]) == [of(1), of(2)]
    assert LATER["Plain"]("a", note="x") == LATER["Plain"]("a", note="y")
    assert LATER["Base"](1) != LATER["Derived"](1)
    assert len({(alone := LATER["Alone"](1)), LATER["Alone"](1), alone}) == 2
    assert of(1) != 1


def test_a_value_is_set_once() -> None:
    one: Any = LATER["Checked"](low=1)
    with pytest.raises(FrozenInstanceError):
        one.low = 2
    with pytest.raises(FrozenInstanceError):
        del one.low
    with pytest.raises(AttributeError):
        one.other = 2
    assert (one.low, one.width) == (1, 9)
    assert replace(one, low=2).width == 8
    with pytest.raises(ValueError, match="above"):
        replace(one, low=11)


def test_a_value_is_copied() -> None:
    one: Any = LATER["Plain"]("a", 4)
    assert copy.copy(one) == copy.deepcopy(one) == one
    assert copy.deepcopy(one).lines is not one.lines


def test_a_value_reaches_a_process_that_has_made_none(tmp_path: Path) -> None:
    """A worker reads what it is to draw before it has made anything of that kind."""
    kept = tmp_path / "value"
    value = Window(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
    kept.write_bytes(pickle.dumps(value))
    code = f"import pickle; value = pickle.loads(open({str(kept)!r}, 'rb').read()); print(value == value, value)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"True {value}\n"


def test_nothing_is_compiled_before_it_is_called() -> None:
    of = family(values.dataclass)["Plain"]
    compiled = AT_ONCE["Plain"].__init__.__code__.co_filename  # type: ignore[misc]
    assert of.__init__.__code__.co_filename == values.__file__ != compiled  # type: ignore[misc]
    value = of("a")
    assert of.__init__.__code__.co_filename == compiled  # type: ignore[misc]
    assert of.__eq__.__code__.co_filename == values.__file__
    assert value == of("a")
    assert of.__eq__.__code__.co_filename == compiled


def test_the_program_has_no_other_dataclasses() -> None:
    """One of the standard library's costs each command that imports it its compilation."""
    own = {
        "texts.py",
        "values.py",
        "tariffs/shape.py",
        "http/problems.py",
        "http/desks.py",
        "office/customer_files.py",
        "office/entries/importing.py",
    }
    assert own == {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "dataclasses"
        and "dataclass" in {n.name for n in node.names}
    }
