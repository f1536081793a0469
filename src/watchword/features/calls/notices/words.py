"""What members hear of what was done with their PIN, wherever they can be reached."""

from collections.abc import Mapping
from dataclasses import dataclass

from watchword.features.contacts.channels import Channel
from watchword.features.cores.rules import CoreEvent

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class NoticeWords:
    subject: str
    text: str
    short: str
    """As a text message."""
    spoken: str
    """To whoever has picked up the telephone and pressed a key."""


ENGLISH = {
    CoreEvent.ACTIVATED: NoticeWords(
        "You have a PIN at {organisation} now",
        "Hello,\n\na first PIN was set on the telephone for your account at {organisation} just "
        "now.\n\nIf that was you, there is nothing you need to do.\n\nIf it was not, call us at "
        "once, by the number that you know.\n\n{organisation}\n",
        "{organisation}: a first PIN was set by telephone just now. Not you? Call us at once.",
        "A first PIN was set on the telephone for your account just now. If that was you, there is "
        "nothing you need to do. If it was not, call us at once, by the number that you know. "
        "Good-bye.",
    ),
    CoreEvent.PIN_CHANGED: NoticeWords(
        "Your PIN at {organisation} was changed",
        "Hello,\n\nthe PIN of your account at {organisation} was changed on the telephone just "
        "now.\n\nIf that was you, there is nothing you need to do.\n\nIf it was not, call us at "
        "once, by the number that you know.\n\n{organisation}\n",
        "{organisation}: your PIN was changed by telephone just now. Not you? Call us at once.",
        "The PIN of your account was changed on the telephone just now. If that was you, there is "
        "nothing you need to do. If it was not, call us at once, by the number that you know. "
        "Good-bye.",
    ),
}
GERMAN = {
    CoreEvent.ACTIVATED: NoticeWords(
        "Sie haben jetzt eine PIN bei {organisation}",
        "Guten Tag,\n\nfür Ihr Konto bei {organisation} ist soeben am Telefon eine erste PIN "
        "gesetzt worden.\n\nWenn Sie das waren, brauchen Sie nichts zu tun.\n\nWenn nicht, rufen "
        "Sie uns sofort an, unter der Nummer, die Sie kennen.\n\n{organisation}\n",
        "{organisation}: Soeben wurde am Telefon eine erste PIN gesetzt. Nicht Sie? "
        "Rufen Sie uns sofort an.",
        "Für Ihr Konto ist soeben am Telefon eine erste PIN gesetzt worden. Wenn Sie das waren, "
        "brauchen Sie nichts zu tun. Wenn nicht, rufen Sie uns sofort an, unter der Nummer, die "
        "Sie kennen. Auf Wiederhören.",
    ),
    CoreEvent.PIN_CHANGED: NoticeWords(
        "Ihre PIN bei {organisation} ist geändert",
        "Guten Tag,\n\ndie PIN Ihres Kontos bei {organisation} ist soeben am Telefon geändert "
        "worden.\n\nWenn Sie das waren, brauchen Sie nichts zu tun.\n\nWenn nicht, rufen Sie uns "
        "sofort an, unter der Nummer, die Sie kennen.\n\n{organisation}\n",
        "{organisation}: Ihre PIN wurde soeben am Telefon geändert. Nicht Sie? "
        "Rufen Sie uns sofort an.",
        "Die PIN Ihres Kontos ist soeben am Telefon geändert worden. Wenn Sie das waren, brauchen "
        "Sie nichts zu tun. Wenn nicht, rufen Sie uns sofort an, unter der Nummer, die Sie "
        "kennen. Auf Wiederhören.",
    ),
}
WORDS: Mapping[str, Mapping[CoreEvent, NoticeWords]] = {"de": GERMAN, FALLBACK: ENGLISH}
GREETINGS: Mapping[str, str] = {
    "de": "Guten Tag, hier ist {organisation}. Um eine Nachricht für Sie zu hören, drücken Sie "
    "die 1.",
    FALLBACK: "Hello, this is {organisation}. To hear a message for you, press 1.",
}
"""Whoever picks up a telephone hears no more than this before they press a key."""


def language_of(locale: str) -> str:
    """Say in which of our languages somebody is told."""
    language = locale.partition("-")[0]
    return language if language in WORDS else FALLBACK


def put_together(
    event: CoreEvent, channel: Channel, locale: str, organisation: str
) -> Mapping[str, str]:
    """Give subject and text, and for a voice what it says first. What stands in a name is never
    read as a placeholder."""
    language = language_of(locale)
    words, facts = WORDS[language][event], {"organisation": organisation}
    if channel is Channel.VOICE:
        return {
            "greeting": GREETINGS[language].format_map(facts),
            "text": words.spoken.format_map(facts),
        }
    text = words.text if channel is Channel.EMAIL else words.short
    return {"subject": words.subject.format_map(facts), "text": text.format_map(facts)}
