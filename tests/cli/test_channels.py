"""What an operator sees when trying a way out."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import Result

from tests.cli.desk import Desk
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Provider, Surroundings
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.settings import ProviderSettings

PHONE = "+447700900123"
REAL_PHONE = "+447400123456"

SETTINGS = """
[providers.post]
kind = "smtp"
host = "localhost"
security = "none"
sender = "codes@shop.example"

[providers.backup]
kind = "smtp"
host = "localhost"
security = "none"
sender = "codes@shop.example"

[providers.sms-main]
kind = "twilio"
account_sid = "AC00000000000000000000000000000000"
auth_token = "secret"
sender = "Shop"

[providers.unused]
kind = "smtp"
host = "localhost"
security = "none"
sender = "codes@shop.example"

[channels]
email = ["post", "backup"]
"""


@dataclass
class Scripted:
    """A provider that always ends the same way, and keeps what it was given."""

    outcome: SendOutcome = field(default_factory=lambda: Accepted("gw-1"))
    messages: list[Message] = field(default_factory=list)
    is_closed: bool = False
    knows_repeats = False
    gives_receipts = False

    async def send(self, message: Message) -> SendOutcome:
        self.messages.append(message)
        return self.outcome

    async def close(self) -> None:
        self.is_closed = True


def desk_with(folder: Path, provider: Provider) -> Desk:
    def open_provider(settings: ProviderSettings, surroundings: Surroundings) -> Provider:
        assert isinstance(surroundings.now(), datetime)
        return provider

    file = folder / "watchword.toml"
    file.write_text(SETTINGS)
    nowhere = f"sqlite:///{folder}/none.db"
    return Desk(folder, nowhere, settings_file=file, open_provider=open_provider)


def try_sms(folder: Path, outcome: SendOutcome) -> Result:
    return desk_with(folder, Scripted(outcome)).type(f"channels try sms-main {REAL_PHONE}")


@pytest.mark.parametrize(
    ("outcome", "says", "exit_code"),
    [
        (Accepted("gw-1"), "sms-main took the message and calls it gw-1.", 0),
        (Accepted(None), "sms-main took the message, but has no name for it.", 0),
        (Refused("HTTP 400"), "sms-main will not take the message: HTTP 400.", 1),
        (Unavailable("HTTP 503"), "sms-main cannot take the message now: HTTP 503.", 75),
        (
            Uncertain("timeout"),
            "sms-main may have taken the message: timeout. Look if it arrives.",
            1,
        ),
    ],
)
def test_trying_a_channel_says(
    tmp_path: Path, outcome: SendOutcome, says: str, exit_code: int
) -> None:
    result = try_sms(tmp_path, outcome)

    assert (result.output.strip(), result.exit_code) == (says, exit_code)
    assert (result.stdout == "") == (exit_code != 0)


def test_a_program_reads_what_became_of_it(tmp_path: Path) -> None:
    desk = desk_with(tmp_path, Scripted(Unavailable("HTTP 503")))

    result = desk.type(f"channels try sms-main {REAL_PHONE} --json")

    assert result.exit_code == 75
    assert '"outcome":"unavailable","reference":null,"reason":"HTTP 503"' in result.stdout


def test_trying_needs_neither_a_database_nor_a_keyring(tmp_path: Path) -> None:
    provider = Scripted()

    desk_with(tmp_path, provider).type("channels try post Ann@example.org")

    (message,) = provider.messages
    assert (message.channel, message.address) == (Channel.EMAIL, "Ann@example.org")
    assert "This is a test" in message.text.reveal()
    assert message.subject is not None
    assert provider.is_closed
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (f"fax {REAL_PHONE}", "there is no provider fax"),
        (f"sandbox {REAL_PHONE}", "there is no provider sandbox"),
        ("sms-main 07400123456", "Write it as +49 170 1234567."),
        ("sms-main nobody", "digits"),
        (f"sms-main {PHONE}", "not in use"),
        ("post ann@", "no e-mail address"),
        ("sms-main ann@example.org", "serves sms"),
        (f"sms-main {REAL_PHONE} --channel voice", "serves sms"),
    ],
)
def test_what_cannot_be_tried_is_told_before_anything_is_sent(
    tmp_path: Path, wrong: str, says: str
) -> None:
    provider = Scripted()

    result = desk_with(tmp_path, provider).type(f"channels try {wrong}")

    assert says in " ".join(result.stderr.replace("│", "").split())
    assert result.exit_code == 2
    assert provider.messages == []


def test_providers_are_listed_with_their_place_in_the_order(tmp_path: Path) -> None:
    result = desk_with(tmp_path, Scripted()).type("channels list")

    assert result.stdout == (
        "backup    smtp    email (no. 2)\n"
        "post      smtp    email (no. 1)\n"
        "sms-main  twilio  sms (no. 1)\n"
        "unused    smtp    email (not used)\n"
    )


def test_a_program_reads_the_order(tmp_path: Path) -> None:
    listed = desk_with(tmp_path, Scripted()).ask("channels list")

    assert listed[0] == {"provider": "backup", "kind": "smtp", "order": {"email": 2}}


def test_without_providers_it_says_where_they_are_named(bare_desk: Desk) -> None:
    assert "[providers.…]" in bare_desk.type("channels list").stdout
