"""The words themselves: one text for each message, language and channel. They are data.

Placeholders are `{code}`, `{spelt}` (the code with pauses, to be read out), `{organisation}`
and `{life}`. They are replaced, and nothing in what replaces them is read again.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What one message says. Only e-mail has a subject."""

    text: str
    subject: str | None = None


CODE: Mapping[str, Mapping[str, Words]] = {
    "de": {
        "sms": Words(
            "{code} ist Ihr Code für {organisation}. Er gilt {life}. Geben Sie ihn nicht weiter."
        ),
        "whatsapp": Words(
            "{code} ist Ihr Code für {organisation}. Er gilt {life}. Geben Sie ihn nicht weiter."
        ),
        "voice": Words(
            "Guten Tag. Hier ist {organisation}. Ihr Code lautet: {spelt}. "
            "Noch einmal: {spelt}. Auf Wiederhören."
        ),
        "email": Words(
            "Guten Tag,\n\n"
            "Ihr Code für {organisation} lautet:\n\n"
            "    {code}\n\n"
            "Er gilt {life}. Geben Sie ihn nur auf der Seite ein, auf der Sie ihn angefordert "
            "haben. Unsere Mitarbeitenden fragen Sie nie nach diesem Code.\n\n"
            "Haben Sie keinen Code angefordert? Dann brauchen Sie nichts zu tun.\n\n"
            "{organisation}\n",
            subject="{code} ist Ihr Code für {organisation}",
        ),
    },
    "en": {
        "sms": Words("{code} is your {organisation} code. It is good for {life}. Do not share it."),
        "whatsapp": Words(
            "{code} is your {organisation} code. It is good for {life}. Do not share it."
        ),
        "voice": Words(
            "Hello. This is {organisation}. Your code is: {spelt}. Once more: {spelt}. Goodbye."
        ),
        "email": Words(
            "Hello,\n\n"
            "your code for {organisation} is:\n\n"
            "    {code}\n\n"
            "It is good for {life}. Type it only on the page where you asked for it. "
            "Our staff will never ask you for this code.\n\n"
            "You did not ask for a code? Then there is nothing you need to do.\n\n"
            "{organisation}\n",
            subject="{code} is your {organisation} code",
        ),
    },
}

MINUTES: Mapping[str, tuple[str, str]] = {
    "de": ("{count} Minute", "{count} Minuten"),
    "en": ("{count} minute", "{count} minutes"),
}
