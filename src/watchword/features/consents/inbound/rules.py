"""What a message that comes in can mean."""

from enum import StrEnum


class Meaning(StrEnum):
    STOP = "stop"
    """Nothing more of the kind that one has to agree to."""
    START = "start"
    """It may go on."""
    HELP = "help"
    """Who is it that writes?"""
    YES = "yes"
    NO = "no"
    """An answer, if something was asked. By itself it changes nothing."""
    OTHER = "other"
