"""Words as values: what is to be said, before it is said in a language.

A `Text` is an English template and what goes into it. `str(text)` is English; `billing.locales` says it in the other
languages, for the template is the key of the catalogs. So a template is always a literal in the call of `say`, never
an f-string: what Babel cannot find there, nobody can translate. No language and no format lives here.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

Written = Callable[[date | Decimal], str]  # how a day, a moment or an amount is written


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or a word for people: the English template, what goes into it, and where it stands if that matters."""

    template: str
    values: dict[str, object] = field(hash=False)
    context: str | None = None  # tells two words apart that are one in English

    def worded(self, translated: "Callable[[Text], str]", written: "Written | None" = None) -> str:
        """The text in words: `translated` answers the template in a language, and so for each text inside this one."""
        written = written or typed
        values = {name: _value(value, translated, written) for name, value in self.values.items()}
        return translated(self).format_map(values)

    def of(self, **values: object) -> "Text":
        """The same text with values that were not known where it was written, as in a table of kinds."""
        return Text(self.template, self.values | values, self.context)

    def __str__(self) -> str:
        return self.worded(english)


@dataclass(frozen=True, slots=True, init=False)
class Do:
    """A command that would work, as a value: a terminal words it, a page makes a link of it."""

    words: tuple[str, ...]

    def __init__(self, command: str, *arguments: object) -> None:
        """`Do("customer release", "ALPINA")`: what stands behind `billing`, and what is given to it."""
        object.__setattr__(self, "words", (command, *map(str, arguments)))

    def __str__(self) -> str:
        command, *arguments = self.words
        return f"`billing {' '.join([command, *map(_quoted, arguments)])}`"


def say(template: str, /, **values: object) -> Text:
    """A text from its English template: `say("no case {case!r} of {customer}", case=case, customer=customer)`.

    Values are text, whole numbers, other texts, `Do`s, and what a surface may write in a way of its own: dates, moments
    (in the zone in which they are told) and Decimals; and lists of those.
    """
    return Text(template, values)


def say_as(context: str, template: str, /, **values: object) -> Text:
    """A text whose English alone is not enough to translate it, with a word on where it stands."""
    return Text(template, values, context)


NAMED = "in its own words"


def named(titles: Mapping[str, str]) -> Text:
    """What has a name of its own in each language, by language, as a product: no catalog has it."""
    return Text("{en}", dict(titles), NAMED)


def english(text: Text) -> str:
    """The template itself: English is what the program is written in."""
    return counted(text.template, text.values, 1)


FORMS = r"([^{}|]*)\|([^{}|]*)"  # of a word that is counted, behind what counts it
_COUNTED = re.compile(rf"\{{(\w+):{FORMS}\}}")


def counted(template: str, values: Mapping[str, object], *ones: int) -> str:
    """A template with the words that fit its counts: the first of two for one of `ones`, the second for all else."""
    if "|" not in template:
        return template
    return _COUNTED.sub(lambda found: found[2] if values.get(found[1]) in ones else found[3], template)


def _value(value: object, translated: Callable[[Text], str], written: Written) -> object:
    if isinstance(value, Text):
        return value.worded(translated, written)
    if isinstance(value, Do):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(_value(part, translated, written)) for part in value)
    return written(value) if isinstance(value, (date, Decimal)) else value


def typed(value: date | Decimal) -> str:
    """A day, a moment or an amount as a command takes it: 2025-03-31, 2025-03-31T09:00, 1234.50."""
    return f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else str(value)


def _quoted(word: str) -> str:
    """A word as a shell takes it."""
    return "'" + word.replace("'", "'\\''") + "'" if not word or re.search(r"[\s\"'$&;<>|*?()\\]", word) else word
