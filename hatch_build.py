"""Building a wheel or an editable install compiles the catalogs first."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogs(BuildHookInterface[Any]):
    """Takes what `billing/locales/building.py` makes into what is built; git does not have it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        locales = Path(self.root, "billing", "locales")
        made = runpy.run_path(str(locales / "building.py"))["build"](locales)
        build_data["artifacts"] += [path.relative_to(self.root).as_posix() for path in made]
