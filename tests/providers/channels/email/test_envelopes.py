"""What a mail server is told beside the mail: where it comes back to, and when we are to hear."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.providers.channels.email.bounce_mails import BACK, ID, MAIL, MARK, PATHS, Bounce
from tests.providers.channels.email.envelope_server import running_envelope_server
from tests.providers.channels.messages import MESSAGE, SURROUNDINGS, read_settings
from tests.stand_ins.mail_server import running_mail_server
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Accepted, Address, Message, Receipt
from watchword.providers.channels.email.bounces import read_bounce
from watchword.providers.channels.email.smtp import Smtp, SmtpSettings

LETTER = replace(MESSAGE, address=Address("Jo.Doe@example.org"), channel=Channel.EMAIL)
HERE = replace(SURROUNDINGS, name=MAIL)
HEARS: dict[str, Any] = {"bounce_address": PATHS.address, "bounce_secret": PATHS.secret}


async def send(port: int, message: Message = LETTER, **changes: Any) -> None:  # noqa: ANN401
    settings = SmtpSettings(
        host="127.0.0.1", port=port, security="none", sender="Bank <codes@bank.example>"
    )
    provider = Smtp(msgspec.structs.replace(settings, **changes), HERE)
    assert isinstance(await provider.send(message), Accepted)
    await provider.close()


async def envelope(*offers: str, message: Message = LETTER, **changes: Any) -> list[str]:  # noqa: ANN401
    async with running_envelope_server(*offers) as server:
        await send(server.port, message, **changes)
    return server.commands[1:3]


async def test_mail_comes_back_to_an_address_of_its_own_and_is_still_from_us() -> None:
    async with running_mail_server() as server:
        await send(server.port, **HEARS)

    (received,) = server.messages
    assert received.sender == BACK
    assert received.mail["From"] == "Bank <codes@bank.example>"
    assert MARK not in str(received.mail)


async def test_a_server_that_can_tell_of_failures_is_asked_to() -> None:
    assert await envelope("DSN", **HEARS) == [
        f"MAIL FROM:<{BACK}> RET=HDRS ENVID={MARK}",
        "RCPT TO:<Jo.Doe@example.org> NOTIFY=FAILURE,DELAY",
    ]


async def test_who_does_not_hear_of_bounces_asks_only_that_the_code_is_not_repeated() -> None:
    assert await envelope("DSN") == [
        "MAIL FROM:<codes@bank.example> RET=HDRS",
        "RCPT TO:<Jo.Doe@example.org>",
    ]


async def test_a_server_that_cannot_is_not_asked() -> None:
    assert await envelope("PIPELINING", **HEARS) == [
        f"MAIL FROM:<{BACK}>",
        "RCPT TO:<Jo.Doe@example.org>",
    ]


async def test_an_address_in_another_script_is_asked_for_likewise() -> None:
    message = replace(LETTER, address=Address("j\u00f6@example.org"))

    assert await envelope("DSN", "SMTPUTF8", "8BITMIME", message=message, **HEARS) == [
        f"MAIL FROM:<{BACK}> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID={MARK}",
        "RCPT TO:<j\u00f6@example.org> NOTIFY=FAILURE,DELAY",
    ]


async def test_what_a_server_writes_to_the_sender_of_the_envelope_is_heard() -> None:
    async with running_mail_server() as server:
        await send(server.port, **HEARS)

    report = read_bounce(bytes(Bounce(to=server.messages[0].sender)), PATHS)

    assert report is not None
    assert (report.message_id, report.receipt) == (ID, Receipt.FAILED)


FILE = """
    kind = "smtp"
    host = "smtp.bank.example"
    sender = "Bank <codes@bank.example>"
    bounce_address = "bounces@mail.bank.example"
    bounce_secret = "0123456789abcdef"
"""


def test_settings_of_bounces_are_read_from_a_file_and_show_no_secret() -> None:
    settings = read_settings(SmtpSettings, FILE)

    assert settings.return_paths(MAIL) is not None
    assert "0123456789" not in repr(settings)
    assert not Smtp(settings, HERE).gives_receipts


def test_without_an_address_nothing_is_to_come_back() -> None:
    settings = read_settings(SmtpSettings, FILE.replace("bounce_", "# "))

    assert settings.return_paths(MAIL) is None


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace("bounce_secret", "# "), "together"),
        (FILE.replace("bounce_address", "# "), "together"),
        (FILE.replace("0123456789abcdef", "0123456789abcde"), "openssl"),
        (FILE.replace("bounces@mail.bank.example", "bounces"), "must be an address"),
        (FILE.replace("bounces@", f"{'b' * 24}@"), "too long"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(SmtpSettings, wrong)

    assert "0123456789" not in str(refusal.value)
