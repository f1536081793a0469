"""Certificates that are good, and that must not be trusted."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

import trustme

Certificate = Literal["good", "expired", "wrong name", "unknown authority"]


@dataclass(frozen=True)
class Authority:
    """An authority that a client can be told to trust, and contexts for servers under it."""

    ca: trustme.CA
    ca_file: str

    def server_context(self, certificate: Certificate = "good") -> ssl.SSLContext:
        ca = trustme.CA() if certificate == "unknown authority" else self.ca
        names = ["elsewhere.invalid"] if certificate == "wrong name" else ["localhost", "127.0.0.1"]
        yesterday = datetime.now(UTC) - timedelta(days=1)
        not_after = yesterday if certificate == "expired" else None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert(*names, not_after=not_after).configure_cert(context)
        return context


@cache
def authority() -> Authority:
    """Make one for the whole run of tests; keys are costly."""
    ca = trustme.CA()
    with NamedTemporaryFile(prefix="watchword-ca-", suffix=".pem", delete=False) as file:
        file.write(ca.cert_pem.bytes())
    return Authority(ca, str(Path(file.name)))
