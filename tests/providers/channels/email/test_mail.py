"""How a message becomes an e-mail."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, NOW
from watchword.features.delivery.rules import Address, Message, MessageId, Refused
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.mail import Mail, compose
from watchword.providers.channels.email.smtp import read_sender

SENDER = read_sender("Bank <codes@bank.example>")
LETTER = replace(MESSAGE, address=Address("Jo.Doe@example.org"))


def made(message: Message = LETTER) -> Mail:
    mail = compose(message, SENDER, NOW)
    assert isinstance(mail, Mail)
    return mail


def read(mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.content, policy=policy.default)


def part(mail: Mail, kind: str) -> str:
    body = read(mail).get_body((kind,))
    assert body is not None
    return str(cast("EmailMessage", body).get_content()).replace("\r\n", "\n")


def test_it_says_what_it_is() -> None:
    headers = dict(read(made()).items())

    del headers["Content-Type"]
    assert headers == {
        "Subject": "Your sign-in",
        "From": "Bank <codes@bank.example>",
        "To": "Jo.Doe@example.org",
        "Date": "Sun, 01 Mar 2026 12:00:00 +0000",
        "Message-ID": "<00000000-0000-0000-0000-000000000007@bank.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en-GB",
        "MIME-Version": "1.0",
    }


def test_a_repeat_of_the_same_message_carries_the_same_id() -> None:
    other = replace(LETTER, id=MessageId(UUID(int=8)))

    assert made().id == made().id != made(other).id


def test_it_is_plain_text_beside_a_page_on_which_the_code_stands_out() -> None:
    mail = made(replace(LETTER, text=Secret("Hi Jo & Co,\nyour code is 482913.")))

    assert part(mail, "plain") == "Hi Jo & Co,\nyour code is 482913.\n"
    page = part(mail, "html")
    assert '<html lang="en-GB">' in page
    assert "Hi Jo &amp; Co,<br>" in page
    assert ">482913</strong>." in page


@pytest.mark.parametrize("code", [None, Secret("999999"), Secret("")])
def test_without_a_code_among_the_words_it_is_plain_text_only(code: Secret | None) -> None:
    mail = made(replace(LETTER, code=code))

    assert read(mail).get_content_type() == "text/plain"
    assert part(mail, "plain") == "Your code is 482913.\n"


def test_words_are_never_taken_for_a_page() -> None:
    mail = made(replace(LETTER, text=Secret("<script>482913</script>"), locale='"><script>'))

    assert "<script" not in part(mail, "html")


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: all@example.org", "a\nb", "a\rb", "a\x00b", "a\u2028b"]
)
def test_a_line_break_in_a_header_is_refused(evil: str) -> None:
    for message in (
        replace(LETTER, subject=Secret(evil)),
        replace(LETTER, locale=evil),
        replace(LETTER, address=Address(f"{evil}@example.org")),
    ):
        assert compose(message, SENDER, NOW) == Refused("header")


def test_an_address_is_not_rewritten() -> None:
    mail = made(replace(LETTER, address=Address("Jo+Codes.X@Example.ORG")))

    assert mail.recipient == str(read(mail)["To"]) == "Jo+Codes.X@Example.ORG"


def test_a_domain_in_another_script_goes_out_as_the_name_system_knows_it() -> None:
    mail = made(replace(LETTER, address=Address("Jo@b\u00fccher.example")))

    assert mail.recipient == str(read(mail)["To"]) == "Jo@xn--bcher-kva.example"
    assert not mail.needs_utf8


def test_a_name_in_another_script_needs_a_server_that_knows_how() -> None:
    mail = made(replace(LETTER, address=Address("j\u00f6@b\u00fccher.example")))

    assert mail.recipient == str(read(mail)["To"]) == "j\u00f6@xn--bcher-kva.example"
    assert mail.needs_utf8


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jo",
        "@example.org",
        "jo@",
        "jo@exa mple.org",
        "jo@x> SIZE=1",
        "jo>@x",
        '"jo"@example.org',
        "jo@\u2024x",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    assert compose(replace(LETTER, address=Address(address)), SENDER, NOW) == Refused("address")


def test_a_long_address_stays_in_one_piece() -> None:
    address = Address(f"{'l' * 64}@{'d' * 63}.{'e' * 63}.example")

    mail = made(replace(LETTER, address=address))

    assert mail.recipient == str(read(mail)["To"]) == address


words = some.text(some.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


@given(subject=words, text=some.text(some.characters(exclude_categories=["Cs"])))
def test_any_words_arrive_as_they_were_and_every_line_is_one_that_servers_take(
    subject: str, text: str
) -> None:
    mail = made(replace(LETTER, subject=Secret(subject), text=Secret(text), code=None))

    # How wide a gap is counts for nothing in a header; whether there is one does.
    assert str(read(mail)["Subject"] or "").split() == subject.split()
    assert part(mail, "plain").rstrip("\n") == re.sub("\r\n?", "\n", text).rstrip("\n")
    assert all(len(line) <= 998 for line in mail.content.split(b"\r\n"))
    assert mail.content.isascii()
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    assert mail.content.endswith(b"\r\n")


@given(some.text(), some.text(), some.text(), some.text())
def test_no_message_is_beyond_being_made_or_refused(
    address: str, subject: str, text: str, locale: str
) -> None:
    message = replace(
        LETTER,
        address=Address(f"{address}@example.org"),
        subject=Secret(subject),
        text=Secret(text),
        locale=locale,
    )

    assert isinstance(compose(message, SENDER, NOW), Mail | Refused)
