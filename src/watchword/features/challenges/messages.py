"""The message that carries the code of a challenge."""

from watchword.features.challenges.codebook import Content
from watchword.features.challenges.displays.rules import good_until
from watchword.features.challenges.rules import Challenge
from watchword.features.delivery.rules import Address, Draft, ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.features.routing.rules import Attempt
from watchword.features.templates.rules import TemplateName


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
    autofill = content.autofill
    facts = {
        "code": content.code,
        "organisation": organisation.name,
        "denial": f"{denials}{content.denial}" if content.denial else None,
        "entry": f"{entries}{content.denial}" if autofill.leads_in and entries else None,
        "host": autofill.host,
        "frame": autofill.frame,
        "app": autofill.app,
    }
    if content.spends is not None:
        facts |= {"reward": content.spends.reward, "points": str(content.spends.points)}
    return Draft(
        channel=challenge.channel,
        provider=ProviderName(attempt.provider),
        address=Address(content.address),
        template=TemplateName.CODE,
        locale=challenge.locale,
        facts={name: fact for name, fact in facts.items() if fact is not None},
        about=str(challenge.id),
        not_after=good_until(challenge),
        is_pinned=attempt.is_pinned,
        purpose=challenge.purpose,
        reserved_micros=challenge.route.trace[-1].price if challenge.route.trace else None,
    )
