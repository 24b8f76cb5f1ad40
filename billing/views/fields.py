"""How a view's field is called in JSON, and when it is left out."""

import dataclasses
from typing import Any


def field(default: Any = dataclasses.MISSING, *, key: str | None = None, omit: bool = False) -> Any:
    """A field with another name in JSON (`key`), or one that is absent while it has its default (`omit`)."""
    return dataclasses.field(default=default, metadata={"key": key, "omit": omit})
