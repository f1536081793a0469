"""What somebody is told whose application was written for Twilio Verify."""

import signal
from dataclasses import replace
from pathlib import Path

import httpx

from tests.cli.desk import Desk
from tests.cli.test_demo import demo, keys_of
from watchword.features.clients.rules import Client
from watchword.foundation.secret import Secret
from watchword.wiring import Services


def opens(said: dict[str, str]) -> int:
    """Say what the API answers to the token, where the front is."""
    headers = {"Authorization": f"Bearer {said['auth_token']}"}
    url = said["base_url"].removesuffix("/twilio")
    return httpx.get(f"{url}/v1/plans", headers=headers, timeout=60).status_code


def test_the_demo_has_credentials_while_it_runs_and_they_stay(
    tmp_path: Path, bare_desk: Desk
) -> None:
    kept = tmp_path / "kept"
    with demo(tmp_path, "--data", str(kept)) as (process, said):
        first, again = [bare_desk.ask(f"twilio credentials --data {kept}") for _ in range(2)]
        status = opens(first)
        process.send_signal(signal.SIGTERM)
        process.communicate()

    assert first == again
    assert first.keys() == {"account_sid", "auth_token", "base_url"}
    assert first["auth_token"] == keys_of(said)["greenleaf"]
    assert first["base_url"] == f"{said['url']}/twilio"
    assert (first["account_sid"][:2], len(first["account_sid"])) == ("AC", 34)
    assert status == 200


def test_the_demo_goes_on_with_credentials_that_were_there_before(
    tmp_path: Path, bare_desk: Desk
) -> None:
    kept = tmp_path / "kept"
    before = bare_desk.ask(f"twilio credentials --data {kept}")
    with demo(tmp_path, "--data", str(kept)) as (process, said):
        during = bare_desk.ask(f"twilio credentials --data {kept}")
        status = opens(during)
        process.send_signal(signal.SIGTERM)
        process.communicate()

    assert before["base_url"] == "http://localhost:8000/twilio"
    assert {**before, "base_url": during["base_url"]} == during
    assert keys_of(said)["greenleaf"] == before["auth_token"]
    assert status == 200


def test_an_organisation_gets_a_key_of_its_own_each_time(desk: Desk) -> None:
    desk.type("organisations create shop --name Shop")

    first, second = [desk.ask("twilio credentials --organisation shop") for _ in range(2)]

    async def find(services: Services) -> Client:
        client = await services.clients.recognise(Secret(second["auth_token"]))
        assert isinstance(client, Client)
        return client

    client = desk.inside(find)
    assert first["auth_token"] != second["auth_token"]
    assert second["account_sid"] == f"AC{client.organisation.id.hex}"
    assert client.key.scopes >= {"challenges:write", "challenges:read", "settings:write"}


def test_words_for_people_can_be_pasted(desk: Desk) -> None:
    desk.type("organisations create shop --name Shop")

    result = desk.type("twilio credentials --organisation shop")

    assert [line.partition("=")[0].strip() for line in result.stdout.splitlines()] == [
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "client.verify.base_url",
    ]


def test_where_the_address_comes_from_is_said_beside_it_to_people_alone(desk: Desk) -> None:
    desk.type("organisations create shop --name Shop")
    here = replace(desk, environment={"WATCHWORD_WEB__PUBLIC_URL": "https://codes.example.org"})

    said = here.type("twilio credentials --organisation shop")
    told = here.type("twilio credentials --organisation shop --json")

    assert 'base_url = "https://codes.example.org/twilio"' in said.stdout
    assert "web.public_url" in said.stderr
    assert "WATCHWORD_WEB__PUBLIC_URL" in said.stderr
    assert told.stderr == ""


def test_without_a_keyring_they_are_told_where_those_of_a_demo_are(bare_desk: Desk) -> None:
    result = bare_desk.type("twilio credentials --organisation shop")

    assert result.exit_code == 1
    assert "There is no keyring" in result.stderr
    assert "watchword twilio credentials --data" in result.stderr


def test_each_organisation_of_the_demo_has_credentials(tmp_path: Path, bare_desk: Desk) -> None:
    asked = f"twilio credentials --data {tmp_path / 'kept'}"

    first, named, other, again = [
        bare_desk.ask(f"{asked}{whose}")
        for whose in (
            "",
            " --organisation greenleaf",
            " --organisation sonnenhof",
            " --organisation sonnenhof",
        )
    ]

    assert first == named
    assert other == again
    assert other["account_sid"] != first["account_sid"]
    assert other["auth_token"] != first["auth_token"]


def test_whose_they_are_has_to_be_said(desk: Desk, tmp_path: Path) -> None:
    nobody = desk.type("twilio credentials")
    unknown = desk.type(f"twilio credentials --organisation shop --data {tmp_path}")

    assert nobody.exit_code == unknown.exit_code == 2
    assert "greenleaf, sonnenhof, lakeside" in " ".join(unknown.stderr.replace("│", "").split())


def test_real_keys_are_not_played_with(bare_desk: Desk) -> None:
    bare_desk.make_keyring()

    result = bare_desk.type(f"twilio credentials --data {bare_desk.keyring_path.parent}")

    assert result.exit_code == 1
    assert "are real" in result.stderr
