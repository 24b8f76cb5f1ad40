"""What a form brings: fields as text, files as bytes. The body was read, and bounded, before."""

from urllib.parse import parse_qsl

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from billing.errors import BadInput
from billing.texts import say

_MOST_FIELDS = 60


def read(kind: str, body: bytes) -> tuple[dict[str, str], tuple[tuple[str, bytes], ...]]:
    """The fields of a form, the last of each name, and its files with their names. Raises BadInput (`bad-input`)."""
    name, options = parse_options_header(kind.encode("latin-1", "replace"))
    try:
        if name == b"multipart/form-data":
            return _parts(options.get(b"boundary", b""), body)
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)), ()
    except (ValueError, FormParserError):
        raise BadInput("bad-input", say("the form cannot be read"), say("go back and send it again")) from None


def queried(query: str) -> dict[str, str]:
    """The fields of an address, the last of each name. Raises BadInput (`bad-input`) for more than a page has."""
    try:
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise BadInput("bad-input", say("the address cannot be read"), say("go back and ask again")) from None


def _parts(boundary: bytes, body: bytes) -> tuple[dict[str, str], tuple[tuple[str, bytes], ...]]:
    fields: dict[str, str] = {}
    files: list[tuple[str, bytes]] = []

    def field(found: object) -> None:
        fields[found.field_name.decode()] = (found.value or b"").decode()  # type: ignore[attr-defined]

    def file(found: object) -> None:
        found.file_object.seek(0)  # type: ignore[attr-defined]
        data = found.file_object.read()  # type: ignore[attr-defined]
        if data or found.file_name:  # type: ignore[attr-defined]
            files.append(((found.file_name or b"file").decode(errors="replace"), data))  # type: ignore[attr-defined]

    parser = FormParser(
        "multipart/form-data", field, file, boundary=boundary, config={"MAX_MEMORY_FILE_SIZE": 2 * len(body) + 1}
    )
    parser.write(body)
    parser.finalize()
    return fields, tuple(files)
