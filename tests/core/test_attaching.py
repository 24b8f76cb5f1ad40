"""Which files are kept, told by their content, and what they are called."""

import pytest

from billing.core import attaching
from billing.errors import BadInput


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n\x00", "pdf"),
        (b"\x89PNG\r\n\x1a\n\x00", "png"),
        (b"\xff\xd8\xff\xe0\x00", "jpeg"),
        (b"GIF89a\x00", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"PK\x03\x04\x00", "zip"),
        ("Écran 1; erreur 42\n".encode(), "text"),
        ("Écran".encode("latin-1"), None),
        (b"MZ\x90\x00", None),
        (b"\x7fELF\x02\x01\x01\x00", None),
        (b"#!/bin/sh\nrm -rf /\n", None),
        (b"plain\x00", None),
    ],
)
def test_a_file_is_what_its_content_says(data: bytes, kind: str | None) -> None:
    assert attaching.type_of(data) == kind
    if kind is None:
        with pytest.raises(BadInput, match="of no kind that is kept"):
            attaching.checked_type(data)
    else:
        assert attaching.checked_type(data) == kind


def test_empty_and_large_files_are_refused() -> None:
    assert attaching.checked_type(b"a" * attaching.MOST_BYTES) == "text"
    for data, wrong in ((b"", "is empty"), (b"a" * (attaching.MOST_BYTES + 1), "5000001 bytes")):
        with pytest.raises(BadInput, match=wrong):
            attaching.checked_type(data)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("screen.png", "screen.png"),
        ("Écran d’erreur (2).png", "Écran d’erreur (2).png"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\ana\..\list.csv", "list.csv"),
        ("/", "file"),
        ("..", "file"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("a\x00b\nc\u202egnp.exe", "abcgnp.exe"),
        ("con:stream.txt", "constream.txt"),
        ("trailing. ", "trailing"),
        ("scan of a FAX", "scan of a FAX"),
        ("table.XX", "table.XX"),
        ("x" * 150 + ".pdf", "x" * 96 + ".pdf"),
        ("y" * 150, "y" * 100),
    ],
)
def test_a_name_leads_nowhere_else(given: str, name: str) -> None:
    assert attaching.plain_name(given) == name
    assert attaching.plain_name(name) == name
