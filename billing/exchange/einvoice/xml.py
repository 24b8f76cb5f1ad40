"""Elements with namespaces, written so that a serialiser reads like the document: what is empty is left out."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

Element = Any  # lxml has no types of its own
Child = Any  # an element, text, or None for what the document has not


class Maker:
    """Makes the elements of a vocabulary: `make("ram:ID", "X", schemeID="0002")`."""

    def __init__(self, namespaces: dict[str, str]) -> None:
        self.namespaces = namespaces

    def __call__(self, name: str, *children: Child, **attributes: str | None) -> Element:
        """An element; None where it has neither child nor text: no vocabulary of ours wants it empty."""
        kept = [child for child in _flat(children) if child is not None and child != ""]
        if not kept:
            return None
        return self.always(name, *kept, **attributes)

    def always(self, name: str, *children: Child, **attributes: str | None) -> Element:
        """An element that stands there even if it is empty."""
        made = etree.Element(self._full(name), {k: v for k, v in attributes.items() if v is not None})
        for child in _flat(children):
            if isinstance(child, str):
                made.text = child
            elif child is not None:
                made.append(child)
        return made

    def document(self, name: str, *children: Child) -> bytes:
        """A whole document, the same bytes for the same content; its namespaces are declared once, at the root."""
        root = etree.Element(self._full(name), nsmap={k or None: v for k, v in self.namespaces.items()})
        for child in _flat(children):
            if child is not None:
                root.append(child)
        etree.cleanup_namespaces(root, keep_ns_prefixes=[k for k in self.namespaces if k])
        written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return written

    def _full(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        return f"{{{self.namespaces[prefix]}}}{local}"


def _flat(children: Iterable[Child]) -> Iterable[Child]:
    for child in children:
        if isinstance(child, (list, tuple)):
            yield from _flat(child)
        else:
            yield child


def money(amount: Decimal) -> str:
    """An amount with two decimals."""
    return f"{amount:.2f}"


def plain(number: Decimal) -> str:
    """A number without exponent."""
    return format(number, "f")


def compact(day: date | None) -> str | None:
    """A day as CII writes it (format 102)."""
    return day.strftime("%Y%m%d") if day else None


def iso(day: date | None) -> str | None:
    """A day as UBL writes it."""
    return day.isoformat() if day else None
