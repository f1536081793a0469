"""The message that carries the code of a challenge."""

from datetime import datetime

from watchword.features.challenges.codebook import Content
from watchword.features.challenges.rules import Challenge
from watchword.features.delivery.rules import Address, Draft, ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.rules import TemplateName, say_minutes, spell


def draft(
    challenge: Challenge,
    content: Content,
    organisation: Organisation,
    provider: ProviderName,
    now: datetime,
) -> Draft:
    """Say what is to be sent. The stated life is what is left of it now, not what it was."""
    return Draft(
        channel=challenge.channel,
        provider=provider,
        address=Address(content.address),
        template=TemplateName.CODE,
        locale=challenge.locale,
        facts={
            "code": content.code,
            "spelt": spell(content.code),
            "organisation": organisation.name,
            "life": say_minutes(challenge.expires_at - now, challenge.locale),
        },
        about=str(challenge.id),
        not_after=challenge.expires_at,
    )
