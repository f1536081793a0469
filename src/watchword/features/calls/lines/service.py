"""Making a line ready for a call: a profile, what holds for all, and what its core can do."""

from uuid import UUID

from watchword.features.activation.answers import order_of
from watchword.features.activation.profiles.documents import read, written
from watchword.features.activation.profiles.line import ProfileLine
from watchword.features.activation.profiles.rules import ProfileId, ProfileKind, Terms
from watchword.features.activation.profiles.service import Profilebook, Profiles
from watchword.features.activation.questions import Manner
from watchword.features.calls.ports import Ready, Written
from watchword.features.challenges.policies import DIGITS_AT_LEAST, DIGITS_AT_MOST
from watchword.features.clients.rules import Caller as Client
from watchword.features.cores.ports import Cores
from watchword.features.organisations.rules import Organisation
from watchword.foundation.ids import Id
from watchword.foundation.storage import Transaction


class ProfileLines:
    """Fills `Lines`."""

    def __init__(self, *, profiles: Profiles, cores: Cores) -> None:
        self._profiles = profiles
        self._cores = cores

    async def written(
        self, transaction: Transaction, client: Client, profile_id: UUID | None, language: str
    ) -> Written | None:
        found = await self._profiles.opened(transaction, client.organisation.id)
        id = found.line.settings.profile_id
        if profile_id is not None:
            id = ProfileId(Id(int=profile_id.int))
        manner = Manner(order_of(language), client.organisation.country)
        line = self._line(found, id, client.organisation, manner)
        return None if line is None or id is None else Written(id, written(line))

    async def now(self, transaction: Transaction, organisation: Organisation) -> ProfileLine | None:
        """Give the line that an organisation answers calls with, for reports on it."""
        found = await self._profiles.opened(transaction, organisation.id)
        manner = Manner(order_of(organisation.locale), organisation.country)
        return self._line(found, found.line.settings.profile_id, organisation, manner)

    def read(self, document: bytes) -> Ready:
        return read(document)

    def _line(
        self, found: Profilebook, id: ProfileId | None, organisation: Organisation, manner: Manner
    ) -> ProfileLine | None:
        profile, settings = found.get(id), found.line.settings
        core = None if settings.core is None else self._cores.of(organisation, settings.core)
        if profile is None or core is None or profile.terms.kind is not ProfileKind.STANDARD:
            return None
        return ProfileLine(
            organisation=organisation.name,
            profile=profile.terms,
            first=_terms(found, profile.terms.activation.profile_id),
            another=_terms(found, profile.terms.force.profile_id),
            settings=settings,
            traits=core.traits,
            manner=manner,
            code_digits=(DIGITS_AT_LEAST, DIGITS_AT_MOST),
        )


def _terms(found: Profilebook, id: ProfileId | None) -> Terms | None:
    profile = found.get(id)
    return None if profile is None else profile.terms
