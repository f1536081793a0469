"""What customers are told when staff made an exception for them, in the languages of their pages.

Placeholders: `{organisation}`, `{place}` for the location, `{what}` for the reward, if it is known
by then, and `{link}`, where one says not to have been there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from watchword.features.contacts.channels import Channel

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class TellingWords:
    subject: str
    text: str
    something: str
    """What stands for a reward that is not chosen yet."""


ENGLISH = {
    Channel.EMAIL: TellingWords(
        "Your points at {organisation} were opened without your code",
        "Hello,\n\n"
        "staff at {place} have just opened your points without a code of yours, to redeem "
        "{what}. They do so when you are there and have no telephone with you.\n\n"
        "If that was you, there is nothing you need to do.\n\n"
        "If you were not there, say so here. What is not handed out yet is stopped at once, and "
        "somebody looks into it:\n{link}\n\n"
        "{organisation}\n",
        "a reward",
    ),
    Channel.SMS: TellingWords(
        "",
        "{organisation}: staff at {place} redeem {what} without your code. Not you? {link}",
        "points",
    ),
}

GERMAN = {
    Channel.EMAIL: TellingWords(
        "Ihre Punkte bei {organisation} sind ohne Ihren Code geöffnet worden",
        "Guten Tag,\n\n"
        "{place} hat soeben ohne einen Code von Ihnen Ihre Punkte geöffnet, um {what} einzulösen. "
        "Das geschieht, wenn Sie dort sind und kein Telefon dabeihaben.\n\n"
        "Wenn Sie das waren, brauchen Sie nichts zu tun.\n\n"
        "Wenn Sie nicht dort waren, sagen Sie es hier. Was noch nicht ausgegeben ist, wird sofort "
        "angehalten, und jemand geht der Sache nach:\n{link}\n\n"
        "{organisation}\n",
        "eine Prämie",
    ),
    Channel.SMS: TellingWords(
        "", "{organisation}: {place} löst ohne Ihren Code {what} ein. Nicht Sie? {link}", "Punkte"
    ),
}

WORDS: Mapping[str, Mapping[Channel, TellingWords]] = {"de": GERMAN, FALLBACK: ENGLISH}


def words_for(locale: str, channel: Channel) -> TellingWords:
    return WORDS.get(locale.partition("-")[0], ENGLISH)[channel]


def put_together(
    channel: Channel, locale: str, facts: Mapping[str, str], what: str | None
) -> tuple[str, str]:
    """Give subject and text. What stands in a fact is never read as a placeholder."""
    words = words_for(locale, channel)
    known = {**facts, "what": what or words.something}
    return words.subject.format_map(known), words.text.format_map(known)
