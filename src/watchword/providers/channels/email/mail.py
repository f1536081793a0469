"""An e-mail as it goes over the wire, made from a message."""

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

import idna

from watchword.features.delivery.rules import Message, Refused

CONTROLS = {"Cc", "Cs", "Zl", "Zp"}
"""Kinds of characters that end a line, or are no text at all."""

DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")

LINK = re.compile(r"https?://[!#-;=?-~]{1,400}")
ROOM = 900
"""Characters of a line, where an address must not be folded: our serialiser would write a long one
in code words, which no mail program reads as an address. Mail servers take 998."""
ONE_CLICK = "List-Unsubscribe=One-Click"
"""RFC 8058: what a mail program posts to that address, and nobody else."""

# Quoted-printable and base64 pass every server; raw UTF-8 only those that offer 8BITMIME.
WIRE = SMTP.clone(cte_type="7bit")
WIRE_UTF8 = SMTPUTF8.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a server is told: from whom, to whom, and the content with its own id."""

    sender: str
    recipient: str
    id: str
    content: bytes
    needs_utf8: bool
    mark: str | None = None
    """What it is known by when it comes back."""

    def __repr__(self) -> str:
        return f"Mail({self.id})"


def compose(message: Message, sender: MailAddress, now: datetime) -> Mail | Refused:
    subject = message.subject.reveal() if message.subject else None
    lines = (message.address, message.locale, subject or "", message.unsubscribe)
    if not all(map(is_one_line, lines)):
        return Refused("header")
    try:
        recipient = to_wire(message.address)
        return _compose(message, sender, recipient, subject, now)
    except (ValueError, MessageError, IndexError):
        return Refused("address")


def is_one_line(text: str) -> bool:
    return not any(unicodedata.category(character) in CONTROLS for character in text)


def to_wire(address: str) -> MailAddress:
    """Write the domain as the name system knows it; what stands before it is not ours to change."""
    local, at, domain = address.rpartition("@")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    if not (local and at and is_domain(domain)):
        raise ValueError("An address is a name, an @, and a domain.")
    wire = MailAddress(username=local, domain=domain)
    if wire.addr_spec != f"{local}@{domain}":
        raise ValueError("An address with such a name cannot be told from another one.")
    return wire


def is_domain(text: str) -> bool:
    return DOMAIN.fullmatch(text) is not None


def _compose(
    message: Message,
    sender: MailAddress,
    recipient: MailAddress,
    subject: str | None,
    now: datetime,
) -> Mail:
    id = f"<{message.id}@{sender.domain}>"
    needs_utf8 = not recipient.username.isascii()
    mail = EmailMessage(policy=WIRE_UTF8 if needs_utf8 else WIRE)
    # Whoever waits for a code has asked for it, and cannot unsubscribe from it by one click.
    unsubscribe = "" if message.code else message.unsubscribe
    if subject:
        mail["Subject"] = subject
    mail["From"] = sender
    mail["To"] = recipient
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = id
    mail["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        mail["List-Unsubscribe"] = _link(unsubscribe)
        mail["List-Unsubscribe-Post"] = ONE_CLICK
    text = message.text.reveal()
    mail.set_content(text)
    code = message.code.reveal() if message.code else ""
    if code and code in text:
        mail.add_alternative(show(text, code, message.locale), subtype="html")
    if message.locale:
        # Last, since setting the content does away with what was said about it.
        mail["Content-Language"] = message.locale
    as_written = mail.policy.clone(max_line_length=ROOM) if unsubscribe else mail.policy
    return Mail(
        sender=sender.addr_spec,
        recipient=recipient.addr_spec,
        id=id,
        content=mail.as_bytes(policy=as_written),
        needs_utf8=needs_utf8,
    )


def _link(address: str) -> str:
    """Write an address as RFC 2369 does; raise `ValueError` for what is none."""
    if not LINK.fullmatch(address):
        raise ValueError("What unsubscribes is an address of a page.")
    return f"<{address}>"


def show(text: str, code: str, locale: str) -> str:
    """Write the same words as a page on which the code is easily found, and is copied whole."""
    # Letters are set apart by style, since spaces between them would be copied along.
    style = "font-size:1.75em;letter-spacing:.15em"
    large = f'<strong style="{style}">{html.escape(code)}</strong>'
    words = html.escape(text).replace(html.escape(code), large)
    lines = "<br>\n".join(re.split(r"\r\n|\r|\n", words))
    return (
        f'<!doctype html>\n<html lang="{html.escape(locale)}">'
        '<head><meta charset="utf-8"></head>\n'
        f'<body dir="auto" style="font-family:sans-serif">\n<p>{lines}</p>\n</body></html>\n'
    )
