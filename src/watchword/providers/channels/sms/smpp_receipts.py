"""What an SMSC says later of a message: read from its own kind of text, part by part."""

import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Final

from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import Receipt
from watchword.providers.channels.sms.smpp_pdus import ShortMessage, Tag, read_message_id
from watchword.providers.channels.sms.smpp_settings import ReceiptId

KIND: Final = 0x3C  # the bits of esm_class that say what a message is
FROM_A_PERSON, RECEIPT = 0x00, 0x04

ID: Final = re.compile(r"\bid:([!-~]{1,64})", re.IGNORECASE)
STATE: Final = re.compile(r"\bstat:([A-Z]{1,16})", re.IGNORECASE)
QUOTE: Final = re.compile(r"\btext:", re.IGNORECASE)
DECIMAL: Final = re.compile(r"[0-9]{1,64}")
HEX: Final = re.compile(r"[0-9A-Fa-f]{1,64}")

STATES: Final = {
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    8: "REJECTD",
}
RECEIPTS: Final = {
    "DELIVRD": Receipt.DELIVERED,
    "EXPIRED": Receipt.FAILED,
    "DELETED": Receipt.FAILED,
    "UNDELIV": Receipt.FAILED,
    "REJECTD": Receipt.FAILED,
}
"""What says neither that it arrived nor that it never will is no news to us."""

MOST_PARTED: Final = 10_000


def read_receipt(message: ShortMessage, receipt_id: ReceiptId) -> Report | None:
    """Say what a message of the SMSC reports; nothing, if it is no receipt or no news."""
    named = read_message_id(message.more.get(Tag.RECEIPTED_MESSAGE_ID, b""))
    state = message.more.get(Tag.MESSAGE_STATE, b"")
    kind = message.esm_class & KIND
    # A person can write what looks like a receipt, but cannot set the fields of the SMSC.
    if kind != RECEIPT and not (kind == FROM_A_PERSON and named and state):
        return None
    said = QUOTE.split(message.payload.decode("latin-1"), maxsplit=1)[0]
    word = STATES.get(int.from_bytes(state)) or _state_in(said)
    reference = canonical(named, receipt_id) if named else _id_in(said, receipt_id)
    if word not in RECEIPTS or reference is None:
        return None
    meaning = RECEIPTS[word]
    reason = None if meaning is Receipt.DELIVERED else f"SMPP {word}"
    return Report(receipt=meaning, reference=reference, reason=reason)


def is_from_a_person(message: ShortMessage) -> bool:
    return message.esm_class & KIND == FROM_A_PERSON


def canonical(message_id: str, receipt_id: ReceiptId) -> str:
    """Write the id of a message as we keep it, so that it is found by what a receipt says."""
    if receipt_id == "hex_to_decimal" and DECIMAL.fullmatch(message_id):
        return str(int(message_id))
    if receipt_id == "decimal_to_hex" and HEX.fullmatch(message_id):
        return f"{int(message_id, 16):x}"
    return message_id


def _state_in(said: str) -> str | None:
    found = STATE.search(said)
    return found[1].upper() if found else None


def _id_in(said: str, receipt_id: ReceiptId) -> str | None:
    found = ID.search(said)
    if not found:
        return None
    if receipt_id == "hex_to_decimal" and HEX.fullmatch(found[1]):
        return str(int(found[1], 16))
    if receipt_id == "decimal_to_hex" and DECIMAL.fullmatch(found[1]):
        return f"{int(found[1]):x}"
    return found[1]


@dataclass(slots=True)
class Parted:
    """A text that goes out in parts, each of which the SMSC reports on by itself."""

    parts: set[str] = field(default_factory=set)
    arrived: set[str] = field(default_factory=set)
    failed: Report | None = None
    reference: str | None = None
    """By which the whole is known; none, as long as not all parts were taken."""

    def verdict(self) -> Report | None:
        if self.reference is None:
            return None
        if self.failed is not None:
            return replace(self.failed, reference=self.reference)
        if self.arrived < self.parts:
            return None
        return Report(receipt=Receipt.DELIVERED, reference=self.reference)


class PartedTexts:
    """Joins the receipts of parts to one: it has arrived with the last of them, or it has failed.

    What is remembered here is lost with this process. After that a receipt is taken as it comes,
    and that of the last part, whose id is the reference of the whole, stands for all.
    """

    def __init__(self, most: int = MOST_PARTED) -> None:
        self._most = most
        self._by_part: OrderedDict[str, Parted] = OrderedDict()

    def add(self, parted: Parted, part: str) -> None:
        parted.parts.add(part)
        self._by_part[part] = parted
        while len(self._by_part) > self._most:
            self._by_part.popitem(last=False)

    def complete(self, parted: Parted, reference: str) -> Report | None:
        """All parts were taken. Give the report that is due already, if any."""
        parted.reference = reference
        return self._settle(parted)

    def forget(self, parted: Parted) -> None:
        for part in parted.parts:
            self._by_part.pop(part, None)

    def join(self, report: Report) -> Report | None:
        """Say what a receipt means for the whole; nothing, as long as other parts are missing."""
        parted = self._by_part.get(report.reference or "")
        if parted is None or report.reference is None:
            return report
        if report.receipt is Receipt.DELIVERED:
            parted.arrived.add(report.reference)
        elif parted.failed is None:
            parted.failed = report
        return self._settle(parted)

    def _settle(self, parted: Parted) -> Report | None:
        verdict = parted.verdict()
        if verdict is not None:
            self.forget(parted)
        return verdict
