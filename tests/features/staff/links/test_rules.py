"""Addresses that are good once: how long, for what, and what they give away."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.stores import NOON
from watchword.features.staff.links.rules import (
    LIVES,
    TOKEN_BYTES,
    LinkId,
    LinkKind,
    NoGood,
    Spent,
    address_of,
    fingerprint,
    judge,
    new_link,
)
from watchword.features.staff.links.words import MAILS, Mail, put_together
from watchword.features.staff.rules import StaffId
from watchword.features.templates.rules import LOCALES
from watchword.foundation.secret import Secret

TOKEN = Secret("a" * 32)
LINK = new_link(LinkId(UUID(int=1)), StaffId(UUID(int=2)), LinkKind.INVITATION, TOKEN, NOON)
FACTS = {
    "organisation": "Sonnenhof {link}",
    "link": "https://codes.example.org/console/invitations/abc",
    "at": "2030-01-01 12:00 UTC",
    "device": "Firefox, Linux",
    "slug": "sonnenhof",
    "door": "https://codes.example.org/console/sign-in?organisation=sonnenhof",
}


def test_a_link_is_good_until_its_last_moment() -> None:
    assert LIVES[LinkKind.INVITATION] == timedelta(hours=72)
    assert judge(LINK, LINK.expires_at - timedelta(microseconds=1)) == LINK
    assert judge(LINK, LINK.expires_at) == NoGood(Spent.EXPIRED)


@pytest.mark.parametrize(
    ("link", "why"),
    [
        (None, Spent.UNKNOWN),
        (replace(LINK, used_at=NOON), Spent.USED),
        (replace(LINK, withdrawn_at=NOON), Spent.WITHDRAWN),
        (replace(LINK, used_at=NOON, withdrawn_at=NOON), Spent.USED),
    ],
)
def test_it_says_why_it_is_good_no_more(link: object, why: Spent) -> None:
    assert judge(link, NOON) == NoGood(why)  # type: ignore[arg-type]


def test_what_is_kept_does_not_open_anything() -> None:
    assert TOKEN_BYTES * 8 >= 128
    assert TOKEN.reveal() not in f"{LINK}"
    assert fingerprint(TOKEN) != fingerprint(Secret("b" * 32))
    assert address_of("https://x.test", LinkKind.OWNER, TOKEN) == (
        f"https://x.test/console/invitations/{TOKEN.reveal()}"
    )


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("mail", Mail)
def test_every_language_has_every_mail_with_its_link_alone_on_a_line(
    locale: str, mail: Mail
) -> None:
    assert {*MAILS} == {*LOCALES}
    words = put_together(mail, locale, FACTS)

    assert FACTS["link"] in words.text.splitlines()
    assert "Sonnenhof {link}" in words.subject
    assert words.text.endswith("Sonnenhof {link}\n")
    if mail is Mail.RECOVERED:
        assert FACTS["device"] in words.text
