"""The message that carries the code of a challenge."""

from watchword.features.challenges.codebook import Content
from watchword.features.challenges.rules import Challenge
from watchword.features.delivery.rules import Address, Draft, ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.rules import TemplateName


def draft(
    challenge: Challenge,
    content: Content,
    organisation: Organisation,
    provider: ProviderName,
) -> Draft:
    """Say what is to be sent. How long the code is good is said by whoever sends it."""
    return Draft(
        channel=challenge.channel,
        provider=provider,
        address=Address(content.address),
        template=TemplateName.CODE,
        locale=challenge.locale,
        facts={
            "code": content.code,
            "organisation": organisation.name,
        },
        about=str(challenge.id),
        not_after=challenge.expires_at,
    )
