"""A house that people have lived in: all that a restore must keep, and all that it must not revive.

What is remembered here is what people outside still hold: codes, cookies, keys.
"""

from dataclasses import dataclass, field

from tests.cli.desk import code_of
from tests.whole_house import asked, email, phone, shown
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId
from watchword.features.clients.rules import ApiKey, Client, Operator, Scope
from watchword.features.contacts.suppressions.rules import SuppressionKind
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Accepted
from watchword.features.idempotency.rules import Once, once
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.settings.changing.rules import Change
from watchword.features.organisations.settings.rules import Changed as SettingsChanged
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.permissions import Role
from watchword.features.staff.roles.rules import Changed
from watchword.features.staff.rules import Grant, StaffMember, written
from watchword.features.staff.sessions.rules import SignedInBy
from watchword.features.webhooks.rules import EndpointDraft, EndpointId, Made
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret
from watchword.wiring import Services

ONCE: Once = once("order-7", client="shop", route="POST /v1/challenges", body=b"{}")
FORGOTTEN, OPTED_OUT = "+491701111111", "+491702222222"
READER = "ann@example.org"
WHY = "they asked for it"


@dataclass
class Lived:
    """What is known outside after somebody has lived in a house for a while."""

    organisation: Organisation
    key: ApiKey
    secret: Secret
    other_key: ApiKey
    other_secret: Secret
    cookie: Secret
    member: StaffMember
    colleague: StaffMember
    endpoint: EndpointId
    open: ChallengeId
    open_code: str
    verified: ChallengeId
    unsent: ChallengeId
    reread: ChallengeId
    persons: int = 6  # with a key of their own: four who were sent codes, and two of staff
    codes: list[str] = field(default_factory=list)

    @property
    def client(self) -> Client:
        return Client(key=self.key, organisation=self.organisation)


async def live_in(services: Services) -> Lived:
    """Fill a house through its own doors: codes sent, answered, waiting; staff; a webhook."""
    organisation = await services.organisations.found(
        slug="shop", name="Shop", mode=Mode.TEST, country="DE", locale="de", actor="test"
    )
    assert isinstance(organisation, Organisation)
    key, secret = await _key(services, organisation)
    other_key, other_secret = await _key(services, organisation)
    client = Client(key=key, organisation=organisation)
    endpoint = await services.webhooks.add(client, EndpointDraft(url="https://hooks.example/in"))
    assert isinstance(endpoint, Made)
    member, cookie = await _sign_in(services, organisation)
    colleague = await _enrol(services, organisation, "Max Manager", Role.MANAGER)

    verified = shown(await services.challenges.open(client, asked(requester="phone-of-ann")))
    [code] = await _deliver(services)
    await services.challenges.answer(client, verified.id, code)
    shown(await services.challenges.open(client, asked(phone(FORGOTTEN))))
    reread = shown(await services.challenges.open(client, asked(email(READER)), ONCE))
    wanted = asked(purpose=Purpose.CONTACT_VERIFICATION)
    opened = shown(await services.challenges.open(client, wanted))
    codes = await _deliver(services)
    unsent = shown(await services.challenges.open(client, asked(phone(OPTED_OUT))))
    return Lived(
        organisation=organisation,
        key=key,
        secret=secret,
        other_key=other_key,
        other_secret=other_secret,
        cookie=cookie,
        member=member,
        colleague=colleague,
        endpoint=endpoint.endpoint.id,
        open=opened.id,
        open_code=codes[-1],
        verified=verified.id,
        unsent=unsent.id,
        reread=reread.id,
        codes=[code, *codes],
    )


async def go_on_living(services: Services, lived: Lived) -> None:
    """Do what the backup will know nothing of: use a code, and take things away."""
    await services.challenges.answer(lived.client, lived.open, lived.open_code)
    await services.clients.revoke(lived.organisation.id, lived.other_key.id, "test")
    operator = Operator(name="ann", organisation=lived.organisation)
    await services.webhooks.remove(operator, lived.endpoint)
    await services.privacy.opt_outs.add(
        lived.client, phone(OPTED_OUT), SuppressionKind.EVERYTHING, WHY
    )
    await services.privacy.erasures.erase(lived.client, phone(FORGOTTEN), WHY)
    clerk, seen = (Grant(Role.CLERK),), written(lived.colleague.grants)
    changed = await services.staff.roles.give(operator, lived.colleague.id, clerk, seen=seen)
    assert isinstance(changed, Changed)
    await _write_in_english(services, lived.organisation.id)


async def _write_in_english(services: Services, whose: OrganisationId) -> None:
    configuration, section = services.configuration, SectionName.MESSAGES
    layers = await configuration.settings.layers(whose, section)
    wish = Change(section=section, own={"language": "en"}, ground=layers.ground)
    outcome = await configuration.changes.change(whose, wish, actor="test")
    assert isinstance(outcome, SettingsChanged), outcome


async def _key(services: Services, organisation: Organisation) -> tuple[ApiKey, Secret]:
    return await services.clients.create(
        organisation, label="test", scopes=frozenset(Scope), actor="test"
    )


async def _sign_in(services: Services, organisation: Organisation) -> tuple[StaffMember, Secret]:
    member = await _enrol(services, organisation, "Olga Owner", Role.OWNER)
    entered = await services.staff.sessions.enter(
        organisation.id, member.id, by=SignedInBy.EMAIL, device="a browser", address=None
    )
    assert entered is not None
    return member, entered.secret


async def _enrol(
    services: Services, organisation: Organisation, name: str, role: Role
) -> StaffMember:
    member = await services.staff.members.enrol(
        organisation, name=name, email=f"{role}@example.org", grants=(Grant(role),), actor="test"
    )
    assert isinstance(member, StaffMember)
    return member


async def _deliver(services: Services) -> list[str]:
    """Send what waits, oldest first, and give the codes that people have in their hands now."""
    codes = []
    queued = await services.deliveries.claim(SANDBOX, 10)
    for each in sorted(queued, key=lambda one: one.not_after):
        message = await services.deliveries.open(each)
        await services.deliveries.settle(each, Accepted(), knows_repeats=True, chance=0.5)
        codes.append(code_of(message))
    return codes
