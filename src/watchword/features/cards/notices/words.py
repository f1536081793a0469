"""What notices to customers say, in the languages of their pages.

Placeholders: `{organisation}`, `{four}` for the last digits of the card, and `{link}`, where one
says that it was somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from watchword.features.contacts.channels import Channel

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class NoticeWords:
    subject: str
    text: str


ENGLISH = {
    Channel.EMAIL: NoticeWords(
        "Your card at {organisation} is verified",
        "Hello,\n\n"
        "your customer card ending in {four} at {organisation} was verified just now. Points can "
        "be spent with it from now on.\n\n"
        "If that was you, there is nothing you need to do.\n\n"
        "If it was not, say so here, and the card is locked against spending at once:\n{link}\n\n"
        "{organisation}\n",
    ),
    Channel.SMS: NoticeWords(
        "", "{organisation}: your card ending in {four} was verified. Not you? {link}"
    ),
}

GERMAN = {
    Channel.EMAIL: NoticeWords(
        "Ihre Kundenkarte bei {organisation} ist verifiziert",
        "Guten Tag,\n\n"
        "Ihre Kundenkarte mit der Endung {four} bei {organisation} ist soeben verifiziert worden. "
        "Ab jetzt lassen sich damit Punkte einlösen.\n\n"
        "Wenn Sie das waren, brauchen Sie nichts zu tun.\n\n"
        "Wenn nicht, sagen Sie es hier. Mit der Karte lässt sich dann sofort nichts mehr einlösen:"
        "\n{link}\n\n"
        "{organisation}\n",
    ),
    Channel.SMS: NoticeWords(
        "", "{organisation}: Ihre Karte mit der Endung {four} ist verifiziert. Nicht Sie? {link}"
    ),
}

WORDS: Mapping[str, Mapping[Channel, NoticeWords]] = {"de": GERMAN, FALLBACK: ENGLISH}


def put_together(channel: Channel, locale: str, facts: Mapping[str, str]) -> NoticeWords:
    """Put facts among words. What stands in a fact is never read as a placeholder."""
    words = WORDS.get(locale.partition("-")[0], ENGLISH)[channel]
    return NoticeWords(words.subject.format_map(facts), words.text.format_map(facts))
