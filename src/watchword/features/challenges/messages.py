"""The message that carries the code of a challenge, and the one that leads to where it is typed."""

from watchword.features.challenges.codebook import Content
from watchword.features.challenges.displays.rules import good_until
from watchword.features.challenges.rules import Challenge, ChallengeId
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Address, Draft, ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.features.routing.rules import Attempt
from watchword.features.templates.rules import TemplateName
from watchword.foundation.ids import Id

TO_ITS_PAGE = "link:"

LINKLESS = frozenset({Channel.WHATSAPP})
"""Channels whose messages with codes hold no address: authentication templates have no room."""


def draft(
    challenge: Challenge,
    content: Content,
    organisation: Organisation,
    attempt: Attempt,
    denials: str,
    *,
    entries: str = "",
) -> Draft:
    """Say what is to be sent. How long the code is good is said by whoever sends it.

    `denials` is the address below which people say that they asked for no code, and `entries` the
    one below which they type it, where they type it with us. The word behind both is the same.
    """
    return Draft(
        channel=challenge.channel,
        provider=ProviderName(attempt.provider),
        address=Address(content.address),
        template=TemplateName.READ_BACK if content.autofill.read_aloud else TemplateName.CODE,
        locale=challenge.locale,
        facts=_facts(content, organisation, denials, entries),
        about=str(challenge.id),
        not_after=good_until(challenge),
        is_pinned=attempt.is_pinned,
        purpose=challenge.purpose,
        reserved_micros=challenge.route.trace[-1].price if challenge.route.trace else None,
    )


def _facts(
    content: Content, organisation: Organisation, denials: str, entries: str
) -> dict[str, str]:
    """Give what stands among the words, as far as it is known."""
    autofill = content.autofill
    facts = {
        "code": content.code,
        "organisation": content.brand or organisation.name,
        "denial": f"{denials}{content.denial}" if content.denial else None,
        "entry": f"{entries}{content.denial}" if autofill.leads_in and entries else None,
        "host": autofill.host,
        "frame": autofill.frame,
        "app": autofill.app,
        "brought": content.brought or None,
    }
    if content.spends is not None:
        facts |= {"reward": content.spends.reward, "points": str(content.spends.points)}
    if content.pays is not None:
        facts |= {"amount": content.pays.amount, "payee": content.pays.payee}
    return {name: fact for name, fact in facts.items() if fact is not None}


def about_link(id: ChallengeId) -> str:
    """Name the message that leads to where a code is typed. It is no challenge, and is not told."""
    return f"{TO_ITS_PAGE}{id}"


def challenge_of(about: str) -> ChallengeId | None:
    """Read whose code a message carries, or leads to. Nothing: it is about no code."""
    name = about.removeprefix(TO_ITS_PAGE)
    return None if ":" in name else ChallengeId(Id(name))


def leads_apart(challenge: Challenge, content: Content) -> bool:
    """Say whether a message of its own leads to where a code is typed."""
    return content.autofill.apart and challenge.channel in LINKLESS and bool(content.denial)


def draft_of_link(
    challenge: Challenge,
    content: Content,
    organisation: Organisation,
    attempt: Attempt,
    entries: str,
    *,
    price: int | None,
) -> Draft:
    """Say where a code is typed, without the code. It goes the way of the code."""
    return Draft(
        channel=challenge.channel,
        provider=ProviderName(attempt.provider),
        address=Address(content.address),
        template=TemplateName.LINK,
        locale=challenge.locale,
        facts={"organisation": organisation.name, "entry": f"{entries}{content.denial}"},
        about=about_link(challenge.id),
        not_after=challenge.expires_at,
        is_pinned=attempt.is_pinned,
        purpose=challenge.purpose,
        reserved_micros=price,
    )
