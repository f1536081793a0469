"""Keys are rotated under what rests: all of it opens before, between and after."""

from uuid import UUID

import pytest

from tests.cli.desk import PHONE, Desk, code_of
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.store import ChallengeStore
from watchword.features.contacts.rules import Contact, read_email
from watchword.features.contacts.service import AT_ONCE
from watchword.foundation.keyring import KeyKind
from watchword.foundation.sealing import SealBroken
from watchword.wiring import Services

CREATE = f"challenges create shop step_up --phone {PHONE}"
EACH = ["root", "codes", "outbox", "ledger", "organisations", ""]


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop")
    return desk


def address_of(desk: Desk, challenge_id: str) -> str:
    """Open the contact point of a challenge."""

    async def work(services: Services) -> str:
        shop = await services.organisations.find("shop")
        async with services.storage.reading(shop.id) as transaction:
            store = ChallengeStore(transaction, shop.id)
            challenge = await store.find(ChallengeId(UUID(challenge_id)))
            contact = await services.contacts.open(transaction, shop.id, challenge.contact_id)
            return contact.address.reveal()

    return desk.inside(work)


@pytest.mark.parametrize("kinds", EACH)
def test_what_rested_before_a_rotation_opens_after_it(shop: Desk, kinds: str) -> None:
    id = shop.ask(CREATE)["id"]

    rotated = shop.type(f"keys rotate {kinds}")

    assert rotated.exit_code == 0
    assert address_of(shop, id) == PHONE
    code = code_of(shop.deliver())
    assert shop.type(f"challenges answer shop {id} {code}").exit_code == 0
    assert shop.type(CREATE).exit_code == 0


def test_all_keys_are_locked_anew(shop: Desk) -> None:
    shop.ask(CREATE)

    rotated = shop.ask("keys rotate")

    assert rotated["versions"] == {
        "root": 2,
        "codes": 2,
        "outbox": 2,
        "pins": 2,
        "ledger": 2,
        "vouchers": 2,
        "links": 2,
    }
    # Its index, and both versions of its data; the new version under the new root from the start.
    assert rotated["rewrapped"] == {"organisation_keys": 2, "person_keys": 1, "pins": 0, "pages": 0}
    assert shop.ask("keys rewrap") == {
        "organisation_keys": 0,
        "person_keys": 0,
        "pins": 0,
        "pages": 0,
    }


def test_more_persons_than_fit_into_one_transaction_are_all_locked_anew(shop: Desk) -> None:
    async def work(services: Services) -> None:
        organisation = await services.organisations.find("shop")
        async with services.storage.begin(organisation.id) as transaction:
            for number in range(AT_ONCE + 1):
                contact = read_email(f"{number}@example.org")
                assert isinstance(contact, Contact)
                await services.contacts.recognise(transaction, organisation.id, contact)

    shop.inside(work)

    assert shop.ask("keys rotate organisations")["rewrapped"]["person_keys"] == AT_ONCE + 1


def test_a_rotation_in_two_halves_is_readable_in_between(shop: Desk) -> None:
    id = shop.ask(CREATE)["id"]

    first = shop.ask("keys rotate root organisations --only-add")
    between = address_of(shop, id)
    second = shop.ask("keys rewrap")

    assert first["rewrapped"] == {"organisation_keys": 0, "person_keys": 0, "pins": 0, "pages": 0}
    assert second == {"organisation_keys": 2, "person_keys": 1, "pins": 0, "pages": 0}
    assert between == address_of(shop, id) == PHONE


def test_a_server_that_was_not_restarted_reads_what_it_read_before_the_second_half(
    shop: Desk,
) -> None:
    id = shop.ask(CREATE)["id"]
    old = shop.keyring

    shop.ask("keys rotate root codes outbox --only-add")

    async def open_with_old_keys() -> None:
        async with shop.office.services(old) as services:
            organisation = await services.organisations.find("shop")
            async with services.storage.reading(organisation.id) as transaction:
                await services.organisations.keys(transaction, organisation.id)

    shop.run(open_with_old_keys())
    assert address_of(shop, id) == PHONE


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("codes", "1 pending challenges"),
        ("outbox", "1 pending challenges, 1 waiting messages"),
    ],
)
def test_a_version_is_kept_for_as_long_as_something_rests_under_it(
    shop: Desk, kind: str, names: str
) -> None:
    id = shop.ask(CREATE)["id"]
    shop.type(f"keys rotate {kind}")

    refused = shop.type(f"keys retire {kind} 1")
    shop.type(f"challenges answer shop {id} {code_of(shop.deliver())}")
    allowed = shop.type(f"keys retire {kind} 1")

    assert (refused.stdout, refused.exit_code) == ("", 1)
    assert f"in use still: {names}." in refused.stderr
    assert allowed.exit_code == 0
    assert [*shop.keyring.versions(KeyKind(kind))] == [2]
    assert shop.type(CREATE).exit_code == 0


def test_a_root_key_is_kept_until_the_keys_of_organisations_have_left_it(shop: Desk) -> None:
    shop.type("keys rotate root --only-add")

    refused = shop.type("keys retire root 1")
    shop.type("keys rewrap")
    allowed = shop.type("keys retire root 1")

    assert "in use still: 2 keys of organisations." in refused.stderr
    assert allowed.exit_code == 0
    assert shop.type(CREATE).exit_code == 0


def test_what_the_sandbox_shows_keeps_its_key(shop: Desk) -> None:
    id = shop.ask(CREATE)["id"]
    message = shop.deliver()
    shop.type(f"challenges answer shop {id} {code_of(message)}")
    shop.inside(lambda services: services.sandbox.deliver(message))
    shop.type("keys rotate outbox")

    refused = shop.type("keys retire outbox 1")

    assert "in use still: 1 sandbox messages." in refused.stderr


def test_without_its_key_nothing_opens(shop: Desk) -> None:
    shop.ask(CREATE)
    shop.keyring_path.unlink()
    shop.make_keyring()

    with pytest.raises(SealBroken):
        shop.deliver()
