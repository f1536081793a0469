"""What an operator sees when sending a code by hand."""

from collections.abc import Sequence

import pytest

from tests.cli.desk import PHONE, Desk, code_of, wrong_code
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.wiring import Services

CREATE = f"challenges create shop step_up --phone {PHONE}"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop")
    return desk


def test_a_code_is_sent_and_its_answer_is_tried(shop: Desk) -> None:
    id = shop.ask(CREATE)["id"]
    message = shop.deliver()

    result = shop.type(f"challenges answer shop {id} {code_of(message)}")

    assert message.address == PHONE
    assert (result.stdout, result.exit_code) == ("Verified: the code is right.\n", 0)


def test_the_address_is_shown_masked(shop: Desk) -> None:
    result = shop.type(CREATE)

    assert "+49•••••4567 by sms" in result.stdout
    assert PHONE not in result.output


def test_a_code_that_is_not_given_is_asked_for(shop: Desk) -> None:
    id = shop.ask(CREATE)["id"]

    result = shop.type(f"challenges answer shop {id}", stdin=f"{code_of(shop.deliver())}\n")

    assert "Verified" in result.stdout


def test_a_code_can_come_from_another_program(shop: Desk) -> None:
    id = shop.ask(CREATE)["id"]

    result = shop.type(f"challenges answer shop {id} -", stdin=f"{code_of(shop.deliver())}\n")

    assert "Verified" in result.stdout


def test_a_wrong_code_ends_with_1_and_says_what_is_left(shop: Desk) -> None:
    id = shop.ask(CREATE)["id"]
    wrong = wrong_code(code_of(shop.deliver()))

    result = shop.type(f"challenges answer shop {id} {wrong} --json")

    assert (result.stdout, result.exit_code) == ('{"verdict":"wrong","attempts_left":4}\n', 1)


def test_a_verified_challenge_is_over(shop: Desk) -> None:
    id = shop.ask(CREATE)["id"]
    code = code_of(shop.deliver())
    shop.type(f"challenges answer shop {id} {code}")

    result = shop.type(f"challenges answer shop {id} {code}")

    assert "Over" in result.stdout
    assert result.exit_code == 1


def test_who_did_it_is_in_the_audit(shop: Desk) -> None:
    id = shop.ask(CREATE)["id"]

    async def work(services: Services) -> Sequence[Entry]:
        organisation = await services.organisations.find("shop")
        async with services.storage.reading(organisation.id) as transaction:
            return await AuditStore(transaction, organisation.id).about(id)

    (entry,) = shop.inside(work)
    assert (entry.action, entry.actor) == (Action.CHALLENGE_OPENED, "operator:ann")


@pytest.mark.parametrize(
    "wrong",
    [
        "challenges create shop step_up",
        "challenges create shop step_up --phone 12",
        "challenges create shop step_up --email x",
        f"challenges create shop step_up --phone {PHONE} --email a@example.org",
        f"challenges create shop leap_year --phone {PHONE}",
    ],
)
def test_an_address_is_read_strictly(shop: Desk, wrong: str) -> None:
    assert shop.type(wrong).exit_code == 2


def test_a_number_without_a_prefix_belongs_to_the_country_of_the_organisation(shop: Desk) -> None:
    assert shop.ask("challenges create shop step_up --phone 01701234567")["to"].endswith("4567")


def test_a_channel_that_leads_nowhere_is_refused(shop: Desk) -> None:
    result = shop.type(f"{CREATE} --channel email")

    assert result.exit_code == 1
    assert "sms" in result.stderr


def test_a_challenge_that_is_not_there_is_told(shop: Desk) -> None:
    result = shop.type("challenges answer shop 00000000-0000-0000-0000-000000000001 123456")

    assert (result.stderr, result.exit_code) == ("There is no such challenge.\n", 1)


def test_too_many_messages_are_a_reason_to_try_later(shop: Desk) -> None:
    settings = shop.folder / "watchword.toml"
    settings.write_text(
        '[limits]\nsends_per_hour = 1\n[providers.post]\nkind = "smtp"\nhost = "localhost"\n'
        'security = "none"\nsender = "codes@shop.example"\n'
    )
    live = Desk(shop.folder, shop.url, settings_file=settings)
    live.type("organisations create bank --name Bank --live")
    create = "challenges create bank step_up --email ann@example.org"
    live.ask(create)

    result = live.type(create)

    assert result.exit_code == 75
    assert "Again from" in result.stderr
