"""What a reply about consent is, as a message."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchword.features.consents.rules import CHANNEL_OF, Scope
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import Address, Draft
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.rules import TemplateName, closest
from watchword.foundation.ids import new_id

GOOD_FOR = timedelta(hours=4)
"""What is later than that answers nothing any more."""
ABOUT = "consent:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is said to whom, and how. `is_answer`: they have only just written to us."""

    to: Contact = field(repr=False)
    scope: Scope
    text: str
    locale: str
    is_answer: bool = True


def draft(
    letter: Letter, organisation: Organisation, routes: Routes, now: datetime
) -> Draft | None:
    """Address it; nothing, where nobody carries messages of that kind."""
    channel = CHANNEL_OF[letter.scope]
    ways = routes.ways(organisation.mode, channel)
    if not ways:
        return None
    return Draft(
        channel=channel,
        provider=ways[0],
        address=Address(letter.to.address.reveal()),
        template=TemplateName.ANSWER if letter.is_answer else TemplateName.OPT_IN,
        locale=closest(letter.locale, organisation.locale),
        facts={"text": letter.text},
        about=f"{ABOUT}{new_id()}",
        not_after=now + GOOD_FOR,
    )
