"""Facts are frozen values with a place in the customer's chain (L1, L6)."""

import dataclasses
import inspect
from typing import Any, get_args, get_type_hints

import pytest

from billing.core import facts, opened

FACTS: tuple[Any, ...] = get_args(facts.Fact)


def test_what_the_module_holds_is_a_fact() -> None:
    """Nothing that is recorded is left out of `Fact`."""
    made = [
        one for module in (facts, opened) for _, one in inspect.getmembers(module, dataclasses.is_dataclass)
        if one.__module__ == module.__name__
    ]  # fmt: skip
    assert set(made) == set(FACTS)
    assert len(FACTS) > 15


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_L1_a_fact_is_never_changed(fact: Any) -> None:
    """Frozen, without a place for anything else, and made of values that are not changed either."""
    empty = object.__new__(fact)
    with pytest.raises(dataclasses.FrozenInstanceError):
        empty.seq = 1
    assert not hasattr(empty, "__dict__")
    for name, hint in get_type_hints(fact).items():
        assert not {list, dict, set} & {hint, getattr(hint, "__origin__", None)}, f"{fact.__name__}.{name}"
        assert float not in (hint, *get_args(hint)), f"{fact.__name__}.{name}"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_L6_a_fact_has_its_position_in_the_chain(fact: Any) -> None:
    assert get_type_hints(fact)["seq"] is int
