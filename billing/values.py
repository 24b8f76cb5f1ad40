"""Frozen dataclasses whose methods are compiled when they are first called.

A command imports some 150 of them and makes 50; compiling the methods of one takes half a millisecond (Python 3.11).
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    EQUAL = ("__eq__", "__hash__")
    ORDERED = ("__lt__", "__le__", "__gt__", "__ge__")
    KEPT = ("__getstate__", "__setstate__")

    def dataclass(
        *, frozen: bool = False, slots: bool = False, order: bool = False, eq: bool = True, **how: bool
    ) -> Callable[[type], type]:
        """As dataclasses.dataclass; what is not frozen or has no slots is made at once."""
        if not (frozen and slots):
            return dataclasses.dataclass(frozen=frozen, slots=slots, order=order, eq=eq, **how)

        def of(plain: type) -> type:
            plain.__doc__ = plain.__doc__ or ""  # or each is asked for its signature
            made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, **how)(plain)
            made.__setattr__ = made.__delattr__ = _refuse
            _later(made, ("__init__",))
            _later(made, ("__repr__",), repr=True)
            if eq:
                _later(made, EQUAL, eq=True, unsafe_hash=True, frozen=False)  # without what refuses a change
            _later(made, KEPT, slots=True)
            if order:
                _later(made, ORDERED, eq=True, order=True)
            return made

        return of

    def _later(made: type, names: tuple[str, ...], **wanted: bool) -> None:
        for name in names:
            setattr(made, name, _at_first_call(made, name, names, wanted))

    def _at_first_call(made: type, name: str, names: tuple[str, ...], wanted: dict[str, bool]) -> Callable[..., object]:
        def first(*given: object, **named: object) -> object:
            if getattr(made, name) is first:
                compiled = {"__init__": _init(made)} if name == "__init__" else _compiled(made, wanted)
                for each in names:
                    setattr(made, each, compiled[each])
            return getattr(made, name)(*given, **named)

        return first

    def _init(made: type) -> Callable[..., None]:
        """What sets each field by its slot: the __init__ of dataclasses looks every one up by its name, to set it."""
        by_place, by_name, lines = ["self"], [], []
        known: dict[str, object] = {"MISSING": dataclasses.MISSING}
        for field in dataclasses.fields(made):
            name, is_new = field.name, field.default_factory is not dataclasses.MISSING
            known |= {f"set_{name}": getattr(made, name).__set__, f"new_{name}": field.default_factory}
            known[f"usual_{name}"] = field.default  # MISSING where it is made anew each time
            value = f"new_{name}() if {name} is MISSING else {name}" if is_new else name
            if field.init:
                has_usual = is_new or field.default is not dataclasses.MISSING
                (by_name if field.kw_only else by_place).append(f"{name}=usual_{name}" if has_usual else name)
            else:
                value = f"new_{name}()" if is_new else f"usual_{name}"
            lines.append(f"set_{name}(self, {value})")
        if hasattr(made, "__post_init__"):
            lines.append("self.__post_init__()")
        taken = ", ".join([*by_place, *(["*", *by_name] if by_name else [])])
        exec(f"def __init__({taken}):\n    " + "\n    ".join(lines or ["pass"]), known)
        init = known["__init__"]
        init.__qualname__ = f"{made.__qualname__}.__init__"
        return init

    def _compiled(made: type, wanted: dict[str, bool]) -> Mapping[str, Callable[..., object]]:
        """The methods that dataclasses makes for the same fields."""
        fields = {field.name: field for field in dataclasses.fields(made)}
        body: dict[str, object] = {
            **fields, "__annotations__": {name: field.type for name, field in fields.items()}, "__doc__": made.__doc__,
            "__module__": made.__module__, "__qualname__": made.__qualname__,
        }  # fmt: skip
        how = {"init": False, "repr": False, "eq": False, "frozen": True, **wanted}
        return vars(dataclasses.dataclass(**how)(type(made.__name__, (), body)))

    def _refuse(_value: object, name: str, *_: object) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot change field {name!r}")
