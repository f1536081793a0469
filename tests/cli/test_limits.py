"""What an operator sees when letting somebody in again."""

from uuid import UUID

import pytest

from tests.cli.desk import PHONE, Desk, code_of, wrong_code
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.contacts.rules import Contact, read_phone
from watchword.wiring import Services

CREATE = f"challenges create shop step_up --phone {PHONE}"
LIFT = f"limits lift shop --phone {PHONE}"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    strict = Desk(desk.folder, desk.url, {"WATCHWORD_LIMITS__WRONG_IN_A_ROW": "1"})
    strict.type("organisations create shop --name Shop")
    return strict


def shut_out(desk: Desk) -> None:
    id = desk.ask(CREATE)["id"]
    desk.type(f"challenges answer shop {id} {wrong_code(code_of(desk.deliver()))}")


def audited(desk: Desk) -> list[Entry]:
    contact = read_phone(PHONE, "DE")
    assert isinstance(contact, Contact)

    async def work(services: Services) -> list[Entry]:
        shop = await services.organisations.find("shop")
        id: UUID | None = await services.contacts.find(shop.id, contact)
        async with services.storage.reading(shop.id) as transaction:
            return list(await AuditStore(transaction, shop.id).about(str(id)))

    return desk.inside(work)


def test_whoever_was_shut_out_is_let_in_again(shop: Desk) -> None:
    shut_out(shop)
    refused = shop.type(CREATE)

    lifted = shop.type(LIFT)

    assert refused.exit_code == 1
    assert "watchword limits lift" in refused.stderr
    assert lifted.stdout == "2 budgets are forgotten for +49•••••4567.\n"
    assert shop.type(CREATE).exit_code == 0


def test_lifting_leaves_a_trace_with_the_name_of_who_did_it(shop: Desk) -> None:
    shut_out(shop)

    assert shop.ask(LIFT) == {"to": "+49•••••4567", "lifted": 2}

    (entry,) = audited(shop)
    assert (entry.action, entry.actor) == (Action.LIMITS_LIFTED, "operator:ann")
    assert entry.details == {"budgets": 2}


def test_nothing_is_kept_of_a_contact_point_that_was_not_known(shop: Desk) -> None:
    result = shop.type(LIFT)

    assert result.exit_code == 1
    assert "is not known here" in result.stderr
    assert shop.type(LIFT).exit_code == 1


def test_the_limits_of_others_stay(shop: Desk) -> None:
    shop.type("organisations create bank --name Bank")
    shut_out(shop)

    shop.type(LIFT.replace("shop", "bank"))

    assert shop.type(CREATE).exit_code == 1
