"""In which language a voice reads a message, and what it says when there is none any more."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {
    "de": "de-DE",
    "en": "en-US",
    "en-gb": "en-GB",
    "es": "es-ES",
    "fr": "fr-FR",
    "it": "it-IT",
    "nl": "nl-NL",
    "pl": "pl-PL",
    "tr": "tr-TR",
}
"""Our languages, as those who make voices call them."""

RUN_OUT: Final[Mapping[str, str]] = {
    "en": "This code is no longer valid. Please ask for a new one. Goodbye.",
    "de": "Dieser Code ist nicht mehr gültig. Bitte fordern Sie einen neuen an. Auf Wiederhören.",
}
NOT_ASKED_FOR: Final[Mapping[str, str]] = {
    "en": "Thank you. The code is no longer valid, and there is nothing more you need to do. "
    "Goodbye.",
    "de": "Vielen Dank. Der Code gilt nicht mehr, und Sie müssen nichts weiter tun. "
    "Auf Wiederhören.",
}


def family(locale: str) -> str:
    """Give the language without its country; English, if we do not have it."""
    language = locale.lower().partition("-")[0]
    return language if language in LANGUAGES else ENGLISH


def spoken_as(locale: str) -> str:
    """Name the language for a voice: with the country of the locale, if that is known."""
    return LANGUAGES.get(locale.lower(), LANGUAGES[family(locale)])
