"""SMS over SMPP 3.4, as operators and aggregators speak it, on one link that is held."""

import asyncio
import re
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Incoming
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.callbacks import read_number
from watchword.providers.channels.network import trust, word_for
from watchword.providers.channels.sms import smpp_answers as answers
from watchword.providers.channels.sms.smpp_hearing import Hearing
from watchword.providers.channels.sms.smpp_line import PAUSES, Line, NotBound
from watchword.providers.channels.sms.smpp_link import (
    NOT_UNDERSTOOD,
    Handover,
    Link,
    LinkLost,
    open_link,
)
from watchword.providers.channels.sms.smpp_pdus import (
    RESPONSE,
    Command,
    Party,
    Pdu,
    ShortMessage,
    Tag,
    read_message_id,
)
from watchword.providers.channels.sms.smpp_receipts import (
    Parted,
    canonical,
    is_from_a_person,
    read_receipt,
)
from watchword.providers.channels.sms.smpp_settings import SmppSettings, Validity
from watchword.providers.channels.sms.smpp_texts import HAS_HEADER, Part, read_text, write_text

NUMBER: Final = re.compile(r"\+?([0-9]{1,15})")
SHORTEST_VALIDITY, LONGEST_VALIDITY = timedelta(seconds=1), timedelta(days=7)
INTERNATIONAL, SHORT, NAME, BY_ACCOUNT = (1, 1), (3, 0), (5, 0), (0, 0)
"""Type of number and numbering plan."""

log = structlog.get_logger()


