"""PDF/A-3b of our PDFs, for decades: with the XML that says the same (Factur-X), or without; the same bytes ever (M8).

Nothing but title, author, language, date and number of the document goes into the metadata; there is no clock.
"""

import base64
import hashlib
import zlib
from datetime import date
from importlib.resources import files
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from billing.exchange.einvoice import icc

FILE_NAME = "factur-x.xml"
LEVEL = "EN 16931"
PRODUCER = "billing"


def factur_x(pdf: bytes, xml: bytes, title: str, author: str, issued: date) -> bytes:
    """A PDF with embedded fonts and colours in RGB, and the CII that says the same, as one PDF/A-3b."""
    more = _read("factur-x.xml").format(file=FILE_NAME, level=LEVEL)
    with Pdf.open(BytesIO(pdf)) as opened:
        _attach(opened, xml, issued)
        return _long_lived(opened, title, author, issued, more)


def archived(pdf: bytes, issued: date) -> bytes | None:
    """A PDF of ours as PDF/A-3b: the same pages under the same title; itself where it is one already.

    None where it cannot be one, for it needs fonts that are not in it.
    """
    with Pdf.open(BytesIO(pdf)) as opened:
        if "/Metadata" in opened.Root and b"<pdfaid:part>" in opened.Root.Metadata.read_bytes():
            return pdf
        if not all(map(_is_inside, _fonts(opened))):
            return None
        info: Any = opened.docinfo
        return _long_lived(opened, str(info.get("/Title", "")), str(info.get("/Author", "")), issued)


def _fonts(pdf: Pdf) -> list[Object]:
    return [found for found in pdf.objects if isinstance(found, Dictionary) and found.get("/Type") == Name.Font]


def _is_inside(font: Object) -> bool:
    """Whether the shapes of a font are in the file."""
    if font.get("/Subtype") in (Name.Type0, Name.Type3):  # of others, which are looked at by themselves; drawn
        return True
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def _long_lived(pdf: Pdf, title: str, author: str, issued: date, more: str = "") -> bytes:
    """The file with its colours and its metadata said, and `more` metadata."""
    _say_colours(pdf)
    _describe(pdf, title, author, issued, more)
    _end_streams(pdf)
    out = BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        force_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=False,  # the metadata must stay readable; all else is compressed already
    )
    return out.getvalue()


def _read(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _attach(pdf: Pdf, xml: bytes, issued: date) -> None:
    """The XML as an associated file of the whole document: another form of what it says (Factur-X 1.0.7, 6.2.2)."""
    day = _pdf_day(issued)
    file = Stream(pdf, zlib.compress(xml, 9))
    file.Filter = Name.FlateDecode
    file.Type = Name.EmbeddedFile
    file.Subtype = Name("/text/xml")
    file.Params = Dictionary(
        ModDate=day,
        CreationDate=day,
        Size=len(xml),
        CheckSum=String(hashlib.md5(xml, usedforsecurity=False).digest()),
    )
    held = pdf.make_indirect(file)
    spec = pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=FILE_NAME,
            UF=FILE_NAME,
            Desc="Factur-X",
            AFRelationship=Name.Alternative,
            EF=Dictionary(F=held, UF=held),
        )
    )
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(FILE_NAME), spec])))
    pdf.Root.AF = Array([spec])
    pdf.Root.PageMode = Name.UseAttachments


def _end_streams(pdf: Pdf) -> None:
    """Writes in ASCII the streams whose last byte is a carriage return.

    The line feed that comes before `endstream` would make one line end of both, and the stream one byte shorter than
    it says: a strict reader of PDF/A refuses that.
    """
    for stream in pdf.objects:
        if isinstance(stream, Stream) and (raw := stream.read_raw_bytes()).endswith(b"\r"):
            stream.write(
                base64.a85encode(raw) + b"~>",
                filter=Array([Name.ASCII85Decode, *_listed(stream, "/Filter")]),
                decode_parms=Array([None, *_listed(stream, "/DecodeParms")]) if "/DecodeParms" in stream else None,
            )


def _listed(stream: Stream, key: str) -> list[Object]:
    found = stream.get(key)
    return [] if found is None else list(found) if isinstance(found, Array) else [found]


def _say_colours(pdf: Pdf) -> None:
    profile = Stream(pdf, icc.srgb())
    profile.N = 3
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB",
        Info="sRGB IEC61966-2.1",
        DestOutputProfile=pdf.make_indirect(profile),
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _describe(pdf: Pdf, title: str, author: str, issued: date, more: str) -> None:
    """The metadata, and the information dictionary that says the same."""
    language = str(pdf.Root.get("/Lang", "en"))
    values = {"title": title, "author": author, "language": language, "producer": PRODUCER,
              "time": f"{issued.isoformat()}T00:00:00Z"}  # fmt: skip
    said = _read("metadata.xml").format(**{k: escape(v) for k, v in values.items()}, more=more)
    metadata = Stream(pdf, said.encode())
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = pdf.make_indirect(metadata)
    info: Any = pdf.docinfo
    for key in list(info.keys()):
        del info[key]
    day = _pdf_day(issued)
    for name, value in (("Title", title), ("Author", author), ("Subject", title), ("Creator", PRODUCER),
                        ("Producer", PRODUCER), ("CreationDate", day), ("ModDate", day)):  # fmt: skip
        info[f"/{name}"] = value


def _pdf_day(day: date) -> str:
    return f"D:{day.strftime('%Y%m%d')}000000Z"
