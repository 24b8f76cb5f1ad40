"""Support time: minutes bought, minutes worked, what is owed. Facts go in, `core` decides, documents come out.

What other programs may use is here and stays: `from billing import Billing, Refusal, requests, views` (docs/api.md).
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing import requests, views
    from billing.errors import Refusal
    from billing.service import Billing

__all__ = ["Billing", "Refusal", "requests", "views"]
__version__ = "0.1.0"


def shipped(name: str) -> Path:
    """The folder of data that ships with the program, such as `migrations` or `tariffs`.

    An installed wheel carries it as `billing/_shipped/NAME`; in a checkout it is the folder NAME beside the package.
    """
    package = Path(__file__).resolve().parent
    installed = package / "_shipped" / name
    return installed if installed.is_dir() else package.parent / name


def lazily(package: str, names: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """The `__getattr__` of a package whose modules are imported when somebody asks for one of their `names`.

    So the program itself, which asks the modules, waits for none that it does not need.
    """
    homes = {name: module for module, some in names.items() for name in some}

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return get


if not TYPE_CHECKING:
    _asked = lazily(__name__, {"service": ["Billing"], "errors": ["Refusal"]})

    def __getattr__(name):
        return import_module(f"{__name__}.{name}") if name in ("requests", "views") else _asked(name)
