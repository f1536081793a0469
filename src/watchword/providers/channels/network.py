"""Connections: whether one leaves this machine, whom it trusts, and why it failed."""

import ipaddress
import socket
import ssl
from functools import cache
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Say whether what is sent to a host stays on this machine, and may be clear text."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_url(name: str, url: str, *, allow_clear: bool = False) -> None:
    """Refuse an address in the settings that is none, that shows a secret, or that would."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"`{name}` must be a whole address, such as https://gateway.example/send.")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"`{name}` holds a user or password; put it into a header instead.")
    if parts.scheme == "http" and not (allow_clear or is_loopback(parts.hostname)):
        raise ValueError(f"`{name}` must begin with https://, or others could read the codes.")
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise ValueError(f"`{name}` holds characters that cannot stand in an address.")


def trust(ca_file: str | None) -> ssl.SSLContext:
    """Trust the authorities of the system, or those of a file instead; never anybody."""
    return _as_the_system_does() if ca_file is None else ssl.create_default_context(cafile=ca_file)


@cache
def _as_the_system_does() -> ssl.SSLContext:
    # To read some 150 authorities takes longer than all else that opens a provider.
    return ssl.create_default_context()


def word_for(fault: BaseException, otherwise: str = "no connection") -> str:
    """Name the cause of a fault. What it says itself may quote an address, and stays unread."""
    word = next((word for kind, word in WORDS if isinstance(fault, kind)), otherwise)
    # What is wrapped knows better: libraries call any failure to connect a lost connection.
    return word if fault.__cause__ is None else word_for(fault.__cause__, word)


WORDS: list[tuple[type[BaseException], str]] = [
    (ssl.SSLError, "TLS failed"),
    (socket.gaierror, "host unknown"),
    (ConnectionRefusedError, "connection refused"),
    (TimeoutError, "timeout"),
    (ConnectionError, "connection lost"),
]
