"""Time from other tools."""

import hashlib
from typing import Annotated, Any, ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import Month, OneOf, Word, option
from billing.values import dataclass
from billing.views.importing import ImportedBefore, TimeImported

TOOLS = (
    "clockify", "freshdesk", "glpi", "harvest", "jira", "kimai", "klog", "odoo", "redmine", "tempo", "timewarrior",
    "toggl", "watson", "zammad", "zendesk",
)  # fmt: skip
Tool = Annotated[str, OneOf(TOOLS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTime(Request[TimeImported]):
    """The time of a file of another tool: each of its rows once, in however many files it comes (L5).

    What was changed there is changed here (C1); what is there no more, of the `period` or of the days that the file
    has, is named, and voided with `delete`. `own` is the company's map, `order` how its dates are written (`dmy`,
    `mdy`). `yes` says that work of over a year ago is meant (M19). `cursor` is up to where an API was read.
    """

    KIND: ClassVar[str] = "time-import"
    tool: Tool
    file: Word  # its name
    data: bytes
    own: bytes | None = None
    period: Month | None = None
    order: Annotated[str, OneOf(("dmy", "mdy"))] | None = None
    delete: bool = False
    cursor: Word | None = None
    yes: bool = option(False, aside=True)

    def content(self) -> dict[str, Any]:
        """The file itself, whatever it is called (L5)."""
        return {"sha256": hashlib.sha256(self.data).hexdigest(), "tool": self.tool, "delete": self.delete}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskImported(Question[ImportedBefore]):
    """Up to where the API of a tool was read; `own` is the company's map, which may give the tool another name."""

    tool: Tool
    own: bytes | None = None