class Smpp:
    """Fills the `Provider` port, and `StaysConnected`."""

    def __init__(
        self,
        settings: SmppSettings,
        surroundings: Surroundings,
        *,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._settings = settings
        self._now = surroundings.now
        self._name, self._listen = surroundings.name, surroundings.listen
        self._trust = trust(settings.ca_file) if settings.security == "tls" else None
        self._hearing = Hearing(surroundings, pause=settings.receipt_pause_seconds)
        self._line = Line(surroundings.name, self._connect, pauses)

    @property
    def knows_repeats(self) -> bool:
        return False

    @property
    def gives_receipts(self) -> bool:
        return self._settings.receipts

    async def send(self, message: Message) -> SendOutcome:
        parts = compose(self._settings, message, self._now())
        if isinstance(parts, Refused):
            return parts
        deadline = asyncio.get_running_loop().time() + self._settings.timeout_seconds
        if len(parts) == 1:
            return await self._hand_over(parts[0], deadline)
        return await self._hand_over_parts(parts, deadline)

    async def stay_connected(self) -> None:
        # Whoever ends this wants no news any more; the line itself is let go of by `close`.
        await asyncio.shield(self._line.hold())

    async def close(self) -> None:
        await self._line.close()
        await self._hearing.close()

    async def _connect(self) -> Link:
        return await open_link(self._settings, self._trust, self._take)

    async def _hand_over_parts(self, parts: Sequence[ShortMessage], deadline: float) -> SendOutcome:
        """Hand over one part after the other, and stop at the first that is not taken."""
        texts, parted = self._hearing.parted, Parted()
        outcome: SendOutcome = Uncertain("partly taken")
        for number, part in enumerate(parts):
            outcome = await self._hand_over(part, deadline)
            if not isinstance(outcome, Accepted):
                texts.forget(parted)
                # Some of it is on its way, and another attempt would bring that twice.
                return Uncertain("partly taken") if number else outcome
            if outcome.reference is not None:
                texts.add(parted, outcome.reference)
        if isinstance(outcome, Accepted) and outcome.reference is not None:
            report = texts.complete(parted, outcome.reference)
            if report is not None:
                self._hearing.take(report)
        else:
            texts.forget(parted)
        return outcome

    async def _hand_over(self, part: ShortMessage, deadline: float) -> SendOutcome:
        handover = Handover(Command.SUBMIT_SM, part.to_wire())
        try:
            async with asyncio.timeout_at(deadline):
                link = await self._line.link()
                answer = await link.submit(handover)
        except NotBound as fault:
            return Unavailable(fault.reason, fault.retry_after)
        except (LinkLost, TimeoutError) as fault:
            reason = fault.reason if isinstance(fault, LinkLost) else word_for(fault)
            return Uncertain(reason) if handover.is_out else Unavailable(reason)
        return self._read_answer(answer)

    def _read_answer(self, answer: Pdu) -> SendOutcome:
        if answer.status != answers.OK:
            return answers.read_status(answer.status, None)
        if answer.command != Command.SUBMIT_SM | RESPONSE:
            return Uncertain(NOT_UNDERSTOOD)
        # Even when we do not understand its name, it was taken, and once is enough.
        reference = read_message_id(answer.body)
        if reference is not None:
            reference = canonical(reference, self._settings.receipt_id)
        return Accepted(reference)

    def _take(self, message: ShortMessage) -> int | Awaitable[int]:
        """Take what the SMSC delivers: a receipt, or what a person has written to us."""
        report = read_receipt(message, self._settings.receipt_id)
        if report is not None:
            return answers.OK if self._hearing.take(report) else answers.QUEUE_FULL
        sender = read_number(message.source.number)
        if sender is None or not is_from_a_person(message):
            return answers.OK
        return self._take_text(
            Incoming(channel=Channel.SMS, sender=sender, text=self._read(message))
        )

    def _read(self, message: ShortMessage) -> Secret:
        has_header = bool(message.esm_class & HAS_HEADER)
        alphabet = self._settings.alphabet
        return Secret(
            read_text(message.payload, message.data_coding, alphabet, has_header=has_header)
        )

    async def _take_text(self, text: Incoming) -> int:
        """Say that a text was taken once it cannot be lost any more. Else the SMSC comes again."""
        try:
            await self._listen([text])
        except Exception as fault:  # noqa: BLE001 - whatever it is, the SMSC keeps the text
            log.warning("text.not_heard", provider=self._name, fault=type(fault).__name__)
            return answers.QUEUE_FULL
        return answers.OK


def compose(
    settings: SmppSettings, message: Message, now: datetime
) -> Sequence[ShortMessage] | Refused:
    """Write a message as the SMSC takes it, in as many parts as it needs."""
    number = NUMBER.fullmatch(message.address)
    if number is None:
        return Refused("address")
    reference = message.id.int % 256
    parts = write_text(message.text.reveal(), settings.alphabet, settings.long_messages, reference)
    if isinstance(parts, Refused):
        return parts
    destination = Party(settings.address_ton, settings.address_npi, number[1])
    period = validity_period(settings.validity, message.not_after, now)
    return [_short_message(settings, part, destination, period) for part in parts]


def _short_message(
    settings: SmppSettings, part: Part, destination: Party, period: str
) -> ShortMessage:
    return ShortMessage(
        service_type=settings.service_type,
        source=_source(settings),
        destination=destination,
        esm_class=HAS_HEADER if part.has_header else 0,
        validity_period=period,
        registered_delivery=int(settings.receipts),
        data_coding=part.data_coding,
        octets=b"" if part.is_payload else part.octets,
        more={Tag.MESSAGE_PAYLOAD: part.octets} if part.is_payload else {},
    )


def _source(settings: SmppSettings) -> Party:
    sender = settings.sender or ""
    if sender.startswith("+"):
        kind = INTERNATIONAL
    elif any(char.isalpha() for char in sender):
        kind = NAME
    else:
        kind = SHORT if sender else BY_ACCOUNT
    if settings.sender_ton is not None and settings.sender_npi is not None:
        kind = (settings.sender_ton, settings.sender_npi)
    return Party(*kind, sender.removeprefix("+"))


def validity_period(validity: Validity, not_after: datetime, now: datetime) -> str:
    """Say until when the message is of use; after that the SMSC drops it."""
    left = max(SHORTEST_VALIDITY, min(not_after - now, LONGEST_VALIDITY))
    match validity:
        case "relative":
            minutes, seconds = divmod(left // timedelta(seconds=1), 60)
            hours, minutes = divmod(minutes, 60)
            days, hours = divmod(hours, 24)
            return f"0000{days:02}{hours:02}{minutes:02}{seconds:02}000R"
        case "absolute":
            return (now + left).astimezone(UTC).strftime("%y%m%d%H%M%S000+")
        case "none":
            return ""
