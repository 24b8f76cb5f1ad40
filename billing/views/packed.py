"""Many views in little room: the texts that they are read from, packed some together, each read when it is asked."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

V = TypeVar("V")
W = TypeVar("W")


class Packed(Sequence[V], Generic[V]):
    """Views of texts without line ends, in their order; none is held."""

    def __init__(self, read: Callable[[str], V]) -> None:
        self._read = read
        self._parts: list[tuple[int, bytes]] = []  # how many texts, and these

    def add(self, texts: Sequence[str]) -> None:
        """Takes in the texts of some more."""
        if texts:
            self._parts.append((len(texts), zlib.compress("\n".join(texts).encode())))

    def seen(self, as_: Callable[[V], W]) -> "Packed[W]":
        """The same, each as something else."""
        read = self._read
        return self.read_as(lambda text: as_(read(text)))

    def read_as(self, read: Callable[[str], W]) -> "Packed[W]":
        """The same texts read otherwise."""
        found = Packed(read)
        found._parts = self._parts
        return found

    def __len__(self) -> int:
        return sum(count for count, _ in self._parts)

    def __iter__(self) -> Iterator[V]:
        for _, packed in self._parts:
            yield from map(self._read, zlib.decompress(packed).decode().split("\n"))

    @overload
    def __getitem__(self, place: int) -> V: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[V, ...]: ...

    def __getitem__(self, place: int | slice) -> V | tuple[V, ...]:
        return tuple(self)[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))
