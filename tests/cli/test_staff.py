"""What operators do about staff: a first owner, a list, and shutting out."""

import pytest

from tests.cli.desk import Desk
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant
from watchword.wiring import Services

OLGA = "olga@example.org"


def hire(desk: Desk) -> None:
    """Let an owner and a clerk in, who have accepted."""

    async def work(services: Services) -> None:
        organisation = await services.organisations.find("shop")
        for name, role in (("Olga", Role.OWNER), ("Karl", Role.CLERK)):
            await services.staff.members.enrol(
                organisation,
                name=name,
                email=f"{name}@example.org",
                grants=(Grant(role),),
                actor="test",
            )

    desk.inside(work)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    assert desk.type("organisations create shop --name Shop").exit_code == 0
    return desk


def test_a_first_owner_gets_a_link_that_is_shown_once(shop: Desk) -> None:
    empty = shop.type("staff list shop")
    result = shop.type(f"staff first-owner shop --email {OLGA} --name Olga")
    listed = shop.ask("staff list shop")

    assert "Nobody works for shop yet" in empty.stdout
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("http://127.0.0.1:8000/console/invitations/")
    assert "o•••@example.org" in result.stderr
    assert OLGA not in result.output
    [olga] = listed
    assert (olga["name"], olga["state"], olga["roles"]) == ("Olga", "invited", ["owner"])


def test_an_address_that_was_mistyped_is_mended_as_long_as_nobody_came_in(shop: Desk) -> None:
    shop.ask("staff first-owner shop --email olag@example.org")

    assert shop.ask(f"staff first-owner shop --email {OLGA}")["link"]


def test_where_there_is_an_owner_others_are_let_in_by_them(shop: Desk) -> None:
    hire(shop)

    own = shop.type(f"staff first-owner shop --email {OLGA}")
    other = shop.type("staff first-owner shop --email otto@example.org")

    assert own.exit_code == 0
    assert other.exit_code == 1
    assert "shop has an owner already: o•••@example.org" in other.stderr


@pytest.mark.parametrize("email", ["olga", "", "a@b@c"])
def test_what_is_no_address_is_said(shop: Desk, email: str) -> None:
    result = shop.type(f"staff first-owner shop --email '{email}'")

    assert result.exit_code == 2
    assert "name@example.org" in result.stderr


def test_the_only_owner_is_not_shut_out(shop: Desk) -> None:
    hire(shop)
    olga = next(each for each in shop.ask("staff list shop") if each["name"] == "Olga")

    result = shop.type(f"staff disable shop {olga['id']} --reason 'why not'")

    assert result.exit_code == 1
    assert "only owner" in result.stderr


def test_somebody_is_shut_out_let_in_again_and_signed_out(shop: Desk) -> None:
    hire(shop)
    karl = next(each for each in shop.ask("staff list shop") if each["name"] == "Karl")
    id = karl["id"]

    out = shop.ask(f"staff disable shop {id} --reason 'left the company'")
    again = shop.type(f"staff disable shop {id} --reason 'left the company'")
    back = shop.ask(f"staff enable shop {id} --reason 'came back'")
    without = shop.type(f"staff disable shop {id} --reason x")
    ended = shop.ask(f"staff sign-out shop {id}")

    assert (out["state"], back["state"]) == ("disabled", "active")
    assert again.exit_code == 1
    assert without.exit_code == 2
    assert ended["sessions"] == 0


@pytest.mark.parametrize("command", ["disable", "enable", "sign-out"])
def test_nobody_is_said(shop: Desk, command: str) -> None:
    reason = "" if command == "sign-out" else " --reason because"
    result = shop.type(f"staff {command} shop 5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e{reason}")

    assert result.exit_code != 0
    assert "There is no such member of staff" in result.stderr
