"""Mail to many says how one unsubscribes, in headers that nobody can break; mail with a code never.

All is written by the serialiser that is used for real, and read again by another parser.
"""

import os
from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import Address as MailAddress
from email.message import Message as Read

from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, NOW
from watchword.features.consents.unsubscribing.links import UnsubscribeLinks, Whose
from watchword.features.contacts.rules import ContactId
from watchword.features.delivery.rules import Address, Message, Refused
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.dkim import signed_names
from watchword.providers.channels.email.mail import Mail, compose

SENDER = MailAddress("Shop", "news", "shop.example")
LINKS = UnsubscribeLinks({1: os.urandom(32)}, "https://a-rather-long-name-of-a-shop.example.org")
BULK = replace(
    MESSAGE,
    address=Address("ann@example.org"),
    subject=Secret("Roses are half price"),
    text=Secret("Until Saturday."),
    code=None,
    minutes=0,
)


def url() -> str:
    return LINKS.url(Whose(OrganisationId(new_id()), ContactId(new_id())))


def read(message: Message) -> Read:
    mail = compose(message, SENDER, NOW)
    assert isinstance(mail, Mail)
    return message_from_bytes(mail.content)


def test_mail_to_many_says_how_one_unsubscribes_and_all_of_it_is_signed() -> None:
    address = url()

    mail = read(replace(BULK, unsubscribe=address))

    # Unfolded and not encoded: mail programs read nothing else.
    assert mail.get_all("List-Unsubscribe") == [f"<{address}>"]
    assert mail.get_all("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]
    signed = {*signed_names({name.lower() for name in mail})}
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= signed


def test_mail_with_a_code_never_does() -> None:
    mail = read(replace(BULK, code=Secret("482913"), unsubscribe=url()))

    assert "List-Unsubscribe" not in mail
    assert "List-Unsubscribe-Post" not in mail


def test_mail_to_one_does_not_either() -> None:
    assert "List-Unsubscribe" not in read(BULK)


@given(some.text(max_size=60), some.sampled_from(["", "https://shop.example/u/", "<", "mailto:"]))
def test_nothing_that_stands_there_begins_another_header(said: str, before: str) -> None:
    names = {each.lower() for each in read(BULK)} | {"list-unsubscribe", "list-unsubscribe-post"}

    mail = compose(replace(BULK, unsubscribe=before + said), SENDER, NOW)

    if isinstance(mail, Refused):
        return
    found = message_from_bytes(mail.content)
    assert {each.lower() for each in found} <= names
    assert found.get_payload(decode=True) == b"Until Saturday.\n".replace(b"\n", b"\r\n")
    if before + said:
        assert found["List-Unsubscribe"] == f"<{before}{said}>"


@given(some.sampled_from(["\r\nBcc: eve@example.org", "\nX: y", "\r", "\x00", "\u2028", ">"]))
def test_what_ends_a_line_or_the_address_is_refused(said: str) -> None:
    assert isinstance(compose(replace(BULK, unsubscribe=url() + said), SENDER, NOW), Refused)


@given(some.binary(min_size=16, max_size=16), some.binary(min_size=16, max_size=16))
def test_a_link_names_whom_it_was_made_for_also_by_an_older_key(one: bytes, two: bytes) -> None:
    old, new = os.urandom(32), os.urandom(32)
    whose = Whose(OrganisationId(new_id()), ContactId(new_id()))
    before = UnsubscribeLinks({1: old}, "https://shop.example")
    after = UnsubscribeLinks({1: old, 2: new}, "https://shop.example")

    token = before.url(whose).rpartition("/")[2]

    assert after.read(token) == whose
    assert UnsubscribeLinks({2: new}, "https://shop.example").read(token) is None
    assert after.read((one + two).hex()) is None


def test_a_link_of_a_key_that_came_later_is_read_as_soon_as_the_keyring_has_it() -> None:
    whose = Whose(OrganisationId(new_id()), ContactId(new_id()))
    keys = {1: os.urandom(32)}
    here = UnsubscribeLinks(keys, "https://shop.example")
    keys[2] = os.urandom(32)
    there = UnsubscribeLinks(keys, "https://shop.example")

    assert here.read(there.url(whose).rpartition("/")[2]) == whose
