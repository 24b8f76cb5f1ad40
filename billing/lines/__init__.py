"""The bulk load: JSON Lines in, each a request of the door; the file is taken whole or not at all (cli.md)."""

from billing.lines.bulk import load

__all__ = ["load"]
