"""The seven ways by which a card is shown to be somebody's, and how much each is worth."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from watchword.features.contacts.channels import Channel
from watchword.features.staff.permissions import Permission


class Means(StrEnum):
    """How it is shown that a card is somebody's."""

    LETTER = "letter"
    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    IN_STORE = "in_store"
    PHONE = "phone"
    OTHER = "other"


class Assurance(IntEnum):
    """How sure we are. It is no step of a dialogue, and never grows by an override."""

    NONE = 0
    """Nothing was shown: a gate, or an override ("X"), which is written down and proves nothing."""
    CONTACT = 1
    """Somebody has a contact point in their hands."""
    MATCHED = 2
    """A code that came by post, or facts that agree over the telephone."""
    SEEN = 3
    """Staff saw the person, or two contact points answered that have nothing to do with another."""


ASSURANCE: Mapping[Means, Assurance] = {
    Means.SMS: Assurance.CONTACT,
    Means.EMAIL: Assurance.CONTACT,
    Means.WHATSAPP: Assurance.CONTACT,
    Means.LETTER: Assurance.MATCHED,
    Means.PHONE: Assurance.MATCHED,
    Means.IN_STORE: Assurance.SEEN,
    Means.OTHER: Assurance.NONE,
}

CHANNELS: Mapping[Means, Channel] = {
    Means.LETTER: Channel.LETTER,
    Means.EMAIL: Channel.EMAIL,
    Means.SMS: Channel.SMS,
    Means.WHATSAPP: Channel.WHATSAPP,
}
"""By which channel a code goes. What is not here, staff confirm."""

PERMISSIONS: Mapping[Means, Permission] = {
    Means.IN_STORE: Permission.VERIFY_IN_STORE,
    Means.PHONE: Permission.VERIFY_BY_PHONE,
    Means.OTHER: Permission.VERIFY_OTHER,
}
"""Who of the staff may confirm. What is not here, nobody confirms: the code does."""
