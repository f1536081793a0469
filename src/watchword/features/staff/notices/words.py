"""What notices say, in the languages of the console.

Placeholders: `{organisation}`, `{device}`, `{at}`, and `{link}`, where one looks at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FALLBACK = "en"


class Notice(StrEnum):
    """What somebody is told of by mail, whoever did it and wherever."""

    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"


@dataclass(frozen=True, slots=True)
class NoticeWords:
    subject: str
    text: str


ENGLISH: Mapping[Notice, NoticeWords] = {
    Notice.PASSKEY_ADDED: NoticeWords(
        "A passkey was added to your account at {organisation}",
        "Hello,\n\n"
        "a passkey was added to your account at {organisation}: {at}, with {device}.\n\n"
        "If that was you, there is nothing you need to do.\n\n"
        "If it was not: sign in, remove the passkey, end all other sessions, and tell an owner of "
        "your organisation.\n{link}\n\n"
        "{organisation}\n",
    ),
    Notice.PASSKEY_REMOVED: NoticeWords(
        "A passkey was removed from your account at {organisation}",
        "Hello,\n\n"
        "a passkey was removed from your account at {organisation}: {at}, with {device}. It signs "
        "nobody in any more.\n\n"
        "If that was you, there is nothing you need to do.\n\n"
        "If it was not: sign in, end all other sessions, and tell an owner of your organisation."
        "\n{link}\n\n"
        "{organisation}\n",
    ),
}

GERMAN: Mapping[Notice, NoticeWords] = {
    Notice.PASSKEY_ADDED: NoticeWords(
        "Ihr Konto bei {organisation} hat einen neuen Passkey",
        "Guten Tag,\n\n"
        "zu Ihrem Konto bei {organisation} ist ein Passkey hinzugekommen: {at}, mit {device}.\n\n"
        "Wenn Sie das waren, brauchen Sie nichts zu tun.\n\n"
        "Wenn nicht: Melden Sie sich an, entfernen Sie den Passkey, beenden Sie alle anderen "
        "Sitzungen, und sagen Sie jemandem Bescheid, der in Ihrer Organisation Inhaber ist."
        "\n{link}\n\n"
        "{organisation}\n",
    ),
    Notice.PASSKEY_REMOVED: NoticeWords(
        "Ein Passkey Ihres Kontos bei {organisation} ist entfernt",
        "Guten Tag,\n\n"
        "von Ihrem Konto bei {organisation} ist ein Passkey entfernt worden: {at}, mit {device}. "
        "Mit ihm kann sich niemand mehr anmelden.\n\n"
        "Wenn Sie das waren, brauchen Sie nichts zu tun.\n\n"
        "Wenn nicht: Melden Sie sich an, beenden Sie alle anderen Sitzungen, und sagen Sie "
        "jemandem Bescheid, der in Ihrer Organisation Inhaber ist.\n{link}\n\n"
        "{organisation}\n",
    ),
}

WORDS: Mapping[str, Mapping[Notice, NoticeWords]] = {"de": GERMAN, FALLBACK: ENGLISH}


def put_together(notice: Notice, locale: str, facts: Mapping[str, str]) -> NoticeWords:
    """Put facts among words. What stands in a fact is never read as a placeholder."""
    words = WORDS.get(locale.partition("-")[0], ENGLISH)[notice]
    return NoticeWords(_fill(words.subject, facts), _fill(words.text, facts))


def _fill(words: str, facts: Mapping[str, str]) -> str:
    return words.format_map(facts)
