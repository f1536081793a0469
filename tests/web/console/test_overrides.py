"""The list of what was verified for another reason leaves as a file, and that is written down."""

from tests.features.cards.conftest import SET
from tests.features.customers.people import phone
from tests.web.console.forced import english, force
from tests.web.console.people import Office
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.cards.rules import Card
from watchword.features.clients.rules import Operator
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

LIST = "/console/cards"


async def test_an_owner_takes_it_out_with_a_reason_and_no_cell_is_a_formula(
    office: Office, services: Services, organisation: Organisation
) -> None:
    caller, path = Operator(name="test", organisation=organisation), f"{LIST}/overrides/exports"
    async with services.storage.begin(organisation.id) as transaction:
        await transaction.run(
            SET,
            organisation_id=str(organisation.id),
            scope="",
            section=SectionName.VERIFICATION,
            content='{"other_for_staff": true}',
        )
    new = NewCustomer(profile=Profile("=Anna", "Müller"), contacts=(phone(),), origin=Origin.STAFF)
    made = await services.customers.create(caller, new)
    assert isinstance(made, Customer)
    card = await services.cards.cards.create(caller, made.id, "47110815")
    assert isinstance(card, Card)
    manager = english(await office.enter(Role.MANAGER, name="Benno"))
    await manager.send(
        f"{LIST}/{card.id}/confirmations", of="/console/desk", means="other", reason="No telephone."
    )
    owner = english(await office.enter(Role.OWNER))

    wordless = await owner.send(path, of=f"{LIST}/overrides", reason=" ")
    table = await owner.send(path, of=f"{LIST}/overrides", reason="for the auditor")

    assert wordless.status_code == 422
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert '"Benno","no","\'=Anna Müller","…0815","verified"' in table.text
    assert (await force(manager, path, reason="why not")).status_code == 403
    async with services.storage.reading(organisation.id) as transaction:
        entries = await AuditStore(transaction, organisation.id).about(str(organisation.id))
    [entry] = [each for each in entries if each.action is Action.OVERRIDES_EXPORTED]
    assert (entry.actor, entry.details) == (owner.member.actor, {"reason": "for the auditor"})
