"""Mail to staff about their own account: what it says, and that it troubles nobody else."""

import pytest

from tests.features.staff.passkeys.bearers import Bearer, new_bearer
from tests.whole_house import dealt, services
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Message, News, State
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.notices.words import ENGLISH, GERMAN, Notice, put_together
from watchword.features.staff.passkeys.rules import Party
from watchword.wiring import Services

__all__ = ["dealt", "services"]

PARTY = Party(id="codes.example.org", origin="https://codes.example.org")
FACTS = {"organisation": "Sonnenhof", "device": "Firefox, Linux", "at": "noon", "link": "https://a"}


async def bearer(services: Services, *, mode: Mode = Mode.TEST, locale: str = "de") -> Bearer:
    made = await services.organisations.found(
        slug="sonnenhof", name="Sonnenhof", mode=mode, country="DE", locale=locale, actor="test"
    )
    assert isinstance(made, Organisation)
    return await new_bearer(services, made, PARTY, "ann")


async def mailed(services: Services) -> Message:
    (queued,) = await services.deliveries.claim(SANDBOX, 10)
    return await services.deliveries.open(queued)


@pytest.mark.parametrize(("locale", "word"), [("de", "Passkey"), ("fr", "passkey")])
async def test_who_added_a_passkey_is_told_where_and_what_to_do(
    services: Services, locale: str, word: str
) -> None:
    ann = await bearer(services, locale=locale)
    await ann.added("Anns Handy")

    message = await mailed(services)

    text = message.text.reveal()
    assert message.channel is Channel.EMAIL
    assert message.address == "ann@example.org"
    assert message.subject is not None
    assert word in message.subject.reveal()
    assert "Safari, macOS" in text
    assert "2030-01-01 12:00 UTC" in text
    assert f"{services.settings.web.public_url}/console/account" in text
    assert "Anns Handy" not in text
    assert message.code is None


async def test_where_nobody_carries_mail_the_passkey_is_added_all_the_same(
    services: Services,
) -> None:
    ann = await bearer(services, mode=Mode.LIVE)

    await ann.added()

    assert len(await ann.passkeys()) == 1


async def test_a_notice_that_does_not_arrive_troubles_no_challenge(services: Services) -> None:
    ann = await bearer(services)
    news = News(
        organisation_id=ann.visit.colleague.organisation.id,
        about="notice:7",
        channel=Channel.EMAIL,
        provider=SANDBOX,
        state=State.REFUSED,
    )

    await services.steps.hear(news)


def test_all_is_said_in_both_languages_and_nothing_is_left_open() -> None:
    assert {*ENGLISH} == {*GERMAN} == {*Notice}
    for notice in Notice:
        for locale in ("de", "de-AT", "en", "tr"):
            said = put_together(notice, locale, FACTS)
            assert "{" not in said.subject + said.text
            assert "Sonnenhof" in said.subject
            assert "https://a" in said.text


def test_what_stands_in_a_fact_is_not_read_again() -> None:
    said = put_together(Notice.PASSKEY_ADDED, "en", {**FACTS, "device": "{link} {nothing}"})

    assert "{link} {nothing}" in said.text
