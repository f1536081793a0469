"""What the doctor finds about the telephone, and that a server answers there."""

import signal
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.programs import running, stop
from watchword.cli.checks_telephone import check_telephone
from watchword.cli.findings import State
from watchword.settings import SettingsWrong, parse

TWILIO = {
    "kind": "twilio",
    "account_sid": "AC" + "0" * 32,
    "auth_token": "token",
    "sender": "+15551230100",
}
PASSWORD = "sixteen characters"  # noqa: S105 - of a test


def states(listen: str, sounds: Path, programs: Sequence[str]) -> dict[str, State]:
    settings = parse({"telephone": {"fastagi": {"listen": listen, "sounds": str(sounds)}}})
    found = check_telephone(settings, lambda name: name if name in programs else None)
    assert all(each.remedy for each in found if each.state is not State.OK)
    return {each.check: each.state for each in found}


def test_what_is_off_needs_nothing() -> None:
    [finding] = check_telephone(parse({}), lambda _: None)

    assert finding.state is State.OK


def test_all_that_a_voice_needs_is_looked_for(tmp_path: Path) -> None:
    both = ["espeak-ng", "sox"]

    assert {*states("127.0.0.1:4573", tmp_path, both).values()} == {State.OK}
    assert states("127.0.0.1:4573", tmp_path, ["sox"])["voice"] is State.WRONG
    assert states("127.0.0.1:4573", tmp_path / "none", both)["sounds"] is State.WRONG
    assert states("192.0.2.1:4573", tmp_path, both)["fastagi"] is State.WARNING


def doors(url: str, **telephone: object) -> dict[str, State]:
    settings = parse(
        {"telephone": telephone, "providers": {"twilio": TWILIO}, "web": {"public_url": url}}
    )
    found = check_telephone(settings, lambda name: name)
    assert all(each.remedy for each in found if each.state is not State.OK)
    return {each.check: each.state for each in found}


def test_twilio_needs_an_address_that_the_world_reaches() -> None:
    twiml = {"accounts": {"bank": "twilio"}}

    assert doors("http://127.0.0.1:8000", twiml=twiml)["twiml"] is State.WRONG
    assert doors("http://bank.example", twiml=twiml)["twiml"] is State.WRONG
    assert doors("https://bank.example", twiml=twiml)["twiml"] is State.OK
    assert "twiml" not in doors("https://bank.example")


def test_a_password_and_digits_do_not_travel_in_clear_text() -> None:
    voicexml = {"passwords": {"bank": PASSWORD}}

    assert doors("http://bank.example", voicexml=voicexml)["voicexml"] is State.WRONG
    assert doors("https://bank.example", voicexml=voicexml)["voicexml"] is State.OK
    assert doors("http://127.0.0.1:8000", voicexml=voicexml)["voicexml"] is State.OK


@pytest.mark.parametrize(
    ("listen", "networks", "state"),
    [
        ("127.0.0.1:4573", ["127.0.0.1/32"], State.OK),
        ("192.0.2.1:4573", ["127.0.0.1/32"], State.WARNING),
        ("192.0.2.1:4573", ["192.0.2.7/32"], State.OK),
        ("192.0.2.1:4573", ["0.0.0.0/0"], State.WRONG),
        ("192.0.2.1:4573", ["192.0.2.7/32", "::/0"], State.WRONG),
        ("192.0.2.1:4573", ["::ffff:0:0/96"], State.WRONG),
        ("192.0.2.1:4573", ["::ffff:192.0.2.7/128"], State.OK),
    ],
)
def test_it_is_said_who_may_ask_as_an_asterisk(
    tmp_path: Path, listen: str, networks: list[str], state: State
) -> None:
    fastagi = {"listen": listen, "sounds": str(tmp_path), "networks": networks}

    assert doors("https://bank.example", fastagi=fastagi)["fastagi networks"] is state


@pytest.mark.parametrize(
    ("telephone", "named"),
    [
        ({"fastagi": {"listen": "4573", "sounds": "/sounds"}}, "fastagi.listen"),
        ({"fastagi": {"listen": "127.0.0.1:4573"}}, "fastagi.sounds"),
        ({"fastagi": {"listen": "127.0.0.1:4573", "sounds": "sounds"}}, "fastagi.sounds"),
        ({"fastagi": {"networks": ["192.0.2.1/24"]}}, "fastagi.networks"),
        ({"fastagi": {"networks": []}}, "fastagi.networks"),
        ({"fastagi": {"speed": 20}}, "fastagi.speed"),
        ({"twiml": {"accounts": {"bank": "none"}}}, "twiml.accounts.bank"),
        ({"twiml": {"accounts": {"Bank!": "twilio"}}}, "twiml.accounts.Bank!"),
        ({"voicexml": {"passwords": {"bank": "short"}}}, "voicexml.passwords.bank"),
    ],
)
def test_settings_that_cannot_work_are_refused(telephone: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsWrong) as refused:
        parse({"telephone": telephone, "providers": {"twilio": TWILIO}})

    assert f"telephone.{named}" in str(refused.value)
    assert "short" not in str(refused.value).replace("short name", "")


def test_an_account_without_a_token_signs_nothing() -> None:
    key = {"api_key_sid": "SK" + "0" * 32, "api_key_secret": "secret"}
    twilio = {name: value for name, value in TWILIO.items() if name != "auth_token"} | key

    with pytest.raises(SettingsWrong, match="none of Twilio's with an auth_token"):
        parse({"telephone": {"twiml": {"accounts": {"bank": "w"}}}, "providers": {"w": twilio}})
    assert parse({"telephone": {"twiml": {"accounts": {"bank": "w"}}}, "providers": {"w": TWILIO}})


def test_a_server_answers_an_asterisk_until_it_is_told_to_stop(
    bare_desk: Desk, tmp_path: Path
) -> None:
    bare_desk.make_keyring()
    bare_desk.type("database upgrade")
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = free.getsockname()
    environment = {
        **bare_desk.office.environment,
        "WATCHWORD_TELEPHONE__FASTAGI__LISTEN": f"127.0.0.1:{place[1]}",
        "WATCHWORD_TELEPHONE__FASTAGI__SOUNDS": str(tmp_path),
    }
    with running("serve", "--port", "0", folder=tmp_path, environment=environment) as process:
        assert process.stderr
        started = process.stderr.readline()
        assert "fastagi.started" in started, started + process.stderr.read()
        process.stderr.readline()
        with socket.create_connection(place, timeout=20) as asterisk:
            asterisk.sendall(b"agi_network: yes\nagi_network_script: nobody\n\n")
            said = asterisk.recv(100)
        # This one is in the middle of its first word when the server goes.
        with socket.create_connection(place, timeout=20) as asterisk:
            asterisk.sendall(b"agi_network: yes\n")
            ended, _ = stop(process, signal.SIGTERM)

    assert (said, ended) == (b"HANGUP\n", 0)
