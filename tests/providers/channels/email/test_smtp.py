"""How mail is handed to a server, and what each way for that to end means."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS, read_settings
from tests.stand_ins.certificates import Certificate, authority
from tests.stand_ins.mail_server import HANG, RESET, MailServer, Security, running_mail_server
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import (
    Accepted,
    Address,
    Message,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.smtp import Smtp, SmtpSettings

LETTER = replace(MESSAGE, address=Address("Jo.Doe@example.org"), channel=Channel.EMAIL)
TAKEN = Accepted("<00000000-0000-0000-0000-000000000007@bank.example>")
CERTIFICATES: list[Certificate] = ["expired", "wrong name", "unknown authority"]


def provider_for(server: MailServer, security: Security = "none", **changes: Any) -> Smtp:  # noqa: ANN401
    settings = SmtpSettings(
        host="127.0.0.1",
        port=server.port,
        security=security,
        sender="Bank <codes@bank.example>",
        ca_file=authority().ca_file,
        timeout_seconds=2,
    )
    return Smtp(msgspec.structs.replace(settings, **changes), SURROUNDINGS)


async def send(
    server: MailServer,
    security: Security = "none",
    message: Message = LETTER,
    **changes: Any,  # noqa: ANN401
) -> SendOutcome:
    provider = provider_for(server, security, **changes)
    outcome = await provider.send(message)
    await provider.close()
    return outcome


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
async def test_mail_is_handed_over(security: Security) -> None:
    async with running_mail_server(security, users={"bank": "pa55word"}) as server:
        outcome = await send(server, security, username="bank", password=Secret("pa55word"))

    (received,) = server.messages
    assert outcome == TAKEN
    assert (received.sender, received.recipients) == ("codes@bank.example", ("Jo.Doe@example.org",))
    assert received.mail["Message-ID"] == TAKEN.reference
    assert received.login == "bank"
    assert received.encrypted is (security != "none")


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ({"MAIL": "550 no"}, Refused("SMTP 550")),
        ({"RCPT": "550 no Jo.Doe@example.org here"}, Refused("SMTP 550")),
        ({"DATA": "554 no"}, Refused("SMTP 554")),
        ({"END": "552 too much"}, Refused("SMTP 552")),
        ({"MAIL": "421 closing"}, Unavailable("SMTP 421")),
        ({"MAIL": "530 who are you"}, Unavailable("authentication refused")),
        ({"RCPT": "451 later"}, Unavailable("SMTP 451", recipient=True)),
        ({"RCPT": "452 4.2.2 full"}, Unavailable("mailbox full", recipient=True)),
        ({"RCPT": "452 4.3.1 no room here"}, Unavailable("mail server not ready")),
        ({"RCPT": "421 closing"}, Unavailable("SMTP 421")),
        ({"MAIL": "450 later"}, Unavailable("SMTP 450")),
        ({"END": "452 4.2.2 full"}, Unavailable("mailbox full", recipient=True)),
        ({"DATA": "451 later"}, Unavailable("SMTP 451")),
        ({"END": "451 later"}, Unavailable("SMTP 451")),
        ({"END": "421 closing"}, Unavailable("SMTP 421")),
        ({"RCPT": "450 4.2.0 greylisted"}, Unavailable("mailbox not ready", recipient=True)),
        ({"RCPT": "450 4.7.1 who?"}, Unavailable("SMTP 4.7.1", recipient=True)),
        ({"RCPT": "550 5.1.1 no Jo.Doe@example.org here"}, Refused("SMTP 5.1.1")),
        ({"RCPT": "550-5.1.1 no\r\n550 5.1.1 Jo.Doe@example.org here"}, Refused("SMTP 5.1.1")),
        ({"MAIL": "521 5.3.2 nothing at all"}, Unavailable("SMTP 521")),
        ({"END": "550 5.7.26 who signed this?"}, Unavailable("sender refused")),
        ({"END": "552 5.3.4 too much"}, Refused("SMTP 5.3.4")),
        ({"MAIL": "354 go on"}, Unavailable("SMTP 354")),
        ({"DATA": "250 fine"}, Unavailable("SMTP 250")),
        ({"END": "354 go on"}, Uncertain("reply not understood")),
        ({"END": "what?"}, Uncertain("reply not understood")),
        ({"RCPT": "what?"}, Unavailable("reply not understood")),
        ({"EHLO": "502 no"}, Unavailable("SMTP 502")),
        ({"RCPT": RESET}, Unavailable("connection lost")),
        ({"DATA": RESET}, Unavailable("connection lost")),
        ({"END": RESET}, Uncertain("connection lost")),
        ({"RCPT": HANG}, Unavailable("timeout")),
        ({"DATA": HANG}, Unavailable("timeout")),
        ({"END": HANG}, Uncertain("timeout")),
    ],
    ids=str,
)
async def test_a_reply_means(replies: dict[str, str], outcome: SendOutcome) -> None:
    async with running_mail_server() as server:
        server.behave(**replies)

        assert await send(server, timeout_seconds=2.0) == outcome
        assert not server.messages


async def test_a_wrong_password_is_for_the_operator_to_mend() -> None:
    async with running_mail_server("starttls", users={"bank": "pa55word"}) as server:
        outcome = await send(server, "starttls", username="bank", password=Secret("wrong"))

    assert outcome == Unavailable("authentication refused")


async def test_a_server_that_knows_no_sign_in_is_for_the_operator_to_mend() -> None:
    async with running_mail_server("none") as server:
        server.behave(EHLO="250 HELP")
        outcome = await send(server, username="bank", password=Secret("pa55word"))

    assert outcome == Unavailable("authentication refused")


async def test_mail_never_goes_in_clear_where_encryption_was_asked_for() -> None:
    async with running_mail_server("none", users={"bank": "pa55word"}) as server:
        outcome = await send(server, "starttls", username="bank", password=Secret("pa55word"))

    assert isinstance(outcome, Unavailable)
    assert not server.messages


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("certificate", CERTIFICATES)
async def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    security: Security, certificate: Certificate
) -> None:
    async with running_mail_server(security, certificate) as server:
        outcome = await send(server, security)

    assert outcome == Unavailable("TLS failed")
    assert not server.messages


async def test_where_nobody_listens_it_is_unavailable() -> None:
    async with running_mail_server() as gone:
        pass

    assert await send(gone) == Unavailable("connection refused")


async def test_a_server_that_does_not_exist_is_unavailable() -> None:
    async with running_mail_server() as server:
        outcome = await send(server, "starttls", host="nowhere.invalid")

    assert outcome == Unavailable("host unknown")


async def test_a_message_that_cannot_be_a_mail_is_refused_before_anybody_is_asked() -> None:
    async with running_mail_server() as server:
        evil = replace(LETTER, subject=Secret("Hi\r\nBcc: all@example.org"))

        assert await send(server, message=evil) == Refused("header")
        assert server.connections == 0


async def test_a_name_in_another_script_goes_to_a_server_that_knows_how() -> None:
    message = replace(LETTER, address=Address("j\u00f6@example.org"))

    async with running_mail_server() as server:
        assert await send(server, message=message) == TAKEN
    async with running_mail_server(knows_utf8=False) as ignorant:
        assert await send(ignorant, message=message) == Refused("address needs SMTPUTF8")

    assert server.messages[0].recipients == ("j\u00f6@example.org",)


async def test_a_line_that_begins_with_a_dot_does_not_end_the_mail() -> None:
    async with running_mail_server() as server:
        await send(server, message=replace(LETTER, text=Secret("Hi\n.\n..\nRSET"), code=None))

    assert server.messages[0].mail.get_content() == "Hi\r\n.\r\n..\r\nRSET\r\n"


async def test_a_connection_is_used_again() -> None:
    async with running_mail_server() as server:
        provider = provider_for(server)
        for _ in range(30):
            assert await provider.send(LETTER) == TAKEN
        await provider.close()

    assert server.connections == 1


async def test_a_refused_mail_does_not_spoil_the_next_one() -> None:
    async with running_mail_server() as server:
        provider = provider_for(server)
        server.behave(DATA="451 later")
        assert await provider.send(LETTER) == Unavailable("SMTP 451")
        server.behave()
        assert await provider.send(LETTER) == TAKEN
        await provider.close()

    assert server.connections == 1
    assert server.messages[0].recipients == ("Jo.Doe@example.org",)


@pytest.mark.parametrize("replies", [{}, {"RSET": RESET}, {"RSET": "421 closing"}], ids=str)
async def test_a_connection_that_has_died_meanwhile_is_replaced(replies: dict[str, str]) -> None:
    async with running_mail_server() as server:
        provider = provider_for(server)
        await provider.send(LETTER)
        if not replies:
            server.drop_connections()
        server.behave(**replies)

        assert await provider.send(LETTER) == TAKEN
        assert server.connections == 2
        await provider.close()


async def until_all_are_gone(server: MailServer) -> None:
    async with asyncio.timeout(60):
        while server.open:  # noqa: ASYNC110 - a server rings no bell
            await asyncio.sleep(0.01)


async def test_an_idle_connection_is_let_go_of() -> None:
    async with running_mail_server() as server:
        provider = provider_for(server, idle_seconds=0.05)
        await provider.send(LETTER)
        assert len(server.open) == 1

        await until_all_are_gone(server)

        assert await provider.send(LETTER) == TAKEN
        await provider.close()


async def test_there_are_never_more_connections_than_allowed() -> None:
    async with running_mail_server() as server:
        provider = provider_for(server, connections=2)
        outcomes = await asyncio.gather(*(provider.send(LETTER) for _ in range(20)))
        await provider.close()

    assert outcomes == [TAKEN] * 20
    assert server.connections == 2


async def test_who_waits_too_long_for_a_turn_has_surely_sent_nothing() -> None:
    async with running_mail_server() as server:
        server.behave(END=HANG)
        provider = provider_for(server, connections=1, timeout_seconds=2.0)

        first = asyncio.create_task(provider.send(LETTER))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(provider.send(LETTER))

        # The first gives up, and the second is left with too little time.
        assert await first == Uncertain("timeout")
        server.behave(EHLO=HANG)
        assert await second == Unavailable("timeout")
        await provider.close()


async def test_once_closed_it_holds_on_to_nothing() -> None:
    async with running_mail_server() as server:
        provider = provider_for(server)
        await provider.send(LETTER)

        await provider.close()
        await provider.send(LETTER)

        await until_all_are_gone(server)


FILE = """
    kind = "smtp"
    host = "smtp.bank.example"
    username = "bank"
    password = "pa55word"
    sender = "Bank <codes@bank.example>"
