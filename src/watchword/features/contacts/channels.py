"""By which ways somebody can be reached. What a message is about does not matter here."""

from enum import StrEnum


class Channel(StrEnum):
    """How a message leaves. Who carries it is another question."""

    SMS = "sms"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    VOICE = "voice"
    LETTER = "letter"
