"""What the operator says of an SMPP account."""

import re
from typing import Final, Literal

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.foundation.secret import Secret
from watchword.providers.channels.network import is_loopback
from watchword.providers.channels.sms.senders import check_sender

WORD: Final = re.compile(r"[!-~]{0,64}")
"""What may stand in a field. Some take longer passwords than the eight of the specification."""
LONGEST_SYSTEM_TYPE, LONGEST_SERVICE_TYPE = 12, 5
MOST_IN_WINDOW: Final = 1000
LARGEST_OCTET: Final = 255
LONGEST_PAUSE: Final = 60.0  # seconds

Alphabet = Literal["gsm", "latin1", "ucs2"]
LongMessages = Literal["udh", "payload"]
ReceiptId = Literal["as_is", "hex_to_decimal", "decimal_to_hex"]
Validity = Literal["relative", "absolute", "none"]


class SmppSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="smpp",
):
    host: str
    port: int = 2775
    security: Literal["tls", "none"] = "tls"
    allow_clear: bool = False
    """Allow no encryption to a host other than this one, where others may read the codes."""
    ca_file: str | None = None
    """Authorities to trust instead of those of the system."""
    system_id: str
    password: Secret
    system_type: str = ""
    service_type: str = ""
    sender: str | None = None
    """A number, a short number, or a name. Without it, the account has one of its own."""
    sender_ton: int | None = None
    sender_npi: int | None = None
    address_ton: int = 1
    address_npi: int = 1
    alphabet: Alphabet = "gsm"
    """What the provider takes the octets of its default alphabet for."""
    long_messages: LongMessages = "udh"
    validity: Validity = "relative"
    receipts: bool = True
    receipt_id: ReceiptId = "as_is"
    """How the id in the text of a receipt becomes the id that was given when it was taken."""
    receipt_pause_seconds: float = 1.0
    window: int = 10
    """How many messages may wait for their answer at once."""
    enquire_seconds: float = 30.0
    timeout_seconds: float = 10.0

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.SMS})

    def __post_init__(self) -> None:
        if not self.host or not self.host.isprintable() or " " in self.host:
            raise ValueError("`host` must be the name of an SMSC, such as smpp.carrier.example.")
        if self.security == "none" and not (self.allow_clear or is_loopback(self.host)):
            raise ValueError("`security` none would let others read the codes; use tls.")
        self._check_account()
        self._check_addresses()
        self._check_figures()

    def _check_account(self) -> None:
        if not self.system_id or not WORD.fullmatch(self.system_id):
            raise ValueError("`system_id` must be 1 to 64 plain characters without spaces.")
        if not WORD.fullmatch(self.password.reveal()):
            raise ValueError("`password` must be at most 64 plain characters without spaces.")
        for name, text, longest in (
            ("system_type", self.system_type, LONGEST_SYSTEM_TYPE),
            ("service_type", self.service_type, LONGEST_SERVICE_TYPE),
        ):
            if not WORD.fullmatch(text) or len(text) > longest:
                raise ValueError(f"`{name}` must be at most {longest} plain characters.")

    def _check_addresses(self) -> None:
        check_sender(self.sender)
        if (self.sender_ton is None) != (self.sender_npi is None):
            raise ValueError("`sender_ton` and `sender_npi` are given together or not at all.")
        octets = (self.address_ton, self.address_npi, self.sender_ton or 0, self.sender_npi or 0)
        if not all(0 <= octet <= LARGEST_OCTET for octet in octets):
            raise ValueError("A `ton` or `npi` is a number from 0 to 255.")

    def _check_figures(self) -> None:
        if self.enquire_seconds <= 0:
            raise ValueError("`enquire_seconds` must be more than 0.")
        if not 0 <= self.receipt_pause_seconds <= LONGEST_PAUSE:
            raise ValueError(f"`receipt_pause_seconds` is 0 to {LONGEST_PAUSE:g}.")
        if not 1 <= self.window <= MOST_IN_WINDOW:
            raise ValueError(f"`window` is 1 to {MOST_IN_WINDOW}.")
