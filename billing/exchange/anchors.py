"""The file of an anchor: lines of JSON, the last of which signs all before it with Ed25519, and the keys for that.

A file is read twice, so that none of it is believed before its signature is, and never held in memory.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from billing import filing
from billing.errors import BadInput, why
from billing.texts import say
from billing.values import dataclass

VERSION = 1
_DOMAIN = b"support-billing anchor 1\n"  # a signature of ours signs nothing else
_LONGEST = 100_000  # bytes of a line
_KEY_BYTES = 32
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """An anchor's file whose signature is its key's: when it was made, of whom, by which key; its digest names it."""

    path: Path
    head: Line
    digest: str

    @property
    def made_at(self) -> str:
        return str(self.head["made_at"])

    @property
    def key(self) -> str:
        return str(self.head["key"])

    @property
    def issuer(self) -> str:
        return str((self.head.get("issuer") or {}).get("name"))

    def lines(self) -> Iterator[Line]:
        """What it says, line by line, without the first and the last."""
        with self.path.open("rb") as file:
            next(file)
            before: bytes | None = None
            for line in file:
                if before is not None:
                    yield json.loads(before)
                before = line


def write(file: IO[bytes], head: Line, lines: Iterable[Line], secret: bytes) -> Line:
    """Writes an anchor; answers its last line: how many lines, their digest, the signature."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signer = Ed25519PrivateKey.from_private_bytes(secret)
    whole, count = hashlib.sha256(), 0
    first: Line = {"anchor": VERSION, **head, "key": public(secret)}
    whole.update(_put(file, first))
    for line in lines:
        whole.update(_put(file, line))
        count += 1
    last = {"lines": count, "digest": whole.hexdigest(), "signature": signer.sign(_DOMAIN + whole.digest()).hex()}
    _put(file, last)
    return last


def opened(path: Path) -> Signed:
    """An anchor's file, its signature checked. Raises BadInput (`bad-input`) for what is none, or was changed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    whole, first, before = hashlib.sha256(), b"", b""
    if path.is_fifo():  # it is read more than once, and nobody may write into it
        raise BadInput(
            "bad-input",
            say("{file} is a pipe", file=path),
            say("give a file that {command} wrote", command="billing anchor"),
        )
    try:
        with path.open("rb") as file:
            while line := file.readline(_LONGEST + 1):
                if len(line) > _LONGEST:
                    raise ValueError
                if before:
                    whole.update(before)
                first = first or line
                before = line
        head, last = json.loads(first), json.loads(before)
        if head["anchor"] != VERSION or not isinstance(head["made_at"], str):
            raise ValueError
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["key"]))
        signature = bytes.fromhex(last["signature"])
    except OSError as failed:
        raise BadInput("bad-input", say("cannot read {file}: {strerror}", file=path, strerror=why(failed))) from None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise BadInput(
            "bad-input", say("{file} is no anchor, or its end is cut off", file=path),
            say("give a file that {command} wrote", command="billing anchor"),
        ) from None  # fmt: skip
    try:
        key.verify(signature, _DOMAIN + whole.digest())
    except InvalidSignature:
        raise BadInput(
            "bad-input", say("{file} is not what was signed: it was changed", file=path),
            say("take a copy of it that was kept elsewhere"),
        ) from None  # fmt: skip
    return Signed(path, head, whole.hexdigest())


def public(secret: bytes) -> str:
    """The public key of a secret one, as anchors and people write it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = Ed25519PrivateKey.from_private_bytes(secret).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def secret_of(path: Path) -> bytes | None:
    """The secret key in a file, if there is one. Raises BadInput for what is none, or what others may read."""
    try:
        if path.stat().st_mode & 0o077 and os.name == "posix":
            raise BadInput(
                "bad-input", say("others may read the key {file}", file=path),
                say("make it yours alone: {command}", command=f"chmod 600 {path}"),
            )  # fmt: skip
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except OSError as failed:
        raise BadInput("bad-input", say("cannot read {file}: {strerror}", file=path, strerror=why(failed))) from None
    except ValueError:
        secret = b""
    if len(secret) != _KEY_BYTES:
        raise BadInput("bad-input", say("{file} holds no key for anchors", file=path),
                       say("name another in {variable}", variable="BILLING_ANCHOR_KEY"))  # fmt: skip
    return secret


def made_secret(path: Path) -> bytes:
    """The secret key in a file, made on first use, for its owner alone; of two who make it at once one is kept."""
    found = secret_of(path)
    if found is not None:
        return found
    try:
        filing.make_first(path, os.urandom(_KEY_BYTES).hex().encode("ascii") + b"\n")
    except BadInput as failed:
        raise BadInput(
            failed.code, failed.what, say("name a place for the key in {variable}", variable="BILLING_ANCHOR_KEY")
        ) from None
    made = secret_of(path)
    assert made is not None, path
    return made


def _put(file: IO[bytes], line: Line) -> bytes:
    data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    file.write(data)
    return data
