"""What notices about a wallet say, in the languages of its pages.

Placeholders: `{organisation}`, `{word}` for the name of a device or the masked contact point, and
`{link}`, where one says that it was somebody else.
"""

from collections.abc import Mapping
from typing import NamedTuple

from watchword.features.cards.notices.words import FALLBACK, NoticeWords
from watchword.features.contacts.channels import Channel
from watchword.features.wallet.notices.rules import Kind


class Said(NamedTuple):
    """`mail` goes between a greeting and what to do; `text` says it all in one line."""

    subject: str
    mail: str
    text: str


ENGLISH: Mapping[Kind, Said] = {
    Kind.DEVICE: Said(
        subject="A new device for your wallet at {organisation}",
        mail="your wallet at {organisation} opens on one more device from now on, without a code: "
        "{word}.",
        text="{organisation}: your wallet opens on a new device now. Not you? {link}",
    ),
    Kind.PASSKEY: Said(
        subject="A new passkey for your wallet at {organisation}",
        mail="a passkey was added to your wallet at {organisation}. Whoever has it can sign in.",
        text="{organisation}: a passkey was added to your wallet. Not you? {link}",
    ),
    Kind.CONTACT: Said(
        subject="How {organisation} reaches you has changed",
        mail="{organisation} now reaches you at {word}. Codes for your wallet go there.",
        text="{organisation} now reaches you at {word}. Not you? {link}",
    ),
    Kind.MERGED: Said(
        subject="Your entries at {organisation} are one now",
        mail="you had two entries at {organisation}. They are one now, with all your points.",
        text="{organisation}: your two entries are one now, points together. Not you? {link}",
    ),
}

GERMAN: Mapping[Kind, Said] = {
    Kind.DEVICE: Said(
        subject="Ein neues Gerät für Ihre Kundenkarte bei {organisation}",
        mail="Ihre Kundenkarte bei {organisation} öffnet sich ab jetzt auf einem weiteren Gerät "
        "ohne Code: {word}.",
        text="{organisation}: Ihre Kundenkarte öffnet sich jetzt auf einem neuen Gerät. "
        "Nicht Sie? {link}",
    ),
    Kind.PASSKEY: Said(
        subject="Ein neuer Passkey für Ihre Kundenkarte bei {organisation}",
        mail="für Ihre Kundenkarte bei {organisation} ist ein Passkey dazugekommen. Wer ihn hat, "
        "kann sich anmelden.",
        text="{organisation}: Für Ihre Kundenkarte gibt es einen neuen Passkey. Nicht Sie? {link}",
    ),
    Kind.CONTACT: Said(
        subject="{organisation} erreicht Sie jetzt anders",
        mail="{organisation} erreicht Sie jetzt unter {word}. Codes für Ihre Kundenkarte gehen "
        "dorthin.",
        text="{organisation} erreicht Sie jetzt unter {word}. Nicht Sie? {link}",
    ),
    Kind.MERGED: Said(
        subject="Ihre Einträge bei {organisation} sind jetzt einer",
        mail="Sie hatten zwei Einträge bei {organisation}. Es ist jetzt einer, mit allen Ihren "
        "Punkten.",
        text="{organisation}: Ihre zwei Einträge sind jetzt einer. Nicht Sie? {link}",
    ),
}

AROUND: Mapping[str, str] = {
    FALLBACK: "Hello,\n\n{said}\n\nIf that was you, there is nothing you need to do.\n\n"
    "If it was not, say so here. We sign everybody out and undo it:\n{link}\n\n{organisation}\n",
    "de": "Guten Tag,\n\n{said}\n\nWenn Sie das waren, brauchen Sie nichts zu tun.\n\n"
    "Wenn nicht, sagen Sie es hier. Wir melden dann alle ab und machen es rückgängig:\n{link}\n\n"
    "{organisation}\n",
}

WORDS = {FALLBACK: ENGLISH, "de": GERMAN}


def put_together(
    kind: Kind, channel: Channel, locale: str, facts: Mapping[str, str]
) -> NoticeWords:
    """Put facts among words. What stands in a fact is never read as a placeholder."""
    language = locale.partition("-")[0]
    language = language if language in WORDS else FALLBACK
    subject, mail, text = WORDS[language][kind]
    if channel is Channel.SMS:
        return NoticeWords("", text.format_map(facts))
    said = {**facts, "said": mail.format_map(facts)}
    return NoticeWords(subject.format_map(facts), AROUND[language].format_map(said))
