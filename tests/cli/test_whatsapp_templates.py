"""What an operator sees when a template for WhatsApp is looked at, or made."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from typer.testing import Result

from tests.cli.desk import Desk
from tests.stand_ins.http_gateway import RESET, Answer, Asked, Behaviour, running_gateway
from watchword.features.templates.rules import LOCALES

SETTINGS = """
[providers.whatsapp]
kind = "meta_whatsapp"
phone_number_id = "106540352242922"
business_account_id = "419561257915477"
access_token = "t0ken"
templates = { 10 = "code_ten" }
base_url = "URL"

[providers.nameless]
kind = "meta_whatsapp"
phone_number_id = "106540352242922"
access_token = "t0ken"
templates = { 10 = "code_ten" }

[providers.post]
kind = "smtp"
host = "localhost"
security = "none"
sender = "codes@shop.example"
"""


def desk_with(folder: Path, url: str = "http://127.0.0.1:9") -> Desk:
    file = folder / "watchword.toml"
    file.write_text(SETTINGS.replace("URL", url))
    return Desk(folder, f"sqlite:///{folder}/none.db", settings_file=file)


def type_at(folder: Path, command: str, *answers: Behaviour) -> tuple[Result, list[Asked]]:
    """Type a command while somebody stands in for Meta."""

    async def typed() -> tuple[Result, list[Asked]]:
        async with running_gateway() as gateway:
            gateway.behave(*answers)
            type_it: Callable[[str], Result] = desk_with(folder, gateway.url).type
            # A command has a loop of its own, and this one is busy standing in for Meta.
            return await asyncio.to_thread(type_it, command), gateway.requests

    return asyncio.run(typed())


def test_a_template_is_shown_in_every_language(tmp_path: Path) -> None:
    views = desk_with(tmp_path).ask("channels template whatsapp --minutes 10")

    assert [view["language"] for view in views] == [*LOCALES]
    assert {view["template"]["name"] for view in views} == {"code_ten"}
    assert views[0]["template"] == {
        "name": "code_ten",
        "language": "de",
        "category": "AUTHENTICATION",
        "message_send_ttl_seconds": 600,
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": 10},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    }


@pytest.mark.parametrize(("minutes", "seconds"), [(1, 60), (15, 900), (90, 900)])
def test_a_message_waits_no_longer_than_its_code_lives(
    tmp_path: Path, minutes: int, seconds: int
) -> None:
    views = desk_with(tmp_path).ask(f"channels template whatsapp --minutes {minutes}")

    assert {view["template"]["message_send_ttl_seconds"] for view in views} == {seconds}


def test_one_that_is_not_in_the_settings_yet_is_told_of(tmp_path: Path) -> None:
    result = desk_with(tmp_path).type("channels template whatsapp --minutes 5")

    assert '5 = "watchword_code_5"' in result.stderr
    assert '"name": "watchword_code_5"' in result.stdout
    assert desk_with(tmp_path).type("channels template whatsapp --minutes 10").stderr == ""


def test_meta_is_asked_once_for_each_language(tmp_path: Path) -> None:
    result, requests = type_at(
        tmp_path,
        "channels template whatsapp --minutes 10 --create",
        Answer(body=b'{"id": "1", "status": "APPROVED", "category": "AUTHENTICATION"}'),
        Answer(body=b'{"id": "2", "status": "PENDING"}'),
    )

    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["de  approved", "en  pending"]
    assert [asked.path for asked in requests] == ["/v23.0/419561257915477/message_templates"] * len(
        LOCALES
    )
    bodies = [msgspec.json.decode(asked.body) for asked in requests]
    assert [body["language"] for body in bodies] == [*LOCALES]
    assert {body["name"] for body in bodies} == {"code_ten"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(status=401, body=b'{"error": {"code": 190}}'), "authentication refused"),
        (Answer(status=400, body=b'{"error": {"code": 2388023}}'), "Meta 2388023"),
        (Answer(status=500, body=b"t0ken"), "HTTP 500"),
        (RESET, "connection lost"),
    ],
)
def test_what_was_not_made_is_told_with_the_reason(
    tmp_path: Path, answer: Behaviour, says: str
) -> None:
    made = Answer(body=b'{"status": "<b>"}')
    command = "channels template whatsapp --minutes 10 --create"

    result, _ = type_at(tmp_path, command, answer, made)

    assert result.exit_code == 1
    assert result.stdout.splitlines()[:2] == [f"de  not made: {says}", "en  taken"]
    assert "Not made in de." in result.stderr
    assert "t0ken" not in result.output


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("fax --minutes 5", "there is no provider fax"),
        ("post --minutes 5", "not of kind meta_whatsapp"),
        ("nameless --minutes 5 --create", "business_account_id"),
        ("whatsapp --minutes 0", "--minutes"),
        ("whatsapp --minutes 91", "--minutes"),
        ("whatsapp", "--minutes"),
    ],
)
def test_what_cannot_be_made_is_told_before_anybody_is_asked(
    tmp_path: Path, wrong: str, says: str
) -> None:
    result = desk_with(tmp_path).type(f"channels template {wrong}")

    assert result.exit_code == 2
    assert says in " ".join(result.stderr.replace("│", "").split())
