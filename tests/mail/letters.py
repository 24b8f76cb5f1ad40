"""Mails as mail programs write them, and what a sentence in one is compared with."""

from email import message_from_bytes
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP

from billing.views.balances import Reply

SENTENCE = Reply(
    customer="ALPINA", language="fr", minutes=95, position="42-3EEH-Q78V-KMDS-T6WX-3EEH-Q78V-KMDM",
    text="Alpina SA\u202f: il reste 1\u202fh\u202f35 jusqu'au 31 décembre 2025.\n"
    "Temps dû : 5 min (réf. 42-3EEH-Q78V-KMDS-T6WX-3EEH-Q78V-KMDM)",
    html='<p lang="fr">Alpina SA\u202f: il reste 1\u202fh\u202f35 jusqu&#x27;au 31 décembre 2025.<br>\n'
    "Temps dû : 5 min (réf. 42-3EEH-Q78V-KMDS-T6WX-3EEH-Q78V-KMDM)</p>\n",
)  # fmt: skip
PLAIN = "Bonjour Anna,\n\nc'est réglé.\n\n-- \nAna, Démo SA\n"
QUOTING = """Bonjour,

c'est fait.

Le 3 mars 2025 à 10:00, Anna Ast <anna@alpina.example> a écrit :
> Bonjour
>
> -- 
> Anna
"""
BETWEEN = """> La TVA ?

Oui, 8.1 %.

> Et quand ?

Demain.
"""
OUTLOOK = """Bonjour,

c'est fait.

Ana

________________________________
De : Anna Ast <anna@alpina.example>
Envoyé : lundi 3 mars 2025 10:00
À : Support
Objet : TVA

Il me reste combien ? (ref. 12-0badc0de)

-- 
Anna
"""
PAGE = """<html><head><style>p { color: #000 }</style></head><body dir="ltr">
<div><p>Bonjour Anna,</p><p>c'est réglé.</p></div>
<div class="gmail_signature" data-smartmail="gmail_signature">-- <br>Ana</div>
<div class="gmail_quote"><div class="gmail_attr">On Monday Anna wrote:</div>
<blockquote type="cite"><p>Bonjour</p></blockquote></div>
</body></html>
"""


def headed(message: Message, **more: str) -> bytes:
    """The bytes of a message with the headers of an ordinary mail."""
    headers = {"From": "Ana <ana@acme.example>", "To": "anna@alpina.example", "Subject": "TVA",
               "Date": "Mon, 03 Mar 2025 10:00:00 +0100", "Message-ID": "<1@acme.example>"}  # fmt: skip
    for name, value in (headers | {name.replace("_", "-"): value for name, value in more.items()}).items():
        message[name] = value
    return message.as_bytes(policy=SMTP)


def plain(text: str = PLAIN, charset: str = "utf-8", **more: str) -> bytes:
    return headed(MIMEText(text, "plain", charset), **more)


def raw(body: bytes, *headers: bytes) -> bytes:
    """A mail byte by byte."""
    known = (b"From: ana@acme.example", b"To: anna@alpina.example", b"Subject: TVA", *headers)
    return b"".join(line + b"\r\n" for line in known) + b"\r\n" + body


def multi(kind: str, *parts: Message) -> MIMEMultipart:
    found = MIMEMultipart(kind, boundary=f"=_{kind}_=")
    for part in parts:
        found.attach(part)
    return found


def page(html: str = PAGE, charset: str = "utf-8") -> MIMEText:
    return MIMEText(html, "html", charset)


def file(name: str = "bank.pdf", data: bytes = b"%PDF-1.4 \x00\xff bytes") -> MIMEBase:
    found = MIMEApplication(data, "pdf")
    found.add_header("Content-Disposition", "attachment", filename=name)
    return found


def picture() -> MIMEBase:
    found = MIMEImage(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "png")
    found.add_header("Content-ID", "<logo>")
    found.add_header("Content-Disposition", "inline", filename="logo.png")
    return found


def both(text: str = PLAIN, html: str = PAGE) -> MIMEMultipart:
    return multi("alternative", MIMEText(text, "plain", "utf-8"), page(html))


def texts(data: bytes) -> dict[str, str]:
    """What somebody reads in a mail: the first text of each kind that is no file, with lines that end with one sign."""
    found: dict[str, str] = {}
    for part in message_from_bytes(data).walk():
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            shown = part.get_payload(decode=True)
            assert isinstance(shown, bytes)
            charset = part.get_content_charset("us-ascii")
            found.setdefault(part.get_content_subtype(), shown.decode(charset, "replace").replace("\r\n", "\n"))
    return found


def rest(data: bytes) -> list[object]:
    """All of a mail that is not its text: headers but for how a text is written, the bytes of all other parts."""
    said: list[object] = []
    for part in message_from_bytes(data).walk():
        is_text = part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"
        about = ("content-type", "content-transfer-encoding", "mime-version") if is_text else ()
        said.append([(name, str(value)) for name, value in part.items() if name.lower() not in about])
        said.append((part.get_content_type(), part.get_filename(), part.preamble, part.epilogue))
        if not part.is_multipart() and not is_text:
            said.append(part.get_payload())
    return said
