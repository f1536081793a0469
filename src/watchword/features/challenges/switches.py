"""Which codes an organisation has switched off by its settings."""

from collections.abc import Mapping

from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.settings.sections import Effective, Method
from watchword.features.routing.rules import SwitchedOff

SWITCHED = frozenset({Purpose.CARD_VERIFICATION, Purpose.REDEMPTION})
"""The purposes that settings say anything about."""

METHODS: Mapping[Channel, Method] = {
    Channel.SMS: Method.SMS,
    Channel.EMAIL: Method.EMAIL,
    Channel.WHATSAPP: Method.WHATSAPP,
    Channel.LETTER: Method.LETTER,
    # A telephone that reads the code out is how customers confirm by phone.
    Channel.VOICE: Method.PHONE,
}


def switched_off(purpose: Purpose, settings: Effective) -> SwitchedOff | None:
    """Say by which channels no code for a purpose may go; nothing, if by all of them it may."""
    match purpose:
        case Purpose.CARD_VERIFICATION:
            on = settings.verification.methods
            off = frozenset(channel for channel, method in METHODS.items() if method not in on)
            return SwitchedOff(purpose, off, on) if off else None
        case Purpose.REDEMPTION if not settings.redemption.customer_pins:
            return SwitchedOff(purpose, frozenset(Channel), ())
        case _:
            return None