"""


def test_settings_are_read_from_a_file_and_show_no_password() -> None:
    settings = read_settings(SmtpSettings, FILE)

    assert (settings.port, settings.security) == (587, "starttls")
    assert settings.channels == {Channel.EMAIL}
    assert settings.password is not None
    assert settings.password.reveal() == "pa55word"
    assert "pa55word" not in repr(settings)
    assert not Smtp(settings, SURROUNDINGS).knows_repeats


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE + 'security = "none"', "use starttls or tls"),
        (FILE + 'security = "opportunistic"', "opportunistic"),
        (FILE.replace("username", "# "), "together"),
        (FILE.replace("password", "# "), "together"),
        (FILE.replace("smtp.bank.example", ""), "name of a mail server"),
        (FILE.replace("codes@bank.example", "codes"), "must be an address"),
        (FILE.replace("codes@", "c\u00f6des@"), "must be an address"),
        (FILE.replace("Bank <codes@bank.example>", ""), "must be an address"),
        (FILE.replace("Bank ", "a@b.example, "), "must be an address"),
        (FILE.replace("Bank ", r"Bank\r\nBcc: x "), "must be an address"),
        (FILE + "idle_seconds = 0", "more than 0"),
        (FILE + "connections = 0", "more than 0"),
        (FILE + "time_out = 1", "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(SmtpSettings, wrong)

    assert "pa55word" not in str(refusal.value)


def test_clear_text_is_for_this_host_or_for_who_asks_for_it() -> None:
    clear = FILE + 'security = "none"\n'

    here = read_settings(SmtpSettings, clear.replace("smtp.bank.example", "localhost"))
    asked_for = read_settings(SmtpSettings, clear + "allow_clear = true")

    assert (here.security, asked_for.security) == ("none", "none")
    with pytest.raises(msgspec.ValidationError, match="let others read"):
        read_settings(SmtpSettings, clear)
