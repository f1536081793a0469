"""What an operator sees when letting applications in."""

from datetime import timedelta

import pytest

from tests.cli.desk import Desk
from watchword.features.clients.rules import Client, Unknown, usual_scopes
from watchword.features.organisations.rules import Mode
from watchword.foundation.secret import Secret
from watchword.wiring import Services

CREATE = "api-keys create shop --label checkout"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop")
    return desk


def recognised(desk: Desk, key: str) -> Client | Unknown:
    async def work(services: Services) -> Client | Unknown:
        return await services.clients.recognise(Secret(key))

    return desk.inside(work)


def test_a_key_alone_is_on_stdout_so_that_it_can_be_put_into_a_file(shop: Desk) -> None:
    result = shop.type(CREATE)

    client = recognised(shop, result.stdout.strip())
    assert result.exit_code == 0
    assert isinstance(client, Client)
    assert client.key.scopes == usual_scopes(Mode.TEST)
    assert "shown this one time" in result.stderr


def test_a_key_is_shown_once(shop: Desk) -> None:
    made = shop.ask(CREATE)

    listed = shop.type("api-keys list shop")

    assert made["key"] not in listed.stdout
    assert made["start"] in listed.stdout
    assert "good" in listed.stdout
    assert "key" not in shop.ask("api-keys list shop")[0]


def test_a_live_organisation_has_no_sandbox_to_look_into(shop: Desk) -> None:
    shop.type("organisations create bank --name Bank --live")

    made = shop.ask("api-keys create bank --label core")

    assert made["scopes"] == ["challenges:read", "challenges:write"]


def test_a_key_opens_no_more_than_was_asked_for(shop: Desk) -> None:
    made = shop.ask(f"{CREATE} --scope challenges:read --scope sandbox:read")

    assert made["scopes"] == ["challenges:read", "sandbox:read"]


def test_a_replaced_key_is_good_for_a_while(shop: Desk) -> None:
    first = shop.ask(CREATE)

    shop.ask(f"{CREATE} --replaces {first['id']} --overlap 2h")

    client = recognised(shop, first["key"])
    assert isinstance(client, Client)
    assert client.key.expires_at is not None
    assert client.key.expires_at - client.key.created_at > timedelta(hours=2)
    assert "good until" in shop.type("api-keys list shop").stdout


@pytest.mark.parametrize("overlap", ["2 hours", "31d", "-1h", "٣h"])
def test_an_overlap_is_short_and_plain(shop: Desk, overlap: str) -> None:
    first = shop.ask(CREATE)

    result = shop.type(f"{CREATE} --replaces {first['id']} --overlap '{overlap}'")

    assert result.exit_code == 2


def test_an_overlap_with_nothing_is_a_wrong_command(shop: Desk) -> None:
    assert shop.type(f"{CREATE} --overlap 24h").exit_code == 2


def test_a_key_that_runs_out_already_can_be_replaced_again(shop: Desk) -> None:
    first = shop.ask(CREATE)
    shop.ask(f"{CREATE} --replaces {first['id']} --overlap 1h")

    assert shop.type(f"{CREATE} --replaces {first['id']}").exit_code == 0


def test_a_key_that_is_not_there_cannot_be_replaced(shop: Desk) -> None:
    result = shop.type(f"{CREATE} --replaces 00000000-0000-0000-0000-000000000001")

    assert (result.stdout, result.exit_code) == ("", 1)
    assert shop.ask("api-keys list shop") == []


def test_a_revoked_key_opens_nothing(shop: Desk) -> None:
    made = shop.ask(CREATE)

    result = shop.type(f"api-keys revoke {made['id']} --organisation shop")

    assert result.exit_code == 0
    assert "revoked" in shop.type("api-keys list shop").stdout


def test_a_key_that_is_revoked_already_is_said_to_be(shop: Desk) -> None:
    made = shop.ask(CREATE)
    shop.type(f"api-keys revoke {made['id']} --organisation shop")

    result = shop.type(f"api-keys revoke {made['id']} --organisation shop")

    assert result.exit_code == 1
    assert f"The key {made['id']} was revoked already, at 20" in result.stderr


def test_an_organisation_that_is_not_there_is_named(shop: Desk) -> None:
    result = shop.type("api-keys create bank --label core")

    assert result.exit_code == 1
    assert "There is no organisation bank." in result.stderr
